import { isIP } from "node:net";

import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint";
import type { Check } from "../shared/check";
import { dataKey, objectName } from "../shared/kubernetes";
import { hostName } from "../shared/url";
import { EndpointRoute } from "../endpoint/route";
import type { CollectorProxyArgs } from "./args/proxy";

/** A host and port that the pods connect to. */
export interface Destination {
    /** Missing where only a Secret knows it. */
    host?: string;
    /** TCP port, as a network policy sees it. */
    port: number;
    /** Whether it is a Service of this cluster. */
    inCluster: boolean;
}

/** What a proxy adds to the pods. */
export interface ProxyPlan {
    env: types.input.core.v1.EnvVar[];
    /** Changes with `revision`, and so replaces the pods. */
    podAnnotations: Record<string, string>;
    /** Where the pods connect to instead of Dynatrace itself; for network policies. */
    destination: Destination;
}

/** Annotation of the pods that changes with a proxy's URL kept elsewhere. */
export const PROXY_REVISION = "dynatrace-otlp/proxy-revision";

/**
 * Decides the proxy's environment variables, which the Collector reads as every Go program does.
 *
 * What is in the cluster is never reached through the proxy: Services, the API server, an ActiveGate.
 *
 * @param field where the arguments stand in those of the component, for the error text.
 * @throws InputError for a URL that is none, and for one with a password. The URL is not in the error.
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function planProxy(check: Check, args: pulumi.Unwrap<CollectorProxyArgs>, endpoint: Endpoint): ProxyPlan {
    const proxy = checkSource(check, args);
    const direct = noProxyOf(check, args, endpoint);
    return {
        env: [
            { name: "HTTP_PROXY", ...proxy.value },
            { name: "HTTPS_PROXY", ...proxy.value },
            // A kubelet puts the address of the API server's Service in the place of the variable.
            { name: "NO_PROXY", value: direct.join(",") },
        ],
        podAnnotations: args.revision === undefined ? {} : { [PROXY_REVISION]: args.revision },
        destination: reachedDirectly(endpoint, direct) ? directDestination(endpoint) : proxy.destination,
    };
}

/** Where the pods connect to without a proxy. */
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
    for (const key of ["secretName", "secretKey", "secretHost", "secretPort", "revision"] as const) {
        if (args[key] === undefined) continue;
        throw check.at(`${key}`).error("stands beside url; keep the Secret or the url");
    }
    const url = checkUrl(check.at("url"), args.url);
    const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
    // The form without a trailing slash is what people write and what `kubectl describe` should show.
    return { value: { value: url.origin }, destination: destination(url.hostname, port) };
}

function fromSecret(check: Check, args: pulumi.Unwrap<CollectorProxyArgs>): Source {
    if (args.secretName === undefined) {
        const problem = "is needed, or secretName; give the proxy's URL, e.g. http://proxy.example.com:3128";
        throw check.at("url").error(problem);
    }
    const secretKeyRef = {
        name: objectName(check.at("secretName"), args.secretName),
        key: dataKey(check.at("secretKey"), args.secretKey ?? "proxy"),
    };
    const host = args.secretHost;
    if (host !== undefined && isIP(host) === 0) hostName(check.at("secretHost"), host);
    const port = check.at("secretPort").wholeNumber(args.secretPort ?? 3128, 1, 65535);
    return { value: { valueFrom: { secretKeyRef } }, destination: destination(host, port) };
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
            "holds a user or password, which every reader of the pods would see; put the URL into a Secret and give secretName";
        throw check.error(problem);
    }
    if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
        throw check.error("has more than scheme, host and port; write e.g. http://proxy.example.com:3128");
    }
    return url;
}

function noProxyOf(check: Check, args: pulumi.Unwrap<CollectorProxyArgs>, endpoint: Endpoint): string[] {
    const wrong = (args.noProxy ?? []).find(
        (entry) => !/^[^\s,$/:]+(\/\d+)?(:\d+)?$|^[0-9a-f:]+(\/\d+)?$/i.test(entry),
    );
    if (wrong !== undefined) {
        const problem = `"${wrong}" is not a host, address or network; write e.g. example.com, 10.1.2.3 or 10.0.0.0/8, one an entry`;
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

/** As Go judges host names: the name itself and all below it, only those below for a leading dot, all for `*`. */
function reachedDirectly({ host, port }: Endpoint, noProxy: string[]): boolean {
    return noProxy.some((entry) => {
        const [name = "", only] = entry.toLowerCase().replace(/^\*\./, ".").split(":");
        if (only !== undefined && only !== String(port)) return false;
        return name === "*" || host === name || host.endsWith(name.startsWith(".") ? name : `.${name}`);
    });
}
