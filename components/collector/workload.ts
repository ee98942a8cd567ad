import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { PORTS } from "./config";
import { Tier } from "./config-plan";
import { intakePorts, servicePort } from "./intake-ports";
import type { CollectorPlan } from "./collector-plan";
import { podTemplate, USER } from "./pod";
import { claimSpec } from "./storage";
import { headlessName, scalingOf } from "./tiers";
import { type Delivery, deliveredParts } from "./token";
import { Check } from "../shared/check";

/** What all workloads have in common. */
interface Pods {
    selector: types.input.meta.v1.LabelSelector;
    template: types.input.core.v1.PodTemplateSpec;
}

function pods(plan: pulumi.Output<CollectorPlan>, configMapName: pulumi.Output<string>, delivery: Delivery): Pods {
    const delivered = deliveredParts(plan, delivery, USER);
    return { selector: { matchLabels: plan.selector }, template: podTemplate(plan, configMapName, delivered) };
}

/** With an autoscaler there is none: a number here would undo its work with each `pulumi up`. */
function replicasOf(plan: pulumi.Output<CollectorPlan>): pulumi.Output<number> {
    return plan.apply(
        (plain) => scalingOf(new Check(""), plain as unknown as CollectorPlan).replicas,
    ) as pulumi.Output<number>;
}

/** A Deployment; with a queue on a volume, which two pods cannot share, the old pod goes before the new one comes. */
export function deploymentSpec(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    delivery: Delivery,
): types.input.apps.v1.DeploymentSpec {
    return {
        replicas: replicasOf(plan),
        strategy: plan.apply(({ queue }) =>
            queue === undefined
                ? // A second Collector beside the old one for a moment, never none.
                  { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
                : { type: "Recreate" },
        ),
        ...pods(plan, configMapName, delivery),
    };
}

/** A StatefulSet, whose pods keep their names and volumes. None has to wait for another. */
export function statefulSetSpec(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    delivery: Delivery,
): types.input.apps.v1.StatefulSetSpec {
    return {
        replicas: replicasOf(plan),
        serviceName: plan.apply(headlessName),
        podManagementPolicy: "Parallel",
        persistentVolumeClaimRetentionPolicy: plan.apply(({ queue }) => queue?.retention as never),
        volumeClaimTemplates: plan.apply(({ queue, labels }) =>
            queue === undefined ? [] : [{ metadata: { name: "queue", labels }, spec: claimSpec(queue) }],
        ),
        ...pods(plan, configMapName, delivery),
    };
}

/** A DaemonSet: one pod on each node. */
export function daemonSetSpec(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    delivery: Delivery,
): types.input.apps.v1.DaemonSetSpec {
    return {
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
        ...pods(plan, configMapName, delivery),
    };
}

/** The ports applications send to; with a DaemonSet always those of the pod on the same node, so that a series stays with one pod. */
export function serviceSpec(plan: pulumi.Output<CollectorPlan>): types.input.core.v1.ServiceSpec {
    return {
        selector: plan.selector,
        type: plan.service.type as pulumi.Output<string>,
        loadBalancerSourceRanges: plan.service.loadBalancerSourceRanges as pulumi.Output<string[]>,
        externalTrafficPolicy: plan.service.externalTrafficPolicy as pulumi.Output<string>,
        internalTrafficPolicy: plan.service.internalTrafficPolicy as pulumi.Output<string>,
        trafficDistribution: plan.service.trafficDistribution as pulumi.Output<string>,
        sessionAffinity: plan.service.sessionAffinity as pulumi.Output<string>,
        ports: plan.apply((plain) => intakePorts(plain).map((port) => servicePort(plain, port))),
    };
}

/** Gives each pod of a StatefulSet its name, from when it starts: who sends to it waits for it, and asks nobody else. */
export function headlessServiceSpec(plan: pulumi.Output<CollectorPlan>): types.input.core.v1.ServiceSpec {
    return {
        clusterIP: "None",
        publishNotReadyAddresses: plan.apply(({ tier }) => tier === Tier.Second),
        selector: plan.selector,
        ports: [{ name: "otlp-grpc", port: PORTS.grpc, targetPort: "otlp-grpc", protocol: "TCP", appProtocol: "grpc" }],
    };
}
