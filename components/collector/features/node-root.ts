import { type FeatureParts, hostFolder } from "./feature";

/** Where the root folder of the node is mounted. */
export const NODE_ROOT = "/hostfs";

/** Name of the volume with the root folder of the node. */
export const NODE_ROOT_VOLUME = "host";

/** The root folder of the node, read-only. */
export function nodeRoot(): Required<Pick<FeatureParts, "volumes" | "volumeMounts">> {
    return hostFolder(NODE_ROOT_VOLUME, "/", NODE_ROOT, { readOnly: true, mountPropagation: "HostToContainer" });
}
