import { authenticate } from "../auth";
import type { Call } from "../context";
import { contentEncoding, decodedBody, mediaType } from "../http/body";
import { Refuse } from "../http/refuse";
import { envelope, type Reply } from "../http/reply";
import { limits } from "../limits";
import { needed } from "../tokens/scopes";
import { withoutSecrets } from "../tokens/secret";
import type { ArrivalInfo } from "../types";
import { judgeLogs } from "./logs";
import { judgeMetrics } from "./metrics";
import { decodeRequest, encodeResponse } from "./proto";
import { judgeTraces } from "./traces";
import type { Verdict } from "./verdict";

type OtlpSignal = "traces" | "metrics" | "logs";

/** POST …/otlp/v1/{signal}: binary protobuf over HTTP only. */
export async function ingestOtlp(call: Call, signal: OtlpSignal): Promise<Reply> {
    const token = authenticate(call, needed[signal]);
    if (mediaType(call.request) !== "application/x-protobuf") {
        throw new Refuse(envelope(415, "Unsupported media type, use application/x-protobuf (binary, not JSON)."));
    }
    const body = await decodedBody(call.request, call.raw, limits[signal]);
    const verdict = judge(call, signal, body, arrivalInfo(call, token.id));
    return answer(call, signal, verdict);
}

/** What is said of the call about everything that came with it. */
export function arrivalInfo({ request, context }: Call, tokenId: string): ArrivalInfo {
    return {
        tokenId,
        path: withoutSecrets(request.url ?? ""),
        compression: contentEncoding(request),
        contentType: mediaType(request),
        userAgent: request.headers["user-agent"] ?? "",
        receivedAt: new Date(context.settings.now()).toISOString(),
    };
}

/** Keeps what the signal's rules accept. */
function judge({ context }: Call, signal: OtlpSignal, body: Buffer, info: ArrivalInfo): Verdict<unknown> {
    const { arrivals, settings } = context;
    if (signal === "traces") {
        const verdict = judgeTraces(decoded(signal, body), info, settings.now());
        arrivals.addSpans(verdict.accepted);
        return verdict;
    }
    if (signal === "metrics") {
        const verdict = judgeMetrics(decoded(signal, body), info);
        arrivals.addMetrics(verdict.accepted);
        return verdict;
    }
    const verdict = judgeLogs(decoded(signal, body), info, settings.now());
    arrivals.addLogs(verdict.accepted);
    return verdict;
}

function decoded<S extends OtlpSignal>(signal: S, body: Buffer) {
    try {
        return decodeRequest(signal, body);
    } catch {
        throw new Refuse(envelope(400, `The body is not a valid OTLP ${signal} message in binary protobuf.`));
    }
}

function answer(
    call: Call,
    signal: OtlpSignal,
    { accepted, rejected, errorMessage, dropped }: Verdict<unknown>,
): Reply {
    const { arrivals, settings } = call.context;
    const seen = { signal, tokenId: call.tokenId, path: call.apiPath, at: new Date(settings.now()).toISOString() };
    for (const [reason, count] of dropped) arrivals.refuse({ ...seen, status: 200, told: "silent", reason, count });
    if (rejected === 0) return protobuf(encodeResponse(signal));

    // The docs: 400 only when all is invalid.
    if (accepted.length === 0) throw new Refuse(envelope(400, errorMessage), rejected);
    arrivals.refuse({ ...seen, status: 200, told: "partial-success", reason: errorMessage, count: rejected });
    return protobuf(encodeResponse(signal, { rejected, errorMessage }));
}

function protobuf(body: Buffer): Reply {
    return { status: 200, headers: { "content-type": "application/x-protobuf" }, body };
}
