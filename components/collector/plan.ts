import type * as pulumi from "@pulumi/pulumi";

import { AiContentProtection } from "../ai-content/args";
import { type ContentPlan, planContent } from "../ai-content/steps";
import { type EndpointArgs, resolveEndpoint } from "../endpoint";
import type { Check } from "../shared/check";
import { commonLabels, kubernetesName, kubernetesNamespace, namespaceName, objectName } from "../shared/kubernetes";
import { ClusterPlatform, platformOf } from "../shared/platform";
import { ownRules } from "../shared/policy-rules";
import { checkLimits } from "../shared/resources";
import { normalizeSignals, type Signal } from "../shared/signals";
import { CollectorMode, type CollectorSettingsArgs, CollectorTokenFrom } from "./args";
import type { CollectorNetworkPolicyArgs } from "./args/network";
import type { CollectorServiceAccountArgs } from "./args/pods";
import type { CollectorRbacArgs } from "./args/rbac";
import type { CollectorEnrichmentArgs } from "./args/enrichment";
import type { CollectorProcessingArgs } from "./args/processing";
import { CollectorSpread } from "./args/scheduling";
import { CollectorServiceType } from "./args/exposure";
import { type Build, holds } from "./distributions";
import { readsNode } from "./features";
import { planEnrichment } from "./features/dynatrace-enrichment";
import { type ExposurePlan, planExposure } from "./exposure";
import { imageOf } from "./image";
import { planMonitoring } from "./monitoring";
import {
    checkHashesWithKey,
    checkReadsTokenAgain,
    componentNames,
    repairsText,
    takesResourceList,
} from "./distributions";
import { operatorSelector, operatorService, planOperator } from "./operator";
import { ENV, PORTS, variable } from "./constants";
import { checkPlatform } from "./platform";
import { type CollectorPlan, type ServicePlan, Tier } from "./plan-types";
import { checkLabels } from "./pod-fields";
import { planProfile } from "./profiles";
import { directDestination, planProxy } from "./proxy";
import { planReceiver } from "./receivers";
import { planService } from "./service-plan";
import { maskedPatterns } from "./features/redaction";
import { planTailSampling } from "./features/tail-sampling";
import { planDrop } from "./features/drop";
import { planProbabilisticSampling } from "./features/probabilistic-sampling";
import { planSpanMetrics } from "./features/span-metrics";
import { planKafka } from "./kafka";
import { planQueue } from "./features/persistent-queue";
import { planTrust } from "./trust";
import { planSecondTier } from "./two-tier";
import { checkCollected, checkRoute, validated } from "./validate";

/** Plain values of all arguments that the plan depends on. The token is not one of these arguments. */
export interface CollectorPlanInputs extends pulumi.Unwrap<CollectorSettingsArgs> {
    endpoint: pulumi.Unwrap<EndpointArgs>;
    namespace?: string;
    signals?: Signal[];
}

type NetworkPolicy = pulumi.Unwrap<CollectorNetworkPolicyArgs>;
type Processing = pulumi.Unwrap<CollectorProcessingArgs>;

/** The address that the Collector listens on, and the owner of its pod. */
export interface Placement {
    listenOn: string;
    ownPod: boolean;
}

/** Labels by which the Service selects its pods. */
const SELECTED_BY = /^app\.kubernetes\.io\/(name|instance)$/;

const OWN_POD: Placement = { listenOn: variable(ENV.podIp), ownPod: false };

/** User attributes are kept, because requests to other services have them too. */
const CONTENT_BY_DEFAULT = { identity: AiContentProtection.Off };

/**
 * Plans a Collector from its arguments.
 *
 * @throws InputError for arguments that would fail after the deployment.
 */
export function planCollector(
    check: Check,
    name: string,
    args: CollectorPlanInputs,
    placement: Placement = OWN_POD,
): CollectorPlan {
    const resourceName = kubernetesName(check, name);
    const namespace = kubernetesNamespace(check.at("namespace"), args.namespace ?? "default");
    const endpoint = resolveEndpoint(check.at("endpoint"), args.endpoint);
    const signals = normalizeSignals(check, args.signals && check.at("signals").list(args.signals, '["traces"]'));
    checkRoute(check, endpoint);
    checkCollected(check, args.collect);

    const mode = check.at("mode").oneOf(args.mode ?? CollectorMode.Deployment, CollectorMode);
    const platform = platformOf(check, args.platform);
    checkPlatform(check, platform, args);
    const { build, image, pullPolicy } = imageOf(check, args.image);
    const tokenFrom = check.at("tokenFrom").oneOf(args.tokenFrom ?? CollectorTokenFrom.Environment, CollectorTokenFrom);
    if (tokenFrom === CollectorTokenFrom.File) checkReadsTokenAgain(check, build.distribution, build.version);

    const own = checkLabels(check.at("labels"), args.labels ?? {}, SELECTED_BY);
    const labels = { ...commonLabels(resourceName, "otlp-collector"), ...own };
    const { cpuMillis, memory } = planProfile(check, args);
    const context = { ...build, memoryMiB: memory.limitMiB, listenOn: placement.listenOn };
    const receiver = planReceiver(check.at("receiver"), args.receiver ?? {}, context);
    const { network = {}, processing = {} } = args;
    const { exposure: outside = {}, networkPolicy = {} } = network;
    const trust = planTrust(check.at("network.trust"), network.trust ?? {}, new Date(), endpoint.ca);
    const { kubernetesAttributes = true, cumulativeToDelta = true } = processing;
    const proxy = network.proxy && planProxy(check.at("network.proxy"), network.proxy, endpoint);
    const service = args.operator === undefined ? resourceName : operatorService(resourceName);
    const receiverTls = args.receiver?.tls !== undefined;
    const receiverAuth = receiver.sender.authorization !== undefined || receiver.sender.clientCertificate;
    const { largestMiB } = receiver;
    const shared = { name: service, namespace, labels, signals, receiverTls, receiverAuth, largestMiB };
    const exposure = planExposure(check.at("network.exposure"), outside, shared);
    const reached = planService(check, network, { ...shared, mode, cumulativeToDelta, operator: args.operator });
    const kafka = planKafka(check.at("intake.kafka"), `${namespace}-${resourceName}`, signals, args.intake?.kafka);
    const address = `${receiver.sender.urlScheme}://${service}.${namespace}.svc`;
    const readNamespaces = namespacesToRead(check, args.rbac);
    const plan: CollectorPlan = {
        name: resourceName,
        namespace,
        platform,
        mode,
        tier: Tier.Only,
        build,
        resourceList: takesResourceList(check, build.distribution, build.version),
        repairsText: repairsText(check, build.distribution, build.version),
        ...placement,
        ...reached,
        labels,
        selector:
            args.operator === undefined
                ? { "app.kubernetes.io/name": "otlp-collector", "app.kubernetes.io/instance": resourceName }
                : operatorSelector(check, namespace, resourceName),
        image,
        imagePullPolicy: pullPolicy,
        replicas: check.at("replicas").wholeNumber(args.replicas ?? (mode === CollectorMode.TwoTier ? 2 : 1)),
        cpuMillis,
        limits: checkLimits(check, args, cpuMillis),
        usesNode: readsNode(args),
        memory,
        scaling: args.scaling ?? {},
        spread: check.at("scheduling.spread").oneOf(args.scheduling?.spread ?? CollectorSpread.Prefer, CollectorSpread),
        receiver,
        intake: args.intake ?? {},
        kafka,
        exposure,
        endpoint,
        trust,
        proxy,
        operator: args.operator === undefined ? undefined : planOperator(args.operator),
        destination: proxy?.destination ?? directDestination(endpoint),
        signals,
        names: componentNames(check, build.distribution, build.version),
        tokenFrom,
        kubernetesAttributes,
        readNamespaces,
        cumulativeToDelta,
        resourceAttributes: { ...stackAttributes(processing.enrichment), ...ownAttributes(check, processing) },
        enrichment: planEnrichment(check.at("processing.enrichment"), processing.enrichment, {
            build,
            kubernetesAttributes,
            readNamespaces,
            sendersConnect: sendersConnect(exposure, reached),
        }),
        content: contentOf(check, build, processing),
        normalizesModels: processing.aiContent !== undefined && holds(build, "processors", "gen_ai_normalizer"),
        masked: maskedPatterns(check.at("processing.redaction"), processing.redaction),
        unmasked: processing.redaction?.ipAddresses ? ["k8s.pod.ip"] : [],
        recordLimits: processing.cutLargeRecords ?? true,
        collect: args.collect ?? {},
        monitoring: planMonitoring(check, args.monitoring),
        tailSampling: planTailSampling(check.at("processing.tailSampling"), processing.tailSampling),
        keptPercentage: planProbabilisticSampling(
            check.at("processing.probabilisticSampling"),
            processing.probabilisticSampling,
        ),
        dropped: planDrop(check.at("processing.drop"), signals, processing.drop),
        spanMetrics: planSpanMetrics(check.at("processing.spanMetrics"), processing.spanMetrics),
        queue: planQueue(check, mode, signals.length, args.persistentQueue),
        secondTierHosts: [],
        extraConfig: args.extraConfig ?? {},
        accountName: accountNameOf(check, resourceName, args.pods?.serviceAccount),
        clusterRoleName: `${namespace}-${resourceName}`,
        fromNamespaces: fromNamespaces(check, networkPolicy, exposure),
        apiServerPorts: apiServerPorts(check, platform, networkPolicy),
        networkPolicy: networkPolicy.enabled ?? true,
        ownRules: ownRules(check.at("network.networkPolicy"), networkPolicy),
        cilium: networkPolicy.cilium,
        podAnnotations: args.pods?.annotations ?? {},
        grpcEndpoint: `${address}:${PORTS.grpc}`,
        httpEndpoint: `${address}:${PORTS.http}`,
        warnings: [
            ...endpoint.warnings,
            ...receiver.warnings,
            ...trust.warnings,
            ...exposure.warnings,
            ...reached.warnings,
            ...(kafka?.warnings ?? []),
        ],
    };
    return validated(check, mode === CollectorMode.TwoTier ? planSecondTier(check, plan, args.secondTier) : plan, args);
}

/** Namespaces that may send. Includes the namespaces of `exposure`, unless every namespace may send. */
function fromNamespaces(check: Check, { fromNamespaces: asked }: NetworkPolicy, exposure: ExposurePlan): string[] {
    if (asked === undefined) return [];
    const at = check.at("network.networkPolicy.fromNamespaces");
    const given = at.nonEmpty(asked, '["shop"]', "every namespace may send");
    given.forEach((name, index) => namespaceName(at.at(index), name));
    return [...new Set([...given, ...exposure.fromNamespaces])].sort();
}

/** Whether every sender connects itself. A controller or a load balancer connects for senders outside the cluster. */
function sendersConnect({ httpIngress, grpcIngress, gateway }: ExposurePlan, { service }: ServicePlan): boolean {
    const forwarded = [httpIngress, grpcIngress, gateway].some((way) => way !== undefined);
    return !forwarded && (service.type ?? CollectorServiceType.ClusterIp) === CollectorServiceType.ClusterIp;
}

/** Sorted, because their order means nothing. */
function namespacesToRead(check: Check, { namespaces }: pulumi.Unwrap<CollectorRbacArgs> = {}): string[] | undefined {
    if (namespaces === undefined) return undefined;
    const at = check.at("rbac.namespaces");
    const given = at.nonEmpty(namespaces, '["shop"]', "the whole cluster is read");
    return [...new Set(given.map((name, index) => namespaceName(at.at(index), name)))].sort();
}

/** Ports of the API server's endpoints. */
const API_SERVER_PORTS = [443, 6443];
const API_SERVER_PORT_OF_MINIKUBE = 8443;

function apiServerPorts(
    check: Check,
    platform: ClusterPlatform,
    {
        apiServerPorts: given = platform === ClusterPlatform.Minikube
            ? [...API_SERVER_PORTS, API_SERVER_PORT_OF_MINIKUBE]
            : API_SERVER_PORTS,
    }: NetworkPolicy,
): number[] {
    const at = check.at("network.networkPolicy.apiServerPorts");
    const ports = at.nonEmpty(given, "[6443]", "ports 443 and 6443 are open");
    return ports.map((port, index) => at.at(index).wholeNumber(port, 1, 65535));
}

function ownAttributes(check: Check, { resourceAttributes = {} }: Processing): Record<string, string> {
    for (const [key, value] of Object.entries(resourceAttributes)) {
        check.at(`processing.resourceAttributes["${key}"]`).text(value);
    }
    return resourceAttributes;
}

function stackAttributes(args: pulumi.Unwrap<CollectorEnrichmentArgs> = {}): Record<string, string> {
    const values = {
        "deployment.environment.name": args.environment,
        "dt.owner": args.owner,
        "dt.security_context": args.securityContext,
        "dt.cost.costcenter": args.costCenter,
        "dt.cost.product": args.costProduct,
        "vcs.ref.head.revision": args.commit,
    };
    return Object.fromEntries(Object.entries(values).filter((it): it is [string, string] => it[1] !== undefined));
}

function contentOf(check: Check, build: Build, { aiContent }: Processing): ContentPlan {
    const content = planContent(check, aiContent ?? CONTENT_BY_DEFAULT, "processing.aiContent");
    if (content.hashKey !== undefined) checkHashesWithKey(check, build.distribution, build.version);
    return content;
}

function accountNameOf(check: Check, name: string, args: pulumi.Unwrap<CollectorServiceAccountArgs> = {}): string {
    if (args.existingName === undefined) return name;
    return objectName(check.at("pods.serviceAccount.existingName"), args.existingName);
}
