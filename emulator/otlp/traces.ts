import { limits } from "../limits";
import type { ArrivalInfo, ArrivedSpan } from "../types";
import type { Span, TracesRequest } from "./messages";
import { hex, millis, plainAttributes, plainScope } from "./plain";
import { drop, type Verdict } from "./verdict";

/** Spans that ended too long ago or in the future are dropped after the 200. */
export function judgeTraces(request: TracesRequest, info: ArrivalInfo, now: number): Verdict<ArrivedSpan> {
    const verdict: Verdict<ArrivedSpan> = { accepted: [], rejected: 0, errorMessage: "", dropped: new Map() };
    for (const { resource, scopeSpans } of request.resourceSpans) {
        const resourceAttributes = plainAttributes(resource?.attributes);
        for (const { scope, spans } of scopeSpans) {
            for (const span of spans) {
                const reason = whyDropped(span, now);
                if (reason) drop(verdict.dropped, reason);
                else
                    verdict.accepted.push({
                        ...arrivedSpan(span),
                        resource: resourceAttributes,
                        scope: plainScope(scope),
                        ...info,
                    });
            }
        }
    }
    return verdict;
}

function whyDropped(span: Span, now: number): string | undefined {
    if (!validId(span.traceId, 16)) return "The trace id is not 16 bytes, or all zero";
    if (!validId(span.spanId, 8)) return "The span id is not 8 bytes, or all zero";
    const end = millis(span.endTimeUnixNano);
    if (end < now - limits.traces.spanEndMaxAgeMs) return "The span ended more than 60 minutes ago";
    if (end > now + limits.traces.spanEndMaxFutureMs) return "The span ended more than 10 minutes in the future";
    return undefined;
}

function validId(id: Buffer | undefined, length: number): boolean {
    return id?.length === length && id.some((byte) => byte !== 0);
}

function arrivedSpan(span: Span): Omit<ArrivedSpan, keyof ArrivalInfo | "resource" | "scope"> {
    return {
        name: span.name ?? "",
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        kind: span.kind ?? 0,
        startTimeUnixNano: span.startTimeUnixNano ?? "0",
        endTimeUnixNano: span.endTimeUnixNano ?? "0",
        status: { code: span.status?.code ?? 0, message: span.status?.message ?? "" },
        attributes: plainAttributes(span.attributes),
        events: span.events.map((event) => ({
            name: event.name ?? "",
            timeUnixNano: event.timeUnixNano ?? "0",
            attributes: plainAttributes(event.attributes),
        })),
        links: span.links.map((link) => ({
            traceId: hex(link.traceId),
            spanId: hex(link.spanId),
            attributes: plainAttributes(link.attributes),
        })),
    };
}
