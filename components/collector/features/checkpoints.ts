import { CHECKPOINT_DIRECTORY } from "../constants";
import { type FeatureParts, hostFolder } from "./feature";

const STORAGE = "file_storage/checkpoints";

/** Name of the volume for read positions. */
export const CHECKPOINTS_VOLUME = "checkpoints";

/** The directory on the node that stores the read positions of files, and the extension that writes them. */
export function checkpointFolder(
    name: string,
    namespace: string,
): Required<Pick<FeatureParts, "extensions" | "volumes" | "volumeMounts">> & { storage: string } {
    const path = `/var/lib/dynatrace-otlp/${namespace}-${name}/checkpoints`;
    const options = { type: "DirectoryOrCreate", readOnly: false };
    return {
        storage: STORAGE,
        extensions: { [STORAGE]: fileStorage(CHECKPOINT_DIRECTORY) },
        ...hostFolder(CHECKPOINTS_VOLUME, path, CHECKPOINT_DIRECTORY, options),
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
