import * as pulumi from "@pulumi/pulumi";

import { createAccess } from "./account";
import { CollectorMode, type CollectorSettingsArgs } from "./args";
import { decisiveOf, deliveredByUser } from "./delivered";
import type { CollectorPlan } from "./collector-plan";
import { planCollector } from "./plan";
import { createExposure, createService, createTier } from "./resources";
import { firstTier, secondTier } from "./tiers";
import { checkedToken } from "./token";
import type { EndpointArgs } from "../endpoint";
import { collectorEnv, type EnvironmentVariable } from "../application-pods/exporter-env";
import { lift, warnAll } from "../shared/outputs";
import type { Signal } from "../shared/signals";
import type { TokenReferenceArgs } from "../shared/secrets";
import { Check } from "../shared/check";
import * as types from "../shared/types";

export interface OtlpCollectorArgs extends CollectorSettingsArgs {
    /** Where the Collector sends to. */
    endpoint: pulumi.Input<EndpointArgs>;
    /** The token it sends with, by reference, e.g. an `IngestToken`. */
    token: TokenReferenceArgs;
    /** Namespace that exists already. @default `default` */
    namespace?: pulumi.Input<string | undefined>;
    /** Signals that are taken and sent on. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
}

/**
 * An OpenTelemetry Collector in a cluster: takes OTLP over gRPC and HTTP from applications and sends it on to Dynatrace in the
 * one form that Dynatrace takes.
 *
 * Throws an `InputError` where the arguments cannot work: host, port, version, replicas, names.
 *
 * @example
 * ```ts
 * import { IngestToken, OtlpCollector } from "pulumi-dynatrace-otlp";
 *
 * const token = new IngestToken("checkout", { namespace: "telemetry" });
 * new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token, namespace: "telemetry" });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector
 */
export class OtlpCollector extends pulumi.ComponentResource {
    /** `http://{service}.{namespace}.svc:4317`, for exporters that speak gRPC; `https:` with `receiver.tls`. */
    public readonly grpcEndpoint: pulumi.Output<string>;
    /** `http://{service}.{namespace}.svc:4318`, for exporters that speak HTTP; the SDK appends `/v1/...`. `https:` with `receiver.tls`. */
    public readonly httpEndpoint: pulumi.Output<string>;
    /**
     * Environment variables that make an application's SDK send to this Collector. What `receiver` asks of senders besides, a CA to trust
     * or a token to show, is not among them: see `exporterEnv`.
     */
    public readonly appEnv: pulumi.Output<EnvironmentVariable[]>;
    /** URLs for senders outside the cluster, without `/v1/...`: those of `exposure`, but for a Gateway's, whose ports it alone knows, and of a load balancer. */
    public readonly externalUrls: pulumi.Output<string[]>;
    /** The Collector's configuration, as YAML; with `twoTier` that of the first tier. It holds no secret. */
    public readonly config: pulumi.Output<string>;

    constructor(name: string, args: OtlpCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.OtlpCollector, name, {}, opts);

        const check = Check.of("OtlpCollector", name, opts);
        const token = checkedToken(check, args.token);
        const plan = lift(decisiveOf(args), (plain) =>
            planCollector(check, name, plain),
        ) as unknown as pulumi.Output<CollectorPlan>;
        plan.warnings.apply((warnings) => warnAll(warnings, this));
        const delivered = deliveredByUser(check, args);

        // Pulumi does not hand a component's dependsOn down to its children.
        const child = { parent: this, dependsOn: opts?.dependsOn };
        const access = createAccess(name, args, plan, delivered, child);
        const tier = { check, args, token, ...delivered, access, several: hasSeveralPods(args) };
        const front = plan.apply(firstTier) as pulumi.Output<CollectorPlan>;
        const config = createTier(name, tier, front, child);
        const balancer =
            args.operator === undefined ? createService(name, delivered.serviceAnnotations, front, child) : [];
        if (args.mode === CollectorMode.TwoTier) {
            const back = plan.apply(secondTier) as pulumi.Output<CollectorPlan>;
            const second = {
                ...args,
                mode: CollectorMode.StatefulSet,
                scaling: { ...args.scaling, autoscaling: undefined },
            };
            createTier(`${name}-second`, { ...tier, args: second, several: true }, back, child);
        }
        createExposure(name, args, plan, child);

        this.grpcEndpoint = plan.grpcEndpoint;
        this.httpEndpoint = plan.httpEndpoint;
        this.appEnv = plan.apply(({ httpEndpoint, signals }) => collectorEnv(httpEndpoint, signals));
        this.externalUrls = pulumi.all([plan.exposure.urls, balancer]).apply((urls) => urls.flat());
        this.config = config;
        this.registerOutputs({
            grpcEndpoint: this.grpcEndpoint,
            httpEndpoint: this.httpEndpoint,
            appEnv: this.appEnv,
            externalUrls: this.externalUrls,
            config: this.config,
        });
    }
}

/** Whether there can be more than one pod beside a daemonSet's, as far as it is known before any value is. */
function hasSeveralPods({ mode, replicas, scaling }: OtlpCollectorArgs): boolean {
    if (mode === CollectorMode.DaemonSet) return false;
    const asked = replicas !== undefined && replicas !== 1;
    return mode === CollectorMode.TwoTier || asked || scaling?.autoscaling !== undefined;
}
