import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { ENV, PORTS } from "./config";
import { Tier } from "./config-plan";
import { fragmentsOf } from "./fragments";
import { CONFIG_DIRECTORY } from "./places";
import type { CollectorPlan } from "./plan";
import { usesToken } from "./presets/self-telemetry";
import type { TokenParts } from "./token";
import { workloadOf } from "./tiers";

/** User and group of the Dynatrace Collector's image; other distributions run under it as well. */
export const USER = 10001;

/**
 * The pods of a tier. Each leaf is lifted on its own, so that a preview shows all that does not depend on the token.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (the profile is `restricted`, unless a preset reads the node)
 */
export function podTemplate(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    delivered: TokenParts,
): types.input.core.v1.PodTemplateSpec {
    const parts = plan.apply(fragmentsOf);
    return {
        metadata: { labels: plan.labels, annotations: delivered.annotations },
        spec: {
            serviceAccountName: plan.accountName,
            automountServiceAccountToken: parts.apiServer,
            // Time to send what is in the queues.
            terminationGracePeriodSeconds: 60,
            securityContext: plan.apply((plain) => podSecurityContext(plain, delivered)),
            containers: [containerSpec(plan, delivered)],
            volumes: plan.apply((plain) => [
                { name: "config", configMap: { name: configMapName } },
                ...(usesToken(plain) ? delivered.volumes : []),
                ...fragmentsOf(plain).volumes,
                ...claimed(plain),
            ]),
        },
    };
}

/** The Collector's container; a volume `config` and those of `delivered` and the plan's features go with it. */
export function containerSpec(
    plan: pulumi.Output<CollectorPlan>,
    delivered: TokenParts,
): types.input.core.v1.Container {
    return {
        name: "collector",
        image: plan.image,
        imagePullPolicy: plan.imagePullPolicy,
        args: [`--config=${CONFIG_DIRECTORY}/config.yaml`],
        env: plan.apply((plain) => [
            ...(usesToken(plain) ? delivered.env : []),
            { name: ENV.podIp, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
            { name: "GOMEMLIMIT", value: plain.memory.goMemLimit },
            ...fragmentsOf(plain).env,
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
        volumeMounts: plan.apply((plain) => [
            { name: "config", mountPath: CONFIG_DIRECTORY, readOnly: true },
            ...(usesToken(plain) ? delivered.volumeMounts : []),
            ...fragmentsOf(plain).volumeMounts,
        ]),
    };
}

/** Root has no rights here but those over its own files. */
function podSecurityContext(plan: CollectorPlan, delivered: TokenParts): types.input.core.v1.PodSecurityContext {
    const user = fragmentsOf(plan).root ? 0 : USER;
    const ownsVolume = plan.queue !== undefined && plan.queue.hostPath === undefined;
    return {
        runAsNonRoot: user !== 0,
        runAsUser: user,
        runAsGroup: user,
        ...(usesToken(plan) ? delivered.podSecurityContext : {}),
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
