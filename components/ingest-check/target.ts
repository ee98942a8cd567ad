import type * as pulumi from "@pulumi/pulumi";

import { checkCertificate, type EndpointArgs, resolveEndpoint } from "../endpoint";
import { type Check } from "../shared/check";
import { normalizeSignals, type Signal } from "../shared/signals";
import { type AuthorizationScheme, checkScheme, checkTokenText, schemeFor } from "../shared/secrets";

/** A Collector, or anything else that takes OTLP over HTTP. */
export interface CheckCollectorArgs {
    /** Base URL without `/v1/...`, e.g. `http://localhost:4318` of a forwarded port. */
    url: pulumi.Input<string>;
    /** CA certificates in PEM form to trust besides the system's. @default - the system's certificates alone */
    caCertificatePem?: pulumi.Input<string>;
}

/** Where records go. */
export interface CheckTarget {
    /** Base URL for OTLP, without `/v1/...`. */
    otlpUrl: string;
    /** A route of an endpoint, or `collector`. */
    route: string;
    caCertificatePem?: string;
    signals: Signal[];
    requiresToken: boolean;
}

/** How records are sent. */
export interface Sending {
    timeoutSeconds: number;
    attempts: number;
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 300;
const DEFAULT_ATTEMPTS = 5;
const MAX_ATTEMPTS = 20;

/**
 * Where the records go, and which.
 *
 * @throws InputError unless exactly one of endpoint and collector is given and works, and takes the signals.
 */
export function checkTarget(
    check: Check,
    args: pulumi.Unwrap<{ endpoint?: EndpointArgs; collector?: CheckCollectorArgs; signals?: Signal[] }>,
): CheckTarget {
    const { endpoint, collector } = args;
    if (endpoint !== undefined && collector !== undefined) {
        throw check.at("collector").error("stands beside endpoint; keep the one that records go to");
    }
    if (collector !== undefined) {
        checkCertificate(check.at("collector.caCertificatePem"), collector.caCertificatePem);
        return {
            otlpUrl: collectorUrl(check, collector.url),
            route: "collector",
            caCertificatePem: collector.caCertificatePem,
            signals: normalizeSignals(check, args.signals),
            requiresToken: false,
        };
    }
    if (endpoint === undefined) {
        throw check.at("endpoint").error("is missing; give the endpoint of the pipeline, or a collector");
    }
    const { otlpUrl, route, caCertificatePem, requiresToken, signals } = resolveEndpoint(
        check.at("endpoint"),
        endpoint,
    );
    const asked = args.signals === undefined ? signals : normalizeSignals(check, args.signals);
    const impossible = asked.find((signal) => !signals.includes(signal));
    if (impossible !== undefined) {
        throw check.at("signals").error(`the route ${route} does not take ${impossible}; leave it out`);
    }
    return { otlpUrl, route, caCertificatePem, signals: asked, requiresToken };
}

/**
 * The token and the word before it.
 *
 * @throws InputError if one is needed and missing, or would be sent unencrypted, or cannot be sent in a header.
 */
export function checkedToken(
    check: Check,
    { given, scheme }: { given?: string; scheme?: string },
    required: boolean,
    otlpUrl: string,
): { token?: string; scheme: AuthorizationScheme } {
    if (given === undefined || given === "") {
        if (!required) return { scheme: checkScheme(check.at("scheme"), scheme) };
        const problem =
            "is missing: Dynatrace takes nothing without one; give the output token of an IngestToken. That of a Secret made " +
            "elsewhere is not known here: give it as text, or set enabled: false";
        throw check.at("token").error(problem);
    }
    const token = checkTokenText(check.at("token"), given);
    const { protocol, hostname } = new URL(otlpUrl);
    if (protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) {
        const problem = `http:// would carry the token to ${hostname} unencrypted; write https://, or leave token out`;
        throw check.at("collector.url").error(problem);
    }
    return { token, scheme: checkScheme(check.at("scheme"), scheme ?? schemeFor(token)) };
}

/** Timeout and attempts with their defaults. @throws InputError for a number out of range. */
export function sending(check: Check, given: { timeoutSeconds?: number; attempts?: number }): Sending {
    const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, attempts = DEFAULT_ATTEMPTS } = given;
    if (!(timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
        const problem = `${timeoutSeconds} is not above 0 and at most ${MAX_TIMEOUT_SECONDS}; leave it out for ${DEFAULT_TIMEOUT_SECONDS}`;
        throw check.at("timeoutSeconds").error(problem);
    }
    if (!Number.isInteger(attempts) || attempts < 1 || attempts > MAX_ATTEMPTS) {
        const problem = `${attempts} is not a whole number from 1 to ${MAX_ATTEMPTS}; leave it out for ${DEFAULT_ATTEMPTS}`;
        throw check.at("attempts").error(problem);
    }
    return { timeoutSeconds, attempts };
}

function collectorUrl(check: Check, text: string): string {
    const wrong = (problem: string): never => {
        throw check.at("collector.url").error(problem);
    };
    const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
    if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
        return wrong("is not a URL; write it as http://localhost:4318");
    }
    if (url.username || url.password || url.search || url.hash) {
        return wrong("must not hold a user, a password, a query or a fragment; give the token as token");
    }
    if (/\.apps\.dynatrace(labs)?\.com$/.test(url.hostname)) {
        return wrong(
            `${url.hostname} is the web interface, which takes no telemetry; give endpoint.environment instead`,
        );
    }
    if (url.port === "4317") return wrong("port 4317 is for gRPC; OTLP over HTTP is on 4318");
    const path = url.pathname.replace(/\/+$/, "");
    const base = path.replace(/\/v1\/(traces|metrics|logs)$/, "");
    if (base !== path) return wrong(`ends in the path of one signal; write ${url.origin}${base}`);
    return `${url.origin}${base}`;
}
