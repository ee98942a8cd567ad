import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { commonLabels } from "../shared/kubernetes";
import type { ActiveGateSettingsArgs } from "./args";

/** Least memory of the smallest size that Dynatrace names. */
const LEAST_MEMORY_MIB = 512;

/** A volume claim, in Kubernetes' form. */
export interface ClaimSpec {
    accessModes: string[];
    resources: { requests: { storage: string } };
    storageClassName?: string;
}

/** What a DynaKube and a StatefulSet have in common. */
export interface SizingPlan {
    replicas: number;
    resources: { requests: { cpu: string; memory: string }; limits: { memory: string } };
    gracePeriodSeconds: number;
    /** Missing where nothing outlives a pod. */
    claim?: ClaimSpec;
    group?: string;
    networkZone?: string;
    nodeSelector: Record<string, string>;
    /** Labels of every object made here. */
    labels: Record<string, string>;
    /** Those of them that were asked for; the Operator adds its own to what it makes. */
    extraLabels: Record<string, string>;
    /** What will go wrong in some clusters, one sentence each. */
    warnings: string[];
}

/**
 * Decides size, storage and labels.
 *
 * @throws InputError for what could not run.
 */
export function sizingPlan(check: Check, name: string, args: pulumi.Unwrap<ActiveGateSettingsArgs>): SizingPlan {
    const memoryMiB = whole(check.at("memoryMiB"), args.memoryMiB ?? 2048);
    if (memoryMiB < LEAST_MEMORY_MIB) {
        const problem = `${memoryMiB} is too little for an ActiveGate to start; give at least ${LEAST_MEMORY_MIB}, 2048 and more for telemetry`;
        throw check.at("memoryMiB").error(problem);
    }
    const memory = `${memoryMiB}Mi`;
    const cpu = `${whole(check.at("cpuMillis"), args.cpuMillis ?? 500)}m`;
    return {
        replicas: whole(check.at("replicas"), args.replicas ?? 1),
        resources: { requests: { cpu, memory }, limits: { memory } },
        gracePeriodSeconds: whole(check.at("gracePeriodSeconds"), args.gracePeriodSeconds ?? 120),
        claim: claimSpec(check, args.storage ?? {}),
        group: args.group,
        networkZone: args.networkZone,
        nodeSelector: args.nodeSelector ?? { "kubernetes.io/os": "linux" },
        labels: { ...commonLabels(name, "activegate"), ...args.labels },
        extraLabels: args.labels ?? {},
        warnings: storageWarnings(check, args.storage ?? {}),
    };
}

type Storage = NonNullable<pulumi.Unwrap<ActiveGateSettingsArgs>["storage"]>;

/** The Operator's webhook refuses a claim beside an ephemeral volume, so it is refused here, for both kinds. */
function claimSpec(check: Check, storage: Storage): ClaimSpec | undefined {
    if (storage.ephemeral === true) {
        for (const field of ["sizeGiB", "storageClassName"] as const) {
            if (storage[field] === undefined) continue;
            const problem =
                "has no effect beside storage.ephemeral, and the Operator refuses both; keep one of the two";
            throw check.at(`storage.${field}`).error(problem);
        }
        return undefined;
    }
    const size = whole(check.at("storage.sizeGiB"), storage.sizeGiB ?? 1);
    return {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: `${size}Gi` } },
        ...(storage.storageClassName === undefined ? {} : { storageClassName: storage.storageClassName }),
    };
}

function storageWarnings(check: Check, storage: Storage): string[] {
    if (storage.ephemeral === true) {
        return [
            check
                .at("storage.ephemeral")
                .warning(`what the ActiveGate could not send on yet is lost with its pod; leave it out but for trials`),
        ];
    }
    if (storage.storageClassName !== undefined) return [];
    return [
        `${check.component}: storage.storageClassName is not given: the claim takes the cluster's default StorageClass, and where there ` +
            'is none the pod stays Pending ("unbound immediate PersistentVolumeClaims")',
    ];
}

/** @throws InputError unless it is a whole number above 0. */
export function whole(check: Check, value: number): number {
    if (Number.isInteger(value) && value > 0) return value;
    throw check.error(`${value} is not a whole number above 0; give one, or leave it out`);
}
