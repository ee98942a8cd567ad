import { type Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import { type CollectArgs, ContainerLogsOf } from "../args-collect";
import type { ConfigPlan } from "../config-plan";
import { type Fragment, hostFolder } from "../fragment";
import { labelKey } from "../../shared/kubernetes";
import { CHECKPOINT_DIRECTORY, CONTAINERS } from "../places";
import { fileStorage } from "../storage";
import { checkMultiline, multilineOperators } from "./multiline";

const PODS = "/var/log/pods";
const CHECKPOINTS = "file_storage/checkpoints";

/** Resource attributes that never leave the Collector: that a record was read from a file, and what the pod's annotation says. */
const MARKS = { read: "dynatrace-otlp.read", annotation: "dynatrace-otlp.logs" } as const;
const READ = "container-logs";
const ANNOTATION = "io.opentelemetry.discovery.logs/enabled";

/**
 * What containers write, from the files of the node. The files belong to root, so the container runs as root, without any privilege
 * besides: it may read what is its own.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/filelogreceiver
 */
export function containerLogs({ collect, names, name, namespace, operator }: ConfigPlan): Fragment {
    if (!collect.containerLogs) return {};
    const except = [...(collect.containerLogsExceptNamespaces ?? [])].sort();
    const own = operator === undefined ? CONTAINERS.own : CONTAINERS.operator;
    const config = {
        include: [`${PODS}/*/*/*.log`],
        // Its own logs would tell of each record it sent, without an end.
        exclude: [
            `${PODS}/${namespace}_${name}-*_*/${own}/*.log`,
            ...except.map((excluded) => `${PODS}/${excluded}_*/*/*.log`),
        ],
        start_at: "end",
        include_file_path: true,
        include_file_name: false,
        retry_on_failure: { enabled: true },
        storage: CHECKPOINTS,
        ...(choosesPods(collect) ? { resource: { [MARKS.read]: READ } } : {}),
        operators: [{ id: "container-parser", type: "container" }, ...multilineOperators(collect)],
    };
    const logs = hostFolder("pod-logs", PODS, PODS, { readOnly: true });
    const checkpoints = checkpointFolder(name, namespace);
    return {
        extensions: checkpoints.extensions,
        receivers: [{ id: names.fileLogReceiver, signal: Signal.Logs, config }],
        volumes: [...logs.volumes, ...checkpoints.volumes],
        volumeMounts: [...logs.volumeMounts, ...checkpoints.volumeMounts],
        root: true,
    };
}

/** Where it is kept how far something of the node was read, and the extension that keeps it. */
export function checkpointFolder(
    name: string,
    namespace: string,
): Required<Pick<Fragment, "extensions" | "volumes" | "volumeMounts">> & { storage: string } {
    const path = `/var/lib/dynatrace-otlp/${namespace}-${name}/checkpoints`;
    const options = { type: "DirectoryOrCreate", readOnly: false };
    return {
        storage: CHECKPOINTS,
        extensions: { [CHECKPOINTS]: fileStorage(CHECKPOINT_DIRECTORY) },
        ...hostFolder("checkpoints", path, CHECKPOINT_DIRECTORY, options),
    };
}

/** Leaves out the logs of pods that are not chosen, once their annotation is known. */
export function chosenContainerLogs({ collect, signals }: ConfigPlan): Fragment {
    if (!choosesPods(collect)) return {};
    const says = `resource.attributes["${MARKS.annotation}"]`;
    const refused = collect.containerLogsOf === ContainerLogsOf.Annotated ? `${says} != "true"` : `${says} == "false"`;
    const condition = `resource.attributes["${MARKS.read}"] == "${READ}" and ${refused}`;
    const attributes = Object.values(MARKS).map((key) => ({ key, action: "delete" }));
    return {
        processors: [
            {
                id: "filter/container-logs",
                signals: [Signal.Logs],
                config: { error_mode: "ignore", logs: { log_record: [condition] } },
            },
            { id: "resource/container-logs", signals, config: { attributes } },
        ],
    };
}

/** @throws InputError for what has no effect, and for a choice, an annotation or a pattern that is none. */
export function checkContainerLogs(check: Check, collect: CollectArgs): void {
    const { containerLogs: read, containerLogsOf: of = ContainerLogsOf.Every, containerLogsAnnotation: key } = collect;
    check.at("collect.containerLogsOf").oneOf(of, ContainerLogsOf);
    const idle = [
        ...(of !== ContainerLogsOf.Every && !read ? ["containerLogsOf"] : []),
        ...((collect.containerLogsMultiline ?? []).length > 0 && !read ? ["containerLogsMultiline"] : []),
    ];
    if (idle[0] !== undefined) {
        const problem = "has no effect without containerLogs; switch that on, or leave this out";
        throw check.at(`collect.${idle[0]}`).error(problem);
    }
    if (key !== undefined && of === ContainerLogsOf.Every) {
        const problem = "has no effect while every pod is read; set containerLogsOf, or leave it out";
        throw check.at("collect.containerLogsAnnotation").error(problem);
    }
    if (key !== undefined) labelKey(check.at("collect.containerLogsAnnotation"), key);
    checkMultiline(check, collect);
}

/** Whether it depends on the pod if its containers' logs are read. */
export function choosesPods({ containerLogs: read, containerLogsOf = ContainerLogsOf.Every }: CollectArgs): boolean {
    return Boolean(read) && containerLogsOf !== ContainerLogsOf.Every;
}

/** What the Kubernetes attributes processor has to take from pods for that. */
export function annotationOfChoice(collect: CollectArgs): object[] {
    if (!choosesPods(collect)) return [];
    return [{ from: "pod", key: collect.containerLogsAnnotation ?? ANNOTATION, tag_name: MARKS.annotation }];
}
