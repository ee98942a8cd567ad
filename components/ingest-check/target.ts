import type * as pulumi from "@pulumi/pulumi";

import { repairHost } from "../../providers/dynatrace/host";
import { type EndpointArgs, resolveEndpoint } from "../endpoint";
import { caCertificate, type CaCertificateArgs, caPem, OPTIONAL_CA_CERTIFICATE_FIELDS } from "../shared/ca";
import { type Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { type AuthorizationScheme, checkScheme, checkTokenText, schemeFor } from "../shared/secrets";
import { normalizeSignals, type Signal } from "../shared/signals";

/** A Collector, or any other receiver of OTLP over HTTP. */
export interface IngestCheckCollectorArgs {
    /** Base URL without `/v1/...`, e.g. `http://localhost:4318` of a forwarded port. */
    url: pulumi.Input<string>;
    /** CA certificates to trust in addition to the system's, as `pem`. @default - the system's certificates only */
    ca?: pulumi.Input<CaCertificateArgs | undefined>;
}

export const CHECK_COLLECTOR_FIELDS: Fields<IngestCheckCollectorArgs> = {
    url: Field.Any,
    ca: OPTIONAL_CA_CERTIFICATE_FIELDS,
};

/** Where records go. */
export interface CheckTarget {
    /** Base URL for OTLP, without `/v1/...`. */
    otlpUrl: string;
    /** A route of an endpoint, or `collector`. */
    route: string;
    caCertificatePem?: string;
    signals: Signal[];
    requiresToken: boolean;
    /** What was repaired in the URL of the Collector. */
    warnings: string[];
}

/** How records are sent. */
export interface Sending {
    timeoutSeconds: number;
    attempts: number;
}

/** What reads CA certificates, for errors. */
const READER = "the check, which runs where pulumi runs,";
const DEFAULT_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 300;
const DEFAULT_ATTEMPTS = 5;
const MAX_ATTEMPTS = 20;

/**
 * Where the records go, and of which signals they are.
 *
 * @throws InputError unless exactly one of endpoint and collector is given and works, and accepts the signals.
 */
export function checkTarget(
    check: Check,
    args: pulumi.Unwrap<{ endpoint?: EndpointArgs; collector?: IngestCheckCollectorArgs; signals?: Signal[] }>,
): CheckTarget {
    const { endpoint, collector } = args;
    if (endpoint !== undefined && collector !== undefined) {
        throw check.at("collector").error("cannot be combined with endpoint; keep the one that records go to");
    }
    if (collector !== undefined) {
        const at = check.at("collector.ca");
        return {
            ...collectorUrl(check.at("collector.url"), collector.url),
            route: "collector",
            caCertificatePem: caPem(at, caCertificate(at, collector.ca), READER),
            signals: normalizeSignals(check, args.signals),
            requiresToken: false,
        };
    }
    if (endpoint === undefined) {
        throw check.at("endpoint").error("is missing; give the endpoint of the pipeline, or a collector");
    }
    const resolved = resolveEndpoint(check.at("endpoint"), endpoint);
    const { otlpUrl, route, requiresToken, signals } = resolved;
    const caCertificatePem = caPem(check.at("endpoint.ca"), resolved.ca, READER);
    const asked = args.signals === undefined ? signals : normalizeSignals(check, args.signals);
    const impossible = asked.find((signal) => !signals.includes(signal));
    if (impossible !== undefined) {
        throw check.at("signals").error(`the route ${route} does not accept ${impossible}; remove ${impossible}`);
    }
    // In a pipeline the Collector warns of the same endpoint.
    const warnings = check.fullPath === "" ? resolved.warnings : [];
    return { otlpUrl, route, caCertificatePem, signals: asked, requiresToken, warnings };
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
            "is missing: Dynatrace accepts nothing without a token; give the output token of an IngestToken. The token of an " +
            "existing Secret is not known here: give its text, or set enabled: false";
        throw check.at("token").error(problem);
    }
    const token = checkTokenText(check.at("token"), given);
    const { protocol, hostname } = new URL(otlpUrl);
    if (protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) {
        const problem = `http:// would carry the token to ${hostname} unencrypted; write https://, or remove token`;
        throw check.at("collector.url").error(problem);
    }
    return { token, scheme: checkScheme(check.at("scheme"), scheme ?? schemeFor(token)) };
}

/** Timeout and attempts with their defaults. @throws InputError for a number out of range. */
export function sending(check: Check, given: { timeoutSeconds?: number; attempts?: number }): Sending {
    const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, attempts = DEFAULT_ATTEMPTS } = given;
    if (!(timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
        const problem = `${timeoutSeconds} is not above 0 and at most ${MAX_TIMEOUT_SECONDS}; remove timeoutSeconds for the default, ${DEFAULT_TIMEOUT_SECONDS}`;
        throw check.at("timeoutSeconds").error(problem);
    }
    check.at("attempts").wholeNumber(attempts, 1, MAX_ATTEMPTS);
    return { timeoutSeconds, attempts };
}

function collectorUrl(check: Check, text: string | undefined): Pick<CheckTarget, "otlpUrl" | "warnings"> {
    const example = "http://localhost:4318";
    if (typeof text !== "string" || text.trim() === "") return check.fail(`is missing; give the URL, e.g. ${example}`);
    const given = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
    if (given === undefined || !["http:", "https:"].includes(given.protocol)) {
        return check.fail(`is not a URL; write it as ${example}`);
    }
    const { url, warning } = repairHost(given);
    if (url.username || url.password || url.search || url.hash) {
        check.fail("must not hold a user, a password, a query or a fragment; give the token as token");
    }
    if (url.port === "4317") check.fail("port 4317 is for gRPC; OTLP over HTTP is on 4318");
    const path = url.pathname.replace(/\/+$/, "");
    const base = path.replace(/\/v1\/(traces|metrics|logs)$/, "");
    if (base !== path) check.fail(`ends in the path of one signal; write ${url.origin}${base}`);
    return { otlpUrl: `${url.origin}${base}`, warnings: warning === undefined ? [] : [check.warning(warning)] };
}
