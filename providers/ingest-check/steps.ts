import { createHash } from "node:crypto";

import { isSame, isUnknown, present, type Properties, recordedAs } from "../properties";
import type { Run } from "../run";
import type { DiffResult, Steps } from "../steps";
import { appliedOf, type IngestCheckInputs, type IngestCheckOutputs, readInputs } from "./state";

const TARGET_FIELDS = ["otlpUrl", "scheme", "caCertificatePem", "signals", "trigger"] as const;
const HASH = /^sha256:[0-9a-f]{16}$/;

/**
 * The steps of an IngestCheck. `check` keeps the token in this process alone and gives the engine a hash in its place, so that no
 * state holds it; the engine asks `check` in the same process before it creates or updates.
 */
export function ingestCheckSteps(run: Run): Steps {
    const tokens = new Map<string, string>();
    const send = async (news: Properties): Promise<IngestCheckOutputs> => {
        // axios and the definitions of OTLP take long to load, and only these two steps need them.
        /* eslint-disable @typescript-eslint/no-require-imports */
        const { sendRecords } = require("./send-records") as typeof import("./send-records");
        /* eslint-enable @typescript-eslint/no-require-imports */
        const wanted = readInputs(news);
        const sent = await sendRecords(wanted, secretOf(wanted, tokens), run);
        return present({ ...sent, token: wanted.token, applied: appliedOf(wanted) });
    };
    return {
        check: (_olds, news) => {
            const inputs = present({ ...news });
            const { token } = inputs;
            if (typeof token === "string" && !isUnknown(token) && !HASH.test(token)) {
                const hash = `sha256:${createHash("sha256").update(token).digest("hex").slice(0, 16)}`;
                tokens.set(hash, token);
                inputs.token = hash;
            }
            return { inputs, failures: [] };
        },
        diff: (_id, olds, news) => diffIngestCheck(olds, news),
        create: async (inputs) => {
            const outs = await send(inputs);
            return { id: outs.traceId, outs: { ...outs } };
        },
        read: (id, props) => ({ id, props }),
        update: async (_id, _olds, news) => ({ outs: { ...(await send(news)) } }),
        // What was sent cannot be taken back.
        delete: () => undefined,
    };
}

/** Whether what was checked last is another than what is wanted. What a preview does not know yet counts as another. No network. */
export function diffIngestCheck(olds: Properties, news: Properties): DiffResult {
    const { applied, token } = recordedAs<Partial<IngestCheckOutputs>>(olds);
    const wanted = readInputs(news);
    const same = TARGET_FIELDS.every((field) => isSame(wanted[field], applied?.[field]));
    return { changes: !same || wanted.token !== token, replaces: [] };
}

function secretOf({ component, token }: IngestCheckInputs, tokens: Map<string, string>): string | undefined {
    if (token === undefined) return undefined;
    const secret = tokens.get(token);
    if (secret !== undefined) return secret;
    throw new Error(`${component}: token: only its hash is recorded; take token out of ignoreChanges, and run again`);
}
