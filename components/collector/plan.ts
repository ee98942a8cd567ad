import * as pulumi from "@pulumi/pulumi";

import { Protection } from "../ai-content/args";
import { type ContentPlan, planContent } from "../ai-content/steps";
import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../endpoint";
import { type Check } from "../shared/check";
import { commonLabels, kubernetesName, kubernetesNamespace, namespaceName } from "../shared/kubernetes";
import { Route } from "../endpoint/route";
import { normalizeSignals, type Signal } from "../shared/signals";
import { AuthorizationScheme, checkNoToken } from "../shared/secrets";
import { accountNameOf } from "./account";
import { CollectorMode, type CollectorSettingsArgs, TokenFrom } from "./args";
import type { EnrichmentArgs } from "./args-data";
import type { CollectorPlan, SecondTierPlan } from "./collector-plan";
import { type Build, holds } from "./components";
import { type Plain, Tier } from "./config-plan";
import { configObject } from "./config";
import { planEnrichment } from "./enrichment";
import { imageOf } from "./image";
import { planIntake } from "./intake";
import { type ExposurePlan, planExposure } from "./ingress";
import { checkMode } from "./modes";
import { planMonitoring } from "./monitoring";
import { checkHashesWithKey, checkReadsTokenAgain, componentNames, takesResourceList } from "./names";
import { ciliumPolicy } from "./network";
import { checkOperatorConfig, operatorSelector, operatorService, planOperator } from "./operator";
import { checkOwnConfig } from "./own-config";
import { ENV, PORTS, variable } from "./places";
import { checkLabels } from "./pod-fields";
import { planProfile } from "./profiles";
import { directDestination, planProxy } from "./proxy";
import { planReach } from "./reach";
import { planReceiver } from "./receivers";
import type { ScalingPlan } from "./scaling";
import { memoryPlan } from "./sizing";
import { maskedPatterns } from "./steps/redaction";
import { planTailSampling } from "./steps/stateful";
import { planQueue } from "./storage";
import { firstTier, scalingOf, secondTier, secondTierHosts } from "./tiers";
import { planTrust } from "./trust";

/** Plain values of all arguments that decide what is deployed; the token is not among them. */
export interface CollectorPlanInputs extends pulumi.Unwrap<CollectorSettingsArgs> {
    endpoint: pulumi.Unwrap<EndpointArgs>;
    namespace?: string;
    signals?: Signal[];
}

/** Where the pods listen, and whom they belong to. */
export interface Place {
    listenOn: string;
    ownPod: boolean;
}

/** Labels of one's own that no pod would keep together with its Service. */
const SELECTED_BY = /^app\.kubernetes\.io\/(name|instance)$/;

const POD_OF_ITS_OWN: Place = { listenOn: variable(ENV.podIp), ownPod: false };

/** Who asked stands in the attributes of requests to any service, not to models alone. */
const CONTENT_BY_DEFAULT = { identity: Protection.Off };

/**
 * Decides all of a Collector from its arguments.
 *
 * @throws InputError for whatever would not work once deployed.
 */
export function planCollector(
    check: Check,
    name: string,
    args: CollectorPlanInputs,
    place: Place = POD_OF_ITS_OWN,
): CollectorPlan {
    const objectName = kubernetesName(check, name);
    const namespace = kubernetesNamespace(check.at("namespace"), args.namespace ?? "default");
    const endpoint = resolveEndpoint(check.at("endpoint"), args.endpoint);
    const signals = normalizeSignals(check, args.signals && check.at("signals").list(args.signals, '["traces"]'));
    checkRoute(check, endpoint);
    checkHoldNoToken(check, args);

    const mode = check.at("mode").oneOf(args.mode ?? CollectorMode.Deployment, CollectorMode);
    const { build, image, pullPolicy } = imageOf(check, args.image);
    const tokenFrom = check.at("tokenFrom").oneOf(args.tokenFrom ?? TokenFrom.Environment, TokenFrom);
    if (tokenFrom === TokenFrom.File) checkReadsTokenAgain(check, build.distribution, build.version);

    const own = checkLabels(check.at("labels"), args.labels ?? {}, SELECTED_BY);
    const labels = { ...commonLabels(objectName, "otlp-collector"), ...own };
    const { cpuMillis, memory } = planProfile(check, args);
    const around = { ...build, memoryMiB: memory.limitMiB, listenOn: place.listenOn };
    const receiver = planReceiver(check.at("receiver"), args.receiver ?? {}, around);
    const trust = planTrust(check.at("trust"), args.trust ?? {}, new Date(), endpoint.caCertificatePem);
    const kubernetesAttributes = args.kubernetesAttributes ?? true;
    const intake = planIntake(check, args.intake);
    const proxy = args.proxy === undefined ? undefined : planProxy(check.at("proxy"), args.proxy, endpoint);
    const service = args.operator === undefined ? objectName : operatorService(objectName);
    const receiverTls = args.receiver?.tls !== undefined;
    const receiverAuth = receiver.sender.authorization !== undefined || receiver.sender.clientCertificate;
    const where = { name: service, namespace, labels, signals, receiverTls, receiverAuth };
    const exposure = planExposure(check.at("exposure"), args.exposure ?? {}, where);
    const reach = planReach(check, args, { ...where, mode });
    const address = `${receiver.sender.urlScheme}://${service}.${namespace}.svc`;
    const plan: CollectorPlan = {
        name: objectName,
        namespace,
        mode,
        tier: Tier.Only,
        build,
        resourceList: takesResourceList(check, build.distribution, build.version),
        ...place,
        ...reach,
        labels,
        selector:
            args.operator === undefined
                ? { "app.kubernetes.io/name": "otlp-collector", "app.kubernetes.io/instance": objectName }
                : operatorSelector(check, namespace, objectName),
        image,
        imagePullPolicy: pullPolicy,
        replicas: check.at("replicas").wholeNumber(args.replicas ?? (mode === CollectorMode.TwoTier ? 2 : 1)),
        cpuMillis,
        memory,
        scaling: args.scaling ?? {},
        receiver,
        intake,
        exposure,
        endpoint,
        trust,
        proxy,
        operator: args.operator === undefined ? undefined : planOperator(check, args.operator),
        destination: proxy?.destination ?? directDestination(endpoint),
        signals,
        names: componentNames(check, build.distribution, build.version),
        tokenFrom,
        kubernetesAttributes,
        cumulativeToDelta: args.cumulativeToDelta ?? true,
        resourceAttributes: { ...stackAttributes(args.enrichment), ...ownAttributes(check, args) },
        enrichment: planEnrichment(check, args.enrichment, { build, kubernetesAttributes }),
        content: contentOf(check, build, args),
        normalizesModels: args.aiContent !== undefined && holds(build, "processors", "gen_ai_normalizer"),
        masked: maskedPatterns(check, args.redaction),
        unmasked: args.redaction?.ipAddresses ? ["k8s.pod.ip"] : [],
        recordLimits: args.cutLargeRecords ?? true,
        collect: args.collect ?? {},
        monitoring: planMonitoring(check, args.monitoring),
        tailSampling: planTailSampling(check, args.tailSampling),
        queue: planQueue(check, mode, signals.length, args.persistentQueue),
        secondTierHosts: [],
        ownConfig: (args.ownConfig ?? {}) as Plain,
        accountName: accountNameOf(check, objectName, args.serviceAccount),
        clusterRoleName: `${namespace}-${objectName}`,
        fromNamespaces: fromNamespaces(check, args, exposure),
        apiServerPorts: apiServerPorts(check, args),
        cilium: args.networkPolicy?.cilium,
        podAnnotations: args.podAnnotations ?? {},
        grpcEndpoint: `${address}:${PORTS.grpc}`,
        httpEndpoint: `${address}:${PORTS.http}`,
        warnings: [
            ...endpoint.warnings,
            ...receiver.warnings,
            ...trust.warnings,
            ...exposure.warnings,
            ...reach.warnings,
        ],
    };
    return checked(check, mode === CollectorMode.TwoTier ? inTwoTiers(check, plan, args) : plan, args);
}

/** Whoever forwards from outside is let in as well, unless everybody is. */
function fromNamespaces(check: Check, { networkPolicy }: CollectorPlanInputs, exposure: ExposurePlan): string[] {
    const field = "networkPolicy.fromNamespaces";
    const given = check.at(field).list(networkPolicy?.fromNamespaces ?? [], '["shop"]');
    given.forEach((name, index) => namespaceName(check.at(`${field}[${index}]`), name));
    return given.length === 0 ? [] : [...new Set([...given, ...exposure.fromNamespaces])].sort();
}

function apiServerPorts(check: Check, { networkPolicy }: CollectorPlanInputs): number[] {
    const field = "networkPolicy.apiServerPorts";
    const ports = check.at(field).list(networkPolicy?.apiServerPorts ?? [443, 6443], "[443, 6443]");
    return ports.map((port, index) => check.at(`${field}[${index}]`).wholeNumber(port, 1, 65535));
}

/** What none of the parts can tell alone. */
function checked(check: Check, plan: CollectorPlan, args: CollectorPlanInputs): CollectorPlan {
    const tiers = plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
    const [{ most }] = tiers.map((tier) => scalingOf(check, tier)) as [ScalingPlan];
    checkMode(check, {
        ...plan,
        askedReplicas: args.replicas,
        askedScaling: args.scaling,
        replicas: most,
        secondTier: args.secondTier !== undefined,
    });
    for (const tier of tiers) {
        checkConfig(check, tier);
        if (plan.cilium !== undefined) ciliumPolicy(check, plan.cilium, tier);
    }
    return { ...plan, warnings: [...plan.warnings, ...scalingWarnings(check, plan)] };
}

/** The scheme of the token has no part in what components there are. */
function checkConfig(check: Check, tier: CollectorPlan): void {
    const field = tier.tier === Tier.Second ? "secondTier.ownConfig" : "ownConfig";
    const merged = configObject(tier, AuthorizationScheme.ApiToken);
    checkOwnConfig(check.at(field), tier.build, tier.ownConfig, merged);
    if (tier.operator !== undefined) checkOperatorConfig(check.at(field), merged);
}

/** A volume stays when its pod goes, and so does what waits on it. */
function scalingWarnings(check: Check, { scaling, queue }: CollectorPlan): string[] {
    if (scaling.autoscaling === undefined || queue === undefined) return [];
    const [what, way] =
        queue.retention?.whenScaled === "Delete"
            ? ["is lost", "leave persistentQueue.deleteWhenScaledDown out"]
            : ["is sent when there are as many pods again", "leave persistentQueue out if that may be too late"];
    return [
        check.at("scaling.autoscaling").warning(`what waits on the volume of a pod that is taken away ${what}; ${way}`),
    ];
}

function inTwoTiers(check: Check, plan: CollectorPlan, args: CollectorPlanInputs): CollectorPlan {
    const { replicas = 2, cpuMillis = plan.cpuMillis, memoryMiB, ownConfig } = args.secondTier ?? {};
    const behind: SecondTierPlan = {
        replicas: check.at("secondTier.replicas").wholeNumber(replicas),
        cpuMillis: check.at("secondTier.cpuMillis").wholeNumber(cpuMillis),
        memory: memoryMiB === undefined ? plan.memory : memoryPlan(check.at("secondTier.memoryMiB"), memoryMiB),
        ownConfig: (ownConfig ?? {}) as Plain,
    };
    return { ...plan, secondTier: behind, secondTierHosts: secondTierHosts(plan.name, plan.namespace, replicas) };
}

function ownAttributes(check: Check, { resourceAttributes = {} }: CollectorPlanInputs): Record<string, string> {
    for (const [key, value] of Object.entries(resourceAttributes)) {
        check.at(`resourceAttributes["${key}"]`).text(value);
    }
    return resourceAttributes;
}

function stackAttributes({ environment, owner, commit }: pulumi.Unwrap<EnrichmentArgs> = {}): Record<string, string> {
    return {
        ...(environment === undefined ? {} : { "deployment.environment.name": environment }),
        ...(owner === undefined ? {} : { "dt.owner": owner }),
        ...(commit === undefined ? {} : { "vcs.ref.head.revision": commit }),
    };
}

function contentOf(check: Check, build: Build, { aiContent }: CollectorPlanInputs): ContentPlan {
    const content = planContent(check, aiContent ?? CONTENT_BY_DEFAULT, "aiContent");
    if (content.hashKey !== undefined) checkHashesWithKey(check, build.distribution, build.version);
    return content;
}

/** What is in these arguments, other than the token's reference, goes into objects that many may read. */
function checkHoldNoToken(check: Check, args: CollectorPlanInputs): void {
    for (const [key, value] of Object.entries(args)) {
        checkNoToken(check.at(key === "secondTier" ? "secondTier.ownConfig" : key), value);
    }
}

function checkRoute(check: Check, endpoint: Endpoint): void {
    if (endpoint.route === Route.OneAgent) {
        throw check
            .at("endpoint.route")
            .error(
                "oneagent listens on its own host only, which a pod cannot reach; send from the host, or use another route",
            );
    }
}
