import type { ResourceValidationArgs } from "@pulumi/policy/policy";

import { redact } from "../providers/dynatrace/redact";
import { type Bag, plain } from "./plain";

/** Tokens that this package makes, as the engine names their types. */
const OWN_TOKENS = /^pulumi-nodejs:dynamic\/dynatrace:(ApiToken|PlatformToken)$/;

/** The access token of the package `@pulumiverse/dynatrace`, whose arguments have the same names. */
const OTHER_TOKENS = /^dynatrace:index\/apiToken:ApiToken$/;

/** Whether a resource is a Dynatrace token made by this package. */
export function isOwnToken(type: string): boolean {
    return OWN_TOKENS.test(type);
}

/** Whether a resource is a Dynatrace token, whoever makes it. */
export function isToken(type: string): boolean {
    return isOwnToken(type) || OTHER_TOKENS.test(type);
}

/** What a policy asks of a resource: plain data. */
export interface Subject {
    type: string;
    name: string;
    urn: string;
    properties: Bag;
    additionalSecretOutputs: string[];
}

/** The resource a policy is called for. */
export function subjectOf(args: ResourceValidationArgs): Subject {
    return {
        type: args.type,
        name: args.name,
        urn: args.urn,
        properties: plain(args.props) as Bag,
        additionalSecretOutputs: args.opts.additionalSecretOutputs ?? [],
    };
}

/** Name of the stack that a resource belongs to. */
export function stackOf(urn: string): string {
    return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";
}

/** A violation as `Deployment("web"): field: problem; way out`. No token's secret is in it, whatever the parts hold. */
export function violation(type: string, name: string, field: string, problem: string): string {
    return redact(`${type.split(":").at(-1)}("${name}"): ${field}: ${problem}`);
}
