import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { Check } from "../shared/check";
import { objectName, labelSet } from "../shared/kubernetes";
import { CollectorMode } from "./args";
import { checkMounts, checkVolumes, securedContainers } from "./pod-containers";
import { type CollectorProbeArgs, CollectorDnsPolicy, type CollectorPodArgs } from "./args/pods";

type Container = types.input.core.v1.Container;

/** When a probe asks; what it asks is not part of it. */
export type ProbeTiming = Pick<
    types.input.core.v1.Probe,
    "initialDelaySeconds" | "periodSeconds" | "timeoutSeconds" | "failureThreshold"
>;

/** What the pods have besides what the Collector's configuration asks for. */
export interface PodPlan {
    spec: Pick<types.input.core.v1.PodSpec, SpecField>;
    labels: Record<string, string>;
    imagePullSecrets?: types.input.core.v1.LocalObjectReference[];
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    initContainers?: Container[];
    extraContainers?: Container[];
    resizePolicy?: types.input.core.v1.ContainerResizePolicy[];
    /** Missing where nothing is asked for: the Operator has its own then. */
    askedProbes?: ProbePlan;
}

/** Times of the probes; fields are those of a container. */
export interface ProbePlan {
    livenessProbe: ProbeTiming;
    readinessProbe: ProbeTiming;
    startupProbe?: ProbeTiming;
}

/** Other arguments of the Collector that the pods depend on, known when the program runs. */
export interface PodContext {
    mode?: CollectorMode;
    /** Given, where the Operator makes the pods. */
    operator?: object;
    serviceAccount?: { existingName?: pulumi.Input<string | undefined> };
}

/** Fields of a pod that go there as they are. */
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

/** Each of these fields on its own, so that one which is not known yet hides no other. */
export function specFields(
    pods: pulumi.Output<PodPlan>,
    fields: readonly SpecField[],
): Record<string, pulumi.Output<unknown>> {
    return Object.fromEntries(fields.map((field) => [field, pods.apply(({ spec }) => spec[field])]));
}

/** Seconds that an exporter waits for an answer. */
const REQUEST_SECONDS = 30;
/** Seconds from one question whether a Collector has started to the next. */
const STARTUP_PERIOD = 5;

/** Labels that services, policies and budgets select by, here and with the Operator. */
const SELECTING = /^app\.kubernetes\.io\/(name|instance|managed-by|component|part-of)$/;
export const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

/** What an OpenTelemetryCollector has no field for. */
const NOT_WITH_OPERATOR = ["runtimeClassName", "hostAliases", "resizePolicy"] as const;

/** @throws InputError for what the API server, Pod Security or the Operator would refuse, and for what the Collector could not work beside. */
export function planPods(check: Check, args: pulumi.Unwrap<CollectorPodArgs> = {}, context: PodContext = {}): PodPlan {
    if (context.operator !== undefined) checkForOperator(check, args, context);
    const { tolerations, affinity, priorityClassName, runtimeClassName, hostAliases, dnsConfig } = args;
    const { allowNodeAccess = false, labels = {}, imagePullSecretNames } = args;
    const name = (key: string, value?: string): string | undefined =>
        value === undefined ? undefined : objectName(check.at(`${key}`), value);
    const seconds = args.terminationGracePeriodSeconds ?? 60;
    const volumes = checkVolumes(check.at("volumes"), args.volumes ?? [], allowNodeAccess);
    const containers = (key: "initContainers" | "extraContainers"): Container[] | undefined =>
        args[key] && securedContainers(check.at(`${key}`), args[key], volumes, allowNodeAccess);
    checkContainerNames(check, args);
    return {
        spec: {
            // An image for Linux would never start on other nodes, and the whole rollout would wait for it.
            nodeSelector: {
                "kubernetes.io/os": "linux",
                ...labelSet(check.at("nodeSelector"), args.nodeSelector ?? {}),
            },
            tolerations,
            affinity,
            priorityClassName: name("priorityClassName", priorityClassName),
            runtimeClassName: name("runtimeClassName", runtimeClassName),
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
        askedProbes: args.probes === undefined ? undefined : planProbes(check.at("probes"), args.probes),
    };
}

/** @throws InputError for a time that is none. */
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
            // A startup probe keeps the others waiting by itself.
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

/** Where nothing is asked for. */
export const DEFAULT_PROBES = planProbes(new Check("", ""), {});

function checkForOperator(check: Check, args: pulumi.Unwrap<CollectorPodArgs>, { serviceAccount }: PodContext): void {
    const found = NOT_WITH_OPERATOR.find((key) => args[key] !== undefined);
    if (found !== undefined) {
        const problem = "an OpenTelemetryCollector has no field for it; leave it out, or leave operator out";
        throw check.at(`${found}`).error(problem);
    }
    if (args.imagePullSecretNames !== undefined && serviceAccount?.existingName !== undefined) {
        const problem = "are the ServiceAccount's beside operator, and this one is not made here; name them there";
        throw check.at("imagePullSecretNames").error(problem);
    }
}

/** @throws InputError for labels that are the package's own, and for what is no label. */
export function checkLabels(check: Check, labels: Record<string, string>, taken = SELECTING): Record<string, string> {
    const found = Object.keys(labels).find((key) => taken.test(key));
    if (found === undefined) return labelSet(check, labels);
    const problem = `"${found}" is what the pods are selected by; use a label of your own`;
    throw check.error(problem);
}

/** Containers of both kinds share their names. */
function checkContainerNames(check: Check, args: pulumi.Unwrap<CollectorPodArgs>): void {
    const before = (args.initContainers ?? []).map(({ name }) => name);
    const twice = (args.extraContainers ?? []).find(({ name }) => before.includes(name));
    if (twice === undefined) return;
    const problem = `"${twice.name}" is the name of one of initContainers too; use another`;
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
        const problem = "Default finds no names of the cluster, by which the first tier reaches the second";
        throw check.at("dnsPolicy").error(`${problem}; leave it out`);
    }
    if (policy === CollectorDnsPolicy.None && (args.dnsConfig?.nameservers ?? []).length === 0) {
        const problem = "leaves the pods without any name server; name them in pods.dnsConfig.nameservers";
        throw check.at("dnsPolicy").error(problem);
    }
    return policy;
}
