import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { ContentPlan } from "../ai-content/steps";
import type { Endpoint } from "../endpoint";
import type { Signal } from "../shared/signals";
import type { CollectorMode, CollectorTokenFrom } from "./args";
import type { CollectorCollectArgs } from "./args/collect";
import type { CollectorCiliumArgs } from "./args/network";
import type { CloudDetector } from "./args/processing";
import type { CollectorScalingArgs } from "./args/scaling";
import type { Build } from "./distributions";
import type { ExposurePlan } from "./exposure";
import type { MonitoringPlan } from "./monitoring";
import type { ComponentNames } from "./distributions";
import type { OperatorPlan } from "./operator";
import type { Destination, ProxyPlan } from "./proxy";
import type { ReceiverPlan } from "./receivers";
import type { MemoryPlan } from "./sizing";
import type { TrustPlan } from "./trust";

/** A configuration, or a part of one, as YAML would be read. */
export type Plain = Record<string, unknown>;

/** Which of the pods of a Collector a configuration is for. */
export const Tier = {
    /** All there are. */
    Only: "only",
    /** Those that applications send to, before the second tier. */
    First: "first",
    /** Those that see all of a trace or series, and send to Dynatrace. */
    Second: "second",
} as const;
export type Tier = (typeof Tier)[keyof typeof Tier];

/** What is added to what arrives; strings are left out where they are not given. */
export interface EnrichmentPlan {
    dynatraceRecipe: boolean;
    hostFromOneAgent: boolean;
    clusterName?: string;
    clusterUid?: string;
    clusterEntity?: string;
    /** Labels and annotations to pick, each with its attribute's name. */
    picked?: PickedPlan;
    resourceDetection?: DetectionPlan;
}

/** What is picked from pods and namespaces, by key. */
export interface PickedPlan {
    podLabels: Record<string, string>;
    podAnnotations: Record<string, string>;
    namespaceLabels: Record<string, string>;
}

/** How traces are chosen. */
export interface TailSamplingPlan {
    percentage: number;
    errors: boolean;
    slowerThanMillis?: number;
    decisionSeconds: number;
    tracesInMemory: number;
}

/** The queue on a volume. */
export interface QueuePlan {
    sizeGiB: number;
    /** Bytes that each signal's queue holds at most. */
    bytesPerSignal: number;
    storageClassName?: string;
    hostPath?: string;
    /** Of a StatefulSet's volumes; missing where Kubernetes' own is not changed. */
    retention?: { whenDeleted: string; whenScaled: string };
}

/** What is taken besides OTLP. */
export interface IntakePlan {
    jaeger: boolean;
    zipkin: boolean;
    statsd: boolean;
    statsdIntervalSeconds: number;
}

/** Which clouds are asked, and for how long. */
export interface DetectionPlan {
    detectors: CloudDetector[];
    timeoutSeconds: number;
}

/** All that decides the configuration's text, but for the kind of token. */
export interface ConfigPlan {
    name: string;
    namespace: string;
    mode: CollectorMode;
    tier: Tier;
    build: Build;
    /** Own telemetry takes resource attributes as a list. */
    resourceList: boolean;
    /** Address that the receivers listen on. */
    listenOn: string;
    /** All that arrives comes from the Collector's own pod. */
    ownPod: boolean;
    receiver: ReceiverPlan;
    intake: IntakePlan;
    endpoint: Endpoint;
    trust: TrustPlan;
    proxy?: ProxyPlan;
    signals: Signal[];
    names: ComponentNames;
    tokenFrom: CollectorTokenFrom;
    /** Given, where the OpenTelemetry Operator makes the pods. */
    operator?: object;
    memory: MemoryPlan;
    replicas: number;
    kubernetesAttributes: boolean;
    cumulativeToDelta: boolean;
    resourceAttributes: Record<string, string>;
    enrichment: EnrichmentPlan;
    /** What becomes of prompts and answers, and of who asked. */
    content: ContentPlan;
    /** Other names for what is said of models are mapped to those that Dynatrace knows. */
    normalizesModels: boolean;
    /** Regular expressions of what is masked. */
    masked: string[];
    /** Attributes that are not looked into for that. */
    unmasked: string[];
    /** Cuts what would not fit into a request. */
    recordLimits: boolean;
    collect: CollectorCollectArgs;
    /** Metrics of itself, on a port. */
    monitoring?: MonitoringPlan;
    tailSampling?: TailSamplingPlan;
    queue?: QueuePlan;
    /** Where the pods of the second tier listen, as the first tier knows them. */
    secondTierHosts: string[];
    extraConfig: Plain;
}

/** The pods behind those that applications send to. */
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
        | "type"
        | "loadBalancerSourceRanges"
        | "externalTrafficPolicy"
        | "internalTrafficPolicy"
        | "trafficDistribution"
        | "sessionAffinity"
    >;
    /** The ports are open on each node as well. */
    hostPorts: boolean;
    /** Ranges of addresses outside of the cluster that a network policy lets in. */
    fromAddresses: string[];
    warnings: string[];
}

/** Everything about a Collector that its arguments decide: names, numbers, texts. */
export interface CollectorPlan extends ConfigPlan, ServicePlan {
    labels: Record<string, string>;
    /** Labels that select the pods; they never change for the life of the workload. */
    selector: Record<string, string>;
    image: string;
    imagePullPolicy: string;
    cpuMillis: number;
    scaling: pulumi.Unwrap<CollectorScalingArgs>;
    exposure: ExposurePlan;
    /** Missing where Kubernetes runs the pods itself. */
    operator?: OperatorPlan;
    clusterRoleName: string;
    /** The account of the pods of all tiers. */
    accountName: string;
    /** Where the pods that send to Dynatrace connect to. */
    destination: Destination;
    fromNamespaces: string[];
    /** Labels of the pods of this namespace that alone may send; missing where namespaces decide. */
    fromPods?: Record<string, string>;
    apiServerPorts: number[];
    /** Missing where a NetworkPolicy closes the network. */
    cilium?: pulumi.Unwrap<CollectorCiliumArgs>;
    podAnnotations: Record<string, string>;
    /** The pods behind these, with `twoTier`. */
    secondTier?: SecondTierPlan;
    /** Addresses that applications send to. */
    grpcEndpoint: string;
    httpEndpoint: string;
    warnings: string[];
}
