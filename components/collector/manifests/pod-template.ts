import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { Check } from "../../shared/check";
import { combine } from "../../shared/outputs";
import { ClusterPlatform, idsOn } from "../../shared/platform";
import { type ContainerResources, withLimits } from "../../shared/resources";
import { CollectorMode } from "../args";
import { callsApiServer, featureParts } from "../features";
import { intakePorts } from "../flows";
import { METRICS_PORT } from "../monitoring";
import { CONFIG_DIRECTORY, CONTAINERS, ENV, PORTS } from "../constants";
import type { CollectorPlan } from "../plan-types";
import { CONTAINER_SECURITY } from "../pod-containers";
import { DEFAULT_PROBES, type PodPlan, PROBES, SPEC_FIELDS, specFields } from "../pod-fields";
import { usesToken } from "../features/self-telemetry";
import { type Delivery, type DeliveredParts, deliveredParts, type TokenParts } from "../token";
import { scalingOf, workloadOf } from "../two-tier";
import { claimName } from "./persistent-volume-claim";

/** User and group of the Dynatrace Collector's image. Other distributions run as the same user. */
export const USER = 10001;

/** Selector and pod template, the same for all kinds of workloads. */
export interface WorkloadPods {
    selector: types.input.meta.v1.LabelSelector;
    template: types.input.core.v1.PodTemplateSpec;
}

export function workloadPods(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    delivery: Delivery,
): WorkloadPods {
    const delivered = deliveredParts(plan, delivery, USER);
    return { selector: { matchLabels: plan.selector }, template: podTemplate(plan, configMapName, delivered) };
}

/** Pod fields other than the container, the labels and the configuration volume. */
export interface PodParts {
    annotations: pulumi.Output<Record<string, string>>;
    securityContext: pulumi.Output<types.input.core.v1.PodSecurityContext>;
    volumes: pulumi.Output<types.input.core.v1.Volume[]>;
    volumeMounts: pulumi.Output<types.input.core.v1.VolumeMount[]>;
}

export function podParts(plan: pulumi.Output<CollectorPlan>, delivered: DeliveredParts): PodParts {
    return {
        annotations: delivered.annotations,
        securityContext: combine(plan, delivered.pods, (plain, pods) => podSecurityContext(plain, delivered, pods)),
        volumes: combine(plan, delivered.pods, (plain, pods) => [
            ...(usesToken(plain) ? delivered.volumes : []),
            ...featureParts(plain).volumes,
            ...claimed(plain),
            ...pods.volumes,
        ]),
        volumeMounts: combine(plan, delivered.pods, (plain, pods) => [
            ...(usesToken(plain) ? delivered.volumeMounts : []),
            ...featureParts(plain).volumeMounts,
            ...pods.volumeMounts,
        ]),
    };
}

/**
 * The pods of a tier. Each field is its own Output, so that a preview shows every field that does not depend on the token.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (the profile is `restricted`, unless a feature reads the node)
 */
export function podTemplate(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    delivered: DeliveredParts,
): types.input.core.v1.PodTemplateSpec {
    const { annotations, volumes, securityContext } = podParts(plan, delivered);
    return {
        metadata: {
            labels: combine(plan, delivered.pods, ({ labels }, pods) => ({ ...labels, ...pods.labels })),
            annotations,
        },
        spec: {
            ...podFields(delivered.pods),
            serviceAccountName: plan.accountName,
            automountServiceAccountToken: plan.apply((plain) => callsApiServer(plain)),
            securityContext,
            topologySpreadConstraints: optional(plan.apply(spreadOf)),
            containers: delivered.pods.apply(({ extraContainers = [] }) => [
                containerSpec(plan, delivered),
                ...extraContainers,
            ]),
            volumes: volumes.apply((others) => [{ name: "config", configMap: { name: configMapName } }, ...others]),
        },
    };
}

/**
 * A field of a Kubernetes object that can be undefined. The provider's types do not allow such an Output, although an Output of undefined
 * leaves the field out.
 */
function optional<T>(field: pulumi.Output<T | undefined>): pulumi.Output<T> {
    return field as pulumi.Output<T>;
}

/** Fields of a pod, copied from the arguments. */
function podFields(pods: pulumi.Output<PodPlan>): Partial<types.input.core.v1.PodSpec> {
    return {
        ...specFields(pods, SPEC_FIELDS),
        imagePullSecrets: optional(pods.apply(({ imagePullSecrets }) => imagePullSecrets)),
        initContainers: optional(pods.apply(({ initContainers }) => initContainers)),
    };
}

/** Health probes, with the timing of the arguments. */
function probesOf(pods: pulumi.Output<PodPlan>): Partial<types.input.core.v1.Container> {
    return Object.fromEntries(
        PROBES.map((key) => [
            key,
            pods.apply(({ askedProbes = DEFAULT_PROBES }) => {
                const timing = askedProbes[key];
                return timing && { httpGet: { path: "/", port: PORTS.health }, ...timing };
            }),
        ]),
    );
}

/** Spread constraints. A DaemonSet has none: it always runs one pod on each node. */
function spreadOf(plan: CollectorPlan): types.input.core.v1.TopologySpreadConstraint[] | undefined {
    if (workloadOf(plan) === CollectorMode.DaemonSet) return undefined;
    const constraints = scalingOf(new Check(""), plan).topologySpreadConstraints;
    return constraints.length === 0 ? undefined : constraints;
}

/** The Collector's container. Its pod needs the volume `config`, and the volumes of the token and of the features. */
export function containerSpec(
    plan: pulumi.Output<CollectorPlan>,
    delivered: DeliveredParts,
): Omit<types.input.core.v1.Container, "securityContext"> & { securityContext: types.input.core.v1.SecurityContext } {
    return {
        name: CONTAINERS.own,
        image: plan.image,
        imagePullPolicy: plan.imagePullPolicy,
        args: [`--config=${CONFIG_DIRECTORY}/config.yaml`],
        env: combine(plan, delivered.variables, (plain, variables): types.input.core.v1.EnvVar[] => [
            ...(usesToken(plain) ? delivered.env : []),
            { name: ENV.podIp, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
            { name: "GOMEMLIMIT", value: plain.memory.goMemLimit },
            ...featureParts(plain).env,
            ...variables,
        ]),
        envFrom: optional(delivered.variableSources.apply((sources) => (sources.length === 0 ? undefined : sources))),
        ports: plan.apply((plain) => [
            ...intakePorts(plain)
                .filter(({ port }) => port !== PORTS.health)
                .map(({ name, port, protocol }) => ({
                    name,
                    containerPort: port,
                    protocol,
                    ...(plain.hostPorts ? { hostPort: port } : {}),
                })),
            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
            ...(plain.monitoring === undefined ? [] : [METRICS_PORT]),
        ]),
        ...probesOf(delivered.pods),
        resizePolicy: optional(delivered.pods.apply(({ resizePolicy }) => resizePolicy)),
        resources: plan.apply(resourcesOf),
        securityContext: {
            ...CONTAINER_SECURITY,
            seLinuxOptions: optional(combine(plan, delivered.pods, seLinuxOptionsOf)),
            capabilities: plan.apply((plain) => {
                const add = featureParts(plain).capabilities;
                return { drop: ["ALL"], ...(add.length === 0 ? {} : { add }) };
            }),
        },
        volumeMounts: podParts(plan, delivered).volumeMounts.apply((others) => [
            { name: "config", mountPath: CONFIG_DIRECTORY, readOnly: true },
            ...others,
        ]),
    };
}

function resourcesOf({ cpuMillis, memory: { limitMiB }, limits }: CollectorPlan): ContainerResources {
    const memory = `${limitMiB}Mi`;
    return withLimits({ requests: { cpu: `${cpuMillis}m`, memory }, limits: { memory } }, limits);
}

/** With SELinux, a container of the default type `container_t` cannot read folders of the node. */
function seLinuxOptionsOf(
    plan: CollectorPlan,
    { seLinuxOptions, volumes }: PodPlan,
): types.input.core.v1.SELinuxOptions | undefined {
    if (seLinuxOptions !== undefined || plan.platform !== ClusterPlatform.OpenShift) return seLinuxOptions;
    const mounts = [...featureParts(plan).volumes, ...volumes].some(({ hostPath }) => hostPath !== undefined);
    return mounts ? { type: "spc_t" } : undefined;
}

/** Root without capabilities can only use its own files. */
function podSecurityContext(
    plan: CollectorPlan,
    delivered: TokenParts,
    pods: PodPlan,
): types.input.core.v1.PodSecurityContext {
    const { root, groupFiles } = featureParts(plan);
    const user = root ? 0 : USER;
    const claims = pods.volumes.some((it) => it.persistentVolumeClaim !== undefined || it.ephemeral !== undefined);
    const ownsVolume = claims || (plan.queue !== undefined && plan.queue.hostPath === undefined);
    const ids = {
        runAsUser: user,
        runAsGroup: user,
        ...(usesToken(plan) ? delivered.podSecurityContext : {}),
        ...(groupFiles || ownsVolume ? { fsGroup: USER } : {}),
    };
    return {
        runAsNonRoot: user !== 0,
        ...(plan.usesNode ? ids : idsOn(plan.platform, ids)),
        ...(ownsVolume ? { fsGroupChangePolicy: "OnRootMismatch" } : {}),
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/** Volumes of the pods. A StatefulSet claims the queue volume of each pod itself. */
function claimed(plan: CollectorPlan): types.input.core.v1.Volume[] {
    if (plan.queue === undefined || plan.queue.hostPath !== undefined || workloadOf(plan) !== "deployment") return [];
    return [{ name: "queue", persistentVolumeClaim: { claimName: claimName(plan) } }];
}
