import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { ClusterPlatform } from "../../shared/platform";
import { CollectorMode } from "../args";
import type { CollectorPersistentQueueArgs } from "../args/processing";
import type { QueuePlan } from "../plan-types";
import { QUEUE_DIRECTORY } from "../constants";
import { MAX_REQUEST_BYTES } from "../sizing";
import { fileStorage } from "./checkpoints";
import { type Feature, hostFolder } from "./feature";

/** Id of the extension that stores the queues. */
export const QUEUE_STORAGE = "file_storage/queue";

const VOLUME = "queue";
const GIB = 1024 ** 3;
/** Share of the volume for data. The file grows beyond its content, and compaction writes a second file to the same volume. */
const SHARE_FOR_DATA = 0.3;

/** Stores queues on a volume. The manifests render the PersistentVolumeClaims. */
export const persistentQueue: Feature = {
    name: "persistent-queue",
    argument: "persistentQueue",
    components: [["extensions", "file_storage"]],
    volumeNames: [VOLUME],
    asked: (args) => args.persistentQueue !== undefined,
    privileged: (args) => args.persistentQueue?.hostPath !== undefined,
    on: ({ queue }) => queue !== undefined,
    check(check, { queue, mode, replicas, platform }) {
        if (queue !== undefined) checkQueueOn(check.at("persistentQueue"), platform, queue);
        if (queue === undefined || replicas <= 1 || mode !== CollectorMode.Deployment) return;
        const problem = `${replicas} pods of a deployment cannot share its volume`;
        check.at("persistentQueue").fail(`${problem}; set mode to statefulSet`);
    },
    render({ queue, name, namespace }) {
        const extensions = { [QUEUE_STORAGE]: fileStorage(QUEUE_DIRECTORY) };
        if (queue?.hostPath === undefined) {
            return { extensions, volumeMounts: [{ name: VOLUME, mountPath: QUEUE_DIRECTORY }] };
        }
        const path = `${queue.hostPath.replace(/\/+$/, "")}/${namespace}-${name}`;
        const folder = hostFolder(VOLUME, path, QUEUE_DIRECTORY, { type: "DirectoryOrCreate", readOnly: false });
        return { extensions, ...folder, root: true };
    },
};

/** @throws InputError for a volume that the platform does not have. */
function checkQueueOn(check: Check, platform: ClusterPlatform, { hostPath, storageClassName }: QueuePlan): void {
    if (platform === ClusterPlatform.GkeAutopilot && hostPath !== undefined) {
        const way = "use mode statefulSet with persistentQueue without hostPath, or remove persistentQueue";
        check.at("hostPath").fail(`Autopilot lets pods write to no folder of the node; ${way}`);
    }
    if (platform === ClusterPlatform.EksFargate && storageClassName === undefined) {
        const way =
            "remove it, or set persistentQueue.storageClassName to a class of EFS volumes that you have created";
        check.fail(`Fargate mounts no volumes of EBS and creates none of EFS; ${way}`);
    }
}

/** @throws InputError if no volume is possible, and for a volume that is too small for two requests of each signal. */
export function planQueue(
    check: Check,
    mode: CollectorMode,
    signals: number,
    args?: pulumi.Unwrap<CollectorPersistentQueueArgs>,
): QueuePlan | undefined {
    if (args === undefined) return undefined;
    const at = check.at("persistentQueue");
    const { sizeGiB = 10, storageClassName, hostPath } = args;
    if (!(sizeGiB > 0) || !Number.isFinite(sizeGiB)) {
        at.at("sizeGiB").fail(`${sizeGiB} is not a size; use 1 or more`);
    }
    const agent = mode === CollectorMode.DaemonSet;
    if (agent && hostPath === undefined) {
        const way = "set persistentQueue.hostPath to a directory on the node, or use mode statefulSet";
        at.fail(`a daemonSet has no volume for each pod; ${way}`);
    }
    if (hostPath !== undefined) {
        if (!agent) {
            const problem = `a pod of mode ${mode} can restart on another node, without its queue`;
            at.at("hostPath").fail(`${problem}; remove hostPath to use a volume`);
        }
        if (!/^\/[^:]*[^:/]$/.test(hostPath)) {
            const problem = `"${hostPath}" is not the absolute path of a directory`;
            at.at("hostPath").fail(`${problem}; write e.g. /var/lib/dynatrace-otlp`);
        }
    }
    const bytesPerSignal = Math.floor((sizeGiB * GIB * SHARE_FOR_DATA) / signals);
    if (bytesPerSignal < 2 * MAX_REQUEST_BYTES.traces) {
        at.at("sizeGiB").fail(`${sizeGiB} is too small for two requests of each signal; use 1 or more`);
    }
    return { sizeGiB, bytesPerSignal, storageClassName, hostPath, retention: retentionOf(at, mode, args) };
}

/** Retention of the volumes that a StatefulSet claims. Kubernetes keeps them by default. */
function retentionOf(
    check: Check,
    mode: CollectorMode,
    args: pulumi.Unwrap<CollectorPersistentQueueArgs>,
): QueuePlan["retention"] {
    const asked = (["deleteWithWorkload", "deleteWhenScaledDown"] as const).find((key) => args[key] !== undefined);
    if (asked === undefined) return undefined;
    if (mode !== CollectorMode.StatefulSet && mode !== CollectorMode.TwoTier) {
        const problem = `mode ${mode} has no volume for each pod`;
        check.at(asked).fail(`${problem}; remove ${asked}, or set mode to statefulSet`);
    }
    const kept = (deletes?: boolean): "Delete" | "Retain" => (deletes ? "Delete" : "Retain");
    return { whenDeleted: kept(args.deleteWithWorkload), whenScaled: kept(args.deleteWhenScaledDown) };
}

/** Spec of the PersistentVolumeClaim of one pod. */
export function claimSpec({ sizeGiB, storageClassName }: QueuePlan): types.input.core.v1.PersistentVolumeClaimSpec {
    return {
        accessModes: ["ReadWriteOnce"],
        ...(storageClassName === undefined ? {} : { storageClassName }),
        resources: { requests: { storage: `${Math.ceil(sizeGiB * 1024)}Mi` } },
    };
}
