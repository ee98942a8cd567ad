import { z } from "zod";

import { describeErrorBody, parseBody } from "../dynatrace/schemas";
import type { Answer, Failure } from "../dynatrace/transport";
import { isCertificateError } from "../dynatrace/transport";
import type { IndexedLine } from "./batches";
import { returned, type SendOutcome } from "./outcome";

/** Body of a 202, and of a 400 by which the valid lines were accepted all the same. */
const validationSchema = z.object({
    linesOk: z.number().nullish(),
    linesInvalid: z.number().nullish(),
    error: z.object({ invalidLines: z.array(z.object({ line: z.number(), error: z.string() })).nullish() }).nullish(),
    warnings: z
        .object({ changedMetricKeys: z.array(z.object({ line: z.number(), warning: z.string() })).nullish() })
        .nullish(),
});

/** What an answer means for the lines of its request. */
export type Verdict =
    /** Judged: this is what became of them. */
    | { kind: "judged"; outcome: Partial<SendOutcome> }
    /** Refused for now, before any work. */
    | { kind: "busy"; reason: string }
    /** Not accepted for now. */
    | { kind: "failed"; reason: string }
    /** Nobody knows. */
    | { kind: "doubtful"; reason: string }
    /** More than a request may hold. */
    | { kind: "tooLarge" }
    /** Compressed, and not understood. */
    | { kind: "uncompressed" }
    /** The same for every line that would follow. */
    | { kind: "hopeless"; reason: string };

/**
 * Reads an answer of metrics/ingest. Lines count as accepted with 202 and 400 alone; any other answer of Dynatrace means that none was.
 * What a proxy or an ActiveGate says of a server behind it (502, 504) leaves that open.
 *
 * @see https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-post-datapoints
 */
export function verdictOf(answer: Answer | Failure, batch: IndexedLine[], compressed: boolean): Verdict {
    if (answer.status === undefined) return withoutAnswer(answer);
    const { status, text } = answer;
    const said = describeErrorBody(text);
    const reason = `answered ${status}${said ? `: ${said}` : ""}`;
    const validation = parseBody(validationSchema, text);
    if (status >= 200 && status < 300) return { kind: "judged", outcome: judged(validation ?? {}, batch) };
    if (status === 400) {
        return validation?.linesOk === undefined
            ? { kind: "judged", outcome: { inDoubt: returned(batch, reason) } }
            : { kind: "judged", outcome: judged(validation, batch) };
    }
    if (status === 413) return { kind: "tooLarge" };
    if (status === 415 && compressed) return { kind: "uncompressed" };
    if (status === 429 || status === 503) return { kind: "busy", reason };
    if (status === 502 || status === 504) return { kind: "doubtful", reason };
    return status >= 500 ? { kind: "failed", reason } : { kind: "hopeless", reason: `${reason}; ${wayOut(status)}` };
}

function withoutAnswer({ code, message, maybeSent }: Failure): Verdict {
    const reason = `no answer (${code}: ${message})`;
    if (maybeSent) return { kind: "doubtful", reason };
    if (!isCertificateError(code)) return { kind: "failed", reason };
    const trust =
        "its certificate is not trusted; set NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed it";
    return { kind: "hopeless", reason: `${reason}; ${trust}` };
}

function judged(validation: z.output<typeof validationSchema>, batch: IndexedLine[]): Partial<SendOutcome> {
    const at = (line: number): IndexedLine[] => batch.slice(line - 1, line);
    const invalid = (validation.error?.invalidLines ?? []).flatMap(({ line, error }) => returned(at(line), error));
    const refused = Math.max(validation.linesInvalid ?? 0, invalid.length);
    const accepted = Math.min(validation.linesOk ?? batch.length - refused, batch.length - invalid.length);
    const warnings = (validation.warnings?.changedMetricKeys ?? []).flatMap(({ line, warning }) =>
        at(line).map((found) => ({ ...found, warning })),
    );
    return { accepted, invalid, invalidUnnamed: batch.length - accepted - invalid.length, warnings };
}

function wayOut(status: number): string {
    if (status === 401 || status === 403)
        return "the token needs the scope metrics.ingest, and must neither be expired nor disabled";
    if (status === 404 || status === 405 || status < 400) {
        return "check the address: https://{environment}.live.dynatrace.com/api/v2/metrics/ingest (not .apps.), or with /e/{environment} before /api";
    }
    if (status === 407) return "the proxy wants a login; set it in HTTPS_PROXY, or the host in NO_PROXY";
    return "correct what it names";
}
