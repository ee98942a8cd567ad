import { type Check } from "../../shared/check";
import type { CollectArgs, MultilineLogsArgs } from "../args-collect";
import { escapeDollar } from "../ottl";
import { checkPattern } from "../steps/redaction";

/** Where lines go that belong to none, and records that are whole. */
const END = "multiline-end";

/** A record larger than this goes on in parts: no request could hold it. */
const LARGEST = "512KiB";

/**
 * Puts lines together, behind what parses them: each goes to the first selection that it fits.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/recombine.md
 */
export function multilineOperators({ containerLogsMultiline: rules = [] }: CollectArgs): object[] {
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

/** @throws InputError for a pattern that is none, or begins a record with each line. */
export function checkMultiline(check: Check, collect: CollectArgs): void {
    (collect.containerLogsMultiline ?? []).forEach(({ firstLine }, index) => {
        const field = `collect.containerLogsMultiline[${index}].firstLine`;
        if (typeof firstLine !== "string") {
            throw check.at(field).error("is missing; give what the first line of a record matches, e.g. ^\\d{4}-");
        }
        checkPattern(check.at(field), firstLine, "would begin a record with each line");
    });
}

const idOf = (index: number): string => `multiline-${index + 1}`;

function selection({ namespace, podPrefix, container }: MultilineLogsArgs): string {
    const fits = (key: string, operator: string, value?: string): string[] =>
        value === undefined ? [] : [`(resource["${key}"] ?? "") ${operator} ${JSON.stringify(value)}`];
    const all = [
        ...fits("k8s.namespace.name", "==", namespace),
        ...fits("k8s.pod.name", "startsWith", podPrefix),
        ...fits("k8s.container.name", "==", container),
    ];
    return all.length === 0 ? "true" : all.join(" and ");
}
