import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { combine } from "../../shared/outputs";
import { CollectorMode } from "../args";
import { intakePorts } from "../flows";
import { OPERATOR_API } from "../operator";
import type { CollectorPlan, Plain } from "../plan-types";
import { type PodPlan, PROBES, specFields } from "../pod-fields";
import { claimSpec } from "../features/persistent-queue";
import { type Delivery, deliveredParts } from "../token";
import { scalingOf } from "../two-tier";
import { type ManifestContext, metadataOf } from "./context";
import { containerSpec, podParts, USER } from "./pod-template";
import { servicePort } from "./service";

/** `spec.mode`. The Operator cannot run two tiers, which the plan checks before. */
const MODES: Record<CollectorMode, string> = {
    deployment: "deployment",
    statefulSet: "statefulset",
    daemonSet: "daemonset",
    twoTier: "deployment",
};

/**
 * `spec` of an OpenTelemetryCollector with the same pods as a workload. The Operator mounts the configuration and creates the Service, the
 * probes and a disruption budget. A second disruption budget would block every eviction.
 *
 * @param config the configuration as an object. It contains no secret.
 * @see https://github.com/open-telemetry/opentelemetry-operator/blob/main/docs/api/opentelemetrycollectors.md
 */
export function operatorSpec(
    { check, plan }: Pick<ManifestContext, "check" | "plan">,
    config: pulumi.Output<Plain>,
    delivery: Delivery,
): Record<string, pulumi.Input<unknown>> {
    const delivered = deliveredParts(plan, delivery, USER);
    const container = containerSpec(plan, delivered);
    const parts = podParts(plan, delivered);
    return {
        mode: plan.mode.apply((mode) => MODES[mode]),
        managementState: "managed",
        upgradeStrategy: plan.apply(({ operator }) => (operator?.automaticUpgrade ? "automatic" : "none")),
        networkPolicy: { enabled: plan.apply(({ operator }) => operator?.networkPolicy ?? false) },
        image: container.image,
        imagePullPolicy: container.imagePullPolicy,
        config,
        env: container.env,
        volumes: parts.volumes,
        volumeMounts: parts.volumeMounts,
        resources: container.resources,
        securityContext: container.securityContext,
        serviceAccount: plan.accountName,
        podSecurityContext: parts.securityContext,
        podAnnotations: parts.annotations,
        ...operatorPods(delivered.pods),
        envFrom: container.envFrom,
        ports: plan.apply((plain) => (plain.hostPorts ? hostPorts(plain) : addedPorts(plain))),
        trafficDistribution: plan.service.trafficDistribution,
        ipFamilyPolicy: plan.apply(({ ipFamilies }) => ipFamilies.ipFamilyPolicy),
        ipFamilies: plan.apply(({ ipFamilies }) => ipFamilies.ipFamilies),
        replicas: counted(plan, (plain) => scalingOf(check, plain).replicas),
        topologySpreadConstraints: counted(plan, (plain) => scalingOf(check, plain).topologySpreadConstraints),
        podDisruptionBudget: {
            maxUnavailable: counted(plan, ({ scaling }) => scaling.maxUnavailablePods ?? 1).apply((most) => most ?? 1),
        },
        deploymentUpdateStrategy: plan.apply(({ mode, queue }) =>
            mode === CollectorMode.Deployment && queue !== undefined ? { type: "Recreate" } : undefined,
        ),
        persistentVolumeClaimRetentionPolicy: plan.apply(({ queue }) => queue?.retention),
        volumeClaimTemplates: plan.apply(({ mode, queue, labels }) =>
            mode === CollectorMode.StatefulSet && queue !== undefined
                ? [{ metadata: { name: "queue", labels }, spec: claimSpec(queue) }]
                : undefined,
        ),
    };
}

/** Creates the object from which the OpenTelemetry Operator creates the pods. */
export function createOpenTelemetryCollector(
    context: ManifestContext,
    config: pulumi.Output<Plain>,
    delivery: Delivery,
    dependsOn: pulumi.Resource[],
): void {
    const { name, plan, options } = context;
    // The Operator copies the labels of its object to the pods.
    const { pods } = deliveredParts(plan, delivery, USER);
    const labels = combine(plan, pods, (plain, more) => ({ ...plain.labels, ...more.labels }));
    const metadata = { ...metadataOf(plan), labels };
    const object = { ...OPERATOR_API, metadata, spec: operatorSpec(context, config, delivery) };
    new k8s.apiextensions.CustomResource(`${name}-collector`, object, { parent: options.parent, dependsOn });
}

/** Pod fields under the names of the Operator. */
function operatorPods(pods: pulumi.Output<PodPlan>): Record<string, pulumi.Output<unknown>> {
    const own = ["nodeSelector", "tolerations", "affinity", "priorityClassName", "dnsPolicy"] as const;
    return {
        ...specFields(pods, [...own, "terminationGracePeriodSeconds"]),
        podDnsConfig: pods.apply(({ spec }) => spec.dnsConfig),
        initContainers: pods.apply(({ initContainers }) => initContainers),
        additionalContainers: pods.apply(({ extraContainers }) => extraContainers),
        ...Object.fromEntries(PROBES.map((probe) => [probe, pods.apply(({ askedProbes }) => askedProbes?.[probe])])),
    };
}

/** The ports that the Operator also opens on the node. */
function hostPorts(plan: CollectorPlan): object[] {
    return intakePorts(plan).map((it) => ({ ...servicePort(plan, it), targetPort: it.port, hostPort: it.port }));
}

/** The Operator finds the ports of the receivers that it knows. The user's ports are added. */
function addedPorts(plan: CollectorPlan): object[] | undefined {
    if (plan.ownPorts.length === 0) return undefined;
    return plan.ownPorts.map((it) => ({ ...servicePort(plan, it), targetPort: it.port }));
}

/** A field for workloads with a number of pods. A DaemonSet does not have it. */
function counted<T>(
    plan: pulumi.Output<CollectorPlan>,
    pick: (plan: CollectorPlan) => T,
): pulumi.Output<T | undefined> {
    return plan.apply((plain) => (plain.mode === CollectorMode.DaemonSet ? undefined : pick(plain)));
}
