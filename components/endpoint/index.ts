import * as pulumi from "@pulumi/pulumi";

import { repairHost } from "../../providers/dynatrace/host";
import {
    type CaCertificate,
    caCertificate,
    type CaCertificateArgs,
    OPTIONAL_CA_CERTIFICATE_FIELDS,
} from "../shared/ca";
import { type Check, type InputError } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { parseEnvironment } from "./environment";
import { EndpointRoute } from "./route";
import { ALL_SIGNALS, Signal } from "../shared/signals";

/** The Dynatrace environment that data is sent to, and the route to it. */
export interface EndpointArgs {
    /**
     * Environment id, e.g. `abc12345`, or any URL of the environment, copied from a browser or a document. A host of the web interface
     * (`.apps.`) is repaired, with a warning.
     *
     * @default - required, except for the route `oneagent`
     */
    environment?: pulumi.Input<string | undefined>;
    /** Route to Dynatrace. @default - the route that the URL shows; `saas` for an environment id */
    route?: pulumi.Input<EndpointRoute | undefined>;
    /** Domain of Dynatrace Managed, or host of the ActiveGate, e.g. `activegate.example.com`. @default - the host of the URL */
    host?: pulumi.Input<string | undefined>;
    /** TCP port that clients connect to. @default - the port of the URL, or 443; 9999 for `activegate`, 14499 for `oneagent` */
    port?: pulumi.Input<number | undefined>;
    /**
     * CA certificates to trust in addition to the system's, for an ActiveGate with its own certificate. A Secret or ConfigMap must be in the
     * namespace of the Collector; whatever sends from another place needs `pem`.
     *
     * @default - the system's certificates only
     */
    ca?: pulumi.Input<CaCertificateArgs | undefined>;
}

export const ENDPOINT_FIELDS: Fields<EndpointArgs> = {
    environment: Field.Any,
    route: Field.NoFallback,
    host: Field.NoFallback,
    port: Field.NoFallback,
    ca: OPTIONAL_CA_CERTIFICATE_FIELDS,
};

/** The values of {@link EndpointArgs}: no Output among them. */
export interface ResolvedEndpointArgs {
    /** Environment id, e.g. `abc12345`, or any URL of the environment. @default - required, except for the route `oneagent` */
    environment?: string;
    /** Route to Dynatrace. @default - the route that the URL shows; `saas` for an environment id */
    route?: EndpointRoute;
    /** Domain of Dynatrace Managed, or host of the ActiveGate. @default - the host of the URL */
    host?: string;
    /** TCP port that clients connect to. @default - the port of the URL, or 443; 9999 for `activegate`, 14499 for `oneagent` */
    port?: number;
    /** CA certificates to trust in addition to the system's. @default - the system's certificates only */
    ca?: pulumi.Unwrap<CaCertificateArgs>;
}

/** A resolved route: every URL, port and fact that a sender, a token provider or a network policy needs. */
export interface Endpoint {
    route: EndpointRoute;
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
    /** Whether this kind of route presents a certificate that no public CA signed, unless it was replaced. */
    privateCaExpected: boolean;
    /** CA certificates to trust in addition to the system's. */
    ca?: CaCertificate;
    /** What was repaired or looks wrong, one sentence each. */
    warnings: string[];
}

/** Default port of a route. */
const DEFAULT_PORT: Record<EndpointRoute, number> = {
    saas: 443,
    managed: 443,
    activegate: 9999,
    "container-activegate": 443,
    oneagent: 14499,
};

/** HTTPS port of an ActiveGate's container; the port of its Service may differ. */
const ACTIVEGATE_POD_PORT = 9999;

/**
 * Computes all URLs and ports of a route.
 *
 * @param check of the field that holds the arguments, e.g. `endpoint` of a component.
 * @throws InputError when the arguments cannot be repaired; the text shows the right form.
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
export function resolveEndpoint(check: Check, given: pulumi.Unwrap<EndpointArgs> | undefined): Endpoint {
    if (given?.route !== undefined) check.at("route").oneOf(given.route, EndpointRoute);
    if (given?.route === EndpointRoute.OneAgent) return oneAgentEndpoint(check, given);

    const { args, warnings: repairs } = withoutWebInterface(check, given ?? {});
    const found = parseEnvironment(check.at("environment"), args.environment);
    const route = args.route ?? found.route ?? EndpointRoute.Saas;
    // A SaaS URL also names the environment id of an ActiveGate route, but not the host of the ActiveGate.
    const pasted =
        found.route === EndpointRoute.Saas && route !== EndpointRoute.Saas
            ? {}
            : { host: found.host, port: found.port };
    checkAgreement(check, pasted, args);
    const host = hostFor(check, route, found.environmentId, args.host ?? pasted.host);
    const port = portFor(check, route, args.port ?? pasted.port);
    const ca = caCertificate(check.at("ca"), args.ca);

    const authority = port === 443 ? host : `${host}:${port}`;
    const base =
        route === EndpointRoute.Saas ? `https://${authority}` : `https://${authority}/e/${found.environmentId}`;
    const otlpUrl = `${base}/api/v2/otlp`;
    const privateCaExpected = route === EndpointRoute.ActiveGate || route === EndpointRoute.ContainerActiveGate;
    const warnings = [...found.warnings, ...repairs];
    if (privateCaExpected && ca === undefined) {
        warnings.push(
            `${check.component}: ${check.at("ca").fullPath} is not given: an ActiveGate presents its own certificate ` +
                "unless one from a public CA was installed; without its CA every export fails with a TLS error",
        );
    }
    return {
        route,
        environmentId: found.environmentId,
        host,
        port,
        podPort: route === EndpointRoute.ContainerActiveGate ? ACTIVEGATE_POD_PORT : port,
        apiUrl: `${base}/api`,
        otlpUrl,
        tracesUrl: `${otlpUrl}/v1/traces`,
        metricsUrl: `${otlpUrl}/v1/metrics`,
        logsUrl: `${otlpUrl}/v1/logs`,
        metricsIngestUrl: `${base}/api/v2/metrics/ingest`,
        signals: [...ALL_SIGNALS],
        requiresToken: true,
        privateCaExpected,
        ca,
        warnings,
    };
}

/** The full OTLP URL of one signal; undefined where the route does not accept the signal. */
export function signalUrl(endpoint: Endpoint, signal: Signal): string | undefined {
    return { traces: endpoint.tracesUrl, metrics: endpoint.metricsUrl, logs: endpoint.logsUrl }[signal];
}

/** The host of the web interface is repaired in `host` as in `environment`. */
function withoutWebInterface(
    check: Check,
    args: pulumi.Unwrap<EndpointArgs>,
): { args: pulumi.Unwrap<EndpointArgs>; warnings: string[] } {
    const { host } = args;
    if (typeof host !== "string" || !URL.canParse(`https://${host}`)) return { args, warnings: [] };
    const { url, warning } = repairHost(new URL(`https://${host}`));
    if (warning === undefined) return { args, warnings: [] };
    return { args: { ...args, host: url.host }, warnings: [check.at("host").warning(warning)] };
}

function oneAgentEndpoint(check: Check, args: pulumi.Unwrap<EndpointArgs>): Endpoint {
    const host = args.host ?? "localhost";
    if (!["localhost", "127.0.0.1", "[::1]"].includes(host)) {
        throw check.at("host").error(`the OneAgent listens on its own host only, not on "${host}"; remove host`);
    }
    const port = portFor(check, EndpointRoute.OneAgent, args.port);
    const base = `http://${host}:${port}`;
    return {
        route: EndpointRoute.OneAgent,
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

function hostFor(check: Check, route: EndpointRoute, environmentId: string, host?: string): string {
    if (route === EndpointRoute.Saas) {
        const saasHost = host ?? `${environmentId.toLowerCase()}.live.dynatrace.com`;
        if (!isSaasHost(saasHost)) {
            throw check
                .at("host")
                .error(
                    `"${saasHost}" is not a SaaS host; SaaS is https://{environment}.live.dynatrace.com. ` +
                        `For another host set route to ${EndpointRoute.Managed}, ${EndpointRoute.ActiveGate} or ${EndpointRoute.ContainerActiveGate}`,
                );
        }
        return saasHost;
    }
    if (host === undefined) {
        throw check
            .at("host")
            .error(
                `is needed for route ${route}: its URL is https://{host}${route === EndpointRoute.ActiveGate ? ":9999" : ""}/e/${environmentId}`,
            );
    }
    if (!/^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)$/i.test(host)) {
        throw check
            .at("host")
            .error(
                `"${host}" is not a host name; write the name without scheme, port and path, e.g. activegate.example.com`,
            );
    }
    return host.toLowerCase();
}

function portFor(check: Check, route: EndpointRoute, port: number = DEFAULT_PORT[route]): number {
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw check.at("port").error(`${port} is not a TCP port; use 1 to 65535`);
    }
    if (route === EndpointRoute.Saas && port !== 443) {
        throw check
            .at("port")
            .error(
                `SaaS listens on 443 only, not on ${port}; remove port, or set route to ${EndpointRoute.ActiveGate} and host for an ActiveGate`,
            );
    }
    return port;
}

/** A URL and a field that contradict each other are an error: a guess could send data to another environment. */
function checkAgreement(
    check: Check,
    pasted: { host?: string; port?: number },
    args: pulumi.Unwrap<EndpointArgs>,
): void {
    const contradiction = (name: string, here: string | number, there: string | number): InputError =>
        check.at(name).error(`${here} contradicts ${there} in environment; keep one of the two`);
    if (args.host !== undefined && pasted.host !== undefined && args.host.toLowerCase() !== pasted.host) {
        throw contradiction("host", args.host, pasted.host);
    }
    if (args.port !== undefined && pasted.port !== undefined && args.port !== pasted.port) {
        throw contradiction("port", args.port, pasted.port);
    }
}

/** `{environment}.live.dynatrace.com` and its internal stages. */
export function isSaasHost(host: string): boolean {
    return /^[a-z0-9-]+(\.[a-z0-9-]+)+\.dynatrace(labs)?\.com$/.test(host) && !host.includes(".apps.");
}
