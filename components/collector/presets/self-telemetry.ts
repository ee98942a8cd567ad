import { Signal } from "../../shared/signals";
import { type AuthorizationScheme } from "../../shared/secrets";
import { TokenFrom } from "../args";
import { type ConfigPlan, Tier } from "../config-plan";
import { fieldVariable, type Fragment } from "../fragment";
import { prometheusReader } from "../monitoring";
import { escapeDollar } from "../ottl";
import { ENV, variable, VARIABLES } from "../places";

/** Where a pod takes the metrics of itself, out of reach for all others, whatever its receiver asks of these. */
const OWN_RECEIVER = { id: "otlp/own", endpoint: "127.0.0.1:4319" };

/** What the metrics of itself need of the pod. */
export function selfTelemetry(plan: ConfigPlan): Fragment {
    if (!plan.collect.selfTelemetry) return {};
    const config = { protocols: { http: { endpoint: OWN_RECEIVER.endpoint } } };
    return {
        receivers: throughOwnPipelines(plan) ? [{ id: OWN_RECEIVER.id, signal: Signal.Metrics, config }] : [],
        env: [fieldVariable(VARIABLES.podName, "metadata.name")],
    };
}

/**
 * Whether a pod's metrics of itself go through its own pipelines: what exports them cannot read a token from a file, nor trust a CA from
 * the configuration.
 */
export function throughOwnPipelines({ tokenFrom, trust }: ConfigPlan): boolean {
    return tokenFrom === TokenFrom.File || trust.tls !== undefined;
}

/** Whether these pods send with the token. */
export function usesToken(plan: ConfigPlan): boolean {
    const direct = plan.collect.selfTelemetry === true && !throughOwnPipelines(plan);
    return plan.tier !== Tier.First || direct;
}

/**
 * `service.telemetry`: what the Collector tells of itself, as deltas. The address is used as it is, so it holds the path.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/self-monitoring
 */
export function telemetrySettings(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    const { selfTelemetry } = plan.collect;
    const readers = [
        ...(selfTelemetry ? [pushReader(plan, scheme)] : []),
        ...(plan.monitoring === undefined ? [] : [prometheusReader()]),
    ];
    if (readers.length === 0) return { metrics: { level: "none" } };
    if (!selfTelemetry) return { metrics: { level: "normal", readers } };
    const attributes = {
        "service.name": plan.name,
        "k8s.namespace.name": plan.namespace,
        "k8s.pod.name": variable(VARIABLES.podName),
    };
    const list = Object.entries(attributes).map(([name, value]) => ({ name, value }));
    return {
        resource: plan.resourceList ? { attributes: list } : attributes,
        metrics: { level: "normal", readers },
    };
}

function pushReader(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    const otlp = { protocol: "http/protobuf", temporality_preference: "delta", ...way(plan, scheme) };
    return { periodic: { interval: (plan.collect.metricsIntervalSeconds ?? 60) * 1000, exporter: { otlp } } };
}

function way(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    if (throughOwnPipelines(plan)) return { endpoint: `http://${OWN_RECEIVER.endpoint}/v1/metrics` };
    return {
        endpoint: escapeDollar(plan.endpoint.metricsUrl ?? ""),
        headers: [{ name: "Authorization", value: `${scheme} ${variable(ENV.token)}` }],
    };
}
