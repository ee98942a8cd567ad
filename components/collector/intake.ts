import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import { Check } from "../shared/check";
import { Signal } from "../shared/signals";
import { CollectorMode } from "./args";
import type { IntakeArgs } from "./args-collect";
import { type Build, checkHolds } from "./components";
import { type ConfigPlan, type IntakePlan, Tier } from "./config-plan";
import type { Fragment, IntakePort } from "./fragment";
import { checkVersion, type CollectorDistribution } from "./names";
import type { ReceiverPlan } from "./receivers";

const JAEGER_GRPC: IntakePort = { name: "jaeger-grpc", port: 14250, protocol: "TCP", speaks: "grpc" };
const JAEGER_HTTP: IntakePort = { name: "jaeger-http", port: 14268, protocol: "TCP", speaks: "http" };
const ZIPKIN: IntakePort = { name: "zipkin", port: 9411, protocol: "TCP", speaks: "http" };
const STATSD: IntakePort = { name: "statsd", port: 8125, protocol: "UDP" };

/** Signal of each. */
const PROTOCOLS = { jaeger: Signal.Traces, zipkin: Signal.Traces, statsd: Signal.Metrics } as const;

/** Oldest versions, known for sure, that keep fractions of StatsD's counters; those before cut off what a sampled one has of them. */
const KEEPS_FRACTIONS: Record<CollectorDistribution, string> = {
    contrib: "0.148.0",
    dynatrace: "0.48.0",
    custom: "0.148.0",
};

/** @throws InputError for an interval that is none. */
export function planIntake(check: Check, args: pulumi.Unwrap<IntakeArgs> = {}): IntakePlan {
    const { jaeger = false, zipkin = false, statsd = false, statsdIntervalSeconds = 60 } = args;
    check.at("intake.statsdIntervalSeconds").wholeNumber(statsdIntervalSeconds);
    return { jaeger, zipkin, statsd, statsdIntervalSeconds };
}

/** Takes what is not OTLP. The second tier is sent OTLP alone. */
export function otherProtocols(plan: ConfigPlan): Fragment {
    const { intake, tier, listenOn, build } = plan;
    if (tier === Tier.Second) return {};
    const { grpc, http } = plan.receiver.receiver.protocols;
    const at = ({ port }: IntakePort): { endpoint: string } => ({ endpoint: `${listenOn}:${port}` });
    const jaeger = {
        protocols: { grpc: { ...grpc, ...at(JAEGER_GRPC) }, thrift_http: { ...http, ...at(JAEGER_HTTP) } },
    };
    const statsd = {
        ...at(STATSD),
        aggregation_interval: `${intake.statsdIntervalSeconds}s`,
        // A sender's ports change; its address tells which pod it is.
        enable_ip_only_aggregation: true,
        is_monotonic_counter: true,
        ...(keepsFractions(new Check(plan.name), build) ? { counter_type: "float" } : {}),
        // Without it, a value with a tag such as `#canary` is dropped.
        enable_simple_tags: true,
        timer_histogram_mapping: TIMINGS,
    };
    return {
        receivers: [
            ...(intake.jaeger ? [{ id: "jaeger", signal: Signal.Traces, config: jaeger }] : []),
            ...(intake.zipkin ? [{ id: "zipkin", signal: Signal.Traces, config: { ...http, ...at(ZIPKIN) } }] : []),
            ...(intake.statsd ? [{ id: "statsd", signal: Signal.Metrics, config: statsd }] : []),
        ],
        ports: [
            ...(intake.jaeger ? [JAEGER_GRPC, JAEGER_HTTP] : []),
            ...(intake.zipkin ? [ZIPKIN] : []),
            ...(intake.statsd ? [STATSD] : []),
        ],
    };
}

function keepsFractions(check: Check, { distribution, version }: Build): boolean {
    return semver.gte(checkVersion(check, distribution, version), KEEPS_FRACTIONS[distribution]);
}

/** Single values would say nothing of how many there were, and Dynatrace takes no summaries. */
const TIMINGS = ["timing", "histogram", "distribution"].map((type) => ({
    statsd_type: type,
    observer_type: "histogram",
    histogram: { max_size: 100 },
}));

/** What decides whether it works. */
export interface IntakeFacts {
    mode: CollectorMode;
    /** The most there can be. */
    replicas: number;
    signals: Signal[];
    build: Build;
    receiver: ReceiverPlan;
    intake: IntakePlan;
}

/** @throws InputError for what would go nowhere, give wrong numbers, or pass by what `receiver` asks of senders. */
export function checkIntake(check: Check, { mode, replicas, signals, build, receiver, intake }: IntakeFacts): void {
    for (const [name, signal] of Object.entries(PROTOCOLS) as [keyof typeof PROTOCOLS, Signal][]) {
        if (!intake[name]) continue;
        checkHolds(check.at(`intake.${name}`), build, "receivers", name);
        if (signals.includes(signal)) continue;
        throw check.at(`intake.${name}`).error(`gives ${signal}, but signals has none; add ${signal}`);
    }
    if (!intake.statsd) return;
    if (replicas > 1 && mode !== CollectorMode.DaemonSet) {
        const problem = `${replicas} pods would each count some of a sender's values; use one replica, or set mode to daemonSet`;
        throw check.at("intake.statsd").error(problem);
    }
    const { urlScheme, authorization } = receiver.sender;
    if (urlScheme === "https" || authorization !== undefined) {
        const problem = "knows neither TLS nor credentials, and so would pass by what receiver asks of senders";
        throw check.at("intake.statsd").error(`${problem}; run it in a Collector of its own, or leave these out`);
    }
}
