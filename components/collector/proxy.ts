import { isIP } from "node:net";

import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint";
import type { Check } from "../shared/check";
import { secretKeyRef } from "../shared/references";
import { hostName } from "../shared/url";
import { EndpointRoute } from "../endpoint/route";
import type { CollectorProxyArgs } from "./args/proxy";

/** A host and port that the pods connect to. */
export interface Destination {
    /** Undefined if only a Secret contains the host. */
    host?: string;
    /** TCP port, as a network policy sees it. */
    port: number;
    /** Whether it is a Service of this cluster. */
    inCluster: boolean;
}

/** Parts of the pods for a proxy. */
export interface ProxyPlan {
    env: types.input.core.v1.EnvVar[];
    /** Annotations that change with `revision` and so restart the pods. */
    podAnnotations: Record<string, string>;
    /** Destination of the pods instead of Dynatrace, for network policies. */
    destination: Destination;
}

/** Annotation of the pods that changes with the proxy's URL in a Secret. */
export const PROXY_REVISION = "dynatrace-otlp/proxy-revision";

/**
 * Plans the proxy's environment variables. The Collector reads them like every Go program.
 *
 * Destinations in the cluster are never reached through the proxy: Services, the API server, an ActiveGate.
 *
 * @param check check of the arguments.
 * @throws InputError for an invalid URL, and for a URL with a password. The error does not contain the URL.
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function planProxy(check: Check, args: pulumi.Unwrap<CollectorProxyArgs>, endpoint: Endpoint): ProxyPlan {
    const proxy = checkSource(check, args);
    const direct = noProxyOf(check, args, endpoint);
    return {
        env: [
            { name: "HTTP_PROXY", ...proxy.value },
            { name: "HTTPS_PROXY", ...proxy.value },
            // The kubelet expands the variable to the address of the API server's Service.
            { name: "NO_PROXY", value: direct.join(",") },
        ],
        podAnnotations: args.revision === undefined ? {} : { [PROXY_REVISION]: args.revision },
        destination: reachedDirectly(endpoint, direct) ? directDestination(endpoint) : proxy.destination,
    };
}

/** Destination of the pods without a proxy. */
export function directDestination(endpoint: Endpoint): Destination {
    const inCluster = endpoint.route === EndpointRoute.ContainerActiveGate;
    return { host: endpoint.host, port: endpoint.podPort, inCluster };
}

interface Source {
    value: Pick<types.input.core.v1.EnvVar, "value" | "valueFrom">;
    destination: Destination;
}

function checkSource(check: Check, args: pulumi.Unwrap<CollectorProxyArgs>): Source {
    if (args.url === undefined) return fromSecret(check, args);
    for (const key of ["secret", "secretHost", "secretPort", "revision"] as const) {
        if (args[key] === undefined) continue;
        throw check.at(key).error("cannot be combined with url; remove one of the two");
    }
    const url = checkUrl(check.at("url"), args.url);
    const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
    // Without the trailing slash, as people write it and as `kubectl describe` should show it.
    return { value: { value: url.origin }, destination: destination(url.hostname, port) };
}

function fromSecret(check: Check, args: pulumi.Unwrap<CollectorProxyArgs>): Source {
    if (args.secret === undefined) {
        const problem = "is missing; set the URL of the proxy, e.g. http://proxy.example.com:3128, or secret";
        throw check.at("url").error(problem);
    }
    const reference = secretKeyRef(check.at("secret"), args.secret, "proxy");
    const host = args.secretHost;
    if (host !== undefined && isIP(host) === 0) hostName(check.at("secretHost"), host);
    const port = check.at("secretPort").wholeNumber(args.secretPort ?? 3128, 1, 65535);
    return { value: { valueFrom: { secretKeyRef: reference } }, destination: destination(host, port) };
}

function destination(host: string | undefined, port: number): Destination {
    const inCluster = host !== undefined && /\.svc(\.|$)/.test(host);
    return { ...(host === undefined ? {} : { host }), port, inCluster };
}

function checkUrl(check: Check, text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
        throw check.error("is not the URL of a proxy; write e.g. http://proxy.example.com:3128");
    }
    if (url.username !== "" || url.password !== "") {
        const problem =
            "holds a user or password, which anyone who can read pods could read; put the URL into a Secret and set secret";
        throw check.error(problem);
    }
    if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
        throw check.error("contains more than scheme, host and port; write e.g. http://proxy.example.com:3128");
    }
    return url;
}

function noProxyOf(check: Check, args: pulumi.Unwrap<CollectorProxyArgs>, endpoint: Endpoint): string[] {
    const wrong = (args.noProxy ?? []).find(
        (entry) => !/^[^\s,$/:]+(\/\d+)?(:\d+)?$|^[0-9a-f:]+(\/\d+)?$/i.test(entry),
    );
    if (wrong !== undefined) {
        const problem = `"${wrong}" is not a host, address or network; write e.g. example.com, 10.1.2.3 or 10.0.0.0/8, one per entry`;
        throw check.at("noProxy").error(problem);
    }
    const domain = hostName(check.at("clusterDomain"), args.clusterDomain ?? "cluster.local");
    return [
        ...new Set([
            "localhost",
            "127.0.0.1",
            "$(KUBERNETES_SERVICE_HOST)",
            "kubernetes.default",
            ".svc",
            `.svc.${domain}`,
            ...(endpoint.route === EndpointRoute.ContainerActiveGate ? [endpoint.host] : []),
            ...(args.noProxy ?? []),
        ]),
    ];
}

/** Matches host names like Go: the name and all its subdomains; only the subdomains for a leading dot; every name for `*`. */
function reachedDirectly({ host, port }: Endpoint, noProxy: string[]): boolean {
    return noProxy.some((entry) => {
        const [name = "", only] = entry.toLowerCase().replace(/^\*\./, ".").split(":");
        if (only !== undefined && only !== String(port)) return false;
        return name === "*" || host === name || host.endsWith(name.startsWith(".") ? name : `.${name}`);
    });
}
