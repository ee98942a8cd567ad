import { isUnknown, present, type Properties } from "../properties";
import { newMark } from "../names";
import type { Run } from "../run";
import type { Steps } from "../steps";
import { codeOf, messageOf } from "../thrown";
import { placeOf } from "./places";

/** The steps of a TokenMark: random digits, made without a call; when they go, what bears them and was never used goes too. */
export function tokenMarkSteps(run: Run): Steps {
    const record = (mark: string, inputs: Properties): Properties => {
        return present({ mark, recordedOf: inputs.of, ...placeOf(inputs.of).record(inputs) });
    };
    return {
        check: (_olds, news) => {
            const inputs = present({ ...news });
            const failures = placeOf(inputs.of)
                .resolve(inputs, run.sources)
                .map(({ field, problem }) => ({
                    property: "" as const,
                    reason: `TokenMark: ${field}: ${problem}`,
                }));
            return { inputs, failures };
        },
        diff: (_id, olds, news) => {
            const place = placeOf(news.of);
            if (place.fields.some((field) => isUnknown(news[field]))) return { changes: true, replaces: [] };
            const [before, after] = [olds, place.record(news)];
            const moved = place.moved(String(before.recordedUrl), String(after.recordedUrl));
            const same = before.recordedUrl === after.recordedUrl && before.recordedSsoUrl === after.recordedSsoUrl;
            return { changes: !same, replaces: moved === undefined ? [] : [moved] };
        },
        create: (inputs) => {
            const mark = newMark();
            run.newMarks.add(mark);
            return { id: mark, outs: record(mark, inputs) };
        },
        read: (id, props) => ({
            id,
            props,
            inputs: present({ of: props.recordedOf, ...placeOf(props.recordedOf).inputs(props) }),
        }),
        update: (id, _olds, news) => ({ outs: record(id, news) }),
        delete: async (id, props) => {
            // Marked in this run, so nothing can have been left under it.
            if (run.newMarks.has(id)) return;
            // axios and zod take long to load, and only this step needs them.
            /* eslint-disable @typescript-eslint/no-require-imports */
            const { deleteUnused } = require("../api-token/strays") as typeof import("../api-token/strays");
            /* eslint-enable @typescript-eslint/no-require-imports */
            try {
                await deleteUnused(placeOf(props.recordedOf).listing(props, run), id, run);
            } catch (error) {
                // An address that was never right has made no token, and must not keep its stack from being destroyed.
                if (codeOf(error) !== "ENOTFOUND") throw error;
                run.say(`${messageOf(error)}; if it was right once, look for tokens whose names hold ${id}`);
            }
        },
    };
}
