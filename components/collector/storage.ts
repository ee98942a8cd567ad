import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { CollectorMode } from "./args";
import type { PersistentQueueArgs } from "./args-data";
import type { ConfigPlan, QueuePlan } from "./config-plan";
import { type Fragment, hostFolder } from "./fragment";
import { QUEUE_DIRECTORY } from "./places";
import { MAX_REQUEST_BYTES } from "./sizing";

/** The extension that keeps the queues. */
export const QUEUE_STORAGE = "file_storage/queue";

const GIB = 1024 ** 3;
/** The file grows beyond what it holds, and is compacted into another beside it. */
const SHARE_FOR_DATA = 0.3;

/** A folder for what has to outlive a process. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/storage/filestorage */
export function fileStorage(directory: string): object {
    return {
        directory,
        timeout: "10s",
        compaction: { directory, on_start: true, on_rebound: true, cleanup_on_start: true },
    };
}

/** What a queue on a volume adds, but for the volume where that is a claim of its own. */
export function persistentQueue({ queue, name, namespace }: ConfigPlan): Fragment {
    if (queue === undefined) return {};
    const extensions = { [QUEUE_STORAGE]: fileStorage(QUEUE_DIRECTORY) };
    if (queue.hostPath !== undefined) {
        const path = `${queue.hostPath.replace(/\/+$/, "")}/${namespace}-${name}`;
        const folder = hostFolder("queue", path, QUEUE_DIRECTORY, { type: "DirectoryOrCreate", readOnly: false });
        return { extensions, ...folder, root: true };
    }
    return { extensions, volumeMounts: [{ name: "queue", mountPath: QUEUE_DIRECTORY }] };
}

/** @throws InputError where no volume can be had, or it would hold less than a request. */
export function planQueue(
    check: Check,
    mode: CollectorMode,
    signals: number,
    args?: pulumi.Unwrap<PersistentQueueArgs>,
): QueuePlan | undefined {
    if (args === undefined) return undefined;
    const { sizeGiB = 10, storageClassName, hostPath } = args;
    if (!(sizeGiB > 0) || !Number.isFinite(sizeGiB)) {
        throw check.at("persistentQueue.sizeGiB").error(`${sizeGiB} is not a size; use 1 or more`);
    }
    const agent = mode === CollectorMode.DaemonSet;
    if (agent && hostPath === undefined) {
        const problem = "a daemonSet has no volume of its own for each pod";
        const way = "name a folder of the node in persistentQueue.hostPath, or use mode statefulSet";
        throw check.at("persistentQueue").error(`${problem}; ${way}`);
    }
    if (!agent && hostPath !== undefined) {
        const problem = `a pod of mode ${mode} may come back on another node, without what waited`;
        throw check.at("persistentQueue.hostPath").error(`${problem}; leave it out for a volume`);
    }
    if (hostPath !== undefined && !/^\/[^:]*[^:/]$/.test(hostPath)) {
        const problem = `"${hostPath}" is not a folder's absolute path; write e.g. /var/lib/dynatrace-otlp`;
        throw check.at("persistentQueue.hostPath").error(problem);
    }
    const bytesPerSignal = Math.floor((sizeGiB * GIB * SHARE_FOR_DATA) / signals);
    if (bytesPerSignal < 2 * MAX_REQUEST_BYTES.traces) {
        const problem = `${sizeGiB} is less than two requests of each signal; use 1 or more`;
        throw check.at("persistentQueue.sizeGiB").error(problem);
    }
    return { sizeGiB, bytesPerSignal, storageClassName, hostPath, retention: retentionOf(check, mode, args) };
}

/** What becomes of the volumes that a StatefulSet claims; Kubernetes keeps them unless it is told otherwise. */
function retentionOf(
    check: Check,
    mode: CollectorMode,
    args: pulumi.Unwrap<PersistentQueueArgs>,
): QueuePlan["retention"] {
    const asked = (["deleteWithWorkload", "deleteWhenScaledDown"] as const).find((key) => args[key] !== undefined);
    if (asked === undefined) return undefined;
    if (mode !== CollectorMode.StatefulSet && mode !== CollectorMode.TwoTier) {
        const problem = `mode ${mode} claims no volume for each pod; leave it out, or set mode to statefulSet`;
        throw check.at(`persistentQueue.${asked}`).error(problem);
    }
    const kept = (goes?: boolean): "Delete" | "Retain" => (goes ? "Delete" : "Retain");
    return { whenDeleted: kept(args.deleteWithWorkload), whenScaled: kept(args.deleteWhenScaledDown) };
}

/** The volume of one pod. */
export function claimSpec({ sizeGiB, storageClassName }: QueuePlan): types.input.core.v1.PersistentVolumeClaimSpec {
    return {
        accessModes: ["ReadWriteOnce"],
        ...(storageClassName === undefined ? {} : { storageClassName }),
        resources: { requests: { storage: `${Math.ceil(sizeGiB * 1024)}Mi` } },
    };
}
