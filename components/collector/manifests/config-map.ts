import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../../shared/kubernetes";
import { type ManifestContext, metadataOf } from "./context";

/** The Collector's configuration. The name changes with the content, which restarts the pods. */
export function createConfigMap(
    { name, plan, options }: ManifestContext,
    text: pulumi.Output<string>,
): { configMap: k8s.core.v1.ConfigMap; configMapName: pulumi.Output<string> } {
    const configMapName = pulumi.interpolate`${plan.name}-${text.apply(shortHash)}`;
    const metadata = { ...metadataOf(plan), name: configMapName };
    const configMap = new k8s.core.v1.ConfigMap(`${name}-config`, { metadata, data: { "config.yaml": text } }, options);
    return { configMap, configMapName };
}
