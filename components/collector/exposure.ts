import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { namespaceName, objectName } from "../shared/kubernetes";
import { hostName } from "../shared/url";
import type { CollectorExposureArgs, CollectorGatewayArgs, CollectorIngressArgs } from "./args/exposure";

/** The fields of the Collector's plan that the exposure depends on. */
export interface ExposureContext {
    /** Name of the Service. */
    name: string;
    /** Whether the receiver accepts only TLS. */
    receiverTls: boolean;
    /** Whether senders need a token, a password or a certificate. */
    receiverAuth: boolean;
    /** Largest request of each protocol, in MiB. */
    largestMiB: Record<Protocol, number>;
}

type Protocol = "http" | "grpc";

/** An Ingress for one protocol, after validation. */
export interface IngressPlan {
    hosts: string[];
    className?: string;
    tlsSecretName?: string;
    annotations?: Record<string, string>;
}

/** Routes of the Gateway API, after validation. */
export interface GatewayPlan {
    parentRefs: { name: string; namespace?: string; sectionName?: string }[];
    httpHosts?: string[];
    grpcHosts?: string[];
}

/** Access to the Service from outside the cluster. */
export interface ExposurePlan {
    /** Service that receives the traffic. */
    serviceName: string;
    httpIngress?: IngressPlan;
    grpcIngress?: IngressPlan;
    gateway?: GatewayPlan;
    /** URLs for senders outside the cluster, without `/v1/...`. A Gateway has no URLs here, because its listeners define the ports. */
    urls: string[];
    /** Further namespaces that the network policy allows. */
    fromNamespaces: string[];
    warnings: string[];
}

/**
 * Plans the access from outside the cluster.
 *
 * @throws InputError for an invalid host name, and for hosts that a Gateway would reject.
 */
export function planExposure(
    check: Check,
    args: pulumi.Unwrap<CollectorExposureArgs>,
    context: ExposureContext,
): ExposurePlan {
    const { controllerNamespace } = args;
    const httpIngress = args.httpIngress && planIngress(check.at("httpIngress"), args.httpIngress, "http", context);
    const grpcIngress = args.grpcIngress && planIngress(check.at("grpcIngress"), args.grpcIngress, "grpc", context);
    return {
        serviceName: context.name,
        httpIngress,
        grpcIngress,
        gateway: args.gateway && planGateway(check.at("gateway"), args.gateway),
        urls: [httpIngress, grpcIngress].flatMap((it) => (it === undefined ? [] : urlsOf(it))),
        fromNamespaces:
            controllerNamespace === undefined
                ? []
                : [namespaceName(check.at("controllerNamespace"), controllerNamespace)],
        warnings: warningsOf(check, args, context),
    };
}

function planIngress(
    check: Check,
    args: pulumi.Unwrap<CollectorIngressArgs>,
    protocol: Protocol,
    context: ExposureContext,
): IngressPlan {
    const { hosts, className, tls } = args;
    const own = isNginx(args) ? nginxAnnotations(protocol, context) : undefined;
    const annotations = own === undefined ? args.annotations : { ...own, ...args.annotations };
    return {
        hosts: hostsOf(check.at("hosts"), hosts),
        className: className === undefined ? undefined : objectName(check.at("className"), className),
        tlsSecretName: tls === undefined ? undefined : objectName(check.at("tls.secretName"), tls.secretName),
        annotations,
    };
}

function isNginx({ className }: pulumi.Unwrap<CollectorIngressArgs>): boolean {
    return className === "nginx";
}

/** Without them, ingress-nginx speaks HTTP/1.1 to the gRPC port, and refuses bodies above 1 MB. */
function nginxAnnotations(protocol: Protocol, { receiverTls, largestMiB }: ExposureContext): Record<string, string> {
    const speaks = { http: receiverTls ? "HTTPS" : "HTTP", grpc: receiverTls ? "GRPCS" : "GRPC" }[protocol];
    return {
        ...(speaks === "HTTP" ? {} : { "nginx.ingress.kubernetes.io/backend-protocol": speaks }),
        "nginx.ingress.kubernetes.io/proxy-body-size": `${largestMiB[protocol]}m`,
    };
}

function planGateway(check: Check, args: pulumi.Unwrap<CollectorGatewayArgs>): GatewayPlan {
    const { name, namespace, sectionName } = args;
    const httpHosts = args.httpHosts && hostsOf(check.at("httpHosts"), args.httpHosts);
    const grpcHosts = args.grpcHosts && hostsOf(check.at("grpcHosts"), args.grpcHosts);
    if (httpHosts === undefined && grpcHosts === undefined) {
        check.fail("has no effect without httpHosts or grpcHosts; set one of them");
    }
    const shared = (httpHosts ?? []).find((host) => grpcHosts?.includes(host));
    if (shared !== undefined) {
        const problem = `"${shared}" is also in httpHosts, and a Gateway accepts only one kind of route for a host`;
        check.at("grpcHosts").fail(`${problem}; use another host for gRPC`);
    }
    const parent = {
        name: objectName(check.at("name"), name),
        ...(namespace === undefined ? {} : { namespace: namespaceName(check.at("namespace"), namespace) }),
        ...(sectionName === undefined ? {} : { sectionName: objectName(check.at("sectionName"), sectionName) }),
    };
    return { parentRefs: [parent], httpHosts, grpcHosts };
}

function hostsOf(check: Check, given: string[] | undefined): string[] {
    const hosts = check.list(given, '["otlp.example.com"]');
    if (hosts.length === 0) check.fail("is empty; give a host name, e.g. otlp.example.com");
    return hosts.map((host) => hostName(check, host));
}

/** URLs of an Ingress, except for wildcard hosts. */
function urlsOf({ hosts, tlsSecretName }: IngressPlan): string[] {
    const scheme = tlsSecretName === undefined ? "http" : "https";
    return hosts.filter((host) => !host.startsWith("*")).map((host) => `${scheme}://${host}`);
}

function warningsOf(check: Check, args: pulumi.Unwrap<CollectorExposureArgs>, context: ExposureContext): string[] {
    const ways = (["httpIngress", "grpcIngress", "gateway"] as const).filter((key) => args[key] !== undefined);
    const plain = ways.filter((key) => key !== "gateway" && args[key]?.tls === undefined);
    return [
        ...plain.map((key) =>
            check
                .at(`${key}.tls`)
                .warning(
                    `is missing, so telemetry crosses the network unencrypted unless a proxy encrypts it; set tls.secretName`,
                ),
        ),
        ...(context.receiverAuth
            ? []
            : ways.map((key) =>
                  check
                      .at(key)
                      .warning(
                          `anyone who can reach the host can send at your cost; require a token with receiver.bearer`,
                      ),
              )),
        ...(context.receiverTls
            ? ways
                  .filter((key) => key === "gateway" || args[key] === undefined || !isNginx(args[key]))
                  .map((key) =>
                      check
                          .at(key)
                          .warning(
                              `the Collector accepts only TLS; connect with TLS (BackendTLSPolicy, or an annotation of the controller)`,
                          ),
                  )
            : []),
    ];
}
