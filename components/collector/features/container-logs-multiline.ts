import type { Check } from "../../shared/check";
import type { CollectorCollectArgs, CollectorMultilineLogsArgs } from "../args/collect";
import { escapeDollar } from "../config/ottl";
import { checkPattern } from "./pattern";

/** Where complete records go, and lines that no rule selects. */
const END = "multiline-end";

/** A longer record is split: no request could hold it. */
const LARGEST = "512KiB";

/**
 * Operators that join lines. They run after the parser; each line goes to the first rule that selects it.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/recombine.md
 */
export function multilineOperators({ containerLogsMultiline: rules = [] }: CollectorCollectArgs): object[] {
    if (rules.length === 0) return [];
    const routes = rules.map((rule, index) => ({ output: idOf(index), expr: escapeDollar(selection(rule)) }));
    return [
        { id: "multiline", type: "router", routes, default: END },
        ...rules.map(({ firstLine }, index) => ({
            id: idOf(index),
            type: "recombine",
            combine_field: "body",
            combine_with: "\n",
            is_first_entry: escapeDollar(`body matches ${JSON.stringify(firstLine)}`),
            source_identifier: 'attributes["log.file.path"]',
            max_log_size: LARGEST,
            force_flush_period: "5s",
            output: END,
        })),
        { id: END, type: "noop" },
    ];
}

/** @throws InputError without containerLogs, for a pattern that cannot work, and for one that matches every line. */
export function checkMultiline(
    check: Check,
    { containerLogs, containerLogsMultiline: rules = [] }: CollectorCollectArgs,
): void {
    const at = check.at("collect.containerLogsMultiline");
    if (rules.length > 0 && !containerLogs) {
        at.fail("has no effect without containerLogs; set containerLogs, or remove containerLogsMultiline");
    }
    rules.forEach(({ firstLine }, index) => {
        const pattern = at.at(index).at("firstLine");
        if (typeof firstLine !== "string") {
            pattern.fail("is missing; give what the first line of a record matches, e.g. ^\\d{4}-");
        }
        checkPattern(pattern, firstLine, "would begin a record with each line");
    });
}

const idOf = (index: number): string => `multiline-${index + 1}`;

function selection({ namespace, podPrefix, container }: CollectorMultilineLogsArgs): string {
    const fits = (key: string, operator: string, value?: string): string[] =>
        value === undefined ? [] : [`(resource["${key}"] ?? "") ${operator} ${JSON.stringify(value)}`];
    const all = [
        ...fits("k8s.namespace.name", "==", namespace),
        ...fits("k8s.pod.name", "startsWith", podPrefix),
        ...fits("k8s.container.name", "==", container),
    ];
    return all.length === 0 ? "true" : all.join(" and ");
}
