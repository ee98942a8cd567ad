import { resolveApiUrl } from "../../api-url-input";
import { ACTIVEGATE_SCOPES } from "../../dynatrace/scopes";
import { type ExpiryInputs, expiryProblems, expiryRequest } from "../../expiry";
import { DAY, expiryTime } from "../../lifetime";
import { known, present, type InputProblem, type Properties, recordedAs } from "../../properties";
import { commonProblems } from "../checks";
import { type Kind, TokenPlace } from "../kind";
import { readTokenInputs, TokenRetirement } from "../state";
import type { ActiveGateTokenInputs } from "./activegate-api";

/** The life of an ActiveGate token without a given life: what the Dynatrace Operator gives its own. */
const DEFAULT_EXPIRES_AFTER_DAYS = 60;
/** The age at which it is replaced then: a month and a day before its end, so that Dynatrace never warns of that. */
const DEFAULT_ROTATE_AFTER_DAYS = 29;
/** The longest life that Dynatrace allows. */
const MAX_YEARS = 2;

/* eslint-disable-next-line @typescript-eslint/no-require-imports -- axios and zod take long to load, and check and diff need neither */
const calls = (): typeof import("./activegate-api") => require("./activegate-api") as typeof import("./activegate-api");

/** ActiveGate tokens, `dt0g02`. The API changes nothing in such a token. */
export const activeGateTokens: Kind<ActiveGateTokenInputs> = {
    name: "ActiveGateToken",
    noun: "ActiveGate token",
    place: TokenPlace.Environment,
    scopes: ACTIVEGATE_SCOPES,
    fields: [
        ...(["tokenName", "mark", "key", "expiresAfterDays", "expirationDate", "rotateAfterDays"] as const),
        ...(["rotationKey", "retire", "overlapDays", "replaceOn", "retained", "apiUrl"] as const),
    ],
    fixed: ["tokenName", "rotationKey"],
    lifeIsFixed: true,
    renames: false,
    keepsExpired: false,
    complete(inputs, { clock, sources, say }) {
        inputs.retire ??= TokenRetirement.Expire;
        const given = { ...inputs };
        Object.assign(inputs, defaultLife(given), given);
        const now = clock.now();
        return [...commonProblems(inputs, now), ...longestLife(inputs, now), ...resolveApiUrl(inputs, sources, say)];
    },
    read(inputs) {
        const given = recordedAs<Partial<ActiveGateTokenInputs>>(inputs);
        return present({
            ...readTokenInputs(given),
            retire: given.retire ?? TokenRetirement.Expire,
            apiUrl: given.apiUrl ?? "",
        });
    },
    api: ({ apiUrl = "" }, run) => calls().activeGateTokenApi(apiUrl, run),
};

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
