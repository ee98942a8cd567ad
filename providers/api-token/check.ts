import { isUnknown, known, present, type InputProblem, type Properties, recordedAs } from "../properties";
import { redact } from "../dynatrace/redact";
import { isIngestScope, scopeProblem } from "../dynatrace/scopes";
import { resolveApiUrl } from "../api-url-input";
import { type ExpiryInputs, expiryProblems } from "../expiry";
import type { Run } from "../run";
import type { CheckResult } from "../steps";
import { DEFAULT_OVERLAP_DAYS, TokenRetirement } from "./state";

/**
 * Validates the inputs of an ApiToken and writes the base URL into them, so that every later step, also one that does not run
 * the program, uses the recorded one. What a preview does not know yet is let through. No network.
 *
 * @param olds inputs as recorded; empty for a token that is not in the state.
 */
export function checkApiToken(olds: Properties | undefined, news: Properties, run: Run): CheckResult {
    if (typeof olds?.mark === "string") run.recordedInputs.set(olds.mark, olds);
    const inputs: Properties = present({ enabled: true, personalAccessToken: false, ...present({ ...news }) });
    const problems = [
        ...scopesProblems(inputs),
        ...textProblems(inputs),
        ...flagProblems(inputs),
        ...lifetimeProblems(inputs, run.clock.now()),
        ...retirementProblems(inputs),
        ...resolveApiUrl(inputs, run.sources, run.say),
    ];
    if (Array.isArray(inputs.scopes) && !isUnknown(inputs.scopes)) inputs.scopes = [...new Set(inputs.scopes)].sort();
    const reasons = problems.map(({ field, problem }) => redact(`ApiToken: ${field}: ${problem}`));
    return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
}

function scopesProblems(inputs: Properties): InputProblem[] {
    const { scopes } = inputs;
    const field = "scopes";
    if (!Array.isArray(scopes) && isUnknown(scopes)) return [];
    if (!Array.isArray(scopes)) return [{ field, problem: "is not a list; name at least one scope, as logs.ingest" }];
    if (scopes.length === 0) return [{ field, problem: "is empty; name at least one scope, as logs.ingest" }];
    const known = scopes.filter((scope) => !isUnknown(scope));
    const problems = known
        .map((scope) => {
            if (typeof scope !== "string") return `${JSON.stringify(scope)} is not text`;
            return inputs.allowUnknownScopes === true ? undefined : scopeProblem(scope);
        })
        .filter((problem) => problem !== undefined)
        .map((problem) => ({ field, problem }));
    const ingest = known.filter((scope) => typeof scope === "string" && isIngestScope(scope));
    if (inputs.personalAccessToken === true && ingest.length > 0) {
        problems.push({
            field: "personalAccessToken",
            problem: `a personal access token cannot hold ${ingest.join(", ")}; leave personalAccessToken out`,
        });
    }
    return problems;
}

export function textProblems(inputs: Properties): InputProblem[] {
    const problems: InputProblem[] = [];
    for (const field of ["tokenName", "rotationKey", "adoptToken"]) {
        const value = inputs[field];
        if (value === undefined || isUnknown(value)) continue;
        if (typeof value !== "string") problems.push({ field, problem: "is not text" });
        else if (field !== "adoptToken" && redact(value) !== value) {
            problems.push({
                field,
                problem: "holds a token, and is stored in the clear; give another text, and revoke that token",
            });
        } else if (field === "tokenName" && value.trim() === "") {
            problems.push({ field, problem: "is empty; leave it out for a name made from project and stack" });
        } else if (field === "adoptToken" && !/^[\x21-\x7e]+$/.test(value)) {
            problems.push({ field, problem: "is empty or holds white space; give the token alone" });
        }
    }
    return problems;
}

export function flagProblems(inputs: Properties): InputProblem[] {
    return ["enabled", "personalAccessToken", "allowUnknownScopes"]
        .filter((field) => inputs[field] !== undefined && !isUnknown(inputs[field]))
        .filter((field) => typeof inputs[field] !== "boolean")
        .map((field) => ({ field, problem: `${JSON.stringify(inputs[field])} is neither true nor false` }));
}

/** What the types promise; a program in JavaScript may have given anything, which the checks report. */
type LifetimeInputs = ExpiryInputs & { rotateAfterDays?: number };

export function lifetimeProblems(inputs: Properties, now: number): InputProblem[] {
    const { expiresAfterDays, expirationDate, rotateAfterDays } = recordedAs<LifetimeInputs>(
        present({
            expiresAfterDays: known(inputs.expiresAfterDays),
            expirationDate: known(inputs.expirationDate),
            rotateAfterDays: known(inputs.rotateAfterDays),
        }),
    );
    const problems = expiryProblems({ expiresAfterDays, expirationDate }, now);
    if (rotateAfterDays === undefined) return problems;
    const field = "rotateAfterDays";
    if (typeof rotateAfterDays !== "number" || !(rotateAfterDays > 0)) {
        problems.push({
            field,
            problem: `${String(rotateAfterDays)} is not positive; leave it out to never rotate by age`,
        });
    } else if (typeof expiresAfterDays === "number" && rotateAfterDays >= expiresAfterDays) {
        const problem = `${rotateAfterDays} is not less than expiresAfterDays (${expiresAfterDays}): the token would expire before it is replaced; lower it`;
        problems.push({ field, problem });
    }
    return problems;
}

export function retirementProblems(inputs: Properties): InputProblem[] {
    const retire = known(inputs.retire);
    const overlap = known(inputs.overlapDays);
    const [rotate, expires] = [known(inputs.rotateAfterDays), known(inputs.expiresAfterDays)];
    const problems: InputProblem[] = [];
    if (retire !== undefined && !Object.values<unknown>(TokenRetirement).includes(retire)) {
        problems.push({ field: "retire", problem: `${JSON.stringify(retire)} is not known; use delete or expire` });
    }
    const limited = [inputs.expiresAfterDays, inputs.expirationDate].some((value) => value !== undefined);
    if (retire === TokenRetirement.Expire && !limited) {
        const problem = "expire needs expiresAfterDays or expirationDate, or replaced tokens would live for ever";
        problems.push({ field: "retire", problem });
    }
    if (overlap !== undefined && !(typeof overlap === "number" && overlap >= 0 && overlap <= 3650)) {
        const problem = `${JSON.stringify(overlap)} is not a number of days from 0 to 3650; 1/24 is an hour`;
        problems.push({ field: "overlapDays", problem });
    } else if (typeof rotate === "number" && typeof expires === "number" && rotate < expires) {
        const serving = typeof overlap === "number" ? overlap : DEFAULT_OVERLAP_DAYS;
        // Without one of its own, what there is of room will do.
        if (rotate + serving > expires && overlap !== undefined) {
            const problem = `${serving} is more than the ${expires - rotate} between rotateAfterDays and expiresAfterDays: the replaced token would expire within the overlap; lower one of them`;
            problems.push({ field: "overlapDays", problem });
        }
    }
    return problems;
}
