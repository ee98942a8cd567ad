import { signalUrl } from "../../endpoint";
import type { Signal } from "../../shared/signals";
import type { AuthorizationScheme } from "../../shared/secrets";
import { CollectorTokenFrom } from "../args";
import { type ConfigPlan, Tier } from "../plan-types";
import { ENV, PORTS, TOKEN_FILE, variable } from "../constants";
import { MAX_REQUEST_BYTES } from "../sizing";
import { QUEUE_STORAGE } from "../features/persistent-queue";

/** The extension that signs requests with a token from a file. */
const FILE_AUTHENTICATOR = "bearertokenauth";

/** Attributes that route data to a pod of the second tier. Logs without a trace go to a random pod. */
const ROUTING_KEYS: Record<Signal, string> = { traces: "traceID", metrics: "streamID", logs: "traceID" };

/** Name of an exporter in the configuration. */
export function exporterId(plan: ConfigPlan, signal: Signal): string {
    const { loadBalancingExporter, otlpHttpExporter } = plan.names;
    return `${plan.tier === Tier.First ? loadBalancingExporter : otlpHttpExporter}/${signal}`;
}

/** One exporter for each signal: Dynatrace has different limits for each signal, and no signal has to wait for another. */
export function exporters(plan: ConfigPlan, scheme: AuthorizationScheme): Record<string, object> {
    const exporter = plan.tier === Tier.First ? toSecondTier : toDynatrace;
    return Object.fromEntries(plan.signals.map((signal) => [exporterId(plan, signal), exporter(plan, signal, scheme)]));
}

/** @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/bearertokenauthextension */
export function authenticators(plan: ConfigPlan, scheme: AuthorizationScheme): Record<string, object> {
    if (plan.tokenFrom !== CollectorTokenFrom.File || plan.tier === Tier.First) return {};
    return { [FILE_AUTHENTICATOR]: { filename: `${TOKEN_FILE.directory}/${TOKEN_FILE.name}`, scheme } };
}

function toDynatrace(plan: ConfigPlan, signal: Signal, scheme: AuthorizationScheme): object {
    const { endpoint, memory, queue, trust } = plan;
    return {
        [`${signal}_endpoint`]: signalUrl(endpoint, signal),
        encoding: "proto",
        compression: "gzip",
        timeout: "30s",
        ...(endpoint.requiresToken ? authorization(plan, scheme) : {}),
        ...(trust.tls === undefined ? {} : { tls: trust.tls }),
        // Dynatrace rejects spans that ended more than an hour ago, so a later retry cannot succeed.
        retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "30s", max_elapsed_time: "1h" },
        sending_queue: {
            enabled: true,
            sizer: "bytes",
            queue_size: queue?.bytesPerSignal ?? memory.queueBytes,
            ...(queue === undefined ? {} : { storage: QUEUE_STORAGE }),
            batch: {
                sizer: "bytes",
                flush_timeout: "1s",
                min_size: MAX_REQUEST_BYTES[signal] / 2,
                max_size: MAX_REQUEST_BYTES[signal],
            },
        },
    };
}

function authorization(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    return plan.tokenFrom === CollectorTokenFrom.File
        ? { auth: { authenticator: FILE_AUTHENTICATOR } }
        : { headers: { Authorization: `${scheme} ${variable(ENV.token)}` } };
}

/**
 * Sends to the pods of the second tier by name. A StatefulSet keeps the names, so data for a restarting pod waits for it instead of moving
 * to a pod that does not have the rest of the trace or series.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/loadbalancingexporter
 */
function toSecondTier({ secondTierHosts, memory }: ConfigPlan, signal: Signal): object {
    return {
        routing_key: ROUTING_KEYS[signal],
        resolver: { static: { hostnames: secondTierHosts.map((host) => `${host}:${PORTS.grpc}`) } },
        protocol: {
            otlp: {
                // Unencrypted: the network policy of the second tier allows only the first tier.
                tls: { insecure: true },
                timeout: "10s",
                retry_on_failure: {
                    enabled: true,
                    initial_interval: "1s",
                    max_interval: "10s",
                    max_elapsed_time: "1h",
                },
                sending_queue: {
                    enabled: true,
                    sizer: "bytes",
                    queue_size: Math.floor(memory.queueBytes / secondTierHosts.length),
                    // Far below the gRPC message limit of the second tier.
                    batch: { sizer: "bytes", flush_timeout: "200ms", min_size: 100_000, max_size: 2_000_000 },
                },
            },
        },
    };
}
