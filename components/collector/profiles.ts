import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { type MemoryPlan, memoryPlan } from "./sizing";
import type { CollectorSettingsArgs } from "./args";
import { CollectorSize } from "./args/scaling";

/** Size of each Collector pod, and values that override it. */
type CollectorProfileArgs = Pick<CollectorSettingsArgs, "size" | "cpuMillis" | "memoryMiB">;

/** CPU, memory and capacity of a pod. */
export interface ProfilePlan {
    size: CollectorSize;
    cpuMillis: number;
    memory: MemoryPlan;
    /** Spans per second that a pod can process; see `spansPerSecond`. */
    spansPerSecond: number;
    /** Seconds of this load that the queue of one signal can hold while Dynatrace does not answer. */
    outageSeconds: number;
}

/**
 * CPU and memory of each size. `small` is the default. The others have 2 GiB per core, so that each size can queue its own load for about
 * the same time. The queues take 24 % of the memory (8 % for each of three signals, see sizing.ts). At 60 % the memory limiter starts to
 * reject data (80 % minus a spike of 20 %). The 36 % between are for requests in progress.
 */
const SIZES: Record<CollectorSize, { cpuMillis: number; memoryMiB: number }> = {
    small: { cpuMillis: 200, memoryMiB: 512 },
    medium: { cpuMillis: 1000, memoryMiB: 2048 },
    large: { cpuMillis: 2000, memoryMiB: 4096 },
};

/**
 * CPU seconds for a million spans: gRPC receiver, resource, transform and redaction processors, batching in the exporter, gzip over HTTP.
 * The higher of two measurements of Collector 0.149 with the load of telemetrygen (12.2 and 13.1), plus 3.3 for the removal of prompts
 * and answers, measured with Collector 0.158 and spans of ten attributes (8.4 instead of 5.1 without an exporter).
 */
const CPU_SECONDS_PER_MILLION_SPANS = 16.4;

/** Share of the CPU request for the expected load. The other half is for peaks, larger spans and Kubernetes attributes. */
const CPU_SHARE = 0.5;

/** Bytes of a span with about ten attributes in a queue that counts bytes. */
const BYTES_PER_SPAN = 500;

/**
 * Plans the size of a pod.
 *
 * @throws InputError for an unknown size, and for values that are too small.
 */
export function planProfile(check: Check, args: pulumi.Unwrap<CollectorProfileArgs>): ProfilePlan {
    const size = check.at("size").oneOf(args.size ?? CollectorSize.Small, CollectorSize);
    const cpuMillis = check.at("cpuMillis").wholeNumber(args.cpuMillis ?? SIZES[size].cpuMillis);
    const memory = memoryPlan(check.at("memoryMiB"), args.memoryMiB ?? SIZES[size].memoryMiB);
    const spans = spansPerSecond(cpuMillis);
    return {
        size,
        cpuMillis,
        memory,
        spansPerSecond: spans,
        outageSeconds: Math.floor(memory.queueBytes / (spans * BYTES_PER_SPAN)),
    };
}

/**
 * Spans per second that a pod can process: cores x 0.5 / 16.4 x 1,000,000, rounded down to two digits. For one core,
 * 0.5 / 16.4 x 1,000,000 = 30,487, so 30,000.
 */
export function spansPerSecond(cpuMillis: number): number {
    const exact = ((cpuMillis / 1000) * CPU_SHARE * 1_000_000) / CPU_SECONDS_PER_MILLION_SPANS;
    const unit = 10 ** Math.max(Math.floor(Math.log10(exact)) - 1, 0);
    return Math.floor(exact / unit) * unit;
}
