import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../shared/kubernetes";
import { CollectorMode, type CollectorSettingsArgs } from "./args";
import { configObject, configText } from "./config";
import type { Plain } from "./config-plan";
import type { DeliveredByUser } from "./delivered";
import { ciliumPolicy, networkPolicySpec } from "./network";
import { alertRules, monitoringObjects, type MonitoringSurroundings, podMonitor } from "./monitoring";
import { OPERATOR_API } from "./operator";
import { operatorSpec } from "./operator-workload";
import type { CollectorPlan } from "./collector-plan";
import { claimName } from "./pod";
import type { ExposureObject } from "./ingress";
import { balancerUrls } from "./reach";
import { Autoscaler, type ScalingObject } from "./scaling";
import { claimSpec } from "./storage";
import { headlessName, scalingOf } from "./tiers";
import type { CheckedToken, Delivery } from "./token";
import { daemonSetSpec, deploymentSpec, headlessServiceSpec, serviceSpec, statefulSetSpec } from "./workload";
import { Check } from "../shared/check";

type Children = pulumi.CustomResourceOptions;

/** What decides the objects of a tier, besides its plan: which of them there are has to be known before any value is. */
export interface TierArgs extends DeliveredByUser {
    /** For error texts. */
    check: Check;
    args: CollectorSettingsArgs;
    token: CheckedToken;
    /** What lets the pods read from the cluster. */
    access: pulumi.Resource[];
    /** There can be more than one pod. */
    several: boolean;
}

function metadataOf(plan: pulumi.Output<CollectorPlan>): k8s.types.input.meta.v1.ObjectMeta {
    return { name: plan.name, namespace: plan.namespace, labels: plan.labels };
}

/** Pods, their configuration and what they are held in. Gives the configuration's text. */
export function createTier(
    name: string,
    tier: TierArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): pulumi.Output<string> {
    const { check, args } = tier;
    const config = pulumi
        .all([plan, tier.token.scheme])
        .apply(([plain, scheme]) => configObject(plain as unknown as CollectorPlan, scheme)) as pulumi.Output<Plain>;
    const text = config.apply((plain) => configText(plain as Plain));
    const policy = createPolicy(name, tier, plan, opts);
    const claim = createClaim(name, args, plan, opts);
    const before = [...tier.access, ...policy, ...claim];
    if (args.operator === undefined) {
        createWorkload(name, tier, plan, text, before, opts);
        createBudget(name, tier, plan, opts);
    } else {
        const spec = operatorSpec(check, plan, config, deliveryOf(tier));
        // The Operator gives its pods the labels of its object.
        const labels = pulumi.all([plan.labels, tier.pods.labels]).apply(([all, more]) => ({ ...all, ...more }));
        const object = { ...OPERATOR_API, metadata: { ...metadataOf(plan), labels }, spec };
        new k8s.apiextensions.CustomResource(`${name}-collector`, object, { parent: opts.parent, dependsOn: before });
    }
    createAutoscaler(name, tier, plan, opts);
    createMonitoring(name, args, plan, opts);
    return text;
}

/** What applications send to. Gives the URLs of its load balancer, if it has one. */
export function createService(
    name: string,
    annotations: DeliveredByUser["serviceAnnotations"],
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): pulumi.Output<string[]> {
    const metadata = { ...metadataOf(plan), annotations };
    const { status } = new k8s.core.v1.Service(`${name}-service`, { metadata, spec: serviceSpec(plan) }, opts);
    return balancerUrls(plan, status);
}

function deliveryOf({ args, token, variables, variableSources, pods }: TierArgs): Delivery {
    return { token, from: args.tokenFrom, variables, variableSources, pods };
}

function createWorkload(
    name: string,
    tier: TierArgs,
    plan: pulumi.Output<CollectorPlan>,
    text: pulumi.Output<string>,
    before: pulumi.Resource[],
    opts: Children,
): void {
    const metadata = metadataOf(plan);
    const configMapName = pulumi.interpolate`${plan.name}-${text.apply(shortHash)}`;
    const config = new k8s.core.v1.ConfigMap(
        `${name}-config`,
        { metadata: { ...metadata, name: configMapName }, data: { "config.yaml": text } },
        opts,
    );
    const delivery = deliveryOf(tier);
    const workload = { parent: opts.parent, dependsOn: [config, ...before] };
    switch (tier.args.mode) {
        case CollectorMode.StatefulSet: {
            const headless = { ...metadata, name: plan.apply(headlessName) };
            const pods = { metadata: headless, spec: headlessServiceSpec(plan) };
            new k8s.core.v1.Service(`${name}-pods`, pods, opts);
            const spec = statefulSetSpec(plan, configMapName, delivery);
            new k8s.apps.v1.StatefulSet(`${name}-statefulset`, { metadata, spec }, workload);
            return;
        }
        case CollectorMode.DaemonSet: {
            const spec = daemonSetSpec(plan, configMapName, delivery);
            new k8s.apps.v1.DaemonSet(`${name}-daemonset`, { metadata, spec }, workload);
            return;
        }
        case undefined:
        case CollectorMode.TwoTier:
        case CollectorMode.Deployment: {
            const spec = deploymentSpec(plan, configMapName, delivery);
            new k8s.apps.v1.Deployment(`${name}-deployment`, { metadata, spec }, workload);
        }
    }
}

/** Keeps drained nodes from taking too many pods at once. */
function createBudget(name: string, tier: TierArgs, plan: pulumi.Output<CollectorPlan>, opts: Children): void {
    if (!tier.several) return;
    const budget = partsOf(plan, (plain) => scalingOf(tier.check, plain).disruptionBudget);
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, budget, opts);
}

function createAutoscaler(
    name: string,
    { check, args: { scaling } }: TierArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): void {
    if (scaling?.autoscaling === undefined) return;
    const autoscaler = partsOf(plan, (plain) => scalingOf(check, plain).autoscaler as ScalingObject);
    if (scaling.autoscaling.autoscaler === Autoscaler.Keda) {
        const object = { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", ...autoscaler };
        new k8s.apiextensions.CustomResource(`${name}-autoscaler`, object, opts);
    } else {
        new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, autoscaler, opts);
    }
}

/** What a Prometheus of the cluster looks at, and when it calls. */
function createMonitoring(
    name: string,
    { monitoring }: CollectorSettingsArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): void {
    const object = (kind: string, pick: typeof podMonitor) => ({
        apiVersion: "monitoring.coreos.com/v1",
        kind,
        ...partsOf(plan, (plain) => pick(plain as MonitoringSurroundings)),
    });
    const { podMonitor: monitor, alerts } = monitoringObjects(monitoring);
    if (monitor) new k8s.apiextensions.CustomResource(`${name}-monitor`, object("PodMonitor", podMonitor), opts);
    if (alerts) new k8s.apiextensions.CustomResource(`${name}-alerts`, object("PrometheusRule", alertRules), opts);
}

/** The kinds of routes of the Gateway API. */
const ROUTES = { "http-route": "HTTPRoute", "grpc-route": "GRPCRoute" } as const;

/** Leads from outside to the Service. */
export function createExposure(
    name: string,
    { exposure = {} }: CollectorSettingsArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): void {
    const parts = (role: string): ObjectParts =>
        partsOf(plan, (plain) => plain.exposure.objects[role] as ExposureObject);
    const ingresses = [
        ...(exposure.httpIngress === undefined ? [] : ["http-ingress"]),
        ...(exposure.grpcIngress === undefined ? [] : ["grpc-ingress"]),
    ];
    for (const role of ingresses) new k8s.networking.v1.Ingress(`${name}-${role}`, parts(role), opts);
    const routes = [
        ...(exposure.gateway?.httpHosts === undefined ? [] : (["http-route"] as const)),
        ...(exposure.gateway?.grpcHosts === undefined ? [] : (["grpc-route"] as const)),
    ];
    for (const role of routes) {
        const object = { apiVersion: "gateway.networking.k8s.io/v1", kind: ROUTES[role], ...parts(role) };
        new k8s.apiextensions.CustomResource(`${name}-${role}`, object, opts);
    }
}

/** Of any kind: what a plan holds whole is checked there. */
interface ObjectParts {
    metadata: pulumi.Output<k8s.types.input.meta.v1.ObjectMeta>;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each kind has its own
    spec: pulumi.Output<any>;
}

/** Metadata and specification of such an object. */
function partsOf(
    plan: pulumi.Output<CollectorPlan>,
    pick: (plan: CollectorPlan) => { metadata: object; spec: object },
): ObjectParts {
    const object = plan.apply((plain) => pick(plain as unknown as CollectorPlan));
    return {
        metadata: object.apply((it) => it.metadata),
        spec: object.apply((it) => it.spec),
    } as unknown as ObjectParts;
}

function createPolicy(
    name: string,
    { check, args }: TierArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): pulumi.Resource[] {
    if (args.networkPolicy?.enabled === false) return [];
    if (args.networkPolicy?.cilium !== undefined) {
        const policy = partsOf(plan, (plain) => ciliumPolicy(check, plain.cilium ?? {}, plain));
        const object = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", ...policy };
        return [new k8s.apiextensions.CustomResource(`${name}-policy`, object, opts)];
    }
    const spec = plan.apply(networkPolicySpec);
    return [new k8s.networking.v1.NetworkPolicy(`${name}-policy`, { metadata: metadataOf(plan), spec }, opts)];
}

/** The volume of a Deployment's one pod; other kinds claim theirs themselves, or use a folder of the node. */
function createClaim(
    name: string,
    args: CollectorSettingsArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): pulumi.Resource[] {
    const { mode = CollectorMode.Deployment, persistentQueue } = args;
    if (mode !== CollectorMode.Deployment || persistentQueue === undefined) return [];
    const metadata = { ...metadataOf(plan), name: plan.apply(claimName) };
    const spec = plan.apply(({ queue }) => claimSpec(queue ?? { sizeGiB: 0, bytesPerSignal: 0 }));
    return [
        new k8s.core.v1.PersistentVolumeClaim(
            `${name}-queue`,
            // A volume that binds to its first pod's node stays pending until there is that pod.
            { metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } }, spec },
            opts,
        ),
    ];
}
