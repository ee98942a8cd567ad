import { Signal } from "../../signals";
import type { ConfigPlan } from "../config-plan";
import { type Fragment, hostFolder } from "../fragment";
import { CHECKPOINT_DIRECTORY } from "../places";
import { fileStorage } from "../storage";

const PODS = "/var/log/pods";
const CHECKPOINTS = "file_storage/checkpoints";

/**
 * What containers write, from the files of the node. The files belong to root, so the container runs as root, without any privilege
 * besides: it may read what is its own.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/filelogreceiver
 */
export function containerLogs({ collect, names, name, namespace }: ConfigPlan): Fragment {
    if (!collect.containerLogs) return {};
    const except = [...(collect.containerLogsExceptNamespaces ?? [])].sort();
    const config = {
        include: [`${PODS}/*/*/*.log`],
        // Its own logs would tell of each record it sent, without an end.
        exclude: [
            `${PODS}/${namespace}_${name}-*_*/collector/*.log`,
            ...except.map((excluded) => `${PODS}/${excluded}_*/*/*.log`),
        ],
        start_at: "end",
        include_file_path: true,
        include_file_name: false,
        retry_on_failure: { enabled: true },
        storage: CHECKPOINTS,
        operators: [{ id: "container-parser", type: "container" }],
    };
    const logs = hostFolder("pod-logs", PODS, PODS, { readOnly: true });
    const checkpoints = hostFolder(
        "checkpoints",
        `/var/lib/dynatrace-otlp/${namespace}-${name}/checkpoints`,
        CHECKPOINT_DIRECTORY,
        { type: "DirectoryOrCreate", readOnly: false },
    );
    return {
        extensions: { [CHECKPOINTS]: fileStorage(CHECKPOINT_DIRECTORY) },
        receivers: [{ id: names.fileLogReceiver, signal: Signal.Logs, config }],
        volumes: [...logs.volumes, ...checkpoints.volumes],
        volumeMounts: [...logs.volumeMounts, ...checkpoints.volumeMounts],
        root: true,
    };
}
