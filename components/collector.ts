import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { collectorEnv, type EnvironmentVariable } from "./exporter-env";
import { clusterRules, electsPod, namespaceRules, readsCluster } from "./collector/access";
import { CollectorMode, type CollectorSettingsArgs } from "./collector/args";
import { collectorConfig } from "./collector/config";
import { networkPolicySpec } from "./collector/network";
import { type CollectorPlan, planCollector } from "./collector/plan";
import { claimName } from "./collector/pod";
import { claimSpec } from "./collector/storage";
import { firstTier, headlessName, secondTier } from "./collector/tiers";
import {
    daemonSetSpec,
    deploymentSpec,
    headlessServiceSpec,
    serviceSpec,
    statefulSetSpec,
    type TokenDelivery,
} from "./collector/workload";
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
    /** The Collector's configuration, as YAML; with `twoTier` that of the first tier. It holds no secret. */
    public readonly config: pulumi.Output<string>;

    constructor(name: string, args: OtlpCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dynatrace-otlp:index:OtlpCollector", name, {}, opts);

        const component = `OtlpCollector("${name}")`;
        // The token decides nothing of the plan, so a preview shows the plan before there is one.
        const decisive = { ...args, token: undefined };
        const plan = lift(decisive, (plain) =>
            planCollector(component, name, plain),
        ) as unknown as pulumi.Output<CollectorPlan>;
        plan.endpoint.warnings.apply((warnings) => warnAll(warnings, this));

        // Pulumi does not hand a component's dependsOn down to its children.
        const child = { parent: this, dependsOn: opts?.dependsOn };
        const access = createAccess(name, args, plan, child);
        const front = plan.apply(firstTier) as pulumi.Output<CollectorPlan>;
        const config = createTier(name, component, args, front, access, child);
        new k8s.core.v1.Service(`${name}-service`, { metadata: metadataOf(plan), spec: serviceSpec(front) }, child);
        if (args.mode === CollectorMode.TwoTier) {
            const back = plan.apply(secondTier) as pulumi.Output<CollectorPlan>;
            createTier(`${name}-second`, component, { ...args, mode: CollectorMode.StatefulSet }, back, access, child);
        }

        this.grpcEndpoint = plan.grpcEndpoint;
        this.httpEndpoint = plan.httpEndpoint;
        this.appEnv = plan.apply(({ httpEndpoint, signals }) => collectorEnv(httpEndpoint, signals));
        this.config = config;
        this.registerOutputs({
            grpcEndpoint: this.grpcEndpoint,
            httpEndpoint: this.httpEndpoint,
            appEnv: this.appEnv,
            config: this.config,
        });
    }
}

type Children = pulumi.CustomResourceOptions;

function metadataOf(plan: pulumi.Output<CollectorPlan>): k8s.types.input.meta.v1.ObjectMeta {
    return { name: plan.name, namespace: plan.namespace, labels: plan.labels };
}

/** Pods, their configuration and what lets them be reached. Gives the configuration's text. */
function createTier(
    name: string,
    component: string,
    args: OtlpCollectorArgs,
    plan: pulumi.Output<CollectorPlan>,
    access: pulumi.Resource[],
    opts: Children,
): pulumi.Output<string> {
    const { token } = args;
    const metadata = metadataOf(plan);
    const configText = pulumi
        .all([plan, token.scheme])
        .apply(([plain, scheme]) =>
            collectorConfig(plain as unknown as CollectorPlan, checkScheme(component, "token.scheme", scheme)),
        );
    const configMapName = pulumi.interpolate`${plan.name}-${configText.apply(shortHash)}`;
    const config = new k8s.core.v1.ConfigMap(
        `${name}-config`,
        { metadata: { ...metadata, name: configMapName }, data: { "config.yaml": configText } },
        opts,
    );
    const policy = createPolicy(name, args, plan, opts);
    const claim = createClaim(name, args, plan, opts);
    createWorkload(name, args, plan, configMapName, {
        parent: opts.parent,
        dependsOn: [config, ...access, ...policy, ...claim],
    });
    if (args.mode === CollectorMode.StatefulSet) {
        const headless = { ...metadata, name: plan.apply(headlessName) };
        new k8s.core.v1.Service(`${name}-pods`, { metadata: headless, spec: headlessServiceSpec(plan) }, opts);
    }
    return configText;
}

function createWorkload(
    name: string,
    args: OtlpCollectorArgs,
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    opts: Children,
): void {
    const metadata = metadataOf(plan);
    const delivery: TokenDelivery = { token: args.token, from: args.tokenFrom };
    switch (args.mode) {
        case CollectorMode.StatefulSet: {
            const spec = statefulSetSpec(plan, configMapName, delivery);
            new k8s.apps.v1.StatefulSet(`${name}-statefulset`, { metadata, spec }, opts);
            return;
        }
        case CollectorMode.DaemonSet: {
            const spec = daemonSetSpec(plan, configMapName, delivery);
            new k8s.apps.v1.DaemonSet(`${name}-daemonset`, { metadata, spec }, opts);
            return;
        }
        case undefined:
        case CollectorMode.TwoTier:
        case CollectorMode.Deployment: {
            const spec = deploymentSpec(plan, configMapName, delivery);
            new k8s.apps.v1.Deployment(`${name}-deployment`, { metadata, spec }, opts);
        }
    }
}

function createPolicy(
    name: string,
    args: OtlpCollectorArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): pulumi.Resource[] {
    if (args.networkPolicy?.enabled === false) return [];
    const spec = plan.apply(networkPolicySpec);
    return [new k8s.networking.v1.NetworkPolicy(`${name}-policy`, { metadata: metadataOf(plan), spec }, opts)];
}

/** The volume of a Deployment's one pod; other kinds claim theirs themselves, or use a folder of the node. */
function createClaim(
    name: string,
    args: OtlpCollectorArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): pulumi.Resource[] {
    const { mode = CollectorMode.Deployment, persistentQueue } = args;
    if (mode !== CollectorMode.Deployment || persistentQueue === undefined) return [];
    const metadata = { ...metadataOf(plan), name: plan.apply(claimName) };
    const spec = plan.apply(({ queue }) => claimSpec(queue ?? { sizeGiB: 0, bytesPerSignal: 0 }));
    return [
        new k8s.core.v1.PersistentVolumeClaim(
            `${name}-queue`,
            // A volume that binds to its first pod's node stays pending until there is that pod.
            { metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } }, spec },
            opts,
        ),
    ];
}

/** Lets the Collector, and nobody else, read what its features need. */
function createAccess(
    name: string,
    args: OtlpCollectorArgs,
    plan: pulumi.Output<CollectorPlan>,
    opts: Children,
): pulumi.Resource[] {
    const metadata = metadataOf(plan);
    const account = new k8s.core.v1.ServiceAccount(
        `${name}-account`,
        { metadata, automountServiceAccountToken: false },
        opts,
    );
    const subjects = [{ kind: "ServiceAccount", name: plan.name, namespace: plan.namespace }];
    const apiGroup = "rbac.authorization.k8s.io";
    const created: pulumi.Resource[] = [account];
    if (readsCluster(args)) {
        const cluster = { name: plan.clusterRoleName, labels: plan.labels };
        const roleRef = { apiGroup, kind: "ClusterRole", name: plan.clusterRoleName };
        const rules = plan.apply(clusterRules);
        created.push(
            new k8s.rbac.v1.ClusterRole(`${name}-role`, { metadata: cluster, rules }, opts),
            new k8s.rbac.v1.ClusterRoleBinding(`${name}-binding`, { metadata: cluster, roleRef, subjects }, opts),
        );
    }
    if (electsPod(args)) {
        const roleRef = { apiGroup, kind: "Role", name: plan.name };
        const rules = plan.apply(namespaceRules);
        created.push(
            new k8s.rbac.v1.Role(`${name}-election-role`, { metadata, rules }, opts),
            new k8s.rbac.v1.RoleBinding(`${name}-election-binding`, { metadata, roleRef, subjects }, opts),
        );
    }
    return created;
}
