import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { CollectorAutoscaler, type CollectorPodMetricArgs } from "../args/scaling";
import type { AutoscalingPlan, ScalingContext } from "../scaling";
import { scalingContext, scalingOf } from "../two-tier";
import { type ManifestContext, objectParts, required } from "./context";

/** A HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscaler {
    apiVersion: "autoscaling/v2";
    kind: "HorizontalPodAutoscaler";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec;
}

type MetricSpec = k8s.types.input.autoscaling.v2.MetricSpec;

/** Adds pods quickly, because rejected data is lost. Removes one pod every two minutes, because each pod must send its queues first. */
export const BEHAVIOR: k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior = {
    scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [
            { type: "Percent", value: 100, periodSeconds: 30 },
            { type: "Pods", value: 2, periodSeconds: 30 },
        ],
    },
    scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: "Min",
        policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
    },
};

/** @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ */
export function horizontalPodAutoscaler(
    context: ScalingContext,
    autoscaling: AutoscalingPlan,
): HorizontalPodAutoscaler {
    const { name, namespace, labels, scaleTarget } = context;
    const { minReplicas, maxReplicas, cpuPercent, memoryPercent, podMetric } = autoscaling;
    return {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name, namespace, labels },
        spec: {
            scaleTargetRef: scaleTarget,
            minReplicas,
            maxReplicas,
            metrics: [
                utilization("cpu", cpuPercent),
                utilization("memory", memoryPercent),
                ...(podMetric === undefined ? [] : [podMetricSpec(podMetric)]),
            ],
            behavior: BEHAVIOR,
        },
    };
}

export function createHorizontalPodAutoscaler({ name, check, args, plan, options }: ManifestContext): void {
    const { autoscaling } = args.scaling ?? {};
    if (autoscaling === undefined || autoscaling.autoscaler === CollectorAutoscaler.Keda) return;
    const parts = objectParts(plan, (plain) =>
        horizontalPodAutoscaler(scalingContext(plain), required(scalingOf(check, plain).autoscaling, "autoscaling")),
    );
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, parts, options);
}

function utilization(name: string, averageUtilization: number): MetricSpec {
    return { type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } };
}

function podMetricSpec({ name, averageValue }: pulumi.Unwrap<CollectorPodMetricArgs>): MetricSpec {
    return { type: "Pods", pods: { metric: { name }, target: { type: "AverageValue", averageValue } } };
}
