import * as pulumi from "@pulumi/pulumi";

import type { CollectorDistribution } from "./names";

/** How the Collector gets at the token in its Secret. */
export const TokenFrom = {
    /** An environment variable, which a pod reads when it starts: another token replaces the pods, one by one. */
    Environment: "environment",
    /** A mounted file, which the Collector reads again when it changes: another token restarts nothing. */
    File: "file",
} as const;
export type TokenFrom = (typeof TokenFrom)[keyof typeof TokenFrom];

/** Which Collector runs. */
export interface CollectorImageArgs {
    /** Decides component names and what the image can do. @default `dynatrace` */
    distribution?: pulumi.Input<CollectorDistribution>;
    /** Image without tag, for a mirror of your own. @default - the distribution's public repository */
    repository?: pulumi.Input<string>;
    /** Version, used as the tag, e.g. `0.54.0`. @default - the version this release was tested with */
    version?: pulumi.Input<string>;
    /** @default `IfNotPresent` */
    pullPolicy?: pulumi.Input<string>;
}

/** What may talk to the Collector, and what the Collector may talk to. */
export interface CollectorNetworkPolicyArgs {
    /** Must be known when the program runs. @default true */
    enabled?: boolean;
    /** Namespaces whose pods may send, by name. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[]>;
    /** Ports of the Kubernetes API server, as it is reached behind its Service. @default [443, 6443] */
    apiServerPorts?: pulumi.Input<pulumi.Input<number>[]>;
}

/** How the Collector is run, apart from where it sends and with what. */
export interface CollectorSettingsArgs {
    image?: pulumi.Input<CollectorImageArgs>;
    /**
     * How the Collector gets at the token. Must be known when the program runs.
     *
     * `file` needs the Dynatrace Collector 0.53.0, or another of 0.157.0, or later, and a Secret that keeps its name when the token
     * changes. Pulumi's Kubernetes provider replaces the data of such a Secret by deleting it and making it anew, unless the provider
     * has `enableSecretMutable`; pods that run keep the mounted token meanwhile. A kubelet takes a minute or two to bring
     * another token into the file, so the one before has to serve for longer than that (`overlapDays`).
     *
     * @default `environment`
     * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
     */
    tokenFrom?: TokenFrom;
    /** Pods. More than one needs `cumulativeToDelta: false`. @default 1 */
    replicas?: pulumi.Input<number>;
    /** CPU requested by a pod, in thousandths of a core; there is no CPU limit. @default 200 */
    cpuMillis?: pulumi.Input<number>;
    /** Memory requested by and limit of a pod, in MiB, at least 128. @default 512 */
    memoryMiB?: pulumi.Input<number>;
    /**
     * Adds namespace, workload, pod and node to what arrives; needs to read pods in the cluster.
     * Must be known when the program runs.
     *
     * @default true
     */
    kubernetesAttributes?: boolean;
    /** Turns cumulative counters and histograms, which Dynatrace refuses, into deltas. @default true */
    cumulativeToDelta?: pulumi.Input<boolean>;
    /** Resource attributes to add where the sender has not set them, e.g. `deployment.environment.name`. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    networkPolicy?: CollectorNetworkPolicyArgs;
    /** Labels to add to every object. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Annotations to add to the pods. @default {} */
    podAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
