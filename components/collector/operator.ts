import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { InputError } from "../input-error";
import { oneOf, wholeNumber } from "./part-checks";
import type { ScaleTarget } from "./scaling";

/** How the Operator runs a Collector. */
export const OperatorMode = {
    Deployment: "deployment",
    /** One on each node. */
    DaemonSet: "daemonset",
    StatefulSet: "statefulset",
    /** One in each pod with the annotation `sidecar.opentelemetry.io/inject`. */
    Sidecar: "sidecar",
} as const;
export type OperatorMode = (typeof OperatorMode)[keyof typeof OperatorMode];

/** What the OpenTelemetry Operator does on its own, beyond running the Collector. */
export interface OperatorArgs {
    /** @default `deployment` */
    mode?: pulumi.Input<OperatorMode>;
    /**
     * Lets the Operator rewrite the configuration when it is upgraded. Then `pulumi up` writes it back, so leave it out unless the
     * configuration is kept elsewhere.
     *
     * @default false
     */
    automaticUpgrade?: pulumi.Input<boolean>;
    /**
     * Lets the Operator (0.158 and later) make its own NetworkPolicy, which lets in pods of every namespace.
     *
     * @default false
     */
    networkPolicy?: pulumi.Input<boolean>;
    /** Versions of the configuration that the Operator keeps. @default 3 */
    configVersions?: pulumi.Input<number>;
}

/** The Collector that the Operator is to run, worked out already. */
export interface OperatorWorkload {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    image: string;
    imagePullPolicy: string;
    /** The configuration, as an object. It holds no secret. */
    config: Record<string, object>;
    env: types.input.core.v1.EnvVar[];
    /** The configuration's own is not among them: the Operator mounts that. */
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    resources: types.input.core.v1.ResourceRequirements;
    securityContext: types.input.core.v1.SecurityContext;
    podSecurityContext: types.input.core.v1.PodSecurityContext;
    podAnnotations: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Existing ServiceAccount. */
    serviceAccount: string;
    /** Missing where an autoscaler decides. */
    replicas?: number;
    /** By labels of `operatorSelector`. */
    topologySpreadConstraints?: types.input.core.v1.TopologySpreadConstraint[];
    /** Of the Operator's own PodDisruptionBudget; with a second one beside it no pod could be evicted. @default 1 */
    maxUnavailablePods?: number;
}

/** The object, whole. */
export interface OpenTelemetryCollector {
    apiVersion: "opentelemetry.io/v1beta1";
    kind: "OpenTelemetryCollector";
    metadata: { name: string; namespace: string; labels: Record<string, string> };
    spec: Record<string, unknown>;
}

/** What becomes of a Collector that the Operator runs. */
export interface OperatorPlan {
    object: OpenTelemetryCollector;
    /** Service that the Operator makes; a sidecar has none. */
    serviceName?: string;
    /** For an autoscaler: what it scales is the object, or the Operator would undo it. */
    scaleTarget?: ScaleTarget;
    /** Annotation of a pod that is to have the sidecar. */
    injectAnnotation?: Record<string, string>;
}

/** Extension that tells the Operator which probes a pod needs. */
const HEALTH_CHECK = "health_check";

/**
 * Hands a Collector over to the OpenTelemetry Operator.
 *
 * @param field where the arguments stand in those of the component, for the error text.
 * @throws InputError for what the Operator's webhook refuses, and for what it would silently leave away.
 * @see https://github.com/open-telemetry/opentelemetry-operator/blob/main/docs/api/opentelemetrycollectors.md
 */
export function planOperator(
    component: string,
    args: pulumi.Unwrap<OperatorArgs>,
    workload: OperatorWorkload,
    field = "operator",
): OperatorPlan {
    const mode = oneOf(component, `${field}.mode`, args.mode ?? OperatorMode.Deployment, OperatorMode);
    checkWorkload(component, `${field}.mode`, mode, workload);
    const { name, namespace, labels } = workload;
    const object: OpenTelemetryCollector = {
        apiVersion: "opentelemetry.io/v1beta1",
        kind: "OpenTelemetryCollector",
        metadata: { name, namespace, labels },
        spec: {
            mode,
            managementState: "managed",
            upgradeStrategy: args.automaticUpgrade === true ? "automatic" : "none",
            configVersions: wholeNumber(component, `${field}.configVersions`, args.configVersions ?? 3),
            image: workload.image,
            imagePullPolicy: workload.imagePullPolicy,
            config: workload.config,
            env: workload.env,
            volumes: workload.volumes,
            volumeMounts: workload.volumeMounts,
            resources: workload.resources,
            securityContext: workload.securityContext,
            ...(mode === OperatorMode.Sidecar ? {} : ofItsOwnPod(mode, args, workload)),
        },
    };
    if (mode === OperatorMode.Sidecar) {
        return { object, injectAnnotation: { "sidecar.opentelemetry.io/inject": `${namespace}/${name}` } };
    }
    return {
        object,
        serviceName: `${name}-collector`,
        ...(isCounted(mode) ? { scaleTarget: { apiVersion: object.apiVersion, kind: object.kind, name } } : {}),
    };
}

/**
 * Labels that select the pods that the Operator makes, for policies and for spreading; a sidecar's pods are the application's.
 *
 * @throws InputError if the Operator would shorten a label.
 */
export function operatorSelector(component: string, namespace: string, name: string): Record<string, string> {
    const instance = `${namespace}.${name}`;
    if (instance.length > 63) {
        const problem = `"${instance}", with its namespace, is longer than 63 characters, the most for a label; shorten it`;
        throw new InputError(component, "name", problem);
    }
    return {
        "app.kubernetes.io/component": "opentelemetry-collector",
        "app.kubernetes.io/instance": instance,
        "app.kubernetes.io/managed-by": "opentelemetry-operator",
        "app.kubernetes.io/part-of": "opentelemetry",
    };
}

/** Whether there are as many as one says. */
function isCounted(mode: OperatorMode): boolean {
    return mode === OperatorMode.Deployment || mode === OperatorMode.StatefulSet;
}

/** What a container in somebody else's pod cannot have. */
function ofItsOwnPod(
    mode: OperatorMode,
    args: pulumi.Unwrap<OperatorArgs>,
    workload: OperatorWorkload,
): Record<string, unknown> {
    const counted = isCounted(mode);
    const { replicas, topologySpreadConstraints: spread = [] } = workload;
    return {
        ...(counted && replicas !== undefined ? { replicas } : {}),
        serviceAccount: workload.serviceAccount,
        podSecurityContext: workload.podSecurityContext,
        podAnnotations: workload.podAnnotations,
        // Time to send what is in the queues.
        terminationGracePeriodSeconds: 60,
        ...(counted && spread.length > 0 ? { topologySpreadConstraints: spread } : {}),
        podDisruptionBudget: { maxUnavailable: workload.maxUnavailablePods ?? 1 },
        networkPolicy: { enabled: args.networkPolicy ?? false },
    };
}

function checkWorkload(component: string, field: string, mode: OperatorMode, workload: OperatorWorkload): void {
    if (!(HEALTH_CHECK in (workload.config["extensions"] ?? {}))) {
        const problem = `the configuration has no ${HEALTH_CHECK}, without which the Operator makes no probes; add the extension`;
        throw new InputError(component, "config", problem);
    }
    const empty = emptyPath(workload.config);
    if (empty !== undefined) {
        const problem = `${empty} is null, which is lost on the way through the API server; write {} there`;
        throw new InputError(component, "config", problem);
    }
    if (!isCounted(mode) && (workload.replicas ?? 1) > 1) {
        const problem = `${mode} runs as many as there are ${mode === OperatorMode.Sidecar ? "pods" : "nodes"}, not ${workload.replicas}; leave replicas out`;
        throw new InputError(component, field, problem);
    }
}

/** Path of the first null in a configuration, e.g. `processors.batch`. */
function emptyPath(value: unknown): string | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    for (const [key, child] of Object.entries(value)) {
        if (child === null) return key;
        const below = emptyPath(child);
        if (below !== undefined) return `${key}.${below}`;
    }
    return undefined;
}
