import * as k8s from "@pulumi/kubernetes";

import type { GatewayPlan } from "../exposure";
import { PORTS } from "../constants";
import { type ManifestContext, objectParts, required } from "./context";
import { routeMetadata, type RouteContext } from "./ingress";

/** An HTTPRoute of the Gateway API. */
export interface HTTPRoute {
    apiVersion: "gateway.networking.k8s.io/v1";
    kind: "HTTPRoute";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** Routes OTLP over HTTP from a Gateway to the Service. @see https://gateway-api.sigs.k8s.io/api-types/httproute/ */
export function httpRoute(context: RouteContext, { parentRefs, httpHosts = [] }: GatewayPlan): HTTPRoute {
    const backendRefs = [{ name: context.exposure.serviceName, port: PORTS.http }];
    const matches = context.signals.map((signal) => ({
        path: { type: "PathPrefix", value: `/v1/${signal}` },
    }));
    return {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: routeMetadata(context, "http"),
        spec: { parentRefs, hostnames: httpHosts, rules: [{ matches, backendRefs }] },
    };
}

export function createHttpRoute({ name, args, plan, options }: ManifestContext): void {
    if (args.network?.exposure?.gateway?.httpHosts === undefined) return;
    const parts = objectParts(plan, (plain) => httpRoute(plain, required(plain.exposure.gateway, "exposure.gateway")));
    const object = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", ...parts };
    new k8s.apiextensions.CustomResource(`${name}-http-route`, object, options);
}
