import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** How a pod finds hosts. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy */
export const DnsPolicy = {
    /** The cluster's names first, then as the node does. */
    ClusterFirst: "ClusterFirst",
    /** As the node does: no name of the cluster is found, a second tier's neither. */
    Default: "Default",
    /** As `dnsConfig` says, and nothing else. */
    None: "None",
} as const;
export type DnsPolicy = (typeof DnsPolicy)[keyof typeof DnsPolicy];

/** When Kubernetes asks a Collector whether it lives. @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ */
export interface CollectorProbeArgs {
    /** Seconds that a Collector may take to start, before it is started anew. @default - no limit but that of the probes after the first 10 */
    startupSeconds?: pulumi.Input<number>;
    /** Seconds from one question whether it lives to the next. @default 30 */
    livenessPeriodSeconds?: pulumi.Input<number>;
    /** Seconds from one question whether it may be sent to to the next. @default 10 */
    readinessPeriodSeconds?: pulumi.Input<number>;
    /** Seconds that an answer may take. @default 1 */
    timeoutSeconds?: pulumi.Input<number>;
    /** Wrong answers in a row that count. @default 3 */
    failures?: pulumi.Input<number>;
}

/**
 * Where the pods run and what is in them besides the Collector; of both tiers with `twoTier`. The OpenTelemetry Operator has no field for
 * `runtimeClassName`, `hostAliases` and `resizePolicy`, which are refused beside it.
 */
export interface PodArgs {
    /** Labels of the nodes that pods run on, beside `kubernetes.io/os: linux`. @default { "kubernetes.io/os": "linux" } */
    nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /**
     * Taints of nodes that pods run on in spite of them. A taint is somebody's word that a node is not for every pod, so none is tolerated
     * unless it is named here. Where applications run on such nodes, and send to a `daemonSet`, name the same taints: nobody else takes
     * what they send. `{ operator: "Exists" }` tolerates all of them.
     *
     * @default - none but those of nodes in trouble, which Kubernetes adds for a `daemonSet`
     * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
     */
    tolerations?: pulumi.Input<pulumi.Input<types.input.core.v1.Toleration>[]>;
    /** Nodes and pods to be near to, or far from. @default - spread as `scaling.spread` says */
    affinity?: pulumi.Input<types.input.core.v1.Affinity>;
    /** PriorityClass that exists already, e.g. `system-node-critical` for an agent. @default - the cluster's */
    priorityClassName?: pulumi.Input<string>;
    /** RuntimeClass that exists already. @default - the cluster's */
    runtimeClassName?: pulumi.Input<string>;
    /** Host names that pods know without asking. @default [] */
    hostAliases?: pulumi.Input<pulumi.Input<types.input.core.v1.HostAlias>[]>;
    /** @default `ClusterFirst` */
    dnsPolicy?: pulumi.Input<DnsPolicy>;
    /** Name servers, search domains and options. @default - as `dnsPolicy` says */
    dnsConfig?: pulumi.Input<types.input.core.v1.PodDNSConfig>;
    /** Secrets in the Collector's namespace with passwords of registries. Beside `operator` the ServiceAccount holds them. @default [] */
    imagePullSecretNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** Labels of pods alone; no Service, policy or budget selects by them. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Seconds from the word to stop until a pod is killed, to send what is in its queues; at least 30, which one request may take. @default 60 */
    terminationGracePeriodSeconds?: pulumi.Input<number>;
    /** @default - liveness and readiness */
    probes?: pulumi.Input<CollectorProbeArgs>;
    /** What may change of the Collector's container without a restart, by the pods' `resize`. @default - Kubernetes' own: CPU and memory */
    resizePolicy?: pulumi.Input<pulumi.Input<types.input.core.v1.ContainerResizePolicy>[]>;
    /** Volumes of your own, of kinds that Pod Security `restricted` allows, unless `allowNodeAccess` is set. @default [] */
    volumes?: pulumi.Input<pulumi.Input<types.input.core.v1.Volume>[]>;
    /** Where the Collector finds these. @default [] */
    volumeMounts?: pulumi.Input<pulumi.Input<types.input.core.v1.VolumeMount>[]>;
    /**
     * Containers that run before the Collector; with `restartPolicy` `Always` beside it. They get the Collector's security context, but for
     * what they set themselves.
     *
     * @default []
     */
    initContainers?: pulumi.Input<pulumi.Input<types.input.core.v1.Container>[]>;
    /** Containers that run beside the Collector, secured as `initContainers` are. @default [] */
    extraContainers?: pulumi.Input<pulumi.Input<types.input.core.v1.Container>[]>;
    /**
     * Lets `volumes`, `initContainers` and `extraContainers` have what Pod Security `restricted` refuses, e.g. `hostPath`. The namespace has
     * to allow `privileged` then. Must be known when the program runs.
     *
     * @default false
     */
    allowNodeAccess?: boolean;
}
