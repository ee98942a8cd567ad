import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { ContentPlan } from "../ai-content/steps";
import type { Endpoint } from "../endpoint";
import type { FlowPort } from "../shared/flows";
import type { IpFamilies } from "../shared/ip-families";
import type { ClusterPlatform } from "../shared/platform";
import type { ResourceLimits } from "../shared/resources";
import type { OwnRules } from "../shared/policy-rules";
import type { Signal } from "../shared/signals";
import type { CollectorMode, CollectorTokenFrom } from "./args";
import type { CollectorCollectArgs } from "./args/collect";
import type { CollectorIntakeArgs } from "./args/intake";
import type { CollectorCiliumArgs } from "./args/network";
import type { CloudDetector } from "./args/enrichment";
import type { CollectorScalingArgs } from "./args/scaling";
import type { CollectorSpread } from "./args/scheduling";
import type { Build } from "./distributions";
import type { KafkaPlan } from "./kafka";
import type { ExposurePlan } from "./exposure";
import type { MonitoringPlan } from "./monitoring";
import type { ComponentNames } from "./distributions";
import type { OperatorPlan } from "./operator";
import type { Destination, ProxyPlan } from "./proxy";
import type { ReceiverPlan } from "./receivers";
import type { MemoryPlan } from "./sizing";
import type { TrustPlan } from "./trust";

/** A configuration, or a part of it, as parsed YAML. */
export type Plain = Record<string, unknown>;

/** The pods that a configuration is for. */
export const Tier = {
    /** All pods: there is only one tier. */
    Only: "only",
    /** The first tier, which applications send to. */
    First: "first",
    /** The second tier, which receives complete traces and series and sends to Dynatrace. */
    Second: "second",
} as const;
export type Tier = (typeof Tier)[keyof typeof Tier];

/** Attributes to add. Undefined attributes are not added. */
export interface EnrichmentPlan {
    dynatraceRecipe: boolean;
    legacyWorkloadAttributes?: boolean;
    /** Identifies the pod by the address of its connection if its data names no pod. */
    podFromConnection?: boolean;
    hostFromOneAgent: boolean;
    clusterName?: string;
    clusterUid?: string;
    clusterEntity?: string;
    /** Labels and annotations to add, with the names of their attributes. */
    picked?: PickedPlan;
    resourceDetection?: DetectionPlan;
}

/** Labels and annotations of pods and namespaces, by key, with the names of their attributes. */
export interface PickedPlan {
    podLabels: Record<string, string>;
    podAnnotations: Record<string, string>;
    namespaceLabels: Record<string, string>;
    namespaceAnnotations: Record<string, string>;
}

/** Settings of tail sampling. */
export interface TailSamplingPlan {
    percentage: number;
    errors: boolean;
    slowerThanMillis?: number;
    decisionSeconds: number;
    tracesInMemory: number;
}

/** A condition of the filter processor, and where it applies. */
export interface DropCondition {
    signal: Signal;
    /** Context of the condition, e.g. `span`. */
    context: string;
    condition: string;
}

/** Settings of the metrics that are counted from spans. */
export interface SpanMetricsPlan {
    dimensions: string[];
    durations: boolean;
    /** Undefined for an exponential histogram. */
    bucketsMillis?: number[];
    intervalSeconds: number;
    seriesLimit: number;
}

/** The queue on a volume. */
export interface QueuePlan {
    sizeGiB: number;
    /** Largest size of each signal's queue, in bytes. */
    bytesPerSignal: number;
    storageClassName?: string;
    hostPath?: string;
    /** Retention of a StatefulSet's volumes. Undefined for the Kubernetes default. */
    retention?: { whenDeleted: string; whenScaled: string };
}

/** A port for senders. It is open in the container, in the Service and in the network policy. */
export interface IntakePort extends FlowPort {
    /** Name of the port in the container and in the Service. */
    name: string;
    /** Protocol of a receiver with the settings of the OTLP receiver, so that TLS applies to it. */
    speaks?: "grpc" | "http";
    /** Application protocol of another receiver. */
    appProtocol?: string;
}

/** Clouds to detect, and the timeout. */
export interface DetectionPlan {
    detectors: CloudDetector[];
    timeoutSeconds: number;
}

/** Everything that determines the text of the configuration, except the scheme of the token. */
export interface ConfigPlan {
    name: string;
    namespace: string;
    platform: ClusterPlatform;
    mode: CollectorMode;
    tier: Tier;
    build: Build;
    /** The Collector's own telemetry accepts resource attributes as a list. */
    resourceList: boolean;
    /** The receiver of files can read bytes as they are, and repair invalid characters afterwards. */
    repairsText: boolean;
    /** Address that the receivers listen on. */
    listenOn: string;
    /** All data comes from the Collector's own pod (sidecar). */
    ownPod: boolean;
    receiver: ReceiverPlan;
    /** The arguments as given; each feature has its own defaults. */
    intake: pulumi.Unwrap<CollectorIntakeArgs>;
    kafka?: KafkaPlan;
    endpoint: Endpoint;
    trust: TrustPlan;
    proxy?: ProxyPlan;
    signals: Signal[];
    names: ComponentNames;
    tokenFrom: CollectorTokenFrom;
    /** Set if the OpenTelemetry Operator creates the pods. */
    operator?: object;
    memory: MemoryPlan;
    replicas: number;
    kubernetesAttributes: boolean;
    /** Namespaces that the Collector may read. Undefined for the whole cluster. */
    readNamespaces?: string[];
    cumulativeToDelta: boolean;
    resourceAttributes: Record<string, string>;
    enrichment: EnrichmentPlan;
    /** Treatment of prompts, answers and user attributes. */
    content: ContentPlan;
    /** Maps attribute names of AI models to the names that Dynatrace knows. */
    normalizesModels: boolean;
    /** Regular expressions to mask. */
    masked: string[];
    /** Attributes that are not masked. */
    unmasked: string[];
    /** Shortens values that would not fit into a request. */
    recordLimits: boolean;
    collect: CollectorCollectArgs;
    /** The Collector's own metrics, on a port. */
    monitoring?: MonitoringPlan;
    tailSampling?: TailSamplingPlan;
    /** Percentage of traces that probabilistic sampling keeps. */
    keptPercentage?: number;
    dropped: DropCondition[];
    spanMetrics?: SpanMetricsPlan;
    queue?: QueuePlan;
    /** Host names of the second tier's pods. */
    secondTierHosts: string[];
    extraConfig: Plain;
}

/** The second tier. */
export interface SecondTierPlan {
    replicas: number;
    cpuMillis: number;
    memory: MemoryPlan;
    extraConfig: Plain;
}

/** How senders reach the pods. */
export interface ServicePlan {
    /** Fields of the Service, copied from the arguments. */
    service: Pick<
        types.input.core.v1.ServiceSpec,
        "type" | "loadBalancerSourceRanges" | "externalTrafficPolicy" | "internalTrafficPolicy" | "trafficDistribution"
    >;
    /** Address families of all Services. */
    ipFamilies: IpFamilies;
    /** The user's ports, in addition to the ports of the features. */
    ownPorts: IntakePort[];
    /** Opens the ports on each node too. */
    hostPorts: boolean;
    /** Address ranges outside the cluster that a network policy allows. */
    fromAddresses: string[];
    warnings: string[];
}

/** Everything that the arguments of a Collector determine. */
export interface CollectorPlan extends ConfigPlan, ServicePlan {
    labels: Record<string, string>;
    /** Labels that select the pods. They never change for the life of the workload. */
    selector: Record<string, string>;
    image: string;
    imagePullPolicy: string;
    cpuMillis: number;
    limits: ResourceLimits;
    /** The pods use something of their node, so Pod Security `restricted` rejects them. */
    usesNode: boolean;
    scaling: pulumi.Unwrap<CollectorScalingArgs>;
    spread: CollectorSpread;
    exposure: ExposurePlan;
    /** Undefined if the package creates the workload. */
    operator?: OperatorPlan;
    clusterRoleName: string;
    /** ServiceAccount of the pods of all tiers. */
    accountName: string;
    /** Destination of the pods that send to Dynatrace. */
    destination: Destination;
    fromNamespaces: string[];
    /** Labels of the pods in the same namespace that may send. If undefined, namespaces decide. */
    fromPods?: Record<string, string>;
    apiServerPorts: number[];
    /** Whether a network policy exists. */
    networkPolicy: boolean;
    /** The user's rules of the network policy, for all tiers. */
    ownRules: OwnRules;
    /** Undefined for a NetworkPolicy. */
    cilium?: pulumi.Unwrap<CollectorCiliumArgs>;
    podAnnotations: Record<string, string>;
    /** The second tier, with `twoTier`. */
    secondTier?: SecondTierPlan;
    /** Endpoint for applications, over gRPC. */
    grpcEndpoint: string;
    httpEndpoint: string;
    warnings: string[];
}
