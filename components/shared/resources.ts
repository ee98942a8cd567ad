import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "./check";
import { Field, type Fields } from "./fields";

/** Limits that a ResourceQuota or an admission rule can require. */
export interface ResourceLimitArgs {
    /**
     * CPU limit of a container, in thousandths of a core, at least the CPU request. A container that reaches it is slowed down.
     *
     * @default - no CPU limit
     * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
     */
    cpuLimitMillis?: pulumi.Input<number | undefined>;
    /**
     * Request and limit for the node's disk (`ephemeral-storage`) of a container, in MiB. Counts the container's log and `emptyDir` volumes.
     * A pod that exceeds it is evicted.
     *
     * @default - neither request nor limit
     */
    ephemeralStorageMiB?: pulumi.Input<number | undefined>;
}

export const RESOURCE_LIMIT_FIELDS: Fields<ResourceLimitArgs> = {
    cpuLimitMillis: Field.NoFallback,
    ephemeralStorageMiB: Field.NoFallback,
};

/** Checked limits. */
export type ResourceLimits = pulumi.Unwrap<ResourceLimitArgs>;

/** Resources of a container, in the form of Kubernetes. */
export interface ContainerResources {
    requests: { cpu: string; memory: string; "ephemeral-storage"?: string };
    limits: { memory: string; cpu?: string; "ephemeral-storage"?: string };
}

/** @throws InputError for an invalid number, and for a CPU limit below the request. */
export function checkLimits(
    check: Check,
    { cpuLimitMillis, ephemeralStorageMiB }: ResourceLimits,
    cpuMillis: number,
): ResourceLimits {
    if (cpuLimitMillis !== undefined && check.at("cpuLimitMillis").wholeNumber(cpuLimitMillis) < cpuMillis) {
        const way = `use ${cpuMillis} or more`;
        check.at("cpuLimitMillis").fail(`${cpuLimitMillis} is below the CPU request, ${cpuMillis}; ${way}`);
    }
    if (ephemeralStorageMiB !== undefined) check.at("ephemeralStorageMiB").wholeNumber(ephemeralStorageMiB);
    return { cpuLimitMillis, ephemeralStorageMiB };
}

/** Adds the limits to the resources of a container. */
export function withLimits(
    { requests, limits }: ContainerResources,
    { cpuLimitMillis, ephemeralStorageMiB }: ResourceLimits,
): ContainerResources {
    const storage = ephemeralStorageMiB === undefined ? {} : { "ephemeral-storage": `${ephemeralStorageMiB}Mi` };
    const cpu = cpuLimitMillis === undefined ? {} : { cpu: `${cpuLimitMillis}m` };
    return { requests: { ...requests, ...storage }, limits: { ...limits, ...cpu, ...storage } };
}
