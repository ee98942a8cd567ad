import { isUnknown, present, type Properties } from "../properties";
import { resolveApiUrl } from "../api-url-input";
import { tenantKey } from "../dynatrace/api-url";
import { currentApiUrl } from "../dynatrace/settings";
import { newMark } from "../names";
import type { Run } from "../run";
import type { Steps } from "../runtime";

/** The steps of a TokenMark: random digits, made without a call; when they go, what bears them and was never used goes too. */
export function tokenMarkSteps(run: Run): Steps {
    const record = (mark: string, inputs: Properties): Properties => {
        return present({ mark, recordedUrl: inputs.apiUrl });
    };
    return {
        check: (_olds, news) => {
            const inputs = present({ ...news });
            const failures = resolveApiUrl(inputs, run.sources).map(({ field, problem }) => ({
                property: "" as const,
                reason: `TokenMark: ${field}: ${problem}`,
            }));
            return { inputs, failures };
        },
        diff: (_id, olds, news) => {
            if (isUnknown(news.apiUrl)) return { changes: true, replaces: [] };
            const [before, after] = [String(olds.recordedUrl), String(news.apiUrl)];
            const moved = tenantKey(before) !== tenantKey(after);
            return { changes: before !== after, replaces: moved ? ["apiUrl"] : [] };
        },
        create: (inputs) => {
            const mark = newMark();
            run.newMarks.add(mark);
            return { id: mark, outs: record(mark, inputs) };
        },
        read: (id, props) => ({ id, props, inputs: present({ apiUrl: props.recordedUrl }) }),
        update: (id, _olds, news) => ({ outs: record(id, news) }),
        delete: async (id, props) => {
            // Marked in this run, so nothing can have been left under it.
            if (run.newMarks.has(id)) return;
            // axios and zod take long to load, and only this step needs them.
            /* eslint-disable @typescript-eslint/no-require-imports */
            const { clientFor } = require("../run-client") as typeof import("../run-client");
            const { deleteUnused } = require("../api-token/strays") as typeof import("../api-token/strays");
            /* eslint-enable @typescript-eslint/no-require-imports */
            const apiUrl = currentApiUrl(run.sources, String(props.recordedUrl));
            try {
                await deleteUnused(clientFor(apiUrl, run), id, new Set(), run);
            } catch (error) {
                // An address that was never right has made no token, and must not keep its stack from being destroyed.
                if ((error as { code?: string }).code !== "ENOTFOUND") throw error;
                run.say(`${(error as Error).message}; if it was right once, look for tokens whose names hold ${id}`);
            }
        },
    };
}
