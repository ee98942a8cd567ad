import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { objectName, namespaceName } from "../shared/kubernetes";
import type { Signal } from "../shared/signals";
import { hostName } from "../shared/url";
import { PORTS } from "./places";

/** An Ingress of one protocol. */
export interface IngressArgs {
    /** Host names that senders use, e.g. `otlp.example.com`. */
    hosts: pulumi.Input<pulumi.Input<string>[]>;
    /** @default - the cluster's default IngressClass */
    className?: pulumi.Input<string>;
    /** Secret with the certificate for the hosts, in the Collector's namespace. @default - no encryption */
    tlsSecretName?: pulumi.Input<string>;
    /**
     * What the controller wants to be told, e.g. `nginx.ingress.kubernetes.io/backend-protocol: GRPC` for gRPC.
     *
     * @default {}
     */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Routes of the Gateway API. @see https://gateway-api.sigs.k8s.io/ */
export interface GatewayArgs {
    /** Gateway that exists already. */
    name: pulumi.Input<string>;
    /** @default - the Collector's namespace */
    namespace?: pulumi.Input<string>;
    /** Listener of the Gateway. @default - all that fit the host names */
    sectionName?: pulumi.Input<string>;
    /** Host names for OTLP over HTTP. @default - no HTTPRoute */
    httpHosts?: pulumi.Input<pulumi.Input<string>[]>;
    /** Host names for OTLP over gRPC; not those of HTTP, which a Gateway would refuse. @default - no GRPCRoute */
    grpcHosts?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Ways to the Collector from outside the cluster. Only the paths of OTLP are open, only for the signals it takes. Which of them there are
 * must be known when the program runs.
 */
export interface ExposureArgs {
    /** OTLP over HTTP by an Ingress. @default - none */
    httpIngress?: IngressArgs;
    /** OTLP over gRPC by an Ingress; needs a controller that speaks it. @default - none */
    grpcIngress?: IngressArgs;
    /** @default - none */
    gateway?: GatewayArgs;
    /** Namespace of the pods that forward, to be let in by the network policy. @default - what the policy lets in anyway */
    controllerNamespace?: pulumi.Input<string>;
}

/** What about the rest of the Collector its exposure depends on. */
export interface ExposureSurroundings {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    signals: Signal[];
    /** Whether the receiver itself takes TLS alone. */
    receiverTls: boolean;
    /** Whether senders have to show a token, password or certificate. */
    receiverAuth: boolean;
}

/** A Kubernetes object, whole. */
export interface ExposureObject {
    apiVersion: string;
    kind: string;
    metadata: {
        name: string;
        namespace: string;
        labels: Record<string, string>;
        annotations?: Record<string, string>;
    };
    spec: object;
}

/** Objects that lead to the Service, and what follows from them. */
export interface ExposurePlan {
    /** By the role in their names: `http-ingress`, `grpc-ingress`, `http-route`, `grpc-route`. */
    objects: Record<string, ExposureObject>;
    /** URLs for senders outside the cluster, without `/v1/...`; those of a Gateway are not known, since its listeners have the ports. */
    urls: string[];
    /** Namespaces that a network policy has to let in besides its own. */
    fromNamespaces: string[];
    warnings: string[];
}

/** Names of OTLP's services in gRPC, which are the start of their paths. */
const GRPC_SERVICES: Record<Signal, string> = {
    traces: "opentelemetry.proto.collector.trace.v1.TraceService",
    metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
    logs: "opentelemetry.proto.collector.logs.v1.LogsService",
};

/**
 * Decides the ways in from outside.
 *
 * @param field where the arguments stand in those of the component, for the error text.
 * @throws InputError for what is no host name, and for a Gateway that would refuse its routes.
 */
export function planExposure(
    check: Check,
    args: pulumi.Unwrap<ExposureArgs>,
    around: ExposureSurroundings,
): ExposurePlan {
    const { httpIngress, grpcIngress, gateway, controllerNamespace } = args;
    const httpPaths = around.signals.map((signal) => `/v1/${signal}`);
    const grpcPaths = around.signals.map((signal) => `/${GRPC_SERVICES[signal]}`);
    const objects: Record<string, ExposureObject> = {
        ...(httpIngress === undefined
            ? {}
            : { "http-ingress": ingress(check.at("httpIngress"), httpIngress, around, "http", httpPaths) }),
        ...(grpcIngress === undefined
            ? {}
            : { "grpc-ingress": ingress(check.at("grpcIngress"), grpcIngress, around, "grpc", grpcPaths) }),
        ...(gateway === undefined ? {} : routes(check.at("gateway"), gateway, around)),
    };
    return {
        objects,
        urls: [httpIngress, grpcIngress].flatMap((it) => (it === undefined ? [] : urlsOf(it))),
        fromNamespaces:
            controllerNamespace === undefined
                ? []
                : [namespaceName(check.at("controllerNamespace"), controllerNamespace)],
        warnings: warningsOf(check, args, around),
    };
}

/** @see https://kubernetes.io/docs/concepts/services-networking/ingress/ */
function ingress(
    check: Check,
    args: pulumi.Unwrap<IngressArgs>,
    around: ExposureSurroundings,
    protocol: "http" | "grpc",
    paths: string[],
): ExposureObject {
    const hosts = hostsOf(check.at("hosts"), args.hosts);
    const service = { name: around.name, port: { number: PORTS[protocol] } };
    const http = { paths: paths.map((path) => ({ path, pathType: "Prefix", backend: { service } })) };
    const { className, tlsSecretName } = args;
    return {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: {
            ...metadata(around, protocol),
            ...(args.annotations === undefined ? {} : { annotations: args.annotations }),
        },
        spec: {
            ...(className === undefined ? {} : { ingressClassName: objectName(check.at("className"), className) }),
            ...(tlsSecretName === undefined
                ? {}
                : { tls: [{ hosts, secretName: objectName(check.at("tlsSecretName"), tlsSecretName) }] }),
            rules: hosts.map((host) => ({ host, http })),
        },
    };
}

function routes(
    check: Check,
    args: pulumi.Unwrap<GatewayArgs>,
    around: ExposureSurroundings,
): Record<string, ExposureObject> {
    const list = (key: "httpHosts" | "grpcHosts"): string[] | undefined =>
        args[key] === undefined ? undefined : hostsOf(check.at(`${key}`), args[key]);
    const [httpHosts, grpcHosts] = [list("httpHosts"), list("grpcHosts")];
    if (httpHosts === undefined && grpcHosts === undefined) {
        throw check.error("leads nowhere without httpHosts and grpcHosts; give one of them");
    }
    const shared = (httpHosts ?? []).find((host) => grpcHosts?.includes(host));
    if (shared !== undefined) {
        const problem = `"${shared}" is among httpHosts too, and a Gateway refuses one of two kinds of route for a host; give gRPC its own`;
        throw check.at("grpcHosts").error(problem);
    }
    const parentRefs = [
        {
            name: objectName(check.at("name"), args.name),
            ...(args.namespace === undefined
                ? {}
                : { namespace: namespaceName(check.at("namespace"), args.namespace) }),
            ...(args.sectionName === undefined
                ? {}
                : { sectionName: objectName(check.at("sectionName"), args.sectionName) }),
        },
    ];
    return {
        ...(httpHosts === undefined
            ? {}
            : {
                  "http-route": route("HTTPRoute", around, "http", {
                      parentRefs,
                      hostnames: httpHosts,
                      matches: around.signals.map((signal) => ({
                          path: { type: "PathPrefix", value: `/v1/${signal}` },
                      })),
                  }),
              }),
        ...(grpcHosts === undefined
            ? {}
            : {
                  "grpc-route": route("GRPCRoute", around, "grpc", {
                      parentRefs,
                      hostnames: grpcHosts,
                      matches: around.signals.map((signal) => ({
                          method: { type: "Exact", service: GRPC_SERVICES[signal], method: "Export" },
                      })),
                  }),
              }),
    };
}

function route(
    kind: string,
    around: ExposureSurroundings,
    protocol: "http" | "grpc",
    of: { parentRefs: object[]; hostnames: string[]; matches: object[] },
): ExposureObject {
    const backendRefs = [{ name: around.name, port: PORTS[protocol] }];
    return {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind,
        metadata: metadata(around, protocol),
        spec: { parentRefs: of.parentRefs, hostnames: of.hostnames, rules: [{ matches: of.matches, backendRefs }] },
    };
}

function hostsOf(check: Check, given: string[] | undefined): string[] {
    const hosts = check.list(given, '["otlp.example.com"]');
    if (hosts.length === 0) {
        throw check.error("is empty; give a host name, e.g. otlp.example.com");
    }
    return hosts.map((host) => hostName(check, host));
}

/** A wildcard is no host that one could send to. */
function urlsOf({ hosts, tlsSecretName }: pulumi.Unwrap<IngressArgs>): string[] {
    const scheme = tlsSecretName === undefined ? "http" : "https";
    return hosts.filter((host) => !host.startsWith("*")).map((host) => `${scheme}://${host}`);
}

function warningsOf(check: Check, args: pulumi.Unwrap<ExposureArgs>, around: ExposureSurroundings): string[] {
    const ways = (["httpIngress", "grpcIngress", "gateway"] as const).filter((key) => args[key] !== undefined);
    const plain = ways.filter((key) => key !== "gateway" && args[key]?.tlsSecretName === undefined);
    return [
        ...plain.map(
            (key) =>
                `${check.component}: ${check.path}.${key}.tlsSecretName is not given: telemetry crosses the network unencrypted, unless something in front encrypts`,
        ),
        ...(around.receiverAuth
            ? []
            : ways.map(
                  (key) =>
                      `${check.component}: ${check.path}.${key}: whoever reaches the host may send at your cost; ask for a token with receiver.bearer`,
              )),
        ...(around.receiverTls
            ? ways.map(
                  (key) =>
                      `${check.component}: ${check.path}.${key}: the Collector takes TLS alone, so what forwards to it has to speak TLS to it (BackendTLSPolicy, or an annotation of the controller)`,
              )
            : []),
    ];
}

function metadata(
    { name, namespace, labels }: ExposureSurroundings,
    protocol: "http" | "grpc",
): ExposureObject["metadata"] {
    return { name: `${name}-${protocol}`, namespace, labels };
}
