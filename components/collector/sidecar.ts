import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import { checkArguments } from "../shared/arguments";
import { Field, type Fields } from "../shared/fields";
import { combine, lift } from "../shared/outputs";
import { objectName } from "../shared/kubernetes";
import type { Signal } from "../shared/signals";
import type { TokenReferenceArgs } from "../shared/secrets";
import { type CollectorImageArgs, COLLECTOR_IMAGE_FIELDS, type CollectorTokenFrom } from "./args";
import { ENDPOINT_FIELDS } from "../endpoint";
import { TOKEN_REFERENCE_FIELDS } from "../shared/secrets";
import { collectorConfig, PORTS } from "./config";
import { featureParts } from "./features";
import type { CollectorPlan } from "./plan-types";
import { type CollectorPlanInputs, planCollector } from "./plan";
import { containerSpec, USER } from "./manifests/pod-template";
import { checkedToken, deliveredParts } from "./token";
import { Check } from "../shared/check";
import { REDACTION_FIELDS, type CollectorRedactionArgs } from "./args/processing";

/** Listens where no other pod can reach it. */
const LOOPBACK = "127.0.0.1";

/** A Collector in an application's own pod. */
export interface CollectorSidecarArgs {
    /** Where it sends to. */
    endpoint: pulumi.Input<EndpointArgs>;
    /** The token it sends with, from a Secret in the namespace of the pod. */
    token: TokenReferenceArgs;
    /** ConfigMap, in the namespace of the pod, that holds `config` of the result under `config.yaml`. */
    configMapName: pulumi.Input<string>;
    /** @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
    image?: pulumi.Input<CollectorImageArgs | undefined>;
    /** As for `OtlpCollector`; `file` needs `podSecurityContext` of the result in the pod. Must be known when the program runs. @default `environment` */
    tokenFrom?: CollectorTokenFrom;
    /** CPU requested, in thousandths of a core. @default 50 */
    cpuMillis?: pulumi.Input<number | undefined>;
    /** Memory requested and limit, in MiB, at least 128. @default 128 */
    memoryMiB?: pulumi.Input<number | undefined>;
    /** @default true */
    cumulativeToDelta?: pulumi.Input<boolean | undefined>;
    /** Resource attributes to add where the application has not set them. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** @default - tokens of Dynatrace are masked */
    redaction?: pulumi.Input<CollectorRedactionArgs | undefined>;
    /** As for `OtlpCollector`. @default {} */
    extraConfig?: pulumi.Inputs;
}

export const SIDECAR_FIELDS: Fields<CollectorSidecarArgs> = {
    endpoint: ENDPOINT_FIELDS,
    token: TOKEN_REFERENCE_FIELDS,
    configMapName: Field.NoFallback,
    signals: Field.NoFallback,
    image: COLLECTOR_IMAGE_FIELDS,
    tokenFrom: Field.Any,
    cpuMillis: Field.Any,
    memoryMiB: Field.Any,
    cumulativeToDelta: Field.Any,
    resourceAttributes: Field.Any,
    redaction: REDACTION_FIELDS,
    extraConfig: Field.Any,
};

/** What goes into the pod. */
export interface CollectorSidecar {
    /**
     * Goes into `initContainers`: `restartPolicy` `Always` makes it start before the application and end after it, as of Kubernetes 1.29.
     *
     * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
     */
    container: types.input.core.v1.Container;
    volumes: pulumi.Output<types.input.core.v1.Volume[]>;
    /** Annotations for the pod: another token restarts it. */
    annotations: pulumi.Output<Record<string, string>>;
    /** What the pod has to set besides its own. */
    podSecurityContext: types.input.core.v1.PodSecurityContext;
    /** Text for the ConfigMap. It holds no secret. */
    config: pulumi.Output<string>;
    /** Base URL that the application sends OTLP over HTTP to. */
    httpEndpoint: string;
    /** The same over gRPC. */
    grpcEndpoint: string;
}

/**
 * A Collector for an application's own pod, as plain parts: nothing is created. It knows its pod without any right in the cluster.
 *
 * @param name for the error text.
 * @throws InputError where the arguments cannot work.
 */
export function sidecarContainer(name: string, args: CollectorSidecarArgs): CollectorSidecar {
    const check = new Check(`sidecarContainer("${name}")`, "", SIDECAR_FIELDS);
    const { token: given, configMapName: named, ...atPreview } = checkArguments(check, args);
    const plan = lift(atPreview, (plain) => planSidecar(check, name, plain));
    const token = checkedToken(check, given);
    const configMapName = lift(named, (text) => objectName(check.at("configMapName"), text));
    const delivered = deliveredParts(plan, { token, from: args.tokenFrom }, USER);
    const container = containerSpec(plan, delivered);
    return {
        container: {
            ...container,
            name: "otlp-collector",
            restartPolicy: "Always",
            // Names of ports are the pod's, and nobody outside needs these.
            ports: [],
            securityContext: {
                ...container.securityContext,
                runAsNonRoot: true,
                runAsUser: USER,
                runAsGroup: USER,
                seccompProfile: { type: "RuntimeDefault" },
            },
        },
        volumes: plan.apply((plain): types.input.core.v1.Volume[] => [
            { name: "config", configMap: { name: configMapName } },
            ...delivered.volumes,
            ...featureParts(plain).volumes,
        ]),
        annotations: delivered.annotations,
        podSecurityContext: delivered.podSecurityContext,
        config: combine(plan, token.scheme, collectorConfig),
        httpEndpoint: `http://${LOOPBACK}:${PORTS.http}`,
        grpcEndpoint: `http://${LOOPBACK}:${PORTS.grpc}`,
    };
}

/** @throws InputError where the arguments cannot work. */
export function planSidecar(check: Check, name: string, args: CollectorPlanInputs): CollectorPlan {
    const small = { ...args, cpuMillis: args.cpuMillis ?? 50, memoryMiB: args.memoryMiB ?? 128 };
    return planCollector(check, name, { ...small, kubernetesAttributes: false }, { listenOn: LOOPBACK, ownPod: true });
}
