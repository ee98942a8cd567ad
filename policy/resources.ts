import type { ResourceValidationArgs } from "@pulumi/policy/policy";

import { redact } from "../providers/dynatrace/redact";
import { tokenKindOf } from "../providers/tokens/registry";
import { type Bag, plainBag } from "./plain";

/** The access token of the package `@pulumiverse/dynatrace`, whose arguments have the same names. */
const OTHER_TOKENS = /^dynatrace:index\/apiToken:ApiToken$/;

/** Whether a resource is a Dynatrace token, of this package or of `@pulumiverse/dynatrace`. */
export function isToken(type: string): boolean {
    return tokenKindOf(type) !== undefined || OTHER_TOKENS.test(type);
}

/** A resource as the policies read it: plain data. */
export interface Subject {
    type: string;
    name: string;
    urn: string;
    properties: Bag;
    additionalSecretOutputs: string[];
    /** Properties of its provider. */
    provider: Bag;
}

/** The resource that a policy is called with. */
export function subjectOf(args: ResourceValidationArgs): Subject {
    return {
        type: args.type,
        name: args.name,
        urn: args.urn,
        properties: plainBag(args.props),
        additionalSecretOutputs: args.opts.additionalSecretOutputs ?? [],
        provider: plainBag(args.provider?.props ?? {}),
    };
}

/** Name of the stack that a resource belongs to. */
export function stackOf(urn: string): string {
    return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";
}

/** A violation as `Deployment("web"): field: problem; way out`. Tokens in any part are cut to their public id. */
export function violation(type: string, name: string, field: string, problem: string): string {
    return redact(`${type.split(":").at(-1)}("${name}"): ${field}: ${problem}`);
}
