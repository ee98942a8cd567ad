import { type Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode } from "./args";
import type { CollectArgs } from "./args-collect";
import { checkHolds, type ComponentKind } from "./components";
import { checkIntake, type IntakeFacts } from "./intake";
import { electsLeader } from "./presets/cluster";
import { checkContainerLogs, choosesPods } from "./presets/container-logs";
import { checkJournald } from "./presets/journald";
import { checkObjects } from "./presets/objects";
import { checkScrapeJobs } from "./presets/prometheus";

/** What decides whether a mode gives right numbers. */
export interface ModeFacts extends IntakeFacts {
    /** As given, before any default. */
    askedReplicas?: number;
    askedScaling?: { autoscaling?: object };
    cumulativeToDelta: boolean;
    tailSampling: boolean;
    secondTier: boolean;
    hostFromOneAgent: boolean;
    kubernetesAttributes: boolean;
    collect: CollectArgs;
    queue?: object;
    operator?: object;
}

/** What a preset fills, and what it is made of. */
interface Preset {
    signal: Signal;
    components: [ComponentKind, string][];
    /** Each pod sees its own node alone. */
    ofNode: boolean;
}

const preset = (signal: Signal, ofNode: boolean, ...components: [ComponentKind, string][]): Preset => ({
    signal,
    components,
    ofNode,
});

/** Presets that are switched on by their own name. */
export const PRESETS = {
    containerLogs: preset(Signal.Logs, true, ["receivers", "file_log"], ["extensions", "file_storage"]),
    hostMetrics: preset(Signal.Metrics, true, ["receivers", "host_metrics"]),
    kubeletMetrics: preset(Signal.Metrics, true, ["receivers", "kubelet_stats"]),
    clusterMetrics: preset(Signal.Metrics, false, ["receivers", "k8s_cluster"]),
    kubernetesEvents: preset(Signal.Logs, false, ["receivers", "k8s_events"]),
    kubernetesObjects: preset(Signal.Logs, false, ["receivers", "k8s_objects"]),
    journald: preset(Signal.Logs, true, ["receivers", "journald"], ["extensions", "file_storage"]),
    annotatedPods: preset(Signal.Metrics, false, ["receivers", "prometheus"]),
    selfTelemetry: preset(Signal.Metrics, false),
} as const;
type PresetName = keyof typeof PRESETS;

/** Presets that one pod of several collects. */
const TOLD_BY_ONE = ["clusterMetrics", "kubernetesEvents", "kubernetesObjects"] as const;

/** The presets that are on; scrape jobs count as one. */
export function presetsOf(collect: CollectArgs): [string, Preset][] {
    const named = (Object.keys(PRESETS) as PresetName[]).filter((name) => isOn(collect[name]));
    const jobs = (collect.scrapeConfigs ?? []).length > 0;
    return [
        ...named.map((name): [string, Preset] => [name, PRESETS[name]]),
        ...(jobs ? [["scrapeConfigs", PRESETS.annotatedPods] as [string, Preset]] : []),
    ];
}

const isOn = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** @throws InputError for a combination that would send wrong numbers, or none at all. */
export function checkMode(check: Check, facts: ModeFacts): void {
    const refuse = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    const { mode, askedReplicas, replicas, signals } = facts;
    const agent = mode === CollectorMode.DaemonSet;
    const computesDeltas = facts.cumulativeToDelta && signals.includes(Signal.Metrics);

    if (agent && askedReplicas !== undefined) refuse("replicas", "a daemonSet has one pod a node; leave it out");
    if (agent && facts.askedScaling !== undefined) refuse("scaling", "a daemonSet has one pod a node; leave it out");
    if (askedReplicas !== undefined && facts.askedScaling?.autoscaling !== undefined) {
        refuse(
            "replicas",
            "contradicts scaling.autoscaling, which decides how many there are; leave one of the two out",
        );
    }
    if (facts.operator !== undefined && mode === CollectorMode.TwoTier) {
        const problem = "the Operator gives the pods of a second tier no names that the first could send to";
        refuse("operator", `${problem}; leave it out, or set mode to deployment or statefulSet`);
    }
    if (replicas > 1 && facts.queue !== undefined && mode === CollectorMode.Deployment) {
        refuse("persistentQueue", `${replicas} pods of a deployment cannot share its volume; set mode to statefulSet`);
    }
    if (facts.secondTier && mode !== CollectorMode.TwoTier) {
        refuse("secondTier", `mode ${mode} has none; set mode to twoTier, or leave it out`);
    }
    if (replicas > 1 && computesDeltas && mode !== CollectorMode.TwoTier) {
        refuse(
            "replicas",
            `${replicas} of them would each see only some points of a cumulative series and compute wrong deltas; ` +
                "use 1, set mode to twoTier, or set cumulativeToDelta to false once every application sends delta metrics (appEnv asks for that)",
        );
    }
    if (facts.tailSampling && !signals.includes(Signal.Traces)) {
        refuse("tailSampling", "chooses among traces, but signals has none; add traces, or leave it out");
    }
    if (facts.tailSampling && mode !== CollectorMode.TwoTier && (agent || replicas > 1)) {
        const way = "set mode to twoTier, use one replica of a deployment, or leave it out";
        refuse("tailSampling", `each pod would see only some spans of a trace and keep or drop these alone; ${way}`);
    }
    if (facts.hostFromOneAgent && !agent) {
        const way = "set mode to daemonSet, or leave it out";
        refuse("enrichment.hostFromOneAgent", `would give the Collector's own host to all senders; ${way}`);
    }
    if (mode === CollectorMode.TwoTier) checkHolds(check.at("mode"), facts.build, "exporters", "load_balancing");
    checkPresets(check, facts, refuse);
    checkIntake(check, facts);
}

function checkPresets(
    check: Check,
    { mode, replicas, signals, build, collect, kubernetesAttributes }: ModeFacts,
    refuse: (field: string, problem: string) => never,
): void {
    const agent = mode === CollectorMode.DaemonSet;
    const several = agent || replicas > 1;
    for (const [name, { signal, components, ofNode }] of presetsOf(collect)) {
        const field = `collect.${name}`;
        if (!signals.includes(signal)) refuse(field, `gives ${signal}, but signals has none; add ${signal}`);
        for (const [kind, type] of components) checkHolds(check.at(field), build, kind, type);
        if (ofNode && !agent) refuse(field, `mode ${mode} would see its own node alone; set mode to daemonSet`);
    }
    const once = TOLD_BY_ONE.find((name) => isOn(collect[name]));
    if (once !== undefined && several && !electsLeader({ build })) {
        checkHolds(check.at(`collect.${once}`), build, "extensions", "k8s_leader_elector");
    }
    if (collect.annotatedPods && replicas > 1) {
        const problem = `${replicas} pods would each send all of it`;
        refuse("collect.annotatedPods", `${problem}; use one replica, or set mode to daemonSet`);
    }
    if ((collect.scrapeConfigs ?? []).length > 0 && several) {
        const way = "use one replica, or run these jobs in a Collector of their own";
        refuse("collect.scrapeConfigs", `several pods would each send all of it; ${way}`);
    }
    if (choosesPods(collect) && !kubernetesAttributes) {
        const way = "switch kubernetesAttributes on, or leave it out";
        refuse("collect.containerLogsOf", `needs the pods' annotations; ${way}`);
    }
    checkContainerLogs(check, collect);
    checkJournald(check, collect);
    checkObjects(check, collect);
    checkScrapeJobs(check, collect);
    const { metricsIntervalSeconds: seconds = 60 } = collect;
    if (!(Number.isInteger(seconds) && seconds >= 1)) {
        const problem = `${seconds} is not a whole number above 0; leave it out for 60`;
        refuse("collect.metricsIntervalSeconds", problem);
    }
}
