import { lifetimeProblems, retirementProblems, textProblems } from "../api-token/check";
import { TokenRetirement } from "../api-token/state";
import { resolveApiUrl } from "../api-url-input";
import { redact } from "../dynatrace/redact";
import { expiryProblems, expiryRequest, type ExpiryInputs } from "../expiry";
import { DAY, expiryTime } from "../lifetime";
import { known, present, type InputProblem, type Properties } from "../properties";
import type { Run } from "../run";
import type { CheckResult } from "../steps";
import { DEFAULT_EXPIRES_AFTER_DAYS, DEFAULT_ROTATE_AFTER_DAYS } from "./state";

const MAX_YEARS = 2;

/**
 * Validates the inputs of an ActiveGateToken, fills in its life, and writes the base URL into them, so that every later step, also
 * one that does not run the program, uses the recorded one. What a preview does not know yet is let through. No network.
 *
 * @param olds inputs as recorded; empty for a token that is not in the state.
 */
export function checkActiveGateToken(olds: Properties | undefined, news: Properties, run: Run): CheckResult {
    if (typeof olds?.mark === "string") run.recordedInputs.set(olds.mark, olds);
    const given = present({ retire: TokenRetirement.Expire, ...present({ ...news }) });
    const inputs: Properties = { ...defaultLife(given), ...given };
    const now = run.clock.now();
    const problems = [
        ...textProblems(inputs),
        ...lifetimeProblems(inputs, now),
        ...longestLife(inputs, now),
        ...retirementProblems(inputs),
        ...resolveApiUrl(inputs, run.sources, run.say),
    ];
    const reasons = problems.map(({ field, problem }) => redact(`ActiveGateToken: ${field}: ${problem}`));
    return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
}

function defaultLife({ expiresAfterDays, expirationDate }: Properties): Properties {
    if (expiresAfterDays !== undefined || expirationDate !== undefined) return {};
    return { expiresAfterDays: DEFAULT_EXPIRES_AFTER_DAYS, rotateAfterDays: DEFAULT_ROTATE_AFTER_DAYS };
}

function longestLife(inputs: Properties, now: number): InputProblem[] {
    const field = inputs.expirationDate === undefined ? "expiresAfterDays" : "expirationDate";
    const expiry: ExpiryInputs = { [field]: known(inputs[field]) };
    if (expiry[field] === undefined || expiryProblems(expiry, now).length > 0) return [];
    const latest = expiryTime(`now+${MAX_YEARS}y`, now);
    if (expiryTime(expiryRequest(expiry) ?? "", now) <= latest) return [];
    const most = Math.floor((latest - now) / DAY);
    return [
        {
            field,
            problem: `is more than ${MAX_YEARS} years off, the most that Dynatrace allows; use ${most} days or less`,
        },
    ];
}
