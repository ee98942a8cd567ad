import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { Check } from "../shared/check";
import { objectName, labelSet } from "../shared/kubernetes";
import type { ClusterPlatform } from "../shared/platform";
import { CollectorMode } from "./args";
import { checkMounts, checkVolumes, securedContainers } from "./pod-containers";
import { type CollectorProbeArgs, CollectorDnsPolicy, type CollectorPodArgs } from "./args/pods";
import type { CollectorSchedulingArgs } from "./args/scheduling";

type Container = types.input.core.v1.Container;

/** Timing of a probe, without its check. */
export type ProbeTiming = Pick<
    types.input.core.v1.Probe,
    "initialDelaySeconds" | "periodSeconds" | "timeoutSeconds" | "failureThreshold"
>;

/** Fields of the pods that do not depend on the Collector's configuration. */
export interface PodPlan {
    spec: Pick<types.input.core.v1.PodSpec, SpecField>;
    labels: Record<string, string>;
    imagePullSecrets?: types.input.core.v1.LocalObjectReference[];
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    initContainers?: Container[];
    extraContainers?: Container[];
    resizePolicy?: types.input.core.v1.ContainerResizePolicy[];
    /** SELinux options of the Collector's container. */
    seLinuxOptions?: types.input.core.v1.SELinuxOptions;
    /** Probes with timing from the arguments. If undefined, the Operator uses its own defaults. */
    askedProbes?: ProbePlan;
}

/** Timing of the probes, in the fields of a container. */
export interface ProbePlan {
    livenessProbe: ProbeTiming;
    readinessProbe: ProbeTiming;
    startupProbe?: ProbeTiming;
}

/** The arguments of the pods. */
export interface PodArguments {
    pods?: pulumi.Unwrap<CollectorPodArgs>;
    scheduling?: pulumi.Unwrap<CollectorSchedulingArgs>;
}

/** Other arguments of the Collector that the pods depend on. Known when the program runs. */
export interface PodContext {
    mode?: CollectorMode;
    /** Set if the Operator creates the pods. */
    operator?: object;
    /** @default `kubernetes` */
    platform?: ClusterPlatform;
    /** The namespace has to allow Pod Security `privileged`. @default false */
    usesNode?: boolean;
    serviceAccount?: { existingName?: pulumi.Input<string | undefined> };
}

/** Fields that are copied to the pod unchanged. */
export const SPEC_FIELDS = [
    "nodeSelector",
    "tolerations",
    "affinity",
    "priorityClassName",
    "runtimeClassName",
    "hostAliases",
    "dnsPolicy",
    "dnsConfig",
    "terminationGracePeriodSeconds",
] as const;
type SpecField = (typeof SPEC_FIELDS)[number];

/** Each field as its own Output, so that an unknown field does not hide the others. */
export function specFields(
    pods: pulumi.Output<PodPlan>,
    fields: readonly SpecField[],
): Record<string, pulumi.Output<unknown>> {
    return Object.fromEntries(fields.map((field) => [field, pods.apply(({ spec }) => spec[field])]));
}

/** Timeout of an exporter's request, in seconds. */
const REQUEST_SECONDS = 30;
/** Seconds between two startup probes. */
const STARTUP_PERIOD = 5;

/** Labels that services, policies and budgets select by, of this package and of the Operator. */
const SELECTING = /^app\.kubernetes\.io\/(name|instance|managed-by|component|part-of)$/;
export const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

/** Fields that an OpenTelemetryCollector does not have. */
const NOT_WITH_OPERATOR = ["runtimeClassName", "hostAliases", "resizePolicy"] as const;

/** @throws InputError for fields that the API server, Pod Security or the Operator would reject, and for conflicts with the Collector. */
export function planPods(
    top: Check,
    { pods: args = {}, scheduling = {} }: PodArguments,
    context: PodContext = {},
): PodPlan {
    const check = top.at("pods");
    const nodes = top.at("scheduling");
    if (context.operator !== undefined) checkForOperator(check, args, context);
    const { tolerations, affinity, priorityClassName } = scheduling;
    const { runtimeClassName, hostAliases, dnsConfig } = args;
    const { allowNodeAccess = false, labels = {}, imagePullSecretNames } = args;
    const name = (at: Check, value?: string): string | undefined =>
        value === undefined ? undefined : objectName(at, value);
    const seconds = args.terminationGracePeriodSeconds ?? 60;
    const volumes = checkVolumes(check.at("volumes"), args.volumes ?? [], allowNodeAccess, context.platform);
    const containers = (key: "initContainers" | "extraContainers"): Container[] | undefined =>
        args[key] && securedContainers(check.at(`${key}`), args[key], volumes, allowNodeAccess);
    checkContainerNames(check, args);
    return {
        spec: {
            // A Linux image cannot start on other nodes, and the rollout would wait for the pod forever.
            nodeSelector: {
                "kubernetes.io/os": "linux",
                ...labelSet(nodes.at("nodeSelector"), scheduling.nodeSelector ?? {}),
            },
            tolerations,
            affinity,
            priorityClassName: name(nodes.at("priorityClassName"), priorityClassName),
            runtimeClassName: name(check.at("runtimeClassName"), runtimeClassName),
            hostAliases,
            dnsPolicy: dnsPolicyOf(check, args, context),
            dnsConfig,
            terminationGracePeriodSeconds: check
                .at("terminationGracePeriodSeconds")
                .wholeNumber(seconds, REQUEST_SECONDS),
        },
        labels: checkLabels(check.at("labels"), labels),
        imagePullSecrets: imagePullSecretNames?.map((secret, index) => ({
            name: objectName(check.at(`imagePullSecretNames[${index}]`), secret),
        })),
        volumes,
        volumeMounts: checkMounts(check.at("volumeMounts"), args.volumeMounts ?? [], volumes),
        initContainers: containers("initContainers"),
        extraContainers: containers("extraContainers"),
        resizePolicy: args.resizePolicy,
        seLinuxOptions: args.seLinuxOptions && seLinuxOf(check.at("seLinuxOptions"), args.seLinuxOptions, context),
        askedProbes: args.probes === undefined ? undefined : planProbes(check.at("probes"), args.probes),
    };
}

/** @throws InputError for an invalid time. */
export function planProbes(check: Check, args: pulumi.Unwrap<CollectorProbeArgs>): ProbePlan {
    const number = (key: keyof CollectorProbeArgs): number | undefined => {
        const value = args[key];
        return value === undefined ? undefined : check.at(`${key}`).wholeNumber(value);
    };
    const timeoutSeconds = number("timeoutSeconds");
    const failureThreshold = number("failures");
    const start = number("startupSeconds");
    const often = {
        ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
        ...(failureThreshold === undefined ? {} : { failureThreshold }),
    };
    return {
        livenessProbe: {
            // A startup probe delays the other probes.
            ...(start === undefined ? { initialDelaySeconds: 10 } : {}),
            periodSeconds: number("livenessPeriodSeconds") ?? 30,
            ...often,
        },
        readinessProbe: { periodSeconds: number("readinessPeriodSeconds") ?? 10, ...often },
        ...(start === undefined
            ? {}
            : {
                  startupProbe: {
                      periodSeconds: STARTUP_PERIOD,
                      failureThreshold: Math.ceil(start / STARTUP_PERIOD),
                      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
                  },
              }),
    };
}

/** Probes without arguments. */
export const DEFAULT_PROBES = planProbes(new Check("", ""), {});

function checkForOperator(check: Check, args: pulumi.Unwrap<CollectorPodArgs>, { serviceAccount }: PodContext): void {
    const found = NOT_WITH_OPERATOR.find((key) => args[key] !== undefined);
    if (found !== undefined) {
        const problem =
            "cannot be combined with operator, because an OpenTelemetryCollector has no such field; remove one of the two";
        throw check.at(`${found}`).error(problem);
    }
    if (args.imagePullSecretNames !== undefined && serviceAccount?.existingName !== undefined) {
        const problem =
            "cannot be added to the existing ServiceAccount that operator uses; add them to the ServiceAccount";
        throw check.at("imagePullSecretNames").error(problem);
    }
}

/** @throws InputError for labels that this package sets, and for invalid labels. */
export function checkLabels(check: Check, labels: Record<string, string>, taken = SELECTING): Record<string, string> {
    const found = Object.keys(labels).find((key) => taken.test(key));
    if (found === undefined) return labelSet(check, labels);
    const problem = `"${found}" selects the pods; use another label`;
    throw check.error(problem);
}

/** Types that Pod Security `baseline` and `restricted` allow. @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** @throws InputError for options that Pod Security rejects, unless a feature needs `privileged` anyway. */
function seLinuxOf(
    check: Check,
    options: pulumi.Unwrap<types.input.core.v1.SELinuxOptions>,
    { usesNode = false }: PodContext,
): types.input.core.v1.SELinuxOptions {
    const { type = "", user = "", role = "" } = options;
    if (usesNode || (SELINUX_TYPES.includes(type) && user === "" && role === "")) return options;
    const found = user !== "" ? "user" : role !== "" ? "role" : "type";
    const way = "remove it, or set pods.allowNodeAccess and allow privileged in the namespace";
    return check.at(found).fail(`is rejected by Pod Security restricted; ${way}`);
}

/** Init containers and extra containers must not have the same name. */
function checkContainerNames(check: Check, args: pulumi.Unwrap<CollectorPodArgs>): void {
    const before = (args.initContainers ?? []).map(({ name }) => name);
    const twice = (args.extraContainers ?? []).find(({ name }) => before.includes(name));
    if (twice === undefined) return;
    const problem = `"${twice.name}" is also in initContainers; use another name`;
    throw check.at("extraContainers").error(problem);
}

function dnsPolicyOf(
    check: Check,
    args: pulumi.Unwrap<CollectorPodArgs>,
    { mode }: PodContext,
): CollectorDnsPolicy | undefined {
    if (args.dnsPolicy === undefined) return undefined;
    const policy = check.at("dnsPolicy").oneOf(args.dnsPolicy, CollectorDnsPolicy);
    if (policy === CollectorDnsPolicy.Default && mode === CollectorMode.TwoTier) {
        const problem = "Default cannot resolve names of the cluster, which the first tier needs to reach the second";
        throw check.at("dnsPolicy").error(`${problem}; remove it`);
    }
    if (policy === CollectorDnsPolicy.None && (args.dnsConfig?.nameservers ?? []).length === 0) {
        const problem = "gives the pods no name server; set pods.dnsConfig.nameservers";
        throw check.at("dnsPolicy").error(problem);
    }
    return policy;
}
