import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { CollectorMode } from "./args";
import { ENV, PORTS } from "./config";
import { Tier } from "./config-plan";
import { fragmentsOf } from "./fragments";
import { CONFIG_DIRECTORY } from "./places";
import type { CollectorPlan } from "./plan";
import { usesToken } from "./presets/self-telemetry";
import { scalingOf, workloadOf } from "./tiers";
import type { DeliveredParts, TokenParts } from "./token";

/** User and group of the Dynatrace Collector's image; other distributions run under it as well. */
export const USER = 10001;

/** What the pods of a tier have besides their container, their labels and the configuration's volume. */
export interface PodParts {
    annotations: pulumi.Output<Record<string, string>>;
    securityContext: pulumi.Output<types.input.core.v1.PodSecurityContext>;
    volumes: pulumi.Output<types.input.core.v1.Volume[]>;
    volumeMounts: pulumi.Output<types.input.core.v1.VolumeMount[]>;
    terminationGracePeriodSeconds: number;
}

export function podParts(plan: pulumi.Output<CollectorPlan>, delivered: TokenParts): PodParts {
    return {
        annotations: delivered.annotations,
        securityContext: plan.apply((plain) => podSecurityContext(plain, delivered)) as PodParts["securityContext"],
        volumes: plan.apply((plain) => [
            ...(usesToken(plain) ? delivered.volumes : []),
            ...fragmentsOf(plain).volumes,
            ...claimed(plain),
        ]) as unknown as PodParts["volumes"],
        volumeMounts: plan.apply((plain) => [
            ...(usesToken(plain) ? delivered.volumeMounts : []),
            ...fragmentsOf(plain).volumeMounts,
        ]) as unknown as PodParts["volumeMounts"],
        // Time to send what is in the queues.
        terminationGracePeriodSeconds: 60,
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
    const { annotations, volumes, ...spec } = podParts(plan, delivered);
    return {
        metadata: { labels: plan.labels, annotations },
        spec: {
            serviceAccountName: plan.accountName,
            automountServiceAccountToken: plan.apply((plain) => fragmentsOf(plain).apiServer),
            terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
            securityContext: spec.securityContext,
            topologySpreadConstraints: plan.apply((plain) => spreadOf(plain as unknown as CollectorPlan)),
            containers: [containerSpec(plan, delivered)],
            volumes: volumes.apply((others) => [{ name: "config", configMap: { name: configMapName } }, ...others]),
        },
    };
}

/** A DaemonSet has its one pod a node, whatever is asked for. */
function spreadOf(plan: CollectorPlan): types.input.core.v1.TopologySpreadConstraint[] | undefined {
    if (workloadOf(plan) === CollectorMode.DaemonSet) return undefined;
    const constraints = scalingOf("", plan).topologySpreadConstraints;
    return constraints.length === 0 ? undefined : constraints;
}

/** The Collector's container; a volume `config` and those of `delivered` and the plan's features go with it. */
export function containerSpec(
    plan: pulumi.Output<CollectorPlan>,
    delivered: DeliveredParts,
): types.input.core.v1.Container {
    return {
        name: "collector",
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
        ports: plan.apply(({ tier }) => [
            { name: "otlp-grpc", containerPort: PORTS.grpc, protocol: "TCP" },
            ...(tier === Tier.Second ? [] : [{ name: "otlp-http", containerPort: PORTS.http, protocol: "TCP" }]),
            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
        ]),
        livenessProbe: {
            httpGet: { path: "/", port: PORTS.health },
            initialDelaySeconds: 10,
            periodSeconds: 30,
        },
        readinessProbe: { httpGet: { path: "/", port: PORTS.health }, periodSeconds: 10 },
        resources: {
            requests: {
                cpu: plan.cpuMillis.apply((millis) => `${millis}m`),
                memory: plan.memory.limitMiB.apply((mib) => `${mib}Mi`),
            },
            limits: { memory: plan.memory.limitMiB.apply((mib) => `${mib}Mi`) },
        },
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
        },
        volumeMounts: podParts(plan, delivered).volumeMounts.apply((others) => [
            { name: "config", mountPath: CONFIG_DIRECTORY, readOnly: true },
            ...others,
        ]),
    };
}

/** Root has no rights here but those over its own files. */
function podSecurityContext(plan: CollectorPlan, delivered: TokenParts): types.input.core.v1.PodSecurityContext {
    const { root, groupFiles } = fragmentsOf(plan);
    const user = root ? 0 : USER;
    const ownsVolume = plan.queue !== undefined && plan.queue.hostPath === undefined;
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
