import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { commonLabels, extraLabels, labelSet, objectName } from "../shared/kubernetes";
import { checkLimits, type ContainerResources, withLimits } from "../shared/resources";
import type { ActiveGateSettingsArgs } from "./args";

/** Memory of the smallest size that Dynatrace documents. */
const LEAST_MEMORY_MIB = 512;

/** A volume claim, in Kubernetes' form. */
export interface ClaimSpec {
    accessModes: string[];
    resources: { requests: { storage: string } };
    storageClassName?: string;
}

/** Settings that a DynaKube and a StatefulSet have in common. */
export interface SizingPlan {
    replicas: number;
    resources: ContainerResources;
    gracePeriodSeconds: number;
    /** Undefined for ephemeral storage. */
    claim?: ClaimSpec;
    group?: string;
    networkZone?: string;
    nodeSelector: Record<string, string>;
    /** Labels of every object that the component creates. */
    labels: Record<string, string>;
    /** The user's labels; the Operator adds its own to the objects that it creates. */
    extraLabels: Record<string, string>;
    /** What fails in some clusters, one sentence each. */
    warnings: string[];
}

/**
 * Decides size, storage and labels.
 *
 * @throws InputError for values with which no pod can run.
 */
export function sizingPlan(check: Check, name: string, args: pulumi.Unwrap<ActiveGateSettingsArgs>): SizingPlan {
    const memoryMiB = check.at("memoryMiB").wholeNumber(args.memoryMiB ?? 2048);
    if (memoryMiB < LEAST_MEMORY_MIB) {
        const problem = `${memoryMiB} is too little for an ActiveGate to start; give at least ${LEAST_MEMORY_MIB}, and 2048 or more for telemetry`;
        throw check.at("memoryMiB").error(problem);
    }
    const memory = `${memoryMiB}Mi`;
    const cpuMillis = check.at("cpuMillis").wholeNumber(args.cpuMillis ?? 500);
    const resources = { requests: { cpu: `${cpuMillis}m`, memory }, limits: { memory } };
    const labels = extraLabels(check.at("labels"), args.labels ?? {});
    return {
        replicas: check.at("replicas").wholeNumber(args.replicas ?? 1),
        resources: withLimits(resources, checkLimits(check, args, cpuMillis)),
        gracePeriodSeconds: check.at("gracePeriodSeconds").wholeNumber(args.gracePeriodSeconds ?? 120),
        claim: claimSpec(check.at("storage"), args.storage ?? {}),
        group: args.group,
        networkZone: args.networkZone,
        nodeSelector: labelSet(check.at("nodeSelector"), args.nodeSelector ?? { "kubernetes.io/os": "linux" }),
        labels: { ...commonLabels(name, "activegate"), ...labels },
        extraLabels: labels,
        warnings: storageWarnings(check.at("storage"), args.storage ?? {}),
    };
}

type Storage = NonNullable<pulumi.Unwrap<ActiveGateSettingsArgs>["storage"]>;

/** The Operator's webhook rejects a claim together with ephemeral storage, so both kinds reject it here. */
function claimSpec(check: Check, storage: Storage): ClaimSpec | undefined {
    if (storage.ephemeral === true) {
        for (const field of ["sizeGiB", "storageClassName"] as const) {
            if (storage[field] === undefined) continue;
            const problem =
                "cannot be combined with storage.ephemeral, which the Operator rejects; remove one of the two";
            throw check.at(field).error(problem);
        }
        return undefined;
    }
    const size = check.at("sizeGiB").wholeNumber(storage.sizeGiB ?? 1);
    const { storageClassName } = storage;
    return {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: `${size}Gi` } },
        ...(storageClassName === undefined
            ? {}
            : { storageClassName: objectName(check.at("storageClassName"), storageClassName) }),
    };
}

function storageWarnings(check: Check, storage: Storage): string[] {
    if (storage.ephemeral === true) {
        const text = "data that the ActiveGate has not forwarded is lost with its pod; use it for trials only";
        return [check.at("ephemeral").warning(text)];
    }
    if (storage.storageClassName !== undefined) return [];
    return [
        `${check.component}: ${check.at("storageClassName").fullPath} is not given: the claim uses the cluster's default StorageClass, and ` +
            'without one the pod stays Pending ("unbound immediate PersistentVolumeClaims")',
    ];
}
