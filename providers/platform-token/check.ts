import { resolveAccount } from "../account-input";
import { flagProblems, lifetimeProblems, retirementProblems, textProblems } from "../api-token/check";
import { platformScopeProblem } from "../dynatrace/platform-scopes";
import { redact } from "../dynatrace/redact";
import { isUnknown, present, type InputProblem, type Properties } from "../properties";
import type { Run } from "../run";
import type { CheckResult } from "../steps";

const URN = "urn:dtenvironment:";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Validates the inputs of a PlatformToken and writes the account's id and addresses into them, so that every later step, also one
 * that does not run the program, uses the recorded ones. What a preview does not know yet is let through. No network.
 *
 * @param olds inputs as recorded; empty for a token that is not in the state.
 */
export function checkPlatformToken(olds: Properties | undefined, news: Properties, run: Run): CheckResult {
    if (typeof olds?.mark === "string") run.recordedInputs.set(olds.mark, olds);
    const inputs: Properties = present({ enabled: true, ...present({ ...news }) });
    const problems = [
        ...scopesProblems(inputs),
        ...userProblems(inputs),
        ...environmentProblems(inputs),
        ...listProblems(inputs, "tags"),
        ...textProblems(inputs),
        ...flagProblems(inputs),
        ...expiryNeeded(inputs),
        ...lifetimeProblems(inputs, run.clock.now()),
        ...retirementProblems(inputs),
        ...resolveAccount(inputs, run.sources),
    ];
    const reasons = problems.map(({ field, problem }) => redact(`PlatformToken: ${field}: ${problem}`));
    if (problems.length === 0) normalize(inputs);
    return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
}

function normalize(inputs: Properties): void {
    for (const field of ["scopes", "environments", "tags"]) {
        const list = inputs[field];
        if (Array.isArray(list) && !isUnknown(list)) inputs[field] = [...new Set(list.map(withoutUrn))].sort();
    }
}

function withoutUrn(text: string): string {
    return text.startsWith(URN) ? text.slice(URN.length) : text;
}

function scopesProblems(inputs: Properties): InputProblem[] {
    const { scopes, allowUnknownScopes } = inputs;
    const field = "scopes";
    if (!Array.isArray(scopes) && isUnknown(scopes)) return [];
    if (!Array.isArray(scopes) || scopes.length === 0) {
        return [{ field, problem: "is not a list of at least one scope, as openpipeline:logs:ingest; name one" }];
    }
    if (allowUnknownScopes === true) return listProblems(inputs, field);
    const known = scopes.filter((scope): scope is string => typeof scope === "string" && !isUnknown(scope));
    const problems = known.map(platformScopeProblem).filter((problem) => problem !== undefined);
    return [...listProblems(inputs, field), ...problems.map((problem) => ({ field, problem }))];
}

function userProblems({ userUuid }: Properties): InputProblem[] {
    if (isUnknown(userUuid) || (typeof userUuid === "string" && UUID.test(userUuid))) return [];
    const problem =
        "is not the UUID of a user or service user; it stands in Account Management under Service users, or in the users API";
    return [{ field: "userUuid", problem }];
}

function environmentProblems(inputs: Properties): InputProblem[] {
    const field = "environments";
    const { environments } = inputs;
    const problems = listProblems(inputs, field);
    if (environments === undefined || problems.length > 0 || !Array.isArray(environments)) return problems;
    if (environments.length === 0) return [{ field, problem: "is empty; leave it out for the whole account" }];
    return environments
        .map(String)
        .filter((id) => !isUnknown(id) && !/^[A-Za-z0-9-]+$/.test(withoutUrn(id)))
        .map((id) => ({ field, problem: `"${id}" is not the id of an environment; write it as abc12345` }));
}

function listProblems(inputs: Properties, field: string): InputProblem[] {
    const list = inputs[field];
    if (list === undefined || (!Array.isArray(list) && isUnknown(list))) return [];
    if (Array.isArray(list) && list.every((text) => typeof text === "string" && text.trim() !== "")) return [];
    return [{ field, problem: "is not a list of texts, none of them empty; correct it" }];
}

/** The API makes no token without one. */
function expiryNeeded({ expiresAfterDays, expirationDate }: Properties): InputProblem[] {
    if (typeof expirationDate === "string" && /^now\+.*\//.test(expirationDate)) {
        return [{ field: "expirationDate", problem: "holds an alignment, which is for access tokens; leave it out" }];
    }
    if (expiresAfterDays !== undefined || expirationDate !== undefined) return [];
    return [{ field: "expiresAfterDays", problem: "is not set, nor is expirationDate; give one of them, as 90" }];
}
