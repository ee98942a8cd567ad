import type { CallDescription, DynatraceApiError } from "./errors";
import { backoff, type Clock, type Gate } from "./limits";
import type { CreatedToken, ReplySchema } from "./replies";
import { parseBody } from "./schemas";
import { isCertificateError, type Answer, type ApiRequest, type Failure } from "./transport";

/** Tries of a call that may be repeated. */
const TRIES = 4;

/** One request, and what is known of it. */
export interface Call extends ApiRequest {
    what: CallDescription;
    /** Whether a second one does no harm. */
    repeatable: boolean;
    tries?: number;
}

/** Sends requests to one address; refusals (429, 503) are waited out by all that share the gate. */
export interface Line {
    readonly gate: Gate;
    readonly clock: Clock;
    send(request: ApiRequest): Promise<Answer | Failure>;
    /** The error for an answer that is not what was asked for. */
    error(what: CallDescription, answer: Answer | Failure): Promise<DynatraceApiError>;
}

/** A token was created, or one may have been: `doubt` says what came instead of a reply. */
export type Creation = { created: CreatedToken; doubt?: undefined } | { created?: undefined; doubt: string };

/** Repeats calls that do the same when repeated, on a lost connection or a 5xx. */
export async function callThrough(line: Line, call: Call): Promise<Answer | Failure> {
    const { gate, clock } = line;
    let refused = false;
    let failures = 0;
    for (;;) {
        await gate.enter(refused);
        const answer = await line.send(call).catch((error: unknown) => {
            gate.leave("failed");
            throw error;
        });
        if (answer.status === 429 || answer.status === 503) {
            refused = true;
            if (gate.leaveRefused(answer.headers)) continue;
            return answer;
        }
        gate.leave(answer.status === undefined ? "failed" : "through");
        failures++;
        if (failures >= (call.tries ?? TRIES) || !isWorthRepeating(call, answer)) return answer;
        await clock.sleep(backoff(failures, clock));
    }
}

/** Sends a request that creates a token, once. Throws if none was created. */
export async function createThrough(
    line: Line,
    request: Omit<Call, "repeatable">,
    schema: ReplySchema<CreatedToken>,
): Promise<Creation> {
    const answer = await callThrough(line, { ...request, repeatable: false });
    if (answer.status === undefined) {
        if (!answer.maybeSent) throw await line.error(request.what, answer);
        return { doubt: `no reply arrived (${answer.code})` };
    }
    if (answer.status < 300) {
        const created = parseBody(schema, answer.text);
        return created ? { created } : { doubt: `the reply with status ${answer.status} could not be read` };
    }
    const refused = answer.status < 500 || answer.status === 503;
    if (refused && answer.status !== 408) throw await line.error(request.what, answer);
    return { doubt: `the reply was ${answer.status}` };
}

/** The body of a success by a schema; throws for anything else. */
export async function parsed<T>(
    line: Line,
    what: CallDescription,
    answer: Answer | Failure,
    schema: ReplySchema<T>,
): Promise<T> {
    const ok = answer.status !== undefined && answer.status < 300;
    const body = ok ? parseBody(schema, answer.text) : undefined;
    if (body === undefined) throw await line.error(what, answer);
    return body;
}

/** Throws unless it is a success; one has no body, a page of a proxy's login has one. */
export async function assertDone(line: Line, what: CallDescription, answer: Answer | Failure): Promise<void> {
    if (answer.status === undefined || answer.status >= 300) throw await line.error(what, answer);
    if (/^\s*</.test(answer.text)) throw await line.error(what, answer);
}

function isWorthRepeating(call: Call, answer: Answer | Failure): boolean {
    if (answer.status !== undefined) return call.repeatable && answer.status >= 500;
    if (answer.code === "ENOTFOUND" || isCertificateError(answer.code)) return false;
    return call.repeatable || !answer.maybeSent;
}
