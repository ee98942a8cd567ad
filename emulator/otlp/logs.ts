import { Refuse } from "../http/refuse";
import { envelope } from "../http/reply";
import { limits } from "../limits";
import type { ArrivalInfo, ArrivedLog, Attributes, Plain } from "../types";
import type { LogRecord, LogsRequest } from "./messages";
import { hex, millis, plainAttributes, plainScope, plainValue } from "./plain";
import { drop, type Verdict } from "./verdict";

/** Records older than 24 h are dropped after the 200; those from the future get the server's time. */
export function judgeLogs(request: LogsRequest, info: ArrivalInfo, now: number): Verdict<ArrivedLog> {
    const count = request.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.map(({ logRecords }) => logRecords.length));
    refuseTooMany(count.reduce((sum, more) => sum + more, 0));

    const verdict: Verdict<ArrivedLog> = { accepted: [], rejected: 0, errorMessage: "", dropped: new Map() };
    for (const { resource, scopeLogs } of request.resourceLogs) {
        const resourceAttributes = plainAttributes(resource?.attributes);
        for (const { scope, logRecords } of scopeLogs) {
            for (const record of logRecords) {
                const at = millis(set(record.timeUnixNano) ?? set(record.observedTimeUnixNano)) || now;
                if (at < now - limits.logs.maxAgeMs) drop(verdict.dropped, "The log record is older than 24 hours");
                else {
                    const common = { resource: resourceAttributes, scope: plainScope(scope), ...info };
                    verdict.accepted.push({
                        ...arrivedLog(record, at > now + limits.logs.maxFutureMs, now),
                        ...common,
                    });
                }
            }
        }
    }
    return verdict;
}

function refuseTooMany(records: number): void {
    if (records <= limits.logs.records) return;
    throw new Refuse(envelope(413, `Too many log records: ${records}, the limit is ${limits.logs.records}.`), records);
}

function arrivedLog(
    record: LogRecord,
    timeCorrected: boolean,
    now: number,
): Omit<ArrivedLog, keyof ArrivalInfo | "resource" | "scope"> {
    return {
        body: plainValue(record.body),
        severityNumber: record.severityNumber ?? 0,
        severityText: record.severityText ?? "",
        timeUnixNano: timeCorrected ? `${Math.trunc(now)}000000` : (record.timeUnixNano ?? "0"),
        observedTimeUnixNano: record.observedTimeUnixNano ?? "0",
        traceId: hex(record.traceId),
        spanId: hex(record.spanId),
        eventName: record.eventName ?? "",
        attributes: cut(plainAttributes(record.attributes)),
        timeCorrected,
    };
}

/** Dynatrace keeps the first attributes and cuts long keys, values, lists and nesting. */
function cut(attributes: Attributes): Attributes {
    const { attributes: most, attributeKeyBytes } = limits.logs;
    return Object.fromEntries(
        Object.entries(attributes)
            .slice(0, most)
            .map(([key, value]) => [cutText(key, attributeKeyBytes), cutValue(value, 1)]),
    );
}

function cutValue(value: Plain, depth: number): Plain {
    const { attributeValueBytes, attributeValues, nesting } = limits.logs;
    if (typeof value === "string") return cutText(value, attributeValueBytes);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= nesting) return cutText(JSON.stringify(value), attributeValueBytes);
    if (Array.isArray(value)) return value.slice(0, attributeValues).map((item) => cutValue(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutValue(item, depth + 1)]));
}

function cutText(text: string, bytes: number): string {
    if (Buffer.byteLength(text) <= bytes) return text;
    return Buffer.from(text)
        .subarray(0, bytes)
        .toString("utf8")
        .replace(/\uFFFD+$/, "");
}

function set(unixNano: string | undefined): string | undefined {
    return unixNano === "0" ? undefined : unixNano;
}
