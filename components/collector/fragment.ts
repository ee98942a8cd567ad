import type { types } from "@pulumi/kubernetes";

import type { Signal } from "../shared/signals";

/** A receiver that fills one pipeline. */
export interface Intake {
    id: string;
    signal: Signal;
    config: object;
}

/** A processor and the pipelines it stands in. */
export interface Step {
    id: string;
    signals: Signal[];
    config: object;
}

/** Where pods connect to besides Dynatrace: any node of the cluster at one TCP port, any of its pods, or one address. */
export type Egress = { to: "nodes"; port: number } | { to: "pods" } | { to: "address"; address: string; port: number };

/** Where applications send what is not OTLP. */
export interface IntakePort {
    /** In the container and in the Service. */
    name: string;
    port: number;
    protocol: "TCP" | "UDP";
    /** What it speaks, where that is `grpc` or `http`. */
    speaks?: "grpc" | "http";
}

/** What one feature adds to a Collector: its part of the configuration, and what its pods need for that. */
export interface Fragment {
    extensions?: Record<string, object>;
    receivers?: Intake[];
    processors?: Step[];
    /** Of all namespaces. */
    clusterRules?: types.input.rbac.v1.PolicyRule[];
    /** Of the Collector's own namespace. */
    namespaceRules?: types.input.rbac.v1.PolicyRule[];
    env?: types.input.core.v1.EnvVar[];
    volumes?: types.input.core.v1.Volume[];
    volumeMounts?: types.input.core.v1.VolumeMount[];
    /** Besides DNS, the API server and the way to Dynatrace. */
    egress?: Egress[];
    /** Besides those of OTLP. */
    ports?: IntakePort[];
    /** Asks the Kubernetes API. */
    apiServer?: boolean;
    /** Change with what is kept elsewhere, and so replace the pods. */
    podAnnotations?: Record<string, string>;
    /** Reads files that belong to root. */
    root?: boolean;
    /** Reads files that are to be given to its group. */
    groupFiles?: boolean;
    /** Linux capabilities of the container. */
    capabilities?: string[];
}

/** All of a Collector's features as one. */
export type Fragments = Required<Fragment>;

/** Puts fragments together, in their order. What two of them bring alike is there once. */
export function mergeFragments(fragments: Fragment[]): Fragments {
    const all = <T>(pick: (fragment: Fragment) => T[] | undefined): T[] =>
        unique(fragments.flatMap((fragment) => pick(fragment) ?? []));
    return {
        extensions: Object.assign({}, ...fragments.map(({ extensions }) => extensions)) as Record<string, object>,
        receivers: all(({ receivers }) => receivers),
        processors: all(({ processors }) => processors),
        clusterRules: all(({ clusterRules }) => clusterRules),
        namespaceRules: all(({ namespaceRules }) => namespaceRules),
        env: all(({ env }) => env),
        volumes: all(({ volumes }) => volumes),
        volumeMounts: all(({ volumeMounts }) => volumeMounts),
        egress: all(({ egress }) => egress),
        ports: all(({ ports }) => ports),
        apiServer: fragments.some(({ apiServer }) => apiServer),
        podAnnotations: Object.assign({}, ...fragments.map(({ podAnnotations }) => podAnnotations)) as Record<
            string,
            string
        >,
        root: fragments.some(({ root }) => root),
        groupFiles: fragments.some(({ groupFiles }) => groupFiles),
        capabilities: all(({ capabilities }) => capabilities),
    };
}

/** The environment variable that holds something Kubernetes knows of a pod. */
export function fieldVariable(name: string, fieldPath: string): types.input.core.v1.EnvVar {
    return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** A folder of the node in the container; `type` is Kubernetes' own. */
export function hostFolder(
    name: string,
    path: string,
    mountPath: string,
    options: { type?: string; readOnly: boolean; mountPropagation?: string },
): Required<Pick<Fragment, "volumes" | "volumeMounts">> {
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
