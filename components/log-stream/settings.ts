import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../endpoint";
import { type Check } from "../shared/check";
import { type OutSystemsLifeTimeFields, OutSystemsLifeTimeForm } from "./args";
import { EndpointRoute } from "../endpoint/route";

/** First LifeTime with the destination `Dynatrace`. */
const DYNATRACE_FORM_SINCE = "11.22.0";
/** Days to type a new token into LifeTime. */
const OVERLAP_DAYS = 7;
/** First LifeTime with log streaming. */
const STREAMING_SINCE = "11.19.0";

/** Values for LifeTime, without the token. */
export interface StreamPlan {
    form: OutSystemsLifeTimeForm;
    /** Full URL that receives logs. */
    url: string;
    endpoint: Endpoint;
    /** One sentence each. */
    warnings: string[];
}

/** Arguments that decide the settings. */
export interface StreamSettings {
    endpoint: pulumi.Unwrap<EndpointArgs> | undefined;
    lifeTimeVersion: string | undefined;
    form?: OutSystemsLifeTimeForm;
}

/** Arguments that decide how long a token is valid. */
export interface TokenLifetime {
    rotateAfterDays?: number;
    expiresAfterDays?: number;
}

/** @throws InputError for an invalid version, a form that this LifeTime does not have, or an endpoint that LifeTime cannot reach. */
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
 * Days that a replaced token stays valid: the days to type in the new token, or the days between replacement and expiry if these are fewer.
 * Undefined, for the default of the token, if that is less than a day.
 */
export function overlapFor({ rotateAfterDays, expiresAfterDays }: TokenLifetime): number | undefined {
    if (rotateAfterDays === undefined || expiresAfterDays === undefined) return OVERLAP_DAYS;
    const days = Math.min(OVERLAP_DAYS, Math.floor(expiresAfterDays - rotateAfterDays));
    return days >= 1 ? days : undefined;
}

/** The fields of LifeTime's form, in its order. @param authorization scheme and token. */
export function lifeTimeFields(
    { form, url }: Pick<StreamPlan, "form" | "url">,
    authorization: string,
): OutSystemsLifeTimeFields {
    return form === OutSystemsLifeTimeForm.Dynatrace
        ? { Destination: form, URL: url, "API access token": authorization }
        : {
              Destination: form,
              // The other choice is gRPC, which Dynatrace does not accept.
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

function formFor(
    check: Check,
    version: semver.SemVer,
    asked: OutSystemsLifeTimeForm | undefined,
): OutSystemsLifeTimeForm {
    const both = semver.gte(version, DYNATRACE_FORM_SINCE);
    if (asked === undefined) return both ? OutSystemsLifeTimeForm.Dynatrace : OutSystemsLifeTimeForm.Other;
    check.at("form").oneOf(asked, OutSystemsLifeTimeForm);
    if (asked === OutSystemsLifeTimeForm.Dynatrace && !both) {
        throw check
            .at("form")
            .error(
                `LifeTime ${version.version} has no destination Dynatrace, which ${DYNATRACE_FORM_SINCE} introduced; leave it out`,
            );
    }
    return asked;
}

/** OutSystems streams from its own cloud, which cannot reach addresses inside a cluster or a host. */
function reachable(check: Check, endpoint: Endpoint): { url: string; warnings: string[] } {
    const fail = (field: string, problem: string): never => {
        throw check.at(`endpoint.${field}`).error(problem);
    };
    const { route, host, logsUrl } = endpoint;
    if (route === EndpointRoute.ContainerActiveGate || logsUrl === undefined) {
        return fail("route", `${route} cannot be reached from OutSystems' cloud; use ${EndpointRoute.Saas}`);
    }
    if (endpoint.ca !== undefined) {
        fail(
            "ca",
            "has no effect, because LifeTime trusts only public CAs; use an address with a certificate of a public CA",
        );
    }
    const warnings = endpoint.warnings.filter((text) => !text.includes("endpoint.ca is not given"));
    if (endpoint.privateCaExpected) {
        warnings.push(
            check
                .at("endpoint")
                .warning(
                    `LifeTime trusts only public CAs, so the ActiveGate ${host} needs a certificate of a public CA, `,
                ) + "and must be reachable from OutSystems' cloud",
        );
    }
    return { url: logsUrl, warnings };
}
