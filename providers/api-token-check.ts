import { isUnknown, present, type Properties } from "./api-token-state";
import { parseApiUrl } from "./dynatrace/api-url";
import { redact } from "./dynatrace/redact";
import { isIngestScope, scopeProblem } from "./dynatrace/scopes";
import { ambientApiUrl, URL_SOURCES, type SettingsSources } from "./dynatrace/settings";
import { expiryProblems, type InputProblem } from "./expiry";

/** What check tells the engine. */
export interface CheckResult {
    inputs: Properties;
    /** No property is named: the engine would print its value, which may be a password or token in the wrong place. */
    failures: { property: ""; reason: string }[];
}

/**
 * Validates the inputs of an ApiToken and writes the base URL into them, so that every later step, also one that does not run
 * the program, uses the recorded one. What a preview does not know yet is let through. No network.
 *
 * @param now milliseconds since 1970.
 */
export function checkApiToken(news: Properties, sources: SettingsSources, now: number): CheckResult {
    const inputs: Properties = present({ enabled: true, personalAccessToken: false, ...present({ ...news }) });
    const problems = [
        ...scopesProblems(inputs),
        ...textProblems(inputs),
        ...flagProblems(inputs),
        ...lifetimeProblems(inputs, now),
        ...resolveApiUrl(inputs, sources),
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

function textProblems(inputs: Properties): InputProblem[] {
    const problems: InputProblem[] = [];
    for (const field of ["tokenName", "rotationKey"]) {
        const value = inputs[field];
        if (value === undefined || isUnknown(value)) continue;
        if (typeof value !== "string") problems.push({ field, problem: "is not text" });
        else if (field === "tokenName" && value.trim() === "") {
            problems.push({ field, problem: "is empty; leave it out for a name made from project and stack" });
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

function lifetimeProblems(inputs: Properties, now: number): InputProblem[] {
    const { expiresAfterDays, expirationDate, rotateAfterDays } = present({
        expiresAfterDays: known(inputs.expiresAfterDays),
        expirationDate: known(inputs.expirationDate),
        rotateAfterDays: known(inputs.rotateAfterDays),
    }) as { expiresAfterDays?: number; expirationDate?: string; rotateAfterDays?: number };
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

/** Writes the base URL into the inputs. */
function resolveApiUrl(inputs: Properties, sources: SettingsSources): InputProblem[] {
    if (isUnknown(inputs.apiUrl)) return [];
    const field = "apiUrl";
    const ambient = inputs.apiUrl === undefined ? ambientApiUrl(sources) : undefined;
    const text = inputs.apiUrl ?? ambient?.value;
    if (typeof text !== "string") {
        return [
            {
                field,
                problem: `is not set; give it, or set ${URL_SOURCES}, as https://{environment}.live.dynatrace.com/api`,
            },
        ];
    }
    const { url, problem } = parseApiUrl(text);
    if (url !== undefined) inputs.apiUrl = url;
    return problem === undefined ? [] : [{ field, problem: ambient ? `${problem} (from ${ambient.source})` : problem }];
}

function known<T>(value: T): T | undefined {
    return isUnknown(value) ? undefined : value;
}
