import { type ExpiryInputs, expiryProblems } from "../expiry";
import { isUnknown, known, present, type InputProblem, type Properties, recordedAs } from "../properties";
import { redact } from "../dynatrace/redact";
import { DEFAULT_OVERLAP_DAYS, TokenRetirement } from "./state";

/** Checks that every kind of token has. @param now milliseconds since 1970. */
export function commonProblems(inputs: Properties, now: number): InputProblem[] {
    return [
        ...markProblems(inputs),
        ...textProblems(inputs),
        ...flagProblems(inputs),
        ...lifetimeProblems(inputs, now),
        ...retirementProblems(inputs),
    ];
}

/** Without the mark no later run could tell whose token it is. */
function markProblems({ mark }: Properties): InputProblem[] {
    if (isUnknown(mark) || (typeof mark === "string" && mark !== "")) return [];
    const problem =
        "is missing, because this run skips the stack's TokenOwner, which records it; " +
        "run `pulumi up` without --target, or add `--target '**dynatrace-tokens**'`";
    return [{ field: "mark", problem }];
}

function textProblems(inputs: Properties): InputProblem[] {
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

function flagProblems(inputs: Properties): InputProblem[] {
    return ["enabled", "personalAccessToken", "allowUnknownScopes"]
        .filter((field) => inputs[field] !== undefined && !isUnknown(inputs[field]))
        .filter((field) => typeof inputs[field] !== "boolean")
        .map((field) => ({ field, problem: `${JSON.stringify(inputs[field])} is neither true nor false` }));
}

/** What the types promise; a program in JavaScript may have given anything, which the checks report. */
type LifetimeInputs = ExpiryInputs & { rotateAfterDays?: number };

function lifetimeProblems(inputs: Properties, now: number): InputProblem[] {
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
        // Without a given overlap, the remaining life is enough.
        if (rotate + serving > expires && overlap !== undefined) {
            const problem = `${serving} is more than the ${expires - rotate} between rotateAfterDays and expiresAfterDays: the replaced token would expire within the overlap; lower one of them`;
            problems.push({ field: "overlapDays", problem });
        }
    }
    return problems;
}
