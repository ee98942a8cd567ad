import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** How a pod finds hosts. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy */
export const CollectorDnsPolicy = {
    /** The cluster's names first, then as the node does. */
    ClusterFirst: "ClusterFirst",
    /** As the node does: no name of the cluster is found, a second tier's neither. */
    Default: "Default",
    /** As `dnsConfig` says, and nothing else. */
    None: "None",
} as const;
export type CollectorDnsPolicy = (typeof CollectorDnsPolicy)[keyof typeof CollectorDnsPolicy];

/** When Kubernetes asks a Collector whether it lives. @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ */
export interface CollectorProbeArgs {
    /** Seconds that a Collector may take to start, before it is started anew. @default - no limit but that of the probes after the first 10 */
    startupSeconds?: pulumi.Input<number | undefined>;
    /** Seconds from one question whether it lives to the next. @default 30 */
    livenessPeriodSeconds?: pulumi.Input<number | undefined>;
    /** Seconds from one question whether it may be sent to to the next. @default 10 */
    readinessPeriodSeconds?: pulumi.Input<number | undefined>;
    /** Seconds that an answer may take. @default 1 */
    timeoutSeconds?: pulumi.Input<number | undefined>;
    /** Wrong answers in a row that count. @default 3 */
    failures?: pulumi.Input<number | undefined>;
}

export const PROBE_FIELDS: Fields<CollectorProbeArgs> = {
    startupSeconds: Field.Any,
    livenessPeriodSeconds: Field.Any,
    readinessPeriodSeconds: Field.Any,
    timeoutSeconds: Field.Any,
    failures: Field.Any,
};

/**
 * Where the pods run and what else is in them; of both tiers with `twoTier`. The OpenTelemetry Operator has no field for
 * `runtimeClassName`, `hostAliases` and `resizePolicy`, which cannot be combined with it.
 */
export interface CollectorPodArgs {
    /** Labels of the nodes that pods run on, beside `kubernetes.io/os: linux`. @default { "kubernetes.io/os": "linux" } */
    nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * Taints of nodes that pods run on in spite of them. A taint is somebody's word that a node is not for every pod, so none is tolerated
     * unless it is named here. Where applications run on such nodes, and send to a `daemonSet`, name the same taints: nobody else takes
     * what they send. `{ operator: "Exists" }` tolerates all of them.
     *
     * @default - none but those of nodes in trouble, which Kubernetes adds for a `daemonSet`
     * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
     */
    tolerations?: pulumi.Input<pulumi.Input<types.input.core.v1.Toleration>[] | undefined>;
    /** Nodes and pods to be near to, or far from. @default - spread as `scaling.spread` says */
    affinity?: pulumi.Input<types.input.core.v1.Affinity | undefined>;
    /** PriorityClass that exists already, e.g. `system-node-critical` for an agent. @default - the cluster's */
    priorityClassName?: pulumi.Input<string | undefined>;
    /** RuntimeClass that exists already. @default - the cluster's */
    runtimeClassName?: pulumi.Input<string | undefined>;
    /** Host names that pods know without asking. @default [] */
    hostAliases?: pulumi.Input<pulumi.Input<types.input.core.v1.HostAlias>[] | undefined>;
    /** @default `ClusterFirst` */
    dnsPolicy?: pulumi.Input<CollectorDnsPolicy | undefined>;
    /** Name servers, search domains and options. @default - as `dnsPolicy` says */
    dnsConfig?: pulumi.Input<types.input.core.v1.PodDNSConfig | undefined>;
    /** Secrets in the Collector's namespace with passwords of registries. Beside `operator` the ServiceAccount holds them. @default [] */
    imagePullSecretNames?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Labels of pods alone; no Service, policy or budget selects by them. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Seconds from the word to stop until a pod is killed, to send what is in its queues; at least 30, which one request may take. @default 60 */
    terminationGracePeriodSeconds?: pulumi.Input<number | undefined>;
    /** @default - liveness and readiness */
    probes?: pulumi.Input<CollectorProbeArgs | undefined>;
    /** What may change of the Collector's container without a restart, by the pods' `resize`. @default - Kubernetes' own: CPU and memory */
    resizePolicy?: pulumi.Input<pulumi.Input<types.input.core.v1.ContainerResizePolicy>[] | undefined>;
    /** Volumes of your own, of kinds that Pod Security `restricted` allows, unless `allowNodeAccess` is set. @default [] */
    volumes?: pulumi.Input<pulumi.Input<types.input.core.v1.Volume>[] | undefined>;
    /** Where the Collector finds these. @default [] */
    volumeMounts?: pulumi.Input<pulumi.Input<types.input.core.v1.VolumeMount>[] | undefined>;
    /**
     * Containers that run before the Collector; with `restartPolicy` `Always` next to it. They get the Collector's security context, except
     * for fields that they set.
     *
     * @default []
     */
    initContainers?: pulumi.Input<pulumi.Input<types.input.core.v1.Container>[] | undefined>;
    /** Containers that run next to the Collector, secured as `initContainers` are. @default [] */
    extraContainers?: pulumi.Input<pulumi.Input<types.input.core.v1.Container>[] | undefined>;
    /**
     * Lets `volumes`, `initContainers` and `extraContainers` have what Pod Security `restricted` refuses, e.g. `hostPath`. The namespace has
     * to allow `privileged` then. Must be known when the program runs.
     *
     * @default false
     */
    allowNodeAccess?: boolean;
}

export const POD_FIELDS: Fields<CollectorPodArgs> = {
    nodeSelector: Field.NoFallback,
    tolerations: Field.Any,
    affinity: Field.Any,
    priorityClassName: Field.Any,
    runtimeClassName: Field.NoFallback,
    hostAliases: Field.Any,
    dnsPolicy: Field.Any,
    dnsConfig: Field.Any,
    imagePullSecretNames: Field.Any,
    labels: Field.Any,
    terminationGracePeriodSeconds: Field.Any,
    probes: PROBE_FIELDS,
    resizePolicy: Field.Any,
    volumes: Field.Any,
    volumeMounts: Field.Any,
    initContainers: Field.Any,
    extraContainers: Field.Any,
    allowNodeAccess: Field.Any,
};

/** The account that the pods run under. @see https://kubernetes.io/docs/concepts/security/service-accounts/ */
export interface CollectorServiceAccountArgs {
    /** E.g. `eks.amazonaws.com/role-arn`, for pods that use a role of a cloud. @default {} */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * ServiceAccount in the Collector's namespace that exists already. It gets the rights that the Collector needs, and so does every other pod that
     * runs under it. Whether it is given must be known when the program runs.
     *
     * @default - one is created, with the Collector's name
     */
    existingName?: pulumi.Input<string | undefined>;
}

export const SERVICE_ACCOUNT_FIELDS: Fields<CollectorServiceAccountArgs> = {
    annotations: Field.Any,
    existingName: Field.NoFallback,
};

/** A variable of the Collector's container: a text, or the name of a Secret that holds it. */
export interface CollectorVariableArgs {
    /** E.g. `PARTNER_TOKEN`, for `${env:PARTNER_TOKEN}` in `extraConfig`. */
    name: pulumi.Input<string>;
    /** Readable by anyone who can read pods. @default - `secretName` is needed */
    value?: pulumi.Input<string | undefined>;
    /** Secret in the Collector's namespace. @default - `value` is needed */
    secretName?: pulumi.Input<string | undefined>;
    /** Key in the Secret. @default - the name of the variable */
    secretKey?: pulumi.Input<string | undefined>;
}

export const VARIABLE_FIELDS: Fields<CollectorVariableArgs> = {
    name: Field.NoFallback,
    value: Field.NoFallback,
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
};

/** All that a Secret or ConfigMap in the Collector's namespace holds, as variables. What `env` and this package set wins over it. */
export interface CollectorVariableSourceArgs {
    /** @default - `configMapName` is needed */
    secretName?: pulumi.Input<string | undefined>;
    /** @default - `secretName` is needed */
    configMapName?: pulumi.Input<string | undefined>;
    /** Put before each key. @default - the keys as they are */
    prefix?: pulumi.Input<string | undefined>;
    /** Lets pods start without it. @default false */
    optional?: pulumi.Input<boolean | undefined>;
}

export const VARIABLE_SOURCE_FIELDS: Fields<CollectorVariableSourceArgs> = {
    secretName: Field.NoFallback,
    configMapName: Field.NoFallback,
    prefix: Field.Any,
    optional: Field.Any,
};
