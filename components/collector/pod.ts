import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { CollectorMode } from "./args";
import { ENV, PORTS } from "./config";
import { fragmentsOf } from "./fragments";
import { intakePorts } from "./intake-ports";
import { METRICS_PORT } from "./monitoring";
import { CONFIG_DIRECTORY, CONTAINERS } from "./places";
import type { CollectorPlan } from "./collector-plan";
import { CONTAINER_SECURITY } from "./pod-containers";
import { DEFAULT_PROBES, type PodPlan, type ProbePlan, PROBES, SPEC_FIELDS, specFields } from "./pod-fields";
import { usesToken } from "./presets/self-telemetry";
import { scalingOf, workloadOf } from "./tiers";
import type { DeliveredParts, TokenParts } from "./token";
import { Check } from "../shared/check";

/** User and group of the Dynatrace Collector's image; other distributions run under it as well. */
export const USER = 10001;

/** What the pods of a tier have besides their container, their labels and the configuration's volume. */
export interface PodParts {
    annotations: pulumi.Output<Record<string, string>>;
    securityContext: pulumi.Output<types.input.core.v1.PodSecurityContext>;
    volumes: pulumi.Output<types.input.core.v1.Volume[]>;
    volumeMounts: pulumi.Output<types.input.core.v1.VolumeMount[]>;
}

export function podParts(plan: pulumi.Output<CollectorPlan>, delivered: DeliveredParts): PodParts {
    const lifted = <T>(pick: (plan: CollectorPlan, pods: PodPlan) => unknown): pulumi.Output<T> =>
        pulumi
            .all([plan, delivered.pods])
            .apply(([plain, pods]) => pick(plain as unknown as CollectorPlan, pods as PodPlan)) as pulumi.Output<T>;
    return {
        annotations: delivered.annotations,
        securityContext: lifted((plain, pods) => podSecurityContext(plain, delivered, pods)),
        volumes: lifted((plain, pods) => [
            ...(usesToken(plain) ? delivered.volumes : []),
            ...fragmentsOf(plain).volumes,
            ...claimed(plain),
            ...pods.volumes,
        ]),
        volumeMounts: lifted((plain, pods) => [
            ...(usesToken(plain) ? delivered.volumeMounts : []),
            ...fragmentsOf(plain).volumeMounts,
            ...pods.volumeMounts,
        ]),
    };
}

/**
 * The pods of a tier. Each leaf is lifted on its own, so that a preview shows all that does not depend on the token.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (the profile is `restricted`, unless a preset reads the node)
 */
export function podTemplate(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    delivered: DeliveredParts,
): types.input.core.v1.PodTemplateSpec {
    const { annotations, volumes, securityContext } = podParts(plan, delivered);
    return {
        metadata: {
            labels: pulumi.all([plan.labels, delivered.pods.labels]).apply(([all, more]) => ({ ...all, ...more })),
            annotations,
        },
        spec: {
            ...podFields(delivered.pods),
            serviceAccountName: plan.accountName,
            automountServiceAccountToken: plan.apply((plain) => fragmentsOf(plain).apiServer),
            securityContext,
            topologySpreadConstraints: plan.apply((plain) => spreadOf(plain as unknown as CollectorPlan)),
            containers: delivered.pods.apply(({ extraContainers = [] }) => [
                containerSpec(plan, delivered),
                ...(extraContainers as types.input.core.v1.Container[]),
            ]) as pulumi.Output<types.input.core.v1.Container[]>,
            volumes: volumes.apply((others) => [{ name: "config", configMap: { name: configMapName } }, ...others]),
        },
    };
}

/** What goes into a pod as it is asked for. */
function podFields(pods: pulumi.Output<PodPlan>): Partial<types.input.core.v1.PodSpec> {
    return {
        ...specFields(pods, SPEC_FIELDS),
        imagePullSecrets: pods.imagePullSecrets,
        initContainers: pods.initContainers,
    } as Partial<types.input.core.v1.PodSpec>;
}

/** What asks whether the Collector lives, at times that are asked for. */
function probesOf(pods: pulumi.Output<PodPlan>): Partial<types.input.core.v1.Container> {
    const probe = (key: keyof ProbePlan): pulumi.Output<unknown> =>
        pods.apply(({ askedProbes = DEFAULT_PROBES }) => {
            const timing = askedProbes[key];
            return timing && { httpGet: { path: "/", port: PORTS.health }, ...timing };
        });
    const [livenessProbe, readinessProbe, startupProbe] = PROBES.map(probe);
    return { livenessProbe, readinessProbe, startupProbe } as Partial<types.input.core.v1.Container>;
}

/** A DaemonSet has its one pod a node, whatever is asked for. */
function spreadOf(plan: CollectorPlan): types.input.core.v1.TopologySpreadConstraint[] | undefined {
    if (workloadOf(plan) === CollectorMode.DaemonSet) return undefined;
    const constraints = scalingOf(new Check(""), plan).topologySpreadConstraints;
    return constraints.length === 0 ? undefined : constraints;
}

/** The Collector's container; a volume `config` and those of `delivered` and the plan's features go with it. */
export function containerSpec(
    plan: pulumi.Output<CollectorPlan>,
    delivered: DeliveredParts,
): types.input.core.v1.Container {
    return {
        name: CONTAINERS.own,
        image: plan.image,
        imagePullPolicy: plan.imagePullPolicy,
        args: [`--config=${CONFIG_DIRECTORY}/config.yaml`],
        env: pulumi
            .all([plan, delivered.variables])
            .apply(([plain, variables]) => [
                ...(usesToken(plain) ? delivered.env : []),
                { name: ENV.podIp, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
                { name: "GOMEMLIMIT", value: plain.memory.goMemLimit },
                ...fragmentsOf(plain).env,
                ...(variables as types.input.core.v1.EnvVar[]),
            ]),
        envFrom: delivered.variableSources.apply((sources) => (sources.length === 0 ? undefined : sources) as never),
        ports: plan.apply((plain) => [
            ...intakePorts(plain).map(({ name, port, protocol }) => ({
                name,
                containerPort: port,
                protocol,
                ...(plain.hostPorts ? { hostPort: port } : {}),
            })),
            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
            ...(plain.monitoring === undefined ? [] : [METRICS_PORT]),
        ]),
        ...probesOf(delivered.pods),
        resizePolicy: delivered.pods.resizePolicy as pulumi.Output<types.input.core.v1.ContainerResizePolicy[]>,
        resources: {
            requests: {
                cpu: plan.cpuMillis.apply((millis) => `${millis}m`),
                memory: plan.memory.limitMiB.apply((mib) => `${mib}Mi`),
            },
            limits: { memory: plan.memory.limitMiB.apply((mib) => `${mib}Mi`) },
        },
        securityContext: {
            ...CONTAINER_SECURITY,
            capabilities: plan.apply((plain) => {
                const add = fragmentsOf(plain).capabilities;
                return { drop: ["ALL"], ...(add.length === 0 ? {} : { add }) };
            }),
        },
        volumeMounts: podParts(plan, delivered).volumeMounts.apply((others) => [
            { name: "config", mountPath: CONFIG_DIRECTORY, readOnly: true },
            ...others,
        ]),
    };
}

/** Root has no rights here but those over its own files. */
function podSecurityContext(
    plan: CollectorPlan,
    delivered: TokenParts,
    pods: PodPlan,
): types.input.core.v1.PodSecurityContext {
    const { root, groupFiles } = fragmentsOf(plan);
    const user = root ? 0 : USER;
    const claims = pods.volumes.some((it) => it.persistentVolumeClaim !== undefined || it.ephemeral !== undefined);
    const ownsVolume = claims || (plan.queue !== undefined && plan.queue.hostPath === undefined);
    return {
        runAsNonRoot: user !== 0,
        runAsUser: user,
        runAsGroup: user,
        ...(usesToken(plan) ? delivered.podSecurityContext : {}),
        ...(groupFiles ? { fsGroup: USER } : {}),
        ...(ownsVolume ? { fsGroup: USER, fsGroupChangePolicy: "OnRootMismatch" } : {}),
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/** A StatefulSet claims a volume for each pod by itself. */
function claimed(plan: CollectorPlan): types.input.core.v1.Volume[] {
    if (plan.queue === undefined || plan.queue.hostPath !== undefined || workloadOf(plan) !== "deployment") return [];
    return [{ name: "queue", persistentVolumeClaim: { claimName: claimName(plan) } }];
}

/** Name of a Deployment's one claim. */
export function claimName({ name }: Pick<CollectorPlan, "name">): string {
    return `${name}-queue`;
}
