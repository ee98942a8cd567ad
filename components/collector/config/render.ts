import { Document, isScalar, Scalar, visit } from "yaml";

import type { AuthorizationScheme } from "../../shared/secrets";
import { joinHostPort } from "../../shared/url";
import { type ConfigPlan, type Plain, Tier } from "../plan-types";
import { ENV, PORTS, variable } from "../constants";
import { featureParts } from "../features";
import { telemetrySettings } from "../features/self-telemetry";
import { authenticators, exporters } from "./exporters";
import { mergeConfig } from "./merge";
import { connectors, isConnector, pipelines, receivedFirst } from "./pipelines";

/**
 * The Collector's configuration: it receives OTLP over gRPC and HTTP, and sends each signal with its own exporter over HTTP and protobuf.
 *
 * It never contains the token, only the name of the variable or file that holds the token.
 *
 * @param scheme scheme of the Authorization header.
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/configuration
 */
export function configObject(plan: ConfigPlan, scheme: AuthorizationScheme): Plain {
    return receivedFirst(mergeConfig(renderedConfig(plan, scheme), plan.extraConfig), plan);
}

/** The configuration as YAML. The same plan always renders the same text. */
export function collectorConfig(plan: ConfigPlan, scheme: AuthorizationScheme): string {
    return configText(configObject(plan, scheme));
}

/** A configuration as YAML. */
export function configText(config: Plain): string {
    const document = new Document(config, { aliasDuplicateObjects: false });
    visit(document, {
        // In double quotes, YAML reads the `\b` of a regular expression as a backspace.
        Scalar: (_key, node) => {
            if (isScalar(node) && typeof node.value === "string" && node.value.includes("\\"))
                node.type = Scalar.QUOTE_SINGLE;
        },
    });
    return document.toString({ lineWidth: 0 });
}

/** The configuration without the user's extra configuration. */
export function renderedConfig(plan: ConfigPlan, scheme: AuthorizationScheme): Plain {
    const parts = featureParts(plan);
    const processors = parts.processors.filter((step) => !isConnector(step));
    const extensions = { ...authenticators(plan, scheme), ...parts.extensions };
    return {
        extensions: { health_check: { endpoint: joinHostPort(variable(ENV.podIp), PORTS.health) }, ...extensions },
        receivers: {
            otlp: plan.tier === Tier.Second ? fromFirstTier(plan) : plan.receiver.receiver,
            ...Object.fromEntries(parts.receivers.map(({ id, config }) => [id, config])),
        },
        processors: {
            memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
            ...Object.fromEntries(processors.map(({ id, config }) => [id, config])),
        },
        exporters: exporters(plan, scheme),
        ...(processors.length === parts.processors.length ? {} : { connectors: connectors(plan, parts) }),
        service: {
            extensions: ["health_check", ...Object.keys(extensions)],
            telemetry: telemetrySettings(plan, scheme),
            pipelines: pipelines(plan, parts),
        },
    };
}

/** The first tier's data arrives unencrypted: the network policy allows no other sender. */
function fromFirstTier({ listenOn }: ConfigPlan): object {
    return { protocols: { grpc: { endpoint: joinHostPort(listenOn, PORTS.grpc), max_recv_msg_size_mib: 16 } } };
}
