import { Signal } from "../../shared/signals";
import { CONTAINERS } from "../constants";
import { checkpointFolder, CHECKPOINTS_VOLUME } from "./checkpoints";
import { readMark } from "./container-log-selection";
import { checkMultiline, multilineOperators } from "./container-logs-multiline";
import { type Feature, hostFolder } from "./feature";

const PODS = "/var/log/pods";
const PODS_VOLUME = "pod-logs";

/**
 * Container logs, read from files on the node. Only root can read the files, so the container runs as root, without Linux capabilities.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/filelogreceiver
 */
export const containerLogs: Feature = {
    name: "container-logs",
    argument: "collect.containerLogs",
    settings: ["collect.containerLogs.exceptNamespaces", "collect.containerLogs.multiline"],
    signal: Signal.Logs,
    perNode: true,
    components: [
        ["receivers", "file_log"],
        ["extensions", "file_storage"],
    ],
    volumeNames: [PODS_VOLUME, CHECKPOINTS_VOLUME],
    privileged: true,
    asked: ({ collect }) => collect?.containerLogs !== undefined,
    on: ({ collect }) => collect.containerLogs !== undefined,
    check: (check, { collect }) => checkMultiline(check.at("collect.containerLogs.multiline"), collect.containerLogs),
    render(plan) {
        const { collect, names, name, namespace, operator } = plan;
        const except = [...(collect.containerLogs?.exceptNamespaces ?? [])].sort();
        const own = operator === undefined ? CONTAINERS.own : CONTAINERS.operator;
        const checkpoints = checkpointFolder(plan);
        const config = {
            include: [`${PODS}/*/*/*.log`],
            // Excludes the Collector's own logs: each record it sends could cause another record.
            exclude: [
                `${PODS}/${namespace}_${name}-*_*/${own}/*.log`,
                ...except.map((excluded) => `${PODS}/${excluded}_*/*/*.log`),
            ],
            start_at: "end",
            include_file_path: true,
            include_file_name: false,
            retry_on_failure: { enabled: true },
            ...checkpoints.receiver,
            ...readMark(collect),
            operators: [{ id: "container-parser", type: "container" }, ...multilineOperators(collect.containerLogs)],
        };
        const logs = hostFolder(PODS_VOLUME, PODS, PODS, { readOnly: true });
        return {
            extensions: checkpoints.extensions,
            receivers: [{ id: names.fileLogReceiver, signal: Signal.Logs, config }],
            volumes: [...logs.volumes, ...checkpoints.volumes],
            volumeMounts: [...logs.volumeMounts, ...checkpoints.volumeMounts],
            root: true,
        };
    },
};
