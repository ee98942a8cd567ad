import { Document, isScalar, Scalar, visit } from "yaml";

import type { AuthorizationScheme } from "../token-reference";
import { type ConfigPlan, type Plain, Tier } from "./config-plan";
import { authenticators, exporterId, exporters } from "./exporters";
import { fragmentsOf } from "./fragments";
import { mergeConfig } from "./own-config";
import { ENV, PORTS, variable } from "./places";
import { telemetrySettings } from "./presets/self-telemetry";

export { ENV, PORTS, TOKEN_FILE } from "./places";

/**
 * The Collector's configuration as YAML: OTLP in over gRPC and HTTP, one exporter a signal out over HTTP and protobuf.
 *
 * @param scheme what stands before the token in the Authorization header.
 *
 * The same plan always gives the same text. The token is never in it, only the name of the variable or file that holds it.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/configuration
 */
export function collectorConfig(plan: ConfigPlan, scheme: AuthorizationScheme): string {
    const document = new Document(mergeConfig(renderedConfig(plan, scheme), plan.ownConfig), {
        aliasDuplicateObjects: false,
    });
    visit(document, {
        // In double quotes a `\b` of a regular expression would be a backspace.
        Scalar: (_key, node) => {
            if (isScalar(node) && typeof node.value === "string" && node.value.includes("\\"))
                node.type = Scalar.QUOTE_SINGLE;
        },
    });
    return document.toString({ lineWidth: 0 });
}

/** The configuration without the user's own part. */
export function renderedConfig(plan: ConfigPlan, scheme: AuthorizationScheme): Plain {
    const parts = fragmentsOf(plan);
    const extensions = { ...authenticators(plan, scheme), ...parts.extensions };
    return {
        extensions: { health_check: { endpoint: `${variable(ENV.podIp)}:${PORTS.health}` }, ...extensions },
        receivers: {
            otlp: { protocols: receiverProtocols(plan) },
            ...Object.fromEntries(parts.receivers.map(({ id, config }) => [id, config])),
        },
        processors: {
            memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
            ...Object.fromEntries(parts.processors.map(({ id, config }) => [id, config])),
        },
        exporters: exporters(plan, scheme),
        service: {
            extensions: ["health_check", ...Object.keys(extensions)],
            telemetry: telemetrySettings(plan, scheme),
            pipelines: Object.fromEntries(
                plan.signals.map((signal) => [
                    signal,
                    {
                        receivers: ["otlp", ...ids(parts.receivers.filter((intake) => intake.signal === signal))],
                        processors: [
                            "memory_limiter",
                            ...ids(parts.processors.filter(({ signals }) => signals.includes(signal))),
                        ],
                        exporters: [exporterId(plan, signal)],
                    },
                ]),
            ),
        },
    };
}

/** Listens on the pod's own address, not on all of the node's. */
function receiverProtocols({ listenOn, tier }: ConfigPlan): object {
    return {
        // gRPC's own limit is 4 MiB a message, less than what an SDK's batch of prompts or stack traces can reach.
        grpc: { endpoint: `${listenOn}:${PORTS.grpc}`, max_recv_msg_size_mib: 16 },
        ...(tier === Tier.Second ? {} : { http: { endpoint: `${listenOn}:${PORTS.http}` } }),
    };
}

const ids = (items: { id: string }[]): string[] => items.map(({ id }) => id);
