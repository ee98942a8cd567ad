import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { type MemoryPlan, memoryPlan } from "./sizing";
import { CollectorSize } from "./args/scaling";

/** How large each pod of a Collector is: a size, or figures of your own. */
interface CollectorProfileArgs {
    /** @default - `custom` if a figure is given, else `small` */
    size?: pulumi.Input<CollectorSize>;
    /** CPU requested by a pod, in thousandths of a core; there is no CPU limit. @default - that of the size; 200 for `custom` */
    cpuMillis?: pulumi.Input<number>;
    /** Memory requested by and limit of a pod, in MiB, at least 128. @default - that of the size; 512 for `custom` */
    memoryMiB?: pulumi.Input<number>;
}

/** What a size comes to. */
export interface ProfilePlan {
    size: CollectorSize;
    cpuMillis: number;
    memory: MemoryPlan;
    /** Spans a second that a pod is made for; see `spansPerSecond`. */
    spansPerSecond: number;
    /** Seconds of that load which the queue of one signal holds while Dynatrace does not answer. */
    outageSeconds: number;
}

/**
 * CPU and memory of each size. The first is what a pod gets unless told otherwise; the others have 2 GiB a core, so that each holds
 * its own load for about as long. Of the memory, 24 % are for the queues (8 % for each of three signals, see sizing.ts); at 60 %
 * the memory limiter begins to refuse (80 % less a spike of 20 %); the 36 % between are for requests on their way.
 */
const SIZES: Record<Exclude<CollectorSize, "custom">, { cpuMillis: number; memoryMiB: number }> = {
    small: { cpuMillis: 200, memoryMiB: 512 },
    medium: { cpuMillis: 1000, memoryMiB: 2048 },
    large: { cpuMillis: 2000, memoryMiB: 4096 },
};

/**
 * CPU seconds for a million spans: gRPC in, resource, transform and redaction processors, batches by the exporter, gzip over HTTP
 * out. The higher of two measurements of Collector 0.149 with the load of telemetrygen (12.2 and 13.1); and 3.3 more for taking
 * prompts and answers out, measured with Collector 0.158 and spans of ten attributes (8.4 instead of 5.1 without an exporter).
 */
const CPU_SECONDS_PER_MILLION_SPANS = 16.4;

/** Share of the requested CPU that the expected load may take; the other half is for peaks, for larger spans and for Kubernetes attributes. */
const CPU_SHARE = 0.5;

/** What a span with some ten attributes takes in a queue that counts bytes. */
const BYTES_PER_SPAN = 500;

/**
 * Decides the size of a pod.
 *
 * @throws InputError for a size that is not known, for figures beside a size, and for figures that are too small.
 */
export function planProfile(check: Check, args: pulumi.Unwrap<CollectorProfileArgs>): ProfilePlan {
    const size = sizeOf(check, args);
    const figures = size === CollectorSize.Custom ? customFigures(check, args) : SIZES[size];
    const memory = memoryPlan(check.at("memoryMiB"), figures.memoryMiB);
    const spans = spansPerSecond(figures.cpuMillis);
    return {
        size,
        cpuMillis: figures.cpuMillis,
        memory,
        spansPerSecond: spans,
        outageSeconds: Math.floor(memory.queueBytes / (spans * BYTES_PER_SPAN)),
    };
}

/**
 * Spans a second that a pod is made for: cores x 0.5 / 16.4 x 1,000,000, two digits of it. For one core 0.5 / 16.4 x 1,000,000
 * = 30,487, so 30,000.
 */
export function spansPerSecond(cpuMillis: number): number {
    const exact = ((cpuMillis / 1000) * CPU_SHARE * 1_000_000) / CPU_SECONDS_PER_MILLION_SPANS;
    const unit = 10 ** Math.max(Math.floor(Math.log10(exact)) - 1, 0);
    return Math.floor(exact / unit) * unit;
}

function sizeOf(check: Check, args: pulumi.Unwrap<CollectorProfileArgs>): CollectorSize {
    const given = (["cpuMillis", "memoryMiB"] as const).filter((key) => args[key] !== undefined);
    if (args.size === undefined) return given.length > 0 ? CollectorSize.Custom : CollectorSize.Small;
    const size = check.at("size").oneOf(args.size, CollectorSize);
    const [field] = given;
    if (size === CollectorSize.Custom && field === undefined) {
        throw check.at("size").error("custom needs cpuMillis or memoryMiB; give them, or use another size");
    }
    if (size !== CollectorSize.Custom && field !== undefined) {
        throw check.at(field).error(`contradicts size ${size}; leave one of the two out, or set size to custom`);
    }
    return size;
}

function customFigures(
    check: Check,
    args: pulumi.Unwrap<CollectorProfileArgs>,
): { cpuMillis: number; memoryMiB: number } {
    return {
        cpuMillis: check.at("cpuMillis").wholeNumber(args.cpuMillis ?? SIZES.small.cpuMillis),
        memoryMiB: args.memoryMiB ?? SIZES.small.memoryMiB,
    };
}
