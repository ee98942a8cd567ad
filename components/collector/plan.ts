import * as pulumi from "@pulumi/pulumi";

import { type CollectorSettingsArgs, TokenFrom } from "./args";
import { type Endpoint, type EndpointArgs, resolveEndpoint, Route } from "../endpoint";
import { InputError } from "../input-error";
import { commonLabels, kubernetesName, kubernetesNamespace } from "../kubernetes-names";
import { normalizeSignals, type Signal } from "../signals";
import type { ConfigPlan } from "./config";
import { checkReadsTokenAgain, CollectorDistribution, componentNames } from "./names";
import { memoryPlan } from "./sizing";

/** Image of each distribution, and the version this release was tested with. */
const IMAGES: Record<CollectorDistribution, { repository: string; version: string }> = {
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
    name: string;
    namespace: string;
    labels: Record<string, string>;
    /** Labels that select the pods; they never change for the life of the Deployment. */
    selector: Record<string, string>;
    image: string;
    imagePullPolicy: string;
    replicas: number;
    cpuMillis: number;
    clusterRoleName: string;
    networkPolicy: boolean;
    fromNamespaces: string[];
    apiServerPorts: number[];
    podAnnotations: Record<string, string>;
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

    const distribution = args.image?.distribution ?? CollectorDistribution.Dynatrace;
    const version = args.image?.version ?? IMAGES[distribution]?.version ?? "";
    const names = componentNames(component, distribution, version);
    const tokenFrom = checkTokenFrom(component, args.tokenFrom);
    if (tokenFrom === TokenFrom.File) checkReadsTokenAgain(component, distribution, version);
    const memory = memoryPlan(component, args.memoryMiB ?? 512);
    const cumulativeToDelta = args.cumulativeToDelta ?? true;
    const replicas = replicaCount(component, args.replicas ?? 1, cumulativeToDelta && signals.includes("metrics"));
    const service = `${objectName}.${namespace}.svc`;
    return {
        name: objectName,
        namespace,
        labels: { ...commonLabels(objectName, "otlp-collector"), ...args.labels },
        selector: {
            "app.kubernetes.io/name": "otlp-collector",
            "app.kubernetes.io/instance": objectName,
        },
        image: `${args.image?.repository ?? IMAGES[distribution].repository}:${version}`,
        imagePullPolicy: args.image?.pullPolicy ?? "IfNotPresent",
        replicas,
        cpuMillis: positive(component, "cpuMillis", args.cpuMillis ?? 200),
        memory,
        endpoint,
        signals,
        names,
        tokenFrom,
        kubernetesAttributes: args.kubernetesAttributes ?? true,
        cumulativeToDelta,
        resourceAttributes: args.resourceAttributes ?? {},
        clusterRoleName: `${namespace}-${objectName}`,
        networkPolicy: args.networkPolicy?.enabled ?? true,
        fromNamespaces: [...(args.networkPolicy?.fromNamespaces ?? [])].sort(),
        apiServerPorts: args.networkPolicy?.apiServerPorts ?? [443, 6443],
        podAnnotations: args.podAnnotations ?? {},
        grpcEndpoint: `http://${service}:4317`,
        httpEndpoint: `http://${service}:4318`,
    };
}

function checkTokenFrom(component: string, tokenFrom: string = TokenFrom.Environment): TokenFrom {
    if (!Object.values<string>(TokenFrom).includes(tokenFrom)) {
        throw new InputError(component, "tokenFrom", `"${tokenFrom}" is not known; use environment or file`);
    }
    return tokenFrom as TokenFrom;
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

/** Two Collectors that each see half of a series would both compute wrong deltas. */
function replicaCount(component: string, replicas: number, computesDeltas: boolean): number {
    positive(component, "replicas", replicas);
    if (replicas > 1 && computesDeltas) {
        throw new InputError(
            component,
            "replicas",
            `${replicas} of them would each see only some points of a cumulative series and compute wrong deltas; ` +
                "use 1, or set cumulativeToDelta to false once every application sends delta metrics (appEnv asks for that)",
        );
    }
    return replicas;
}

function positive(component: string, field: string, value: number): number {
    if (!Number.isInteger(value) || value < 1) {
        throw new InputError(component, field, `${value} is not a whole number above 0`);
    }
    return value;
}
