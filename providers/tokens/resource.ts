import { redact } from "../dynatrace/redact";
import { present, type Properties } from "../properties";
import type { Run } from "../run";
import type { CheckResult, Steps } from "../steps";
import { isExplicit } from "../dynatrace/settings";
import { diffToken } from "./diff";
import type { Kind } from "./kind";
import { addressIn, moveProblem } from "./place";
import type { TokenInputs } from "./state";

/* eslint-disable @typescript-eslint/no-require-imports --
   axios and zod take a fifth of a second to load, and the engine asks check and diff of one resource after another; import()
   would need a file ending that the tests lack */
const crud = (): typeof import("./crud") => require("./crud") as typeof import("./crud");
/* eslint-enable @typescript-eslint/no-require-imports */

/** The steps of a token's life, for any kind. */
export function tokenSteps<Inputs extends TokenInputs>(kind: Kind<Inputs>, run: Run): Steps {
    return {
        check: (olds, news) => checkToken(kind, news, run, olds),
        diff: (_id, olds, news) => diffToken(kind, olds, news, run),
        create: (inputs) => crud().createToken(kind, inputs, run),
        read: (id, properties) => crud().readToken(kind, id, properties, run),
        update: (id, olds, news) => crud().updateToken(kind, id, olds, news, run),
        delete: (_id, properties) => crud().deleteToken(kind, properties, run),
    };
}

/**
 * Validates the inputs of a token, and adds defaults and the address, so that every later step, also without the program, uses what is
 * recorded. Values that a preview does not know yet pass. No network.
 */
export function checkToken<Inputs extends TokenInputs>(
    kind: Kind<Inputs>,
    news: Properties,
    run: Run,
    olds: Properties = {},
): CheckResult {
    const inputs = present({ ...news });
    const problems = kind.complete(inputs, run).map(({ field, problem }) => `${field}: ${problem}`);
    const [before, address] = [addressIn(kind.place, olds), addressIn(kind.place, inputs)];
    // A provider resource may be new, and another one deletes the old token.
    const moved = address && !isExplicit(run.sources) ? moveProblem(before, address) : undefined;
    if (moved !== undefined) problems.push(moved);
    const reasons = problems.map((problem) => redact(`${kind.name}: ${problem}`));
    return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
}
