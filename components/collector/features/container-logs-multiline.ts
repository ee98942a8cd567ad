import type { Check } from "../../shared/check";
import type { CollectorContainerLogsArgs, CollectorMultilineLogsArgs } from "../args/logs";
import { escapeDollar } from "../config/ottl";
import { checkPattern } from "./pattern";

/** Id of the operator after all rules. Lines that no rule selects go there directly. */
const END = "multiline-end";

/**
 * Operators that join lines. They run after the parser. The first rule that selects a line handles it.
 *
 * @param maxBytes size from which the joined lines are sent as a record, so that each record fits into a request.
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/recombine.md
 */
export function multilineOperators(
    { multiline: rules = [] }: CollectorContainerLogsArgs = {},
    maxBytes: number,
): object[] {
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
            max_log_size: maxBytes,
            force_flush_period: "5s",
            output: END,
        })),
        { id: END, type: "noop" },
    ];
}

/** @throws InputError for an invalid pattern, and for a pattern that matches every line. */
export function checkMultiline(check: Check, { multiline: rules = [] }: CollectorContainerLogsArgs = {}): void {
    rules.forEach(({ firstLine }, index) => {
        const pattern = check.at(index).at("firstLine");
        if (typeof firstLine !== "string") {
            pattern.fail("is missing; set a pattern for the first line of a record, e.g. ^\\d{4}-");
        }
        checkPattern(pattern, firstLine, "would start a record at each line");
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
