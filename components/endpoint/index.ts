import * as pulumi from "@pulumi/pulumi";

import { parseEnvironment } from "./environment";
import { type Check, InputError } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { Route } from "./route";
import { ALL_SIGNALS, Signal } from "../shared/signals";

/** Where Dynatrace is, and by which way to it. */
export interface EndpointArgs {
    /**
     * Environment id, e.g. `abc12345`, or any URL of it that was copied from a browser or a document.
     * `.apps.` of the web interface is taken out, with a warning.
     *
     * @default - none is needed for the OneAgent route; required for all others
     */
    environment?: pulumi.Input<string | undefined>;
    /** @default - what the URL says; `saas` for a bare environment id */
    route?: pulumi.Input<Route | undefined>;
    /** Domain of Managed, or host of the ActiveGate, e.g. `activegate.example.com`. @default - the host of the URL */
    host?: pulumi.Input<string | undefined>;
    /** TCP port that clients connect to. @default - that of the URL, else 443, 9999 for `activegate`, 14499 for `oneagent` */
    port?: pulumi.Input<number | undefined>;
    /**
     * CA certificates in PEM form to trust besides the system's, for an ActiveGate with a certificate of its own.
     *
     * @default - the system's certificates alone
     */
    caCertificatePem?: pulumi.Input<string | undefined>;
}

export const ENDPOINT_FIELDS: Fields<EndpointArgs> = {
    environment: Field.NoFallback,
    route: Field.NoFallback,
    host: Field.NoFallback,
    port: Field.NoFallback,
    caCertificatePem: Field.Any,
};

/** A route worked out: every URL, port and fact that a sender, a token provider or a network policy needs. */
export interface Endpoint {
    route: Route;
    /** Environment id; empty for OneAgent. */
    environmentId: string;
    host: string;
    /** TCP port that clients connect to. */
    port: number;
    /** TCP port that a network policy sees: behind an in-cluster Service it is the pod's. */
    podPort: number;
    /** Base of the Dynatrace API, ends with `/api`; missing for OneAgent. */
    apiUrl?: string;
    /** Base URL for OTLP, without `/v1/...`. */
    otlpUrl: string;
    tracesUrl: string;
    /** Full URL for OTLP metrics; missing for OneAgent. */
    metricsUrl?: string;
    /** Full URL for OTLP logs; missing for OneAgent. */
    logsUrl?: string;
    /** Full URL for lines of the metrics ingestion protocol. */
    metricsIngestUrl: string;
    /** Signals that this route takes over OTLP. */
    signals: Signal[];
    requiresToken: boolean;
    /** Whether this kind of route presents a certificate that no public CA has signed, unless somebody replaced it. */
    privateCaExpected: boolean;
    /** CA certificates to trust besides the system's. */
    caCertificatePem?: string;
    /** What was repaired or looks wrong, one sentence each. */
    warnings: string[];
}

/** Port a route uses unless told otherwise. */
const DEFAULT_PORT: Record<Route, number> = {
    saas: 443,
    managed: 443,
    activegate: 9999,
    "container-activegate": 443,
    oneagent: 14499,
};

/** HTTPS port inside an ActiveGate's container, whatever its Service offers. */
const ACTIVEGATE_POD_PORT = 9999;

/**
 * Works out all URLs and ports of a route.
 *
 * @param component who asks, for the error text, e.g. `OtlpCollector("gateway")`.
 * @param path where the arguments stand in those of the component, for the error text; empty if they are its own.
 * @throws InputError when the input cannot be repaired; the text shows the right form.
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
export function resolveEndpoint(check: Check, given: pulumi.Unwrap<EndpointArgs> | undefined): Endpoint {
    const args = given ?? {};
    if (args.route !== undefined && !Object.values(Route).includes(args.route)) {
        const known = Object.values(Route).join(", ");
        throw check.at("route").error(`"${args.route}" is not a route; use ${known}`);
    }
    if (args.route === Route.OneAgent) return oneAgentEndpoint(check, args);

    const found = parseEnvironment(check.at("environment"), args.environment);
    const route = args.route ?? found.route ?? Route.Saas;
    // A SaaS URL tells the environment id of an ActiveGate route too, but not where the ActiveGate is.
    const pasted = found.route === Route.Saas && route !== Route.Saas ? {} : { host: found.host, port: found.port };
    checkAgreement(check, pasted, args);
    const host = hostFor(check, route, found.environmentId, args.host ?? pasted.host);
    const port = portFor(check, route, args.port ?? pasted.port);
    checkCertificate(check.at("caCertificatePem"), args.caCertificatePem);

    const authority = port === 443 ? host : `${host}:${port}`;
    const base = route === Route.Saas ? `https://${authority}` : `https://${authority}/e/${found.environmentId}`;
    const otlpUrl = `${base}/api/v2/otlp`;
    const privateCaExpected = route === Route.ActiveGate || route === Route.ContainerActiveGate;
    const warnings = [...found.warnings];
    if (privateCaExpected && args.caCertificatePem === undefined) {
        warnings.push(
            `${check.component}: ${check.at("caCertificatePem").fullPath} is not given: an ActiveGate presents a certificate of its own ` +
                "unless one from a public CA was installed; without its CA every export fails with a TLS error",
        );
    }
    return {
        route,
        environmentId: found.environmentId,
        host,
        port,
        podPort: route === Route.ContainerActiveGate ? ACTIVEGATE_POD_PORT : port,
        apiUrl: `${base}/api`,
        otlpUrl,
        tracesUrl: `${otlpUrl}/v1/traces`,
        metricsUrl: `${otlpUrl}/v1/metrics`,
        logsUrl: `${otlpUrl}/v1/logs`,
        metricsIngestUrl: `${base}/api/v2/metrics/ingest`,
        signals: [...ALL_SIGNALS],
        requiresToken: true,
        privateCaExpected,
        caCertificatePem: args.caCertificatePem,
        warnings,
    };
}

/** The full OTLP URL of one signal; undefined where the route does not take it. */
export function signalUrl(endpoint: Endpoint, signal: Signal): string | undefined {
    return { traces: endpoint.tracesUrl, metrics: endpoint.metricsUrl, logs: endpoint.logsUrl }[signal];
}

function oneAgentEndpoint(check: Check, args: pulumi.Unwrap<EndpointArgs>): Endpoint {
    const host = args.host ?? "localhost";
    if (!["localhost", "127.0.0.1", "[::1]"].includes(host)) {
        throw check.at("host").error(`the OneAgent listens on its own host only, not on "${host}"; leave it out`);
    }
    const port = portFor(check, Route.OneAgent, args.port);
    const base = `http://${host}:${port}`;
    return {
        route: Route.OneAgent,
        environmentId: "",
        host,
        port,
        podPort: port,
        otlpUrl: `${base}/otlp`,
        tracesUrl: `${base}/otlp/v1/traces`,
        metricsIngestUrl: `${base}/metrics/ingest`,
        signals: [Signal.Traces],
        requiresToken: false,
        privateCaExpected: false,
        warnings: [],
    };
}

function hostFor(check: Check, route: Route, environmentId: string, host?: string): string {
    if (route === Route.Saas) {
        const saasHost = host ?? `${environmentId.toLowerCase()}.live.dynatrace.com`;
        if (!isSaasHost(saasHost)) {
            throw check
                .at("host")
                .error(
                    `"${saasHost}" is not a SaaS host; SaaS is https://{environment}.live.dynatrace.com. ` +
                        `For another host set route to ${Route.Managed}, ${Route.ActiveGate} or ${Route.ContainerActiveGate}`,
                );
        }
        return saasHost;
    }
    if (host === undefined) {
        throw check
            .at("host")
            .error(
                `is needed for route ${route}: its URL is https://{host}${route === Route.ActiveGate ? ":9999" : ""}/e/${environmentId}`,
            );
    }
    if (!/^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)$/i.test(host)) {
        throw check
            .at("host")
            .error(`"${host}" is not a host name; write it without scheme, port and path, e.g. activegate.example.com`);
    }
    return host.toLowerCase();
}

function portFor(check: Check, route: Route, port: number = DEFAULT_PORT[route]): number {
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw check.at("port").error(`${port} is not a TCP port; use 1 to 65535`);
    }
    if (route === Route.Saas && port !== 443) {
        throw check
            .at("port")
            .error(
                `SaaS listens on 443 only, not on ${port}; leave it out, or set route to ${Route.ActiveGate} and host for an ActiveGate`,
            );
    }
    return port;
}

/** A URL and a field that contradict each other are an error: guessing which is right would send data elsewhere. */
function checkAgreement(
    check: Check,
    pasted: { host?: string; port?: number },
    args: pulumi.Unwrap<EndpointArgs>,
): void {
    const contradiction = (name: string, here: unknown, there: unknown): InputError =>
        check.at(name).error(`${here} contradicts ${there} in environment; keep one of the two`);
    if (args.host !== undefined && pasted.host !== undefined && args.host.toLowerCase() !== pasted.host) {
        throw contradiction("host", args.host, pasted.host);
    }
    if (args.port !== undefined && pasted.port !== undefined && args.port !== pasted.port) {
        throw contradiction("port", args.port, pasted.port);
    }
}

/** @throws InputError if the text is not certificates in PEM form, or holds a private key as well. */
export function checkCertificate(check: Check, pem?: string): void {
    if (pem === undefined) return;
    if (/PRIVATE KEY/.test(pem)) {
        throw check.error("holds a private key; give the certificates alone");
    }
    if (!/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(pem)) {
        throw check.error("is not PEM; it starts with -----BEGIN CERTIFICATE-----");
    }
}

/** `{environment}.live.dynatrace.com` and its internal stages. */
export function isSaasHost(host: string): boolean {
    return /^[a-z0-9-]+(\.[a-z0-9-]+)+\.dynatrace(labs)?\.com$/.test(host) && !host.includes(".apps.");
}
