import * as pulumi from "@pulumi/pulumi";

import { CollectorMode, type CollectorSettingsArgs, TokenFrom } from "./args";
import type { EnrichmentArgs } from "./args-data";
import type { Build } from "./components";
import { type ConfigPlan, type EnrichmentPlan, type Plain, Tier } from "./config-plan";
import { renderedConfig } from "./config";
import { checkMode } from "./modes";
import { checkReadsTokenAgain, CollectorDistribution, componentNames, takesResourceList } from "./names";
import { checkOwnConfig, mergeConfig } from "./own-config";
import { ENV, PORTS, variable } from "./places";
import { memoryPlan } from "./sizing";
import { maskedPatterns } from "./steps/redaction";
import { planTailSampling } from "./steps/stateful";
import { planQueue } from "./storage";
import { firstTier, secondTier, secondTierHosts, type SecondTierPlan } from "./tiers";
import { type Endpoint, type EndpointArgs, resolveEndpoint, Route } from "../endpoint";
import { InputError } from "../input-error";
import { commonLabels, kubernetesName, kubernetesNamespace } from "../kubernetes-names";
import { normalizeSignals, type Signal } from "../signals";
import { AuthorizationScheme } from "../token-reference";

/** Image of each distribution, and the version this release was tested with. */
const IMAGES: Record<Exclude<CollectorDistribution, "custom">, { repository: string; version: string }> = {
    dynatrace: { repository: "public.ecr.aws/dynatrace/dynatrace-otel-collector", version: "0.54.0" },
    contrib: {
        repository: "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
        version: "0.158.0",
    },
};

/** Plain values of all arguments that decide what is deployed; the token is not among them. */
export interface CollectorPlanInputs extends pulumi.Unwrap<CollectorSettingsArgs> {
    endpoint: pulumi.Unwrap<EndpointArgs>;
    namespace?: string;
    signals?: Signal[];
}

/** Everything about a Collector that is decided before a cluster is asked: names, numbers, texts. */
export interface CollectorPlan extends ConfigPlan {
    labels: Record<string, string>;
    /** Labels that select the pods; they never change for the life of the workload. */
    selector: Record<string, string>;
    image: string;
    imagePullPolicy: string;
    cpuMillis: number;
    clusterRoleName: string;
    networkPolicy: boolean;
    /** The account of the pods of all tiers. */
    accountName: string;
    fromNamespaces: string[];
    /** Labels of the pods of this namespace that alone may send; missing where namespaces decide. */
    fromPods?: Record<string, string>;
    apiServerPorts: number[];
    podAnnotations: Record<string, string>;
    /** The pods behind these, with `twoTier`. */
    secondTier?: SecondTierPlan;
    /** Addresses that applications send to. */
    grpcEndpoint: string;
    httpEndpoint: string;
}

/**
 * Decides all of a Collector from its arguments.
 *
 * @throws InputError for whatever would not work once deployed.
 */
export function planCollector(component: string, name: string, args: CollectorPlanInputs): CollectorPlan {
    const objectName = kubernetesName(component, name);
    const namespace = kubernetesNamespace(component, args.namespace ?? "default");
    const endpoint = resolveEndpoint(component, args.endpoint);
    const signals = normalizeSignals(component, args.signals);
    checkRoute(component, endpoint);

    const mode = checkEnum(component, "mode", args.mode ?? CollectorMode.Deployment, CollectorMode);
    const { build, repository } = imageOf(component, args.image);
    const names = componentNames(component, build.distribution, build.version);
    const tokenFrom = checkEnum(component, "tokenFrom", args.tokenFrom ?? TokenFrom.Environment, TokenFrom);
    if (tokenFrom === TokenFrom.File) checkReadsTokenAgain(component, build.distribution, build.version);

    const replicas = positive(component, "replicas", args.replicas ?? (mode === CollectorMode.TwoTier ? 2 : 1));
    const memory = memoryPlan(component, args.memoryMiB ?? 512);
    const cpuMillis = positive(component, "cpuMillis", args.cpuMillis ?? 200);
    const plan: CollectorPlan = {
        name: objectName,
        namespace,
        mode,
        tier: Tier.Only,
        build,
        resourceList: takesResourceList(component, build.distribution, build.version),
        listenOn: variable(ENV.podIp),
        ownPod: false,
        labels: { ...commonLabels(objectName, "otlp-collector"), ...args.labels },
        selector: {
            "app.kubernetes.io/name": "otlp-collector",
            "app.kubernetes.io/instance": objectName,
        },
        image: `${repository}:${build.version}`,
        imagePullPolicy: args.image?.pullPolicy ?? "IfNotPresent",
        replicas,
        cpuMillis,
        memory,
        endpoint,
        signals,
        names,
        tokenFrom,
        kubernetesAttributes: args.kubernetesAttributes ?? true,
        cumulativeToDelta: args.cumulativeToDelta ?? true,
        resourceAttributes: { ...stackAttributes(args.enrichment), ...args.resourceAttributes },
        enrichment: enrichmentPlan(args.enrichment),
        masked: maskedPatterns(component, args.redaction),
        unmasked: args.redaction?.ipAddresses ? ["k8s.pod.ip"] : [],
        recordLimits: args.cutLargeRecords ?? true,
        collect: args.collect ?? {},
        tailSampling: planTailSampling(component, args.tailSampling),
        queue: planQueue(component, mode, signals.length, args.persistentQueue),
        secondTierHosts: [],
        ownConfig: (args.ownConfig ?? {}) as Plain,
        accountName: objectName,
        clusterRoleName: `${namespace}-${objectName}`,
        networkPolicy: args.networkPolicy?.enabled ?? true,
        fromNamespaces: [...(args.networkPolicy?.fromNamespaces ?? [])].sort(),
        apiServerPorts: args.networkPolicy?.apiServerPorts ?? [443, 6443],
        podAnnotations: args.podAnnotations ?? {},
        grpcEndpoint: `http://${objectName}.${namespace}.svc:${PORTS.grpc}`,
        httpEndpoint: `http://${objectName}.${namespace}.svc:${PORTS.http}`,
    };
    checkMode(component, {
        ...plan,
        askedReplicas: args.replicas,
        tailSampling: plan.tailSampling !== undefined,
        secondTier: args.secondTier !== undefined,
        hostFromOneAgent: plan.enrichment.hostFromOneAgent,
    });
    return withOwnConfig(component, mode === CollectorMode.TwoTier ? inTwoTiers(component, plan, args) : plan);
}

function inTwoTiers(component: string, plan: CollectorPlan, args: CollectorPlanInputs): CollectorPlan {
    const { replicas = 2, cpuMillis = plan.cpuMillis, memoryMiB, ownConfig } = args.secondTier ?? {};
    const behind: SecondTierPlan = {
        replicas: positive(component, "secondTier.replicas", replicas),
        cpuMillis: positive(component, "secondTier.cpuMillis", cpuMillis),
        memory: memoryMiB === undefined ? plan.memory : memoryPlan(component, memoryMiB, "secondTier.memoryMiB"),
        ownConfig: (ownConfig ?? {}) as Plain,
    };
    return { ...plan, secondTier: behind, secondTierHosts: secondTierHosts(plan.name, plan.namespace, replicas) };
}

/** The scheme of the token has no part in what components there are. */
function withOwnConfig(component: string, plan: CollectorPlan): CollectorPlan {
    const tiers = plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
    for (const tier of tiers) {
        const field = tier.tier === Tier.Second ? "secondTier.ownConfig" : "ownConfig";
        const merged = mergeConfig(renderedConfig(tier, AuthorizationScheme.ApiToken), tier.ownConfig);
        checkOwnConfig(component, field, tier.build, tier.ownConfig, merged);
    }
    return plan;
}

function imageOf(component: string, image: CollectorPlanInputs["image"] = {}): { build: Build; repository: string } {
    const distribution = image.distribution ?? CollectorDistribution.Dynatrace;
    if (distribution === CollectorDistribution.Custom) {
        const missing = (["repository", "version"] as const).find((field) => image[field] === undefined);
        if (missing !== undefined) {
            throw new InputError(
                component,
                `image.${missing}`,
                "is needed for a custom distribution; name your image's",
            );
        }
        return { build: { distribution, version: image.version ?? "" }, repository: image.repository ?? "" };
    }
    const known = (IMAGES as Partial<typeof IMAGES>)[distribution];
    const build = { distribution, version: image.version ?? known?.version ?? "" };
    return { build, repository: image.repository ?? known?.repository ?? "" };
}

function stackAttributes({ environment, owner, commit }: pulumi.Unwrap<EnrichmentArgs> = {}): Record<string, string> {
    return {
        ...(environment === undefined ? {} : { "deployment.environment.name": environment }),
        ...(owner === undefined ? {} : { "dt.owner": owner }),
        ...(commit === undefined ? {} : { "vcs.ref.head.revision": commit }),
    };
}

function enrichmentPlan(args: pulumi.Unwrap<EnrichmentArgs> = {}): EnrichmentPlan {
    const { dynatraceRecipe = true, hostFromOneAgent = false, clusterName, clusterUid, clusterEntity } = args;
    return { dynatraceRecipe, hostFromOneAgent, clusterName, clusterUid, clusterEntity };
}

function checkEnum<T extends string>(component: string, field: string, value: string, known: Record<string, T>): T {
    const found = Object.values(known).find((it) => it === value);
    if (found !== undefined) return found;
    const names = Object.values(known);
    const choice = `${names.slice(0, -1).join(", ")} or ${names[names.length - 1] ?? ""}`;
    throw new InputError(component, field, `"${value}" is not known; use ${choice}`);
}

function checkRoute(component: string, endpoint: Endpoint): void {
    if (endpoint.route === Route.OneAgent) {
        throw new InputError(
            component,
            "endpoint.route",
            "oneagent listens on its own host only, which a pod cannot reach; send from the host, or use another route",
        );
    }
}

function positive(component: string, field: string, value: number): number {
    if (!Number.isInteger(value) || value < 1) {
        throw new InputError(component, field, `${value} is not a whole number above 0`);
    }
    return value;
}
