import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** Detectors of the cloud that the Collector runs in. They need no rights in the cluster or in the cloud. */
export const CloudDetector = {
    /** Amazon EKS: provider and platform. */
    Eks: "eks",
    /** Amazon EC2: account, region, zone and the instance. */
    Ec2: "ec2",
    /** Azure Kubernetes Service: provider and platform. */
    Aks: "aks",
    /** Azure: subscription, region and the virtual machine. */
    Azure: "azure",
    /** Google Cloud, with Google Kubernetes Engine: project, region, zone, cluster and the instance. */
    Gcp: "gcp",
} as const;
export type CloudDetector = (typeof CloudDetector)[keyof typeof CloudDetector];

/**
 * Attributes to add. An attribute that the sender sets takes precedence over the attributes of its pod, then its Namespace, then the stack.
 */
export interface CollectorEnrichmentArgs {
    /**
     * Adds the attributes that Dynatrace links Kubernetes data by: `k8s.workload.kind` and `k8s.workload.name` instead of one attribute for
     * each kind, and the annotations of pods and Namespaces that start with `metadata.dynatrace.com`. An annotation of the pod takes
     * precedence. Has an effect only with `kubernetesAttributes`.
     *
     * @default true
     * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich
     */
    dynatraceRecipe?: pulumi.Input<boolean | undefined>;
    /**
     * Adds `dt.kubernetes.workload.kind` and `dt.kubernetes.workload.name`, the deprecated names of `k8s.workload.kind` and `.name`, e.g. for
     * dashboards that still use them. Needs `dynatraceRecipe`.
     *
     * @default false
     */
    legacyWorkloadAttributes?: pulumi.Input<boolean | undefined>;
    /**
     * Identifies the pod by the address of its connection if its data names no pod. Right only if every pod connects directly. An Ingress
     * controller, a Gateway, a load balancer, a proxy of a mesh or another Collector in between would pass for the sender. Needs
     * `kubernetesAttributes`.
     *
     * @default true, but false with `network.exposure` and with a `network.service.type` other than `ClusterIP`
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/k8sattributesprocessor
     */
    podFromConnection?: pulumi.Input<boolean | undefined>;
    /** `k8s.cluster.name`, as Dynatrace knows the cluster. @default - not set */
    clusterName?: pulumi.Input<string | undefined>;
    /** `k8s.cluster.uid`: the uid of the namespace `kube-system`. @default - read from the cluster with `kubernetesAttributes` */
    clusterUid?: pulumi.Input<string | undefined>;
    /** `dt.entity.kubernetes_cluster`, e.g. `KUBERNETES_CLUSTER-0123456789ABCDEF`. @default - not set */
    clusterEntity?: pulumi.Input<string | undefined>;
    /**
     * Adds the attributes of the host as OneAgent knows it. Needs mode `daemonSet`, and OneAgent on the nodes. Mounts a directory of the
     * node read-only, so the namespace must allow Pod Security `privileged`. Must be known when the program runs.
     *
     * @default false
     */
    hostFromOneAgent?: boolean;
    /**
     * Pod labels to add as attributes. Each key is a label, its value the name of the attribute, e.g. `{ "example.com/team": "dt.owner" }`.
     * Needs `kubernetesAttributes`.
     *
     * @default {}
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/k8sattributesprocessor
     */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Pod annotations to add as attributes, in the format of `podLabels`. Needs `kubernetesAttributes`. @default {} */
    podAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Namespace labels to add as attributes, in the format of `podLabels`. Needs `kubernetesAttributes`. @default {} */
    namespaceLabels?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Namespace annotations to add as attributes, in the format of `podLabels`. Needs `kubernetesAttributes`. @default {} */
    namespaceAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /**
     * Adds cloud, account and region of the Collector's node; with mode `daemonSet` also zone and instance. Allows connections to the
     * cloud's metadata service.
     *
     * @default - no detection
     */
    resourceDetection?: pulumi.Input<CollectorResourceDetectionArgs | undefined>;
    /** `deployment.environment.name` of the stack, e.g. `production`. @default - not set */
    environment?: pulumi.Input<string | undefined>;
    /** `dt.owner` of the stack: identifier of a team in Dynatrace. @default - not set */
    owner?: pulumi.Input<string | undefined>;
    /** `dt.security_context` of the stack, by which policies of Dynatrace decide who may read the data. @default - not set */
    securityContext?: pulumi.Input<string | undefined>;
    /** `dt.cost.costcenter` of the stack, for the allocation of costs in Dynatrace. @default - not set */
    costCenter?: pulumi.Input<string | undefined>;
    /** `dt.cost.product` of the stack, for the allocation of costs in Dynatrace. @default - not set */
    costProduct?: pulumi.Input<string | undefined>;
    /** `vcs.ref.head.revision` of the stack: the commit it was deployed from. @default - not set */
    commit?: pulumi.Input<string | undefined>;
}

/**
 * Detects the cloud, account and region when the Collector starts.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor
 */
export interface CollectorResourceDetectionArgs {
    /** Detectors in order of precedence: `["eks", "ec2"]`, `["aks", "azure"]`, or `["gcp"]`. */
    detectors: pulumi.Input<pulumi.Input<CloudDetector>[]>;
    /** Seconds until the Collector starts without an answer, 1 to 60. @default 5 */
    timeoutSeconds?: pulumi.Input<number | undefined>;
}

export const RESOURCE_DETECTION_FIELDS: Fields<CollectorResourceDetectionArgs> = {
    detectors: Field.Any,
    timeoutSeconds: Field.Any,
};

export const ENRICHMENT_FIELDS: Fields<CollectorEnrichmentArgs> = {
    dynatraceRecipe: Field.Any,
    legacyWorkloadAttributes: Field.Any,
    podFromConnection: Field.Any,
    clusterName: Field.Any,
    clusterUid: Field.Any,
    clusterEntity: Field.Any,
    hostFromOneAgent: Field.Any,
    podLabels: Field.Any,
    podAnnotations: Field.Any,
    namespaceLabels: Field.Any,
    namespaceAnnotations: Field.Any,
    resourceDetection: RESOURCE_DETECTION_FIELDS,
    environment: Field.Any,
    owner: Field.Any,
    securityContext: Field.Any,
    costCenter: Field.Any,
    costProduct: Field.Any,
    commit: Field.Any,
};
