import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../endpoint";
import { type Check } from "../shared/check";
import { type LifeTimeFields, LifeTimeForm } from "./args";
import { Route } from "../endpoint/route";

/** First LifeTime with the destination `Dynatrace`. */
const DYNATRACE_FORM_SINCE = "11.22.0";
/** Days in which somebody has to type a new token into LifeTime. */
const OVERLAP_DAYS = 7;
/** First LifeTime with log streaming. */
const STREAMING_SINCE = "11.19.0";

/** What LifeTime is told, but for the token. */
export interface StreamPlan {
    form: LifeTimeForm;
    /** Full URL that takes logs. */
    url: string;
    /** Base URL of the API that makes tokens, ends with `/api`. */
    endpoint: Endpoint;
    /** One sentence each. */
    warnings: string[];
}

/** What decides the settings. */
export interface StreamSettings {
    endpoint: pulumi.Unwrap<EndpointArgs> | undefined;
    lifeTimeVersion: string | undefined;
    form?: LifeTimeForm;
}

/** What decides how long a token lives. */
export interface TokenLifetime {
    rotateAfterDays?: number;
    expiresAfterDays?: number;
}

/** @throws InputError for a version that is none, a form this LifeTime does not have, or a place that LifeTime cannot send to. */
export function planStream(check: Check, { endpoint: where, lifeTimeVersion, form }: StreamSettings): StreamPlan {
    const endpoint = resolveEndpoint(check.at("endpoint"), where);
    const { url, warnings } = reachable(check, endpoint);
    const version = versionOf(check, lifeTimeVersion);
    if (semver.lt(version, STREAMING_SINCE)) {
        warnings.push(
            check
                .at("lifeTimeVersion")
                .warning(`LifeTime ${version.version} has no log streaming; install ${STREAMING_SINCE} or later`),
        );
    }
    return { form: formFor(check, version, form), url, endpoint, warnings };
}

/**
 * Days that a replaced token serves on: as many as somebody may take to type in the new one, or what there is of room between its
 * replacement and its expiry. Undefined, for the token's own default, where that is less than a day.
 */
export function overlapFor({ rotateAfterDays, expiresAfterDays }: TokenLifetime): number | undefined {
    if (rotateAfterDays === undefined || expiresAfterDays === undefined) return OVERLAP_DAYS;
    const days = Math.min(OVERLAP_DAYS, Math.floor(expiresAfterDays - rotateAfterDays));
    return days >= 1 ? days : undefined;
}

/** The fields of LifeTime's form, in its order. @param authorization scheme and token. */
export function lifeTimeFields({ form, url }: Pick<StreamPlan, "form" | "url">, authorization: string): LifeTimeFields {
    return form === LifeTimeForm.Dynatrace
        ? { Destination: form, URL: url, "API access token": authorization }
        : {
              Destination: form,
              // gRPC is the other choice, which Dynatrace does not take.
              Protocol: "OTLP/HTTP",
              Endpoint: url,
              "API key header name": "Authorization",
              "API key": authorization,
          };
}

/** Versions of OutSystems have three numbers, or four with the build. */
function versionOf(check: Check, text: string | undefined): semver.SemVer {
    const fail = (problem: string): never => {
        const way = `write it as LifeTime shows it, in quotes, e.g. "${DYNATRACE_FORM_SINCE}"`;
        throw check.at("lifeTimeVersion").error(`${problem}; ${way}`);
    };
    if (text === undefined) return fail("is missing");
    if (typeof text !== "string") return fail("is not text");
    const version = /^\d+\.\d+(\.\d+){0,2}$/.test(text.trim()) ? semver.coerce(text) : null;
    return version ?? fail(`"${text}" is not a version`);
}

function formFor(check: Check, version: semver.SemVer, asked: LifeTimeForm | undefined): LifeTimeForm {
    const both = semver.gte(version, DYNATRACE_FORM_SINCE);
    if (asked === undefined) return both ? LifeTimeForm.Dynatrace : LifeTimeForm.Other;
    if (!Object.values(LifeTimeForm).includes(asked)) {
        throw check.at("form").error(`"${String(asked)}" is not known; use Dynatrace or Other`);
    }
    if (asked === LifeTimeForm.Dynatrace && !both) {
        throw check
            .at("form")
            .error(
                `LifeTime ${version.version} has no destination Dynatrace, which came with ${DYNATRACE_FORM_SINCE}; leave it out`,
            );
    }
    return asked;
}

/** OutSystems streams from its own cloud: what only a cluster or a host can reach is out of its reach. */
function reachable(check: Check, endpoint: Endpoint): { url: string; warnings: string[] } {
    const fail = (field: string, problem: string): never => {
        throw check.at(`endpoint.${field}`).error(problem);
    };
    const { route, host, logsUrl } = endpoint;
    if (route === Route.ContainerActiveGate || logsUrl === undefined) {
        return fail("route", `${route} cannot be reached from OutSystems' cloud; use ${Route.Saas}`);
    }
    if (endpoint.caCertificatePem !== undefined) {
        fail("caCertificatePem", "cannot be given to LifeTime; use an address with a certificate of a public CA");
    }
    const warnings = endpoint.warnings.filter((text) => !text.includes("caCertificatePem"));
    if (endpoint.privateCaExpected) {
        warnings.push(
            check
                .at("endpoint")
                .warning(
                    `LifeTime trusts public CAs alone, so the ActiveGate ${host} needs a certificate of one of them, `,
                ) + "and must be reachable from OutSystems' cloud",
        );
    }
    return { url: logsUrl, warnings };
}
