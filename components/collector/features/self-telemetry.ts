import type { AuthorizationScheme } from "../../shared/secrets";
import { Signal } from "../../shared/signals";
import { CollectorTokenFrom } from "../args";
import { type ConfigPlan, Tier } from "../plan-types";
import { escapeDollar } from "../config/ottl";
import { ENV, variable, VARIABLES } from "../constants";
import { prometheusReader } from "../monitoring";
import { type Feature, fieldVariable } from "./feature";
import { readsFiles } from "./log-lines";
import { metricsIntervalSeconds } from "./metrics-interval";

/** Receives the pod's own metrics. Other pods cannot reach it, so it needs no authentication. */
const OWN_RECEIVER = { id: "otlp/own", endpoint: "127.0.0.1:4319" };

/** Sends the Collector's own metrics. */
export const selfTelemetry: Feature = {
    name: "self-telemetry",
    argument: "collect.selfTelemetry",
    signal: Signal.Metrics,
    optionalComponents: [["receivers", "otlp"]],
    on: ({ collect }) => Boolean(collect.selfTelemetry),
    render(plan) {
        const config = { protocols: { http: { endpoint: OWN_RECEIVER.endpoint } } };
        return {
            receivers: throughOwnPipelines(plan) ? [{ id: OWN_RECEIVER.id, signal: Signal.Metrics, config }] : [],
            env: [fieldVariable(VARIABLES.podName, "metadata.name")],
        };
    },
};

/**
 * Whether a pod sends its own metrics through its own pipelines. The exporter of own metrics can neither read a token from a file nor use
 * a configured CA.
 */
function throughOwnPipelines({ tokenFrom, trust }: ConfigPlan): boolean {
    return tokenFrom === CollectorTokenFrom.File || trust.tls !== undefined;
}

/**
 * Limits messages with the same text. The receiver of files reports a link without a target five times a second, and on a node with the
 * Docker runtime each file can be such a link.
 */
const SAMPLING = { enabled: true, tick: "60s", initial: 10, thereafter: 10_000 };

/** Whether the pods of this tier use the token. */
export function usesToken(plan: ConfigPlan): boolean {
    const direct = selfTelemetry.on(plan) && !throughOwnPipelines(plan);
    return plan.tier !== Tier.First || direct;
}

/**
 * `service.telemetry`: sends the Collector's own metrics as deltas. The Collector appends no path to the URL, so the URL includes it.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/self-monitoring
 */
export function telemetrySettings(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    const readers = [
        ...(selfTelemetry.on(plan) ? [pushReader(plan, scheme)] : []),
        ...(plan.monitoring === undefined ? [] : [prometheusReader()]),
    ];
    const logs = readsFiles(plan.collect) ? { logs: { sampling: SAMPLING } } : {};
    if (readers.length === 0) return { ...logs, metrics: { level: "none" } };
    if (!selfTelemetry.on(plan)) return { ...logs, metrics: { level: "normal", readers } };
    const attributes = {
        "service.name": plan.name,
        "k8s.namespace.name": plan.namespace,
        "k8s.pod.name": variable(VARIABLES.podName),
    };
    const list = Object.entries(attributes).map(([name, value]) => ({ name, value }));
    return {
        ...logs,
        resource: plan.resourceList ? { attributes: list } : attributes,
        metrics: { level: "normal", readers },
    };
}

function pushReader(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    const otlp = { protocol: "http/protobuf", temporality_preference: "delta", ...target(plan, scheme) };
    return { periodic: { interval: metricsIntervalSeconds(plan.collect) * 1000, exporter: { otlp } } };
}

function target(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    if (throughOwnPipelines(plan)) return { endpoint: `http://${OWN_RECEIVER.endpoint}/v1/metrics` };
    return {
        endpoint: escapeDollar(plan.endpoint.metricsUrl ?? ""),
        headers: [{ name: "Authorization", value: `${scheme} ${variable(ENV.token)}` }],
    };
}
