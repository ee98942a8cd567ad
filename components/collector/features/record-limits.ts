import { Signal } from "../../shared/signals";
import { type StatementGroup, statementsFor } from "../config/ottl";
import type { Feature } from "./feature";
import { LOG_BODY_BYTES } from "./log-lines";
import type { Step } from "./step";

/** Longest value in bytes, by the number of attributes. */
type Limits = { upTo: number; bytes: number }[];

/**
 * Dynatrace rejects a request that is too large, and a queue can split only between records. Therefore values are shortened if all
 * values of a record together could exceed the largest request (see MAX_REQUEST_BYTES in sizing.ts):
 *
 * - a span of 4 MB: 16 attributes of 200 kB, 32 of 100 kB, 128 (the most an SDK sets) of 25 kB are 3.2 MB, which leaves 0.8 MB for
 *   events: 4 of them with 5 values of 32 kB, or 128 with 3 values of 2 kB.
 * - a log record of 1 MB: a body of 500 kB, and 12 attributes of 32 kB (Dynatrace keeps no more), 100 of 4 kB, 500 of 800 B.
 * - a data point: 1 kB a value; Dynatrace keeps 255 characters.
 * - the resource of each: 8 kB a value.
 */
const SPAN: Limits = [
    { upTo: 16, bytes: 200_000 },
    { upTo: 32, bytes: 100_000 },
    { upTo: 128, bytes: 25_000 },
    { upTo: Infinity, bytes: 4_000 },
];
const LOG: Limits = [
    { upTo: 12, bytes: 32_000 },
    { upTo: 100, bytes: 4_000 },
    { upTo: Infinity, bytes: 800 },
];
const EVENTS: Limits = [
    { upTo: 4, bytes: 32_000 },
    { upTo: Infinity, bytes: 2_000 },
];
const POINT_BYTES = 1_000;
const RESOURCE_BYTES = 8_000;

function truncated(attributes: string, count: string, limits: Limits): string[] {
    return limits.map(({ upTo, bytes }, index) => {
        const above = limits[index - 1]?.upTo;
        const conditions = [
            ...(above === undefined ? [] : [`${count} > ${above}`]),
            ...(upTo === Infinity ? [] : [`${count} <= ${upTo}`]),
        ];
        return `truncate_all(${attributes}, ${bytes}) where ${conditions.join(" and ")}`;
    });
}

const IS_TREE = "(IsMap(log.body) or IsList(log.body))";

/**
 * The body is shortened as a map value, which never splits a character. A body that is not a string is converted to JSON first. The
 * record gets a mark.
 */
const LOG_BODY = [
    `set(log.cache["body"], String(log.body)) where ${IS_TREE} and Len(String(log.body)) > ${LOG_BODY_BYTES}`,
    `set(log.cache["body"], log.body) where IsString(log.body) and Len(log.body) > ${LOG_BODY_BYTES}`,
    `set(log.attributes["log.truncated"], true) where log.cache["body"] != nil`,
    `truncate_all(log.cache, ${LOG_BODY_BYTES})`,
    `set(log.body, log.cache["body"]) where log.cache["body"] != nil`,
];

const GROUPS: Record<Signal, StatementGroup[]> = {
    traces: [
        { context: "span", statements: truncated("span.attributes", "Len(span.attributes)", SPAN) },
        { context: "spanevent", statements: truncated("spanevent.attributes", "Len(span.events)", EVENTS) },
    ],
    metrics: [{ context: "datapoint", statements: [`truncate_all(datapoint.attributes, ${POINT_BYTES})`] }],
    logs: [
        {
            context: "log",
            statements: [...truncated("log.attributes", "Len(log.attributes)", LOG), ...LOG_BODY],
        },
    ],
};

/** Shortens values of a record that would exceed the largest request. Other values do not change. */
export const recordLimits: Feature = {
    name: "record-limits",
    argument: "processing.cutLargeRecords",
    components: [["processors", "transform"]],
    on: (plan) => plan.recordLimits,
    render({ signals }) {
        const step = (signal: Signal): Step => {
            const groups = [
                { context: "resource", statements: [`truncate_all(resource.attributes, ${RESOURCE_BYTES})`] },
                ...GROUPS[signal],
            ];
            // If a value cannot be shortened, the record passes unchanged and most likely fits.
            return {
                id: `transform/${signal}-limits`,
                signals: [signal],
                config: { error_mode: "ignore", ...statementsFor([signal], groups) },
            };
        };
        return { processors: signals.map(step) };
    },
};
