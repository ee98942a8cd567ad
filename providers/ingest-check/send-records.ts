import { randomBytes } from "node:crypto";

import { DynatraceError } from "../dynatrace/errors";
import { MAX_WAIT, waitAskedFor } from "../dynatrace/limits";
import { publicTokenId } from "../dynatrace/redact";
import type { Run } from "../run";
import { explain } from "./explain";
import { type Context, type Finding, tokenNameOf } from "./finding";
import { post } from "./post";
import { encodeRecord, type RecordFacts } from "./records";
import type { CheckedSignal, IngestCheckInputs } from "./state";

const FIRST_WAIT = 1_000;

/** Records did not arrive; the text says for each signal why, and what to do. */
export class IngestCheckError extends DynatraceError {
    constructor(
        component: string,
        otlpUrl: string,
        /** By signal. */
        readonly findings: Partial<Record<CheckedSignal, Finding>>,
        asked: number,
        secrets: readonly string[],
    ) {
        const failed = Object.keys(findings).length;
        const head = `${component}: ${failed} of ${asked} signals did not get through to ${otlpUrl}`;
        super([head, ...describe(findings)].join("\n    "), secrets);
    }
}

/**
 * Sends one record of each signal, tries again where that may help, and reports all that failed together.
 *
 * @throws IngestCheckError if any was not taken.
 */
export async function sendRecords(
    inputs: IngestCheckInputs,
    token: string | undefined,
    run: Run,
): Promise<{ checkedAt: string; traceId: string; tokenId?: string }> {
    const { component, otlpUrl, route, scheme, signals, timeoutSeconds, caCertificatePem } = inputs;
    const hasCa = caCertificatePem !== undefined;
    const context: Context = { otlpUrl, route, token, tokenName: tokenNameOf(token), scheme, hasCa, timeoutSeconds };
    const now = run.clock.now();
    const facts: RecordFacts = {
        component,
        traceId: randomBytes(16).toString("hex"),
        spanId: randomBytes(8).toString("hex"),
        now,
    };
    const findings = await Promise.all(signals.map((signal) => sendRecord(signal, facts, inputs, context, run)));
    const failed = signals.flatMap((signal, index) => (findings[index] ? [[signal, findings[index]] as const] : []));
    if (failed.length > 0) {
        const secrets = token === undefined ? [] : [token];
        throw new IngestCheckError(component, otlpUrl, Object.fromEntries(failed), signals.length, secrets);
    }
    const tokenId = token === undefined ? undefined : publicTokenId(token);
    return { checkedAt: new Date(now).toISOString(), traceId: facts.traceId, tokenId };
}

async function sendRecord(
    signal: CheckedSignal,
    facts: RecordFacts,
    { attempts, caCertificatePem, timeoutSeconds, scheme, otlpUrl }: IngestCheckInputs,
    context: Context,
    { clock }: Run,
): Promise<Finding | undefined> {
    const request = {
        url: `${otlpUrl}/v1/${signal}`,
        body: encodeRecord(signal, facts),
        authorization: context.token === undefined ? undefined : `${scheme} ${context.token}`,
        caCertificatePem,
        timeoutMs: timeoutSeconds * 1000,
    };
    for (let attempt = 1; ; attempt++) {
        const answer = await post(request);
        const finding = explain(signal, answer, context);
        if (!finding?.retry || attempt >= attempts) return finding;
        const asked = answer.status === undefined ? undefined : waitAskedFor(answer.headers, clock.now());
        const growing = FIRST_WAIT * 2 ** (attempt - 1);
        await clock.sleep(Math.min(asked ?? growing, MAX_WAIT) + clock.random() * 250);
    }
}

/** One line for signals that failed in the same way. */
function describe(findings: Partial<Record<CheckedSignal, Finding>>): string[] {
    const lines = new Map<string, string[]>();
    for (const [signal, { field, problem, wayOut }] of Object.entries(findings)) {
        const line = `${field}: ${problem}; ${wayOut}`;
        lines.set(line, [...(lines.get(line) ?? []), signal]);
    }
    return [...lines].map(([line, signals]) => `${signals.join(", ")}: ${line}`);
}
