import { type Endpoint, isSaasHost, resolveEndpoint, signalUrl } from "../components/endpoint";
import { ALL_SIGNALS } from "../components/shared/signals";
import { hostBehindWebInterface } from "../providers/dynatrace/host";
import { redact } from "../providers/dynatrace/redact";
import type { FoundEndpoint } from "./endpoints-in";
import { Check } from "../components/shared/check";

const SAAS_PORTS = [443];

/**
 * What is wrong with an OTLP endpoint and what to write instead; undefined if it is right, or not at Dynatrace.
 *
 * @param ports TCP ports of ActiveGates and of Dynatrace Managed.
 */
export function endpointProblem(endpoint: FoundEndpoint, ports: number[]): string | undefined {
    const url = dynatraceUrl(endpoint.url);
    if (url === undefined) return undefined;
    const right = rightUrl(url, endpoint, ports);
    const wayOut = right === undefined ? "write the URL that resolveEndpoint gives" : `write ${right[0]}`;
    if (endpoint.grpc) return `${url.host} takes OTLP over HTTP only, not gRPC; use the exporter otlp_http, ${wayOut}`;
    if (url.protocol !== "https:") {
        return `${url.protocol}//${url.host} would send data and token unencrypted; ${wayOut}`;
    }
    if (isWebInterface(url)) return `${url.host} is the web interface, which answers 404 to telemetry; ${wayOut}`;
    const allowed = portsOf(url, ports);
    if (!allowed.includes(portOf(url))) {
        return `port ${portOf(url)} of ${url.hostname} is not one of ${allowed.join(", ")}; ${wayOut}`;
    }
    if (right === undefined) return `${shown(url)} names no environment; ${wayOut}`;
    return right.map(normal).includes(shown(url)) ? undefined : `${shown(url)} is not an OTLP URL; ${wayOut}`;
}

/** The URL if it is at Dynatrace. A URL that only the pod can complete is skipped, and so is an address of the pod itself. */
function dynatraceUrl(text: string): URL | undefined {
    if (/\$[({]/.test(text)) return undefined;
    const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
    let url: URL;
    try {
        url = new URL(hasScheme ? text.trim() : `grpc://${text.trim()}`);
    } catch {
        return undefined;
    }
    if (/^(localhost|127(\.\d+){3}|\[::1\])$/i.test(url.hostname)) return undefined;
    const atDynatrace =
        /(^|\.)dynatrace(labs)?\.com$/i.test(url.hostname) ||
        /\/api\/v2\/otlp/.test(url.pathname) ||
        /^\/e\/[^/]+\/api/.test(url.pathname);
    return atDynatrace ? url : undefined;
}

/** The URLs that would work, the likeliest first; undefined if the URL does not name the environment. */
function rightUrl(url: URL, { signal, lenient }: FoundEndpoint, ports: number[]): string[] | undefined {
    const port = portsOf(url, ports).includes(portOf(url)) && portOf(url) !== 443 ? `:${portOf(url)}` : "";
    let resolved: Endpoint;
    try {
        resolved = resolveEndpoint(new Check("", "endpoint"), {
            environment: `https://${url.hostname}${port}${url.pathname}`,
        });
    } catch {
        return undefined;
    }
    if (lenient) return [resolved.otlpUrl, ...ALL_SIGNALS.map((each) => signalUrl(resolved, each) ?? "")];
    return [signal === undefined ? resolved.otlpUrl : (signalUrl(resolved, signal) ?? resolved.otlpUrl)];
}

function portsOf(url: URL, ports: number[]): number[] {
    return isSaasHost(url.hostname) || isWebInterface(url) ? SAAS_PORTS : ports;
}

function portOf(url: URL): number {
    return url.port === "" ? 443 : Number(url.port);
}

function isWebInterface(url: URL): boolean {
    return hostBehindWebInterface(url.hostname.toLowerCase()) !== undefined;
}

/** Without user, query and fragment, which may hold a secret. */
function shown(url: URL): string {
    return redact(normal(`${url.protocol}//${url.host}${url.pathname}`));
}

function normal(url: string): string {
    return url.replace(/\/+$/, "");
}
