import type { Check } from "../../shared/check";
import { ClusterPlatform } from "../../shared/platform";
import { CollectorCheckpoints } from "../args/collect";
import { CHECKPOINT_DIRECTORY } from "../constants";
import type { ConfigPlan } from "../plan-types";
import { type FeatureParts, hostFolder } from "./feature";

const STORAGE = "file_storage/checkpoints";

/** Name of the volume for read positions. */
export const CHECKPOINTS_VOLUME = "checkpoints";

/** Parts of a feature that stores read positions. */
export interface CheckpointParts extends Required<Pick<FeatureParts, "extensions" | "volumes" | "volumeMounts">> {
    /** Settings of the receiver. */
    receiver: { storage?: string };
}

/** The volume that stores the read positions of files, and the extension that writes them. */
export function checkpointFolder(plan: ConfigPlan): CheckpointParts {
    const place = placeOf(plan);
    if (place === CollectorCheckpoints.None) return { receiver: {}, extensions: {}, volumes: [], volumeMounts: [] };
    return {
        receiver: { storage: STORAGE },
        // Small and rarely written, so a node that loses its power need not lose the read positions.
        extensions: { [STORAGE]: { ...fileStorage(CHECKPOINT_DIRECTORY), fsync: true } },
        ...(place === CollectorCheckpoints.Pod ? podFolder() : nodeFolder(plan)),
    };
}

/** @throws InputError for an unknown place, and for a place that the platform does not have. */
export function checkCheckpoints(check: Check, plan: Pick<ConfigPlan, "collect" | "platform">): void {
    const at = check.at("collect.checkpoints");
    const place = at.oneOf(placeOf(plan), CollectorCheckpoints);
    if (plan.platform === ClusterPlatform.GkeAutopilot && place === CollectorCheckpoints.Node) {
        at.fail("Autopilot lets pods write to no folder of the node; use pod or none, or remove checkpoints");
    }
}

function placeOf({ collect, platform }: Pick<ConfigPlan, "collect" | "platform">): CollectorCheckpoints {
    const { Pod, Node } = CollectorCheckpoints;
    return collect.checkpoints ?? (platform === ClusterPlatform.GkeAutopilot ? Pod : Node);
}

type Folder = Pick<CheckpointParts, "volumes" | "volumeMounts">;

function nodeFolder({ name, namespace }: ConfigPlan): Folder {
    const path = `/var/lib/dynatrace-otlp/${namespace}-${name}/checkpoints`;
    return hostFolder(CHECKPOINTS_VOLUME, path, CHECKPOINT_DIRECTORY, { type: "DirectoryOrCreate", readOnly: false });
}

function podFolder(): Folder {
    return {
        volumes: [{ name: CHECKPOINTS_VOLUME, emptyDir: {} }],
        volumeMounts: [{ name: CHECKPOINTS_VOLUME, mountPath: CHECKPOINT_DIRECTORY }],
    };
}

/** Settings of the file storage extension. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/storage/filestorage */
export function fileStorage(directory: string): object {
    return {
        directory,
        timeout: "10s",
        compaction: { directory, on_start: true, on_rebound: true, cleanup_on_start: true },
    };
}
