import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";
import { ENV_FROM_FIELDS, ENV_VAR_FIELDS } from "../../shared/variables";

/** How a pod resolves host names. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy */
export const CollectorDnsPolicy = {
    /** Names of the cluster first, then the DNS settings of the node. */
    ClusterFirst: "ClusterFirst",
    /** Only the DNS settings of the node. The pod cannot resolve names of the cluster, including the second tier's. */
    Default: "Default",
    /** Only the settings of `dnsConfig`. */
    None: "None",
} as const;
export type CollectorDnsPolicy = (typeof CollectorDnsPolicy)[keyof typeof CollectorDnsPolicy];

/** Timing of the probes. @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ */
export interface CollectorProbeArgs {
    /** Seconds that a Collector has to start before it is restarted. @default - no startup probe; liveness probes begin after 10 s */
    startupSeconds?: pulumi.Input<number | undefined>;
    /** Seconds between two liveness probes. @default 30 */
    livenessPeriodSeconds?: pulumi.Input<number | undefined>;
    /** Seconds between two readiness probes. @default 10 */
    readinessPeriodSeconds?: pulumi.Input<number | undefined>;
    /** Seconds until a probe times out. @default 1 */
    timeoutSeconds?: pulumi.Input<number | undefined>;
    /** Number of consecutive failures after which a probe fails. @default 3 */
    failures?: pulumi.Input<number | undefined>;
}

export const PROBE_FIELDS: Fields<CollectorProbeArgs> = {
    startupSeconds: Field.Any,
    livenessPeriodSeconds: Field.Any,
    readinessPeriodSeconds: Field.Any,
    timeoutSeconds: Field.Any,
    failures: Field.Any,
};

/** ServiceAccount of the pods. @see https://kubernetes.io/docs/concepts/security/service-accounts/ */
export interface CollectorServiceAccountArgs {
    /** Annotations of the ServiceAccount, e.g. `eks.amazonaws.com/role-arn` for a cloud role. @default {} */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * Name of an existing ServiceAccount in the Collector's namespace. It gets the rights that the Collector needs, and so does every other
     * pod that uses it, unless `rbac.create` is `false`. Whether this field is set must be known when the program runs.
     *
     * @default - a new ServiceAccount with the Collector's name
     */
    existingName?: pulumi.Input<string | undefined>;
}

export const SERVICE_ACCOUNT_FIELDS: Fields<CollectorServiceAccountArgs> = {
    annotations: Field.Any,
    existingName: Field.NoFallback,
};

/**
 * ServiceAccount, variables, volumes and extra containers of the pods, for both tiers with `twoTier`. `runtimeClassName`, `hostAliases`
 * and `resizePolicy` cannot be combined with `operator`: an OpenTelemetryCollector has no such fields.
 */
export interface CollectorPodArgs {
    /** ServiceAccount of the pods. @default - a new ServiceAccount */
    serviceAccount?: CollectorServiceAccountArgs;
    /**
     * Environment variables of the Collector's container, e.g. for `${env:PARTNER_TOKEN}` in `extraConfig`. Anyone who can read pods can read
     * `value`; use `valueFrom.secretKeyRef` for a secret.
     *
     * @default []
     */
    env?: pulumi.Input<pulumi.Input<types.input.core.v1.EnvVar>[] | undefined>;
    /**
     * Secrets and ConfigMaps in the Collector's namespace whose keys become environment variables of the Collector's container. Variables of
     * `env` and of this package take precedence.
     *
     * @default []
     */
    envFrom?: pulumi.Input<pulumi.Input<types.input.core.v1.EnvFromSource>[] | undefined>;
    /** Name of an existing RuntimeClass. @default - the cluster's default */
    runtimeClassName?: pulumi.Input<string | undefined>;
    /** Entries for the pods' hosts file. @default [] */
    hostAliases?: pulumi.Input<pulumi.Input<types.input.core.v1.HostAlias>[] | undefined>;
    /** How the pods resolve host names. @default `ClusterFirst` */
    dnsPolicy?: pulumi.Input<CollectorDnsPolicy | undefined>;
    /** Name servers, search domains and options. @default - set by `dnsPolicy` */
    dnsConfig?: pulumi.Input<types.input.core.v1.PodDNSConfig | undefined>;
    /**
     * Secrets in the Collector's namespace with registry credentials. With `operator`, this package adds them to the ServiceAccount.
     *
     * @default []
     */
    imagePullSecretNames?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Labels of the pods only. No Service, policy or budget selects by them. @default {} */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Annotations to add to the pods. @default {} */
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * Seconds between the signal to stop and the kill, in which a pod sends its queues. At least 30, the timeout of one request.
     *
     * @default 60
     */
    terminationGracePeriodSeconds?: pulumi.Input<number | undefined>;
    /** Timing of the probes. @default - a liveness and a readiness probe */
    probes?: pulumi.Input<CollectorProbeArgs | undefined>;
    /**
     * SELinux options of the Collector's container. To read folders of a node with SELinux, a container needs another type than
     * `container_t`: `spc_t` on Red Hat's systems, `super_t` on Bottlerocket. `container_logreader_t` can only read logs, so it needs
     * `collect.checkpoints` `pod` or `none`. The namespace must allow Pod Security `privileged`.
     *
     * @default - `spc_t` with platform `openshift` for a Collector that mounts a folder of the node; otherwise the runtime chooses
     * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#assign-selinux-labels-to-a-container
     */
    seLinuxOptions?: pulumi.Input<types.input.core.v1.SELinuxOptions | undefined>;
    /** Resources of the container that Kubernetes can resize without a restart. @default - the Kubernetes default: CPU and memory */
    resizePolicy?: pulumi.Input<pulumi.Input<types.input.core.v1.ContainerResizePolicy>[] | undefined>;
    /** Extra volumes. Pod Security `restricted` must allow their kinds, unless `allowNodeAccess` is set. @default [] */
    volumes?: pulumi.Input<pulumi.Input<types.input.core.v1.Volume>[] | undefined>;
    /** Mounts of `volumes` in the Collector's container. @default [] */
    volumeMounts?: pulumi.Input<pulumi.Input<types.input.core.v1.VolumeMount>[] | undefined>;
    /**
     * Containers that run before the Collector, or next to it with `restartPolicy: Always`. They get the Collector's security context,
     * except for fields that they set.
     *
     * @default []
     */
    initContainers?: pulumi.Input<pulumi.Input<types.input.core.v1.Container>[] | undefined>;
    /** Containers that run next to the Collector. They get the Collector's security context like `initContainers`. @default [] */
    extraContainers?: pulumi.Input<pulumi.Input<types.input.core.v1.Container>[] | undefined>;
    /**
     * Allows `volumes`, `initContainers` and `extraContainers` that Pod Security `restricted` rejects, e.g. `hostPath`. The namespace must
     * then allow `privileged`. Must be known when the program runs.
     *
     * @default false
     */
    allowNodeAccess?: boolean;
}

export const POD_FIELDS: Fields<CollectorPodArgs> = {
    serviceAccount: SERVICE_ACCOUNT_FIELDS,
    env: [ENV_VAR_FIELDS],
    envFrom: [ENV_FROM_FIELDS],
    runtimeClassName: Field.NoFallback,
    hostAliases: Field.Any,
    dnsPolicy: Field.Any,
    dnsConfig: Field.Any,
    imagePullSecretNames: Field.Any,
    labels: Field.Any,
    annotations: Field.Any,
    terminationGracePeriodSeconds: Field.Any,
    probes: PROBE_FIELDS,
    seLinuxOptions: { level: Field.Any, role: Field.Any, type: Field.Any, user: Field.Any },
    resizePolicy: Field.Any,
    volumes: Field.Any,
    volumeMounts: Field.Any,
    initContainers: Field.Any,
    extraContainers: Field.Any,
    allowNodeAccess: Field.Any,
};
