import type { Check } from "../shared/check";
import type { Signal } from "../shared/signals";

/** Smallest memory limit with which a Collector starts and processes data. */
const LEAST_MEMORY_MIB = 128;

/**
 * Largest request of an exporter, in bytes before compression. It is below all limits of Dynatrace, because a queue can split either by
 * bytes or by items:
 *
 * - traces: half of 8 MB per request.
 * - metrics: 4 MB and 15,000 data points. The smallest data point with two times and a value has 29 bytes, so 400 kB contain at most
 *   13,800 data points.
 * - logs: 10 MB on SaaS, 2 MB elsewhere, and 50,000 records. A record with an observed time has at least 20 bytes.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
export const MAX_REQUEST_BYTES: Record<Signal, number> = { traces: 4_000_000, metrics: 400_000, logs: 1_000_000 };

/** Values derived from a container's memory limit. */
export interface MemoryPlan {
    /** Memory limit of the container in MiB. */
    limitMiB: number;
    /** Value of GOMEMLIMIT: 80 % of the limit, so that Go collects garbage before the kernel kills the process. */
    goMemLimit: string;
    /** Largest size of each signal's queue, in bytes, while Dynatrace does not answer. */
    queueBytes: number;
}

/** @throws InputError below 128 MiB. */
export function memoryPlan(check: Check, memoryMiB: number): MemoryPlan {
    if (!Number.isInteger(memoryMiB) || memoryMiB < LEAST_MEMORY_MIB) {
        throw check.error(`${memoryMiB} is too small or not a whole number; use at least ${LEAST_MEMORY_MIB}`);
    }
    return {
        limitMiB: memoryMiB,
        goMemLimit: `${Math.floor(memoryMiB * 0.8)}MiB`,
        queueBytes: Math.max(Math.floor(memoryMiB * 1024 * 1024 * 0.08), 2 * MAX_REQUEST_BYTES.traces),
    };
}
