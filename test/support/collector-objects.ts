import type { ExposurePlan } from "../../components/collector/exposure";
import { grpcRoute } from "../../components/collector/manifests/grpc-route";
import { horizontalPodAutoscaler } from "../../components/collector/manifests/horizontal-pod-autoscaler";
import { httpRoute } from "../../components/collector/manifests/http-route";
import { ingress, type RouteContext } from "../../components/collector/manifests/ingress";
import { podDisruptionBudget } from "../../components/collector/manifests/pod-disruption-budget";
import { scaledObject } from "../../components/collector/manifests/scaled-object";
import type { ScalingContext, ScalingPlan } from "../../components/collector/scaling";

/** A Kubernetes object, in part. */
interface Part {
    metadata: { name: string };
    spec: object;
}

/** The objects of an exposure, by the role in their names. */
export function exposureObjects(context: Omit<RouteContext, "exposure">, exposure: ExposurePlan): Record<string, Part> {
    const { httpIngress, grpcIngress, gateway } = exposure;
    const all = { ...context, exposure };
    return {
        ...(httpIngress && { "http-ingress": ingress(all, "http", httpIngress) }),
        ...(grpcIngress && { "grpc-ingress": ingress(all, "grpc", grpcIngress) }),
        ...(gateway?.httpHosts && { "http-route": httpRoute(all, gateway) }),
        ...(gateway?.grpcHosts && { "grpc-route": grpcRoute(all, gateway) }),
    };
}

/** The budget, and the autoscaler if there is one. */
export function scalingObjects(
    context: ScalingContext,
    { maxUnavailable, autoscaling }: ScalingPlan,
): { disruptionBudget: ReturnType<typeof podDisruptionBudget>; autoscaler: Part | undefined } {
    const create = autoscaling?.autoscaler === "keda" ? scaledObject : horizontalPodAutoscaler;
    return {
        disruptionBudget: podDisruptionBudget(context, maxUnavailable),
        autoscaler: autoscaling && create(context, autoscaling),
    };
}
