import type { types } from "@pulumi/kubernetes";

import type { Check } from "../../shared/check";
import type { Flow } from "../../shared/flows";
import type { ClusterPlatform } from "../../shared/platform";
import type { Signal } from "../../shared/signals";
import { CollectorMode, type CollectorSettingsArgs } from "../args";
import type { ConfigPlan, IntakePort } from "../plan-types";
import type { ComponentKind } from "../distributions";
import type { Step } from "./step";

/** The type of a Collector component and the section of the configuration that it belongs to, e.g. `["receivers", "file_log"]`. */
export type Component = readonly [ComponentKind, string];

/** Rules for one namespace other than the Collector's own. */
export interface NamespaceRules {
    namespace: string;
    rules: types.input.rbac.v1.PolicyRule[];
}

/** A feature of the Collector: when it is on, what it needs, and its parts of the configuration and the pods. */
export interface Feature {
    /** Name of its file, e.g. `container-logs`. */
    name: string;
    /** Path of the argument that turns it on, e.g. `collect.containerLogs`. @default - several arguments, or none, turn it on */
    argument?: string;
    /** Paths of arguments that only change how it works. @default [] */
    settings?: readonly string[];
    /**
     * Whether the arguments turn it on, before the value of any Output is known. It determines which Kubernetes objects exist, so every
     * feature that needs RBAC rules or Pod Security `privileged` defines it.
     *
     * @default - never
     */
    asked?(args: CollectorSettingsArgs): boolean;
    /** Whether the feature is on in this plan. */
    on(plan: ConfigPlan): boolean;
    /** Signal that the feature collects or receives. @default - it collects nothing */
    signal?: Signal;
    /** Reads data of its own node only, so it needs mode `daemonSet`. @default false */
    perNode?: boolean;
    /** Only the elected leader collects the data. @default false */
    leader?: boolean;
    /** Components that the image must have. @default [] */
    components?: readonly Component[];
    /** Components that only some settings or images use. The feature checks them itself. @default [] */
    optionalComponents?: readonly Component[];
    /** Needs a ClusterRole: always, or for some arguments. @default false */
    clusterRead?: true | ((args: CollectorSettingsArgs) => boolean);
    /** Can read some namespaces only (`rbac.namespaces`). Otherwise a feature with `clusterRead` cannot be combined with it. @default false */
    namespaced?: true;
    /** Rules in namespaces that the arguments name. @default - none */
    rulesIn?(args: CollectorSettingsArgs): NamespaceRules[];
    /** Needs Pod Security level `privileged`: always, or for some arguments. @default false */
    privileged?: true | ((args: CollectorSettingsArgs) => boolean);
    /** Platforms that reject the pods of this feature, each with the problem and the way out. Needs `asked`. @default {} */
    refusedOn?: Partial<Record<ClusterPlatform, string>>;
    /** Names of the volumes that the feature can add to the pods. @default [] */
    volumeNames?: readonly string[];
    /**
     * Checks the feature's arguments, also when the feature is off.
     *
     * @throws InputError for invalid arguments.
     */
    check?(check: Check, facts: CheckFacts): void;
    /** The feature's parts. Called only when the feature is on. */
    render(plan: ConfigPlan): FeatureParts;
}

/** The plan that features check, with the user's arguments before defaults. */
export interface CheckFacts extends ConfigPlan {
    /** The largest number of pods that can run. */
    replicas: number;
    askedReplicas?: number;
    askedScaling?: { autoscaling?: object };
    askedSpread?: string;
    /** `secondTier` is given. */
    secondTier: boolean;
}

/** A receiver and the pipeline that it feeds. */
export interface Intake {
    id: string;
    signal: Signal;
    config: object;
}

/**
 * A flow that a feature needs, or each Collector. Only the complete plan knows who the `senders` are, and the ports of the `apiServer`.
 */
export type FeatureFlow =
    | Flow
    | { direction: "in"; peer: "senders"; ports: IntakePort[]; reason: string }
    | { direction: "out"; peer: "apiServer"; reason: string };

/** A feature's parts of the configuration, and what the pods need for it. */
export interface FeatureParts {
    extensions?: Record<string, object>;
    receivers?: Intake[];
    processors?: Step[];
    /** Rules of the ClusterRole, or of the Role in each of the plan's `readNamespaces`. */
    clusterRules?: types.input.rbac.v1.PolicyRule[];
    /** Rules of the Role in the Collector's own namespace. */
    namespaceRules?: types.input.rbac.v1.PolicyRule[];
    env?: types.input.core.v1.EnvVar[];
    volumes?: types.input.core.v1.Volume[];
    volumeMounts?: types.input.core.v1.VolumeMount[];
    /** Network flows, in addition to those of each Collector (`flows.ts`). */
    flows?: FeatureFlow[];
    /** Annotations that change with the content of a Secret or ConfigMap, so that the pods restart. */
    podAnnotations?: Record<string, string>;
    /** Reads files that only root can read. */
    root?: boolean;
    /** Reads files that the container's group must own. */
    groupFiles?: boolean;
    /** Linux capabilities of the container. */
    capabilities?: string[];
}

/** The merged parts of several features. */
export type MergedParts = Required<FeatureParts>;

/** Merges parts in order, without duplicates. */
export function mergeParts(parts: FeatureParts[]): MergedParts {
    const all = <T>(pick: (part: FeatureParts) => T[] | undefined): T[] =>
        unique(parts.flatMap((part) => pick(part) ?? []));
    const record = <T>(pick: (part: FeatureParts) => Record<string, T> | undefined): Record<string, T> =>
        Object.fromEntries(parts.flatMap((part) => Object.entries(pick(part) ?? {})));
    return {
        extensions: record(({ extensions }) => extensions),
        receivers: all(({ receivers }) => receivers),
        processors: all(({ processors }) => processors),
        clusterRules: all(({ clusterRules }) => clusterRules),
        namespaceRules: all(({ namespaceRules }) => namespaceRules),
        env: all(({ env }) => env),
        volumes: all(({ volumes }) => volumes),
        volumeMounts: all(({ volumeMounts }) => volumeMounts),
        flows: all(({ flows }) => flows),
        podAnnotations: record(({ podAnnotations }) => podAnnotations),
        root: parts.some(({ root }) => root),
        groupFiles: parts.some(({ groupFiles }) => groupFiles),
        capabilities: all(({ capabilities }) => capabilities),
    };
}

/** Whether several pods run the same configuration at the same time. */
export function hasSeveralPods({ mode, replicas }: ConfigPlan): boolean {
    return mode === CollectorMode.DaemonSet || replicas > 1;
}

/** A flow to the Kubernetes API server. */
export function toApiServer(reason: string): FeatureFlow {
    return { direction: "out", peer: "apiServer", reason };
}

/** A flow of senders to ports. */
export function fromSenders(reason: string, ...ports: IntakePort[]): FeatureFlow {
    return { direction: "in", peer: "senders", ports, reason };
}

/** Environment variable with a field of the pod. @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/ */
export function fieldVariable(name: string, fieldPath: string): types.input.core.v1.EnvVar {
    return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** A directory of the node, mounted into the container. `type` is the type of the `hostPath` volume. */
export function hostFolder(
    name: string,
    path: string,
    mountPath: string,
    options: { type?: string; readOnly: boolean; mountPropagation?: string },
): Required<Pick<FeatureParts, "volumes" | "volumeMounts">> {
    const { type, readOnly, mountPropagation } = options;
    return {
        volumes: [{ name, hostPath: { path, ...(type === undefined ? {} : { type }) } }],
        volumeMounts: [{ name, mountPath, readOnly, ...(mountPropagation === undefined ? {} : { mountPropagation }) }],
    };
}

function unique<T>(items: T[]): T[] {
    const seen = new Set<string>();
    return items.filter((item) => {
        const text = JSON.stringify(item);
        return !seen.has(text) && seen.add(text);
    });
}
