import * as pulumi from "@pulumi/pulumi";

import { collectorEnv, type EnvironmentVariable } from "../application-pods/exporter-env";
import { ENDPOINT_FIELDS, type EndpointArgs } from "../endpoint";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { childOptions, lift, warnAll } from "../shared/outputs";
import { TOKEN_REFERENCE_FIELDS, type TokenReferenceArgs } from "../shared/token-reference";
import type { Signal } from "../shared/signals";
import * as types from "../shared/types";
import { CollectorMode, type CollectorSettingsArgs, SETTINGS_FIELDS } from "./args";
import { createService } from "./manifests";
import { planCollector } from "./plan";
import { knownAtPreview, podInputs } from "./pod-inputs";
import { rolesText } from "./rights";
import { createAccess, createExposure, createTier } from "./tier";
import { checkedToken } from "./token";
import { firstTier, hasSeveralPods, secondTier, secondTierArgs } from "./two-tier";

export interface OtlpCollectorArgs extends CollectorSettingsArgs {
    /** Where the Collector sends data to. */
    endpoint: pulumi.Input<EndpointArgs>;
    /** Reference to the token that the Collector sends with, e.g. an `IngestToken`. */
    token: TokenReferenceArgs;
    /** Name of an existing namespace. @default `default` */
    namespace?: pulumi.Input<string | undefined>;
    /** Signals that the Collector accepts and sends on. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
}

export const OTLP_COLLECTOR_FIELDS: Fields<OtlpCollectorArgs> = {
    ...SETTINGS_FIELDS,
    endpoint: ENDPOINT_FIELDS,
    token: TOKEN_REFERENCE_FIELDS,
    namespace: Field.NoFallback,
    signals: Field.NoFallback,
};

/**
 * An OpenTelemetry Collector in a Kubernetes cluster. It receives OTLP over gRPC and HTTP from applications and sends the data to
 * Dynatrace.
 *
 * Throws an `InputError` for invalid arguments, before any resource is created.
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
    /** Whether a value is an `OtlpCollector`. */
    public static override isInstance(obj: unknown): obj is OtlpCollector {
        return isInstanceOf(obj, types.OtlpCollector);
    }

    /** `http://{service}.{namespace}.svc:4317`, for gRPC exporters. `https:` with `receiver.tls`. */
    public readonly grpcEndpoint: pulumi.Output<string>;
    /** `http://{service}.{namespace}.svc:4318`, for HTTP exporters. The SDK appends `/v1/...`. `https:` with `receiver.tls`. */
    public readonly httpEndpoint: pulumi.Output<string>;
    /**
     * Environment variables that make an application's SDK send to this Collector. They do not name the pod, so the Collector finds it by
     * the address of its connection, see `processing.enrichment.podFromConnection`. They do not include credentials or a CA that `receiver`
     * requires. Use `exporterEnv` for these.
     */
    public readonly appEnv: pulumi.Output<EnvironmentVariable[]>;
    /**
     * URLs for senders outside the cluster, without `/v1/...`, of `network.exposure` and of a load balancer. A Gateway has no URLs here: its
     * listeners define the ports.
     */
    public readonly externalUrls: pulumi.Output<string[]>;
    /** The Collector's configuration as YAML; with `twoTier`, of the first tier. It contains no secret. */
    public readonly config: pulumi.Output<string>;
    /** The roles and bindings that the pods need, as YAML for `kubectl apply`. With `rbac.create: false`, somebody else must create them. */
    public readonly roles: pulumi.Output<string>;

    constructor(name: string, args: OtlpCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.OtlpCollector, name, {}, opts);
        const check = Check.of("OtlpCollector", name, opts, OTLP_COLLECTOR_FIELDS);
        const given = checkArguments(check, args);
        const options = childOptions(this, opts);

        const plan = lift(knownAtPreview(given), (plain) => planCollector(check, name, plain));
        plan.warnings.apply((warnings) => warnAll(warnings, this));
        const inputs = { ...podInputs(check, given), token: checkedToken(check, given.token) };

        const all = { name, check, args: given, plan, options, several: hasSeveralPods(given) };
        const access = createAccess(all, inputs);
        const front = { ...all, plan: plan.apply(firstTier) };
        const config = createTier(front, { ...inputs, access });
        const balancer = createService(front, inputs.serviceAnnotations);
        if (given.mode === CollectorMode.TwoTier) {
            const second = { name: `${name}-second`, args: secondTierArgs(given), plan: plan.apply(secondTier) };
            createTier({ ...all, ...second, several: true }, { ...inputs, access });
        }
        createExposure(all);

        this.grpcEndpoint = plan.grpcEndpoint;
        this.httpEndpoint = plan.httpEndpoint;
        this.appEnv = plan.apply(({ httpEndpoint, signals }) => collectorEnv(httpEndpoint, signals));
        this.externalUrls = pulumi.all([plan.exposure.urls, balancer]).apply((urls) => urls.flat());
        this.config = config;
        this.roles = plan.apply((plain) => rolesText(plain, given));
        this.registerOutputs({
            grpcEndpoint: this.grpcEndpoint,
            httpEndpoint: this.httpEndpoint,
            appEnv: this.appEnv,
            externalUrls: this.externalUrls,
            config: this.config,
            roles: this.roles,
        });
    }
}
