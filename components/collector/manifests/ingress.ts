import * as k8s from "@pulumi/kubernetes";

import type { IngressPlan } from "../exposure";
import type { Signal } from "../../shared/signals";
import { PORTS } from "../constants";
import type { CollectorPlan } from "../plan-types";
import { type ManifestContext, objectParts, required } from "./context";

/** The fields of the plan that objects for senders outside the cluster depend on. */
export interface RouteContext extends Pick<CollectorPlan, "namespace" | "labels" | "signals"> {
    exposure: Pick<CollectorPlan["exposure"], "serviceName">;
}

/** An Ingress. */
export interface Ingress {
    apiVersion: "networking.k8s.io/v1";
    kind: "Ingress";
    metadata: {
        name: string;
        namespace: string;
        labels: Record<string, string>;
        annotations?: Record<string, string>;
    };
    spec: k8s.types.input.networking.v1.IngressSpec;
}

/** Names of the OTLP gRPC services. Request paths start with them. */
export const GRPC_SERVICES: Record<Signal, string> = {
    traces: "opentelemetry.proto.collector.trace.v1.TraceService",
    metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
    logs: "opentelemetry.proto.collector.logs.v1.LogsService",
};

/** Routes only the OTLP paths to the Service. @see https://kubernetes.io/docs/concepts/services-networking/ingress/ */
export function ingress(context: RouteContext, protocol: "http" | "grpc", plan: IngressPlan): Ingress {
    const { hosts, className, tlsSecretName, annotations } = plan;
    const service = { name: context.exposure.serviceName, port: { number: PORTS[protocol] } };
    const paths = context.signals.map((signal) => {
        const path = protocol === "http" ? `/v1/${signal}` : `/${GRPC_SERVICES[signal]}`;
        return { path, pathType: "Prefix", backend: { service } };
    });
    return {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { ...routeMetadata(context, protocol), ...(annotations === undefined ? {} : { annotations }) },
        spec: {
            ...(className === undefined ? {} : { ingressClassName: className }),
            ...(tlsSecretName === undefined ? {} : { tls: [{ hosts, secretName: tlsSecretName }] }),
            rules: hosts.map((host) => ({ host, http: { paths } })),
        },
    };
}

/** Creates an Ingress for each protocol in the arguments. */
export function createIngresses({ name, args, plan, options }: ManifestContext): void {
    for (const protocol of ["http", "grpc"] as const) {
        const field = `${protocol}Ingress` as const;
        if (args.network?.exposure?.[field] === undefined) continue;
        const parts = objectParts(plan, (plain) =>
            ingress(plain, protocol, required(plain.exposure[field], `exposure.${field}`)),
        );
        new k8s.networking.v1.Ingress(`${name}-${protocol}-ingress`, parts, options);
    }
}

/** Metadata of an object for one protocol. */
export function routeMetadata(
    { namespace, labels, exposure }: RouteContext,
    protocol: "http" | "grpc",
): { name: string; namespace: string; labels: Record<string, string> } {
    return { name: `${exposure.serviceName}-${protocol}`, namespace, labels };
}
