import { type FeatureParts, hostFolder } from "./feature";

/** Mount path of the node's root directory. */
export const NODE_ROOT = "/hostfs";

/** Name of the volume with the node's root directory. */
export const NODE_ROOT_VOLUME = "host";

/** The node's root directory, mounted read-only. */
export function nodeRoot(): Required<Pick<FeatureParts, "volumes" | "volumeMounts">> {
    return hostFolder(NODE_ROOT_VOLUME, "/", NODE_ROOT, { readOnly: true, mountPropagation: "HostToContainer" });
}
