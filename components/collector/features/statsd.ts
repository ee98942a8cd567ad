import * as semver from "semver";

import { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import { CollectorMode } from "../args";
import { type ConfigPlan, Tier } from "../plan-types";
import { checkVersion, type CollectorDistribution } from "../distributions";
import { type Feature, fromSenders } from "./feature";
import type { IntakePort } from "../plan-types";
import { listenAt } from "./intake";

const PORT: IntakePort = { name: "statsd", port: 8125, protocol: "UDP" };
const INTERVAL_SECONDS = 60;

/** Oldest versions known to keep the fractions of sampled counters. Older versions cut them off. */
const KEEPS_FRACTIONS: Record<CollectorDistribution, string> = {
    contrib: "0.148.0",
    dynatrace: "0.48.0",
    custom: "0.148.0",
};

/** Timings become histograms: gauges would lose their number, and Dynatrace rejects summaries. */
const TIMINGS = ["timing", "histogram", "distribution"].map((type) => ({
    statsd_type: type,
    observer_type: "histogram",
    histogram: { max_size: 100 },
}));

/** Receives StatsD metrics over UDP. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/statsdreceiver */
export const statsd: Feature = {
    name: "statsd",
    argument: "intake.statsd",
    settings: ["intake.statsd.intervalSeconds"],
    signal: Signal.Metrics,
    components: [["receivers", "statsd"]],
    on: ({ intake, tier }) => intake.statsd !== undefined && tier !== Tier.Second,
    check(check, { mode, replicas, receiver, intake }) {
        if (intake.statsd === undefined) return;
        const at = check.at("intake.statsd");
        at.at("intervalSeconds").wholeNumber(intake.statsd.intervalSeconds ?? INTERVAL_SECONDS);
        if (replicas > 1 && mode !== CollectorMode.DaemonSet) {
            at.fail(
                `${replicas} pods would each aggregate only some values of a sender; use one replica, or set mode to daemonSet`,
            );
        }
        const { urlScheme, authorization } = receiver.sender;
        if (urlScheme === "https" || authorization !== undefined) {
            at.fail(
                "has neither TLS nor credentials, so senders could bypass receiver.tls, receiver.bearer and receiver.basic; " +
                    "run it in a separate Collector, or remove these",
            );
        }
    },
    render(plan) {
        const { intervalSeconds = INTERVAL_SECONDS } = plan.intake.statsd ?? {};
        const config = {
            ...listenAt(plan, PORT),
            aggregation_interval: `${intervalSeconds}s`,
            // Groups by address, because the port of a sender changes and its address identifies the pod.
            enable_ip_only_aggregation: true,
            is_monotonic_counter: true,
            ...(keepsFractions(plan) ? { counter_type: "float" } : {}),
            // Otherwise a value with a tag such as `#canary` is dropped.
            enable_simple_tags: true,
            timer_histogram_mapping: TIMINGS,
        };
        return {
            receivers: [{ id: "statsd", signal: Signal.Metrics, config }],
            flows: [fromSenders("Senders send StatsD.", PORT)],
        };
    },
};

function keepsFractions({ name, build: { distribution, version } }: ConfigPlan): boolean {
    return semver.gte(checkVersion(new Check(name), distribution, version), KEEPS_FRACTIONS[distribution]);
}
