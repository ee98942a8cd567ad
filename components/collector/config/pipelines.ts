import type { Signal } from "../../shared/signals";
import type { MergedParts } from "../features/feature";
import type { Step } from "../features/step";
import type { ConfigPlan, Plain } from "../plan-types";
import { exporterId } from "./exporters";

/** A pipeline of the configuration. */
interface Pipeline {
    receivers: string[];
    processors: string[];
    exporters: string[];
}

type Parts = Pick<MergedParts, "receivers" | "processors">;

/** The first half of a signal's pipeline. It ends where connectors take the data. The second half has the name of the signal. */
const receivedId = (signal: Signal): string => `${signal}/received`;
const forwardId = (signal: Signal): string => `forward/${signal}`;

/** The pipelines of all signals. */
export function pipelines(plan: ConfigPlan, parts: Parts): Record<string, Pipeline> {
    return Object.assign({}, ...plan.signals.map((signal) => pipelinesOf(plan, parts, signal))) as Record<
        string,
        Pipeline
    >;
}

function pipelinesOf(plan: ConfigPlan, parts: Parts, signal: Signal): Record<string, Pipeline> {
    const steps = parts.processors.filter(({ signals }) => signals.includes(signal));
    const receivers = [
        "otlp",
        ...ids(parts.receivers.filter((intake) => intake.signal === signal)),
        ...ids(parts.processors.filter(({ feeds }) => feeds === signal)),
    ];
    const exporters = [exporterId(plan, signal)];
    const first = steps.findIndex(isConnector);
    if (first < 0) return { [signal]: { receivers, processors: ["memory_limiter", ...ids(steps)], exporters } };
    return {
        [receivedId(signal)]: {
            receivers,
            processors: ["memory_limiter", ...ids(steps.slice(0, first))],
            exporters: [...ids(steps.filter(isConnector)), forwardId(signal)],
        },
        [signal]: {
            receivers: [forwardId(signal)],
            processors: ids(steps.slice(first).filter((step) => !isConnector(step))),
            exporters,
        },
    };
}

/** The connectors of all features, and those between two halves of a pipeline. */
export function connectors({ signals }: ConfigPlan, { processors }: Parts): Record<string, object> {
    const found = processors.filter(isConnector);
    const halves = signals.filter((signal) => found.some((step) => step.signals.includes(signal)));
    return Object.fromEntries([
        ...found.map(({ id, config }): [string, object] => [id, config]),
        ...halves.map((signal): [string, object] => [forwardId(signal), {}]),
    ]);
}

/** Moves receivers of the user from the second half of a pipeline to the first half, which masks and counts. */
export function receivedFirst(config: Plain, { signals }: ConfigPlan): Plain {
    const service = config["service"] as { pipelines: Record<string, Pipeline> };
    for (const signal of signals) {
        const [first, second] = [service.pipelines[receivedId(signal)], service.pipelines[signal]];
        if (first === undefined || second === undefined) continue;
        first.receivers.push(...second.receivers.filter((id) => id !== forwardId(signal)));
        second.receivers = second.receivers.filter((id) => id === forwardId(signal));
    }
    return config;
}

export const isConnector = ({ feeds }: Step): boolean => feeds !== undefined;
const ids = (items: { id: string }[]): string[] => items.map(({ id }) => id);
