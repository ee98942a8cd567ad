import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import { lift } from "../shared/outputs";
import { objectName } from "../shared/kubernetes";
import type { Signal } from "../shared/signals";
import { checkNoToken, type TokenReferenceArgs } from "../shared/secrets";
import type { CollectorImageArgs, TokenFrom } from "./args";
import type { RedactionArgs } from "./args-data";
import { collectorConfig, PORTS } from "./config";
import { fragmentsOf } from "./fragments";
import type { CollectorPlan } from "./collector-plan";
import { type CollectorPlanInputs, planCollector } from "./plan";
import { containerSpec, USER } from "./pod";
import { checkedToken, deliveredParts } from "./token";
import { Check } from "../shared/check";

/** Listens where no other pod can reach it. */
const LOOPBACK = "127.0.0.1";

/** A Collector in an application's own pod. */
export interface SidecarArgs {
    /** Where it sends to. */
    endpoint: pulumi.Input<EndpointArgs>;
    /** The token it sends with, from a Secret in the namespace of the pod. */
    token: TokenReferenceArgs;
    /** ConfigMap, in the namespace of the pod, that holds `config` of the result under `config.yaml`. */
    configMapName: pulumi.Input<string>;
    /** @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
    image?: pulumi.Input<CollectorImageArgs>;
    /** As for `OtlpCollector`; `file` needs `podSecurityContext` of the result in the pod. Must be known when the program runs. @default `environment` */
    tokenFrom?: TokenFrom;
    /** CPU requested, in thousandths of a core. @default 50 */
    cpuMillis?: pulumi.Input<number>;
    /** Memory requested and limit, in MiB, at least 128. @default 128 */
    memoryMiB?: pulumi.Input<number>;
    /** @default true */
    cumulativeToDelta?: pulumi.Input<boolean>;
    /** Resource attributes to add where the application has not set them. @default {} */
    resourceAttributes?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** @default - tokens of Dynatrace are masked */
    redaction?: pulumi.Input<RedactionArgs>;
    /** As for `OtlpCollector`. @default {} */
    ownConfig?: pulumi.Inputs;
}

/** What goes into the pod. */
export interface Sidecar {
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
export function sidecarContainer(name: string, args: SidecarArgs): Sidecar {
    const check = new Check(`sidecarContainer("${name}")`);
    const { token: given, configMapName: named, ...decisive } = args;
    const token = checkedToken(check, given);
    const configMapName = lift(named, (text) => {
        checkNoToken(check.at("configMapName"), text);
        return objectName(check.at("configMapName"), text);
    });
    const plan = lift(decisive, (plain) =>
        planSidecar(check, name, plain as unknown as CollectorPlanInputs),
    ) as unknown as pulumi.Output<CollectorPlan>;
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
        volumes: plan.apply((plain) => [
            { name: "config", configMap: { name: configMapName } },
            ...delivered.volumes,
            ...fragmentsOf(plain).volumes,
        ]) as pulumi.Output<types.input.core.v1.Volume[]>,
        annotations: delivered.annotations,
        podSecurityContext: delivered.podSecurityContext,
        config: pulumi
            .all([plan, token.scheme])
            .apply(([plain, scheme]) => collectorConfig(plain as unknown as CollectorPlan, scheme)),
        httpEndpoint: `http://${LOOPBACK}:${PORTS.http}`,
        grpcEndpoint: `http://${LOOPBACK}:${PORTS.grpc}`,
    };
}

/** @throws InputError where the arguments cannot work. */
export function planSidecar(check: Check, name: string, args: CollectorPlanInputs): CollectorPlan {
    const small = { ...args, cpuMillis: args.cpuMillis ?? 50, memoryMiB: args.memoryMiB ?? 128 };
    return planCollector(check, name, { ...small, kubernetesAttributes: false }, { listenOn: LOOPBACK, ownPod: true });
}
