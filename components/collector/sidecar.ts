import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import { checkArguments } from "../shared/arguments";
import { Field, type Fields } from "../shared/fields";
import { combine, lift } from "../shared/outputs";
import { objectName } from "../shared/kubernetes";
import { type ClusterPlatform, idsOn, platformOf } from "../shared/platform";
import { RESOURCE_LIMIT_FIELDS, type ResourceLimitArgs } from "../shared/resources";
import type { Signal } from "../shared/signals";
import type { TokenReferenceArgs } from "../shared/token-reference";
import { type CollectorImageArgs, COLLECTOR_IMAGE_FIELDS, type CollectorTokenFrom } from "./args";
import { ENDPOINT_FIELDS } from "../endpoint";
import { TOKEN_REFERENCE_FIELDS } from "../shared/token-reference";
import { collectorConfig, PORTS } from "./config";
import { LOOPBACK } from "./constants";
import { featureParts } from "./features";
import type { CollectorPlan } from "./plan-types";
import { type CollectorPlanInputs, planCollector } from "./plan";
import { containerSpec, USER } from "./manifests/pod-template";
import { checkedToken, deliveredParts } from "./token";
import { Check } from "../shared/check";
import { REDACTION_FIELDS, type CollectorRedactionArgs } from "./args/processing";

/** What happens to the data of an application's pod before it is sent. */
export interface CollectorSidecarProcessingArgs {
    /** Resource attributes to add unless the application sets them. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Converts cumulative counters and histograms to deltas. @default true */
    cumulativeToDelta?: pulumi.Input<boolean | undefined>;
    /** Text to mask before data leaves the pod. @default - Dynatrace tokens */
    redaction?: pulumi.Input<CollectorRedactionArgs | undefined>;
}

export const SIDECAR_PROCESSING_FIELDS: Fields<CollectorSidecarProcessingArgs> = {
    resourceAttributes: Field.Any,
    cumulativeToDelta: Field.Any,
    redaction: REDACTION_FIELDS,
};

/** A Collector in an application's pod. */
export interface CollectorSidecarArgs extends ResourceLimitArgs {
    /** The kind of cluster. With `openshift`, the cluster chooses the user and group. Must be known when the program runs. @default `kubernetes` */
    platform?: ClusterPlatform;
    /** Where the Collector sends data to. */
    endpoint: pulumi.Input<EndpointArgs>;
    /** Reference to the token, in a Secret in the pod's namespace. */
    token: TokenReferenceArgs;
    /** ConfigMap in the pod's namespace that holds the result's `config` under the key `config.yaml`. */
    configMapName: pulumi.Input<string>;
    /** Signals that the Collector accepts and sends on. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
    image?: pulumi.Input<CollectorImageArgs | undefined>;
    /**
     * How the Collector reads the token, see `tokenFrom` of `OtlpCollector`. `file` needs the result's `podSecurityContext` in the pod.
     * Must be known when the program runs.
     *
     * @default `environment`
     */
    tokenFrom?: CollectorTokenFrom;
    /** CPU request, in thousandths of a core. @default 50 */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory request and limit, in MiB, at least 128. @default 128 */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** What happens to the data before it is sent. @default - the defaults of each field */
    processing?: CollectorSidecarProcessingArgs;
    /** Extra configuration, see `extraConfig` of `OtlpCollector`. @default {} */
    extraConfig?: pulumi.Inputs;
}

export const SIDECAR_FIELDS: Fields<CollectorSidecarArgs> = {
    ...RESOURCE_LIMIT_FIELDS,
    platform: Field.Any,
    endpoint: ENDPOINT_FIELDS,
    token: TOKEN_REFERENCE_FIELDS,
    configMapName: Field.NoFallback,
    signals: Field.NoFallback,
    image: COLLECTOR_IMAGE_FIELDS,
    tokenFrom: Field.Any,
    cpuMillis: Field.Any,
    memoryMiB: Field.Any,
    processing: SIDECAR_PROCESSING_FIELDS,
    extraConfig: Field.Any,
};

/** Parts for the pod. */
export interface CollectorSidecar {
    /**
     * Container for `initContainers`. `restartPolicy: Always` starts it before the application and stops it after the application. Needs
     * Kubernetes 1.29 or later.
     *
     * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
     */
    container: types.input.core.v1.Container;
    volumes: pulumi.Output<types.input.core.v1.Volume[]>;
    /** Annotations of the pod. A new token changes them and restarts the pod. */
    annotations: pulumi.Output<Record<string, string>>;
    /** Security context that the pod must set, in addition to its own fields. */
    podSecurityContext: types.input.core.v1.PodSecurityContext;
    /** Content of the ConfigMap. It contains no secret. */
    config: pulumi.Output<string>;
    /** Base URL for OTLP over HTTP. */
    httpEndpoint: string;
    /** Base URL for OTLP over gRPC. */
    grpcEndpoint: string;
}

/**
 * Returns the parts of a Collector for an application's pod. Creates no resources. The Collector reads the attributes of its pod without
 * any rights in the cluster.
 *
 * @param name name for errors.
 * @throws InputError for invalid arguments.
 */
export function sidecarContainer(name: string, args: CollectorSidecarArgs): CollectorSidecar {
    const check = new Check(`sidecarContainer("${name}")`, "", SIDECAR_FIELDS);
    const { token: given, configMapName: named, ...atPreview } = checkArguments(check, args);
    const plan = lift(atPreview, (plain) => planSidecar(check, name, plain));
    const token = checkedToken(check, given);
    const configMapName = lift(named, (text) => objectName(check.at("configMapName"), text));
    const delivered = deliveredParts(plan, { token, from: args.tokenFrom }, USER);
    const container = containerSpec(plan, delivered);
    const platform = platformOf(check, args.platform);
    return {
        container: {
            ...container,
            name: "otlp-collector",
            restartPolicy: "Always",
            // Port names belong to the pod, and other pods do not need these ports.
            ports: [],
            securityContext: {
                ...container.securityContext,
                runAsNonRoot: true,
                ...idsOn(platform, { runAsUser: USER, runAsGroup: USER }),
                seccompProfile: { type: "RuntimeDefault" },
            },
        },
        volumes: plan.apply((plain): types.input.core.v1.Volume[] => [
            { name: "config", configMap: { name: configMapName } },
            ...delivered.volumes,
            ...featureParts(plain).volumes,
        ]),
        annotations: delivered.annotations,
        podSecurityContext: idsOn(platform, delivered.podSecurityContext),
        config: combine(plan, token.scheme, collectorConfig),
        httpEndpoint: `http://${LOOPBACK}:${PORTS.http}`,
        grpcEndpoint: `http://${LOOPBACK}:${PORTS.grpc}`,
    };
}

/** @throws InputError for invalid arguments. */
export function planSidecar(check: Check, name: string, args: CollectorPlanInputs): CollectorPlan {
    const small = { ...args, cpuMillis: args.cpuMillis ?? 50, memoryMiB: args.memoryMiB ?? 128 };
    const processing = { ...args.processing, kubernetesAttributes: false };
    return planCollector(check, name, { ...small, processing }, { listenOn: LOOPBACK, ownPod: true });
}
