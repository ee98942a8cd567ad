import { ClusterPlatform } from "../../shared/platform";
import { Signal } from "../../shared/signals";
import type { CollectorCollectArgs } from "../args/collect";
import { CONTAINERS } from "../constants";
import { checkpointFolder, CHECKPOINTS_VOLUME } from "./checkpoints";
import { readMark } from "./container-log-selection";
import { checkMultiline, multilineOperators } from "./container-logs-multiline";
import { dockerFolder, dockerOperators, DOCKER_VOLUME } from "./container-logs-docker";
import { type Feature, hostFolder } from "./feature";
import { jsonOperators, LEAST_LINE_BYTES, LOG_BODY_BYTES, longLineOperator, PART_BYTES } from "./log-lines";
import { namespacesOf } from "./namespaces";

const PODS = "/var/log/pods";
const PODS_VOLUME = "pod-logs";

/**
 * Files of a container: the current file, and files that the kubelet renamed, e.g. `0.log.20261129-111111`. The patterns do not match
 * compressed files (`.gz`) and files that the kubelet is compressing (`.tmp`).
 */
const FILES = ["*.log", "*.log.????????-??????"];

/** All files of a container, for exclusion. */
const ALL_FILES = "*.log*";

/** A container writes its line in parts, so a record can be one part longer than the limit at which it is sent. */
const sendFrom = (maxLineBytes = LOG_BODY_BYTES): number => maxLineBytes - PART_BYTES;

/**
 * Container logs, read from files on the node. Only root can read the files, so the container runs as root, without Linux capabilities.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/filelogreceiver
 */
export const containerLogs: Feature = {
    name: "container-logs",
    argument: "collect.containerLogs",
    settings: [
        "collect.containerLogs.namespaces",
        "collect.containerLogs.exceptNamespaces",
        "collect.containerLogs.multiline",
        "collect.containerLogs.dockerRuntime",
    ],
    signal: Signal.Logs,
    perNode: true,
    components: [
        ["receivers", "file_log"],
        ["extensions", "file_storage"],
    ],
    volumeNames: [PODS_VOLUME, CHECKPOINTS_VOLUME, DOCKER_VOLUME],
    privileged: true,
    asked: ({ collect }) => collect?.containerLogs !== undefined,
    on: ({ collect }) => collect.containerLogs !== undefined,
    check(check, { collect, platform }) {
        const at = check.at("collect.containerLogs");
        const { namespaces, exceptNamespaces, maxLineBytes, dockerRuntime = false } = collect.containerLogs ?? {};
        checkMultiline(at.at("multiline"), collect.containerLogs);
        if (namespaces !== undefined && (exceptNamespaces ?? []).length > 0) {
            at.at("namespaces").fail("cannot be combined with exceptNamespaces; remove one of the two");
        }
        if (dockerRuntime && platform === ClusterPlatform.GkeAutopilot) {
            at.at("dockerRuntime").fail(
                "Autopilot's nodes use containerd, and it mounts only folders below /var/log; remove it",
            );
        }
        if (maxLineBytes !== undefined) {
            at.at("maxLineBytes").wholeNumber(maxLineBytes, LEAST_LINE_BYTES, LOG_BODY_BYTES);
        }
    },
    render(plan) {
        const { collect, names, name, namespace, operator, platform, repairsText } = plan;
        const { exceptNamespaces = [], maxLineBytes, json } = collect.containerLogs ?? {};
        const dockerRuntime = collect.containerLogs?.dockerRuntime ?? platform === ClusterPlatform.Minikube;
        const except = [...exceptNamespaces].sort();
        const own = operator === undefined ? CONTAINERS.own : CONTAINERS.operator;
        const checkpoints = checkpointFolder(plan);
        const longest = sendFrom(maxLineBytes);
        const config = {
            include: readFrom(collect).flatMap((pods) => FILES.map((file) => `${PODS}/${pods}/*/${file}`)),
            // Excludes the Collector's own logs: each record it sends could cause another record.
            exclude: [
                `${PODS}/${namespace}_${name}-*_*/${own}/${ALL_FILES}`,
                ...except.map((excluded) => `${PODS}/${excluded}_*/*/${ALL_FILES}`),
            ],
            start_at: "end",
            include_file_path: true,
            include_file_name: false,
            // A part of a line can end within a character, so only whole lines are checked for invalid characters.
            ...(repairsText ? { encoding: "utf-8-raw" } : {}),
            retry_on_failure: { enabled: true },
            ...checkpoints.receiver,
            ...readMark(collect),
            operators: [
                { id: "container-parser", type: "container", max_log_size: longest },
                ...(dockerRuntime ? dockerOperators(longest) : []),
                { id: "logtag", type: "remove", field: "attributes.logtag", if: "attributes.logtag != nil" },
                ...(repairsText ? [{ id: "characters", type: "sanitize_utf8", field: "body" }] : []),
                ...multilineOperators(collect.containerLogs, longest),
                longLineOperator(longest),
                ...jsonOperators(json),
            ],
        };
        const logs = hostFolder(PODS_VOLUME, PODS, PODS, { readOnly: true });
        const docker = dockerRuntime ? dockerFolder() : { volumes: [], volumeMounts: [] };
        return {
            extensions: checkpoints.extensions,
            receivers: [{ id: names.fileLogReceiver, signal: Signal.Logs, config }],
            volumes: [...logs.volumes, ...docker.volumes, ...checkpoints.volumes],
            volumeMounts: [...logs.volumeMounts, ...docker.volumeMounts, ...checkpoints.volumeMounts],
            root: true,
        };
    },
};

/** Directories of pods to read: `{namespace}_{pod}_{uid}`. */
function readFrom({ containerLogs, namespaces }: CollectorCollectArgs): string[] {
    const names = namespacesOf({ namespaces: containerLogs?.namespaces ?? namespaces });
    return names.length === 0 ? ["*"] : names.map((name) => `${name}_*`);
}
