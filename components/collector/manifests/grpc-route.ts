import * as k8s from "@pulumi/kubernetes";

import type { GatewayPlan } from "../exposure";
import { PORTS } from "../constants";
import { type ManifestContext, objectParts, required } from "./context";
import { GRPC_SERVICES, routeMetadata, type RouteContext } from "./ingress";

/** A GRPCRoute of the Gateway API. */
export interface GRPCRoute {
    apiVersion: "gateway.networking.k8s.io/v1";
    kind: "GRPCRoute";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** Routes OTLP over gRPC from a Gateway to the Service. @see https://gateway-api.sigs.k8s.io/api-types/grpcroute/ */
export function grpcRoute(context: RouteContext, { parentRefs, grpcHosts = [] }: GatewayPlan): GRPCRoute {
    const backendRefs = [{ name: context.exposure.serviceName, port: PORTS.grpc }];
    const matches = context.signals.map((signal) => ({
        method: { type: "Exact", service: GRPC_SERVICES[signal], method: "Export" },
    }));
    return {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "GRPCRoute",
        metadata: routeMetadata(context, "grpc"),
        spec: { parentRefs, hostnames: grpcHosts, rules: [{ matches, backendRefs }] },
    };
}

export function createGrpcRoute({ name, args, plan, options }: ManifestContext): void {
    if (args.network?.exposure?.gateway?.grpcHosts === undefined) return;
    const parts = objectParts(plan, (plain) => grpcRoute(plain, required(plain.exposure.gateway, "exposure.gateway")));
    const object = { apiVersion: "gateway.networking.k8s.io/v1", kind: "GRPCRoute", ...parts };
    new k8s.apiextensions.CustomResource(`${name}-grpc-route`, object, options);
}
