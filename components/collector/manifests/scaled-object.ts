import * as k8s from "@pulumi/kubernetes";

import { CollectorAutoscaler } from "../args/scaling";
import type { AutoscalingPlan, PrometheusTriggerPlan, ScalingContext } from "../scaling";
import { scalingContext, scalingOf } from "../two-tier";
import { type ManifestContext, objectParts, required } from "./context";
import { BEHAVIOR } from "./horizontal-pod-autoscaler";

/** A ScaledObject of KEDA. */
export interface ScaledObject {
    apiVersion: "keda.sh/v1alpha1";
    kind: "ScaledObject";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: object;
}

/** @see https://keda.sh/docs/latest/reference/scaledobject-spec/ */
export function scaledObject(context: ScalingContext, autoscaling: AutoscalingPlan): ScaledObject {
    const { name, namespace, labels, scaleTarget } = context;
    const { minReplicas, maxReplicas, cpuPercent, memoryPercent, prometheus } = autoscaling;
    return {
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata: { name, namespace, labels },
        spec: {
            scaleTargetRef: scaleTarget,
            minReplicaCount: minReplicas,
            maxReplicaCount: maxReplicas,
            advanced: { horizontalPodAutoscalerConfig: { behavior: BEHAVIOR } },
            triggers: [
                utilization("cpu", cpuPercent),
                utilization("memory", memoryPercent),
                ...(prometheus === undefined ? [] : [prometheusTrigger(prometheus)]),
            ],
        },
    };
}

export function createScaledObject({ name, check, args, plan, options }: ManifestContext): void {
    if (args.scaling?.autoscaling?.autoscaler !== CollectorAutoscaler.Keda) return;
    const parts = objectParts(plan, (plain) =>
        scaledObject(scalingContext(plain), required(scalingOf(check, plain).autoscaling, "autoscaling")),
    );
    const object = { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", ...parts };
    new k8s.apiextensions.CustomResource(`${name}-autoscaler`, object, options);
}

function utilization(type: string, percent: number): object {
    return { type, metricType: "Utilization", metadata: { value: String(percent) } };
}

/** @see https://keda.sh/docs/latest/scalers/prometheus/ */
function prometheusTrigger({ serverAddress, query, threshold }: PrometheusTriggerPlan): object {
    return { type: "prometheus", metadata: { serverAddress, query, threshold: String(threshold) } };
}
