import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { collectorEnv, type EnvironmentVariable } from "./exporter-env";
import type { CollectorSettingsArgs } from "./collector/args";
import { networkPolicySpec } from "./collector/network";
import { collectorConfig } from "./collector/config";
import { type CollectorPlan, planCollector } from "./collector/plan";
import { deploymentSpec, KUBERNETES_ATTRIBUTES_RULES, serviceSpec } from "./collector/workload";
import type { EndpointArgs } from "./endpoint";
import { lift, warnAll } from "./inputs";
import { shortHash } from "./kubernetes-names";
import type { Signal } from "./signals";
import { checkScheme, type TokenReferenceArgs } from "./token-reference";

export interface OtlpCollectorArgs extends CollectorSettingsArgs {
    /** Where the Collector sends to. */
    endpoint: pulumi.Input<EndpointArgs>;
    /** The token it sends with, by reference, e.g. an `IngestToken`. */
    token: TokenReferenceArgs;
    /** Namespace that exists already. @default `default` */
    namespace?: pulumi.Input<string>;
    /** Signals that are taken and sent on. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
}

/**
 * An OpenTelemetry Collector in a cluster: takes OTLP over gRPC and HTTP from applications and sends it on to Dynatrace in the
 * one form that Dynatrace takes.
 *
 * Throws an `InputError` where the arguments cannot work: host, port, version, replicas, names.
 *
 * @example
 * ```ts
 * const token = new IngestToken("checkout", { namespace: "telemetry" });
 * new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token, namespace: "telemetry" });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector
 */
export class OtlpCollector extends pulumi.ComponentResource {
    /** `http://{service}.{namespace}.svc:4317`, for exporters that speak gRPC. */
    public readonly grpcEndpoint: pulumi.Output<string>;
    /** `http://{service}.{namespace}.svc:4318`, for exporters that speak HTTP; the SDK appends `/v1/...`. */
    public readonly httpEndpoint: pulumi.Output<string>;
    /** Environment variables that make an application's SDK send to this Collector. */
    public readonly appEnv: pulumi.Output<EnvironmentVariable[]>;
    /** The Collector's configuration, as YAML. It holds no secret. */
    public readonly config: pulumi.Output<string>;

    constructor(name: string, args: OtlpCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dynatrace-otlp:index:OtlpCollector", name, {}, opts);

        const component = `OtlpCollector("${name}")`;
        const { token, ...decisive } = args;
        const plan: pulumi.Output<CollectorPlan> = lift(decisive, (plain) => planCollector(component, name, plain));
        const configText = pulumi
            .all([plan, token.scheme])
            .apply(([plain, scheme]) => collectorConfig(plain, checkScheme(component, "token.scheme", scheme)));
        const configMapName = pulumi.interpolate`${plan.name}-${configText.apply(shortHash)}`;
        plan.endpoint.warnings.apply((warnings) => warnAll(warnings, this));

        const metadata = { name: plan.name, namespace: plan.namespace, labels: plan.labels };
        // Pulumi does not hand a component's dependsOn down to its children.
        const child = { parent: this, dependsOn: opts?.dependsOn };

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata, automountServiceAccountToken: false },
            child,
        );
        const access = args.kubernetesAttributes === false ? [] : createAccess(name, plan, child);
        const config = new k8s.core.v1.ConfigMap(
            `${name}-config`,
            { metadata: { ...metadata, name: configMapName }, data: { "config.yaml": configText } },
            child,
        );
        const policy =
            args.networkPolicy?.enabled === false
                ? []
                : [
                      new k8s.networking.v1.NetworkPolicy(
                          `${name}-policy`,
                          { metadata, spec: plan.apply(networkPolicySpec) },
                          child,
                      ),
                  ];
        new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            { metadata, spec: deploymentSpec(plan, configMapName, token, args.tokenFrom) },
            { parent: this, dependsOn: [account, config, ...access, ...policy] },
        );
        new k8s.core.v1.Service(`${name}-service`, { metadata, spec: serviceSpec(plan) }, child);

        this.grpcEndpoint = plan.grpcEndpoint;
        this.httpEndpoint = plan.httpEndpoint;
        this.appEnv = plan.apply(({ httpEndpoint, signals }) => collectorEnv(httpEndpoint, signals));
        this.config = configText;
        this.registerOutputs({
            grpcEndpoint: this.grpcEndpoint,
            httpEndpoint: this.httpEndpoint,
            appEnv: this.appEnv,
            config: this.config,
        });
    }
}

/** Lets the Collector, and nobody else, read what the Kubernetes attributes processor needs. */
function createAccess(
    name: string,
    plan: pulumi.Output<CollectorPlan>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    const metadata = { name: plan.clusterRoleName, labels: plan.labels };
    const role = new k8s.rbac.v1.ClusterRole(`${name}-role`, { metadata, rules: KUBERNETES_ATTRIBUTES_RULES }, opts);
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
        `${name}-binding`,
        {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: plan.clusterRoleName },
            subjects: [{ kind: "ServiceAccount", name: plan.name, namespace: plan.namespace }],
        },
        opts,
    );
    return [role, binding];
}
