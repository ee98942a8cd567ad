import type { Check } from "../shared/check";
import type { Signal } from "../shared/signals";

/** Smallest memory limit in which a Collector with this configuration starts and moves data. */
const LEAST_MEMORY_MIB = 128;

/**
 * Largest request an exporter builds, in bytes before compression, chosen below every limit of Dynatrace at once, because a
 * queue can split by bytes or by items but not by both:
 *
 * - traces: 8 MB a request; half of it.
 * - metrics: 4 MB and 15,000 data points; the smallest data point that carries two times and a value has 29 bytes,
 *   so 400 kB cannot hold more than 13,800 of them.
 * - logs: 10 MB on SaaS but 2 MB elsewhere, and 50,000 records; a record with an observed time has at least 20 bytes.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
export const MAX_REQUEST_BYTES: Record<Signal, number> = { traces: 4_000_000, metrics: 400_000, logs: 1_000_000 };

/** What follows from a container's memory limit. */
export interface MemoryPlan {
    /** Memory limit of the container in MiB. */
    limitMiB: number;
    /** Value of GOMEMLIMIT: 80 % of the limit, so that Go collects garbage before the kernel kills. */
    goMemLimit: string;
    /** Bytes each signal's queue holds at most while Dynatrace does not answer. */
    queueBytes: number;
}

/** @throws InputError below 128 MiB. */
export function memoryPlan(check: Check, memoryMiB: number): MemoryPlan {
    if (!Number.isInteger(memoryMiB) || memoryMiB < LEAST_MEMORY_MIB) {
        throw check.error(`${memoryMiB} is too little or not a whole number; give at least ${LEAST_MEMORY_MIB}`);
    }
    return {
        limitMiB: memoryMiB,
        goMemLimit: `${Math.floor(memoryMiB * 0.8)}MiB`,
        queueBytes: Math.max(Math.floor(memoryMiB * 1024 * 1024 * 0.08), 2 * MAX_REQUEST_BYTES.traces),
    };
}
