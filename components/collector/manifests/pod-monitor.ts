import * as k8s from "@pulumi/kubernetes";

import {
    METRICS_PORT,
    type MonitoringContext,
    monitoringMetadata,
    monitoringObjects,
    type MonitoringObject,
} from "../monitoring";
import { type ManifestContext, objectParts, required } from "./context";

/** Lets a Prometheus of the cluster scrape the pods. @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor */
export function podMonitor(context: MonitoringContext): MonitoringObject {
    const { selector, monitoring } = context;
    return {
        metadata: monitoringMetadata(context),
        spec: {
            selector: { matchLabels: selector },
            podMetricsEndpoints: [{ port: METRICS_PORT.name, interval: `${monitoring.intervalSeconds}s` }],
        },
    };
}

export function createPodMonitor({ name, args, plan, options }: ManifestContext): void {
    if (!monitoringObjects(args.monitoring).podMonitor) return;
    const parts = objectParts(plan, (plain) =>
        podMonitor({ ...plain, monitoring: required(plain.monitoring, "monitoring") }),
    );
    const object = { apiVersion: "monitoring.coreos.com/v1", kind: "PodMonitor", ...parts };
    new k8s.apiextensions.CustomResource(`${name}-monitor`, object, options);
}
