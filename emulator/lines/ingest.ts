import { authenticate } from "../auth";
import type { Call } from "../context";
import { contentEncoding, decodedBody, mediaType } from "../http/body";
import { Refuse } from "../http/refuse";
import { envelope, json, type Reply } from "../http/reply";
import { limits } from "../limits";
import { arrivalInfo } from "../otlp/ingest";
import { needed } from "../tokens/scopes";
import type { ArrivedLine } from "../types";
import { LineError, parseDataLine, parseMetadataLine } from "./grammar";

interface Outcome {
    linesOk: number;
    invalidLines: { line: number; error: string }[];
    changedMetricKeys: { line: number; warning: string }[];
    arrived: ArrivedLine[];
}

/** POST /api/v2/metrics/ingest: valid lines are taken, also when the answer is 400. */
export async function ingestLines(call: Call): Promise<Reply> {
    const token = authenticate(call, needed.metricLines);
    if (mediaType(call.request) !== "text/plain") {
        throw new Refuse(envelope(415, "Unsupported media type, use text/plain."));
    }
    if (contentEncoding(call.request) !== "identity") {
        throw new Refuse(envelope(415, "A content encoding is not supported here."));
    }
    const { bytes } = limits.lines;
    const body = await decodedBody(call.request, call.raw, { bytes, compressedBytes: bytes });
    const outcome = takeLines(call, body.toString("utf8"), token.id);

    const { arrivals, settings } = call.context;
    arrivals.addLines(outcome.arrived);
    const { linesOk, invalidLines, changedMetricKeys } = outcome;
    const failed = invalidLines.length > 0 || linesOk === 0;
    const message = invalidLines.length > 0 ? `${invalidLines.length} invalid lines` : "No metric lines in the request";
    if (failed) {
        const seen = { signal: "metricLines", tokenId: token.id, path: call.apiPath } as const;
        const reason = `${message}: ${invalidLines.map(({ line, error }) => `${line}: ${error}`).join("; ")}`.slice(
            0,
            2000,
        );
        const at = new Date(settings.now()).toISOString();
        arrivals.refuse({ ...seen, at, status: 400, told: "partial-success", reason, count: invalidLines.length });
    }
    return json(failed ? 400 : 202, {
        linesOk,
        linesInvalid: invalidLines.length,
        error: failed ? { code: 400, message, invalidLines } : null,
        warnings: changedMetricKeys.length > 0 ? { message: "Metadata is created only once", changedMetricKeys } : null,
    });
}

function takeLines(call: Call, text: string, tokenId: string): Outcome {
    const { arrivals, settings } = call.context;
    const outcome: Outcome = { linesOk: 0, invalidLines: [], changedMetricKeys: [], arrived: [] };
    const info = arrivalInfo(call, tokenId);
    text.split(/\r?\n/).forEach((raw, index) => {
        const line = raw.trim();
        if (line === "") return;
        try {
            if (line.startsWith("#")) {
                const { key, type, properties } = parseMetadataLine(line);
                const kept = arrivals.addMetadata(key, { type, ...properties });
                if (kept)
                    outcome.changedMetricKeys.push({ line: index + 1, warning: `metadata of ${key} exists already` });
            } else {
                outcome.arrived.push({ ...parseDataLine(line, settings.now()), ...info });
            }
            outcome.linesOk += 1;
        } catch (error) {
            if (!(error instanceof LineError)) throw error;
            outcome.invalidLines.push({ line: index + 1, error: error.message });
        }
    });
    return outcome;
}
