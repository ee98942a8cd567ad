import { stringify } from "yaml";

import { ENV, PORTS, variable } from "../collector/constants";
import { joinHostPort } from "../shared/url";
import { SentryInput, sentryFragment } from "./fragment";
import type { SentryPlan } from "./plan";

/**
 * A complete configuration, as YAML, of a Collector that sends to Sentry only. It listens on the address in `MY_POD_IP`, and reads keys from
 * variables.
 *
 * @see https://opentelemetry.io/docs/collector/configuration/
 */
export function standaloneConfig(plan: SentryPlan): string {
    const { connectors, exporters, processors, service } = sentryFragment(plan, SentryInput.Alone);
    const host = variable(ENV.podIp);
    const config = {
        extensions: { health_check: { endpoint: joinHostPort(host, PORTS.health) } },
        receivers: {
            otlp: {
                protocols: {
                    grpc: { endpoint: joinHostPort(host, PORTS.grpc), max_recv_msg_size_mib: 16 },
                    http: { endpoint: joinHostPort(host, PORTS.http) },
                },
            },
        },
        processors: {
            memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
            ...processors,
        },
        exporters,
        ...(Object.keys(connectors).length === 0 ? {} : { connectors }),
        service: { extensions: ["health_check"], telemetry: { metrics: { level: "none" } }, ...service },
    };
    return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}
