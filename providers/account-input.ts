import {
    ACCOUNT_SOURCES,
    ambientAddress,
    DEFAULT_ACCOUNT_API_URL,
    DEFAULT_SSO_URL,
    type AccountAddress,
} from "./dynatrace/account";
import { isLoopback } from "./dynatrace/api-url";
import type { SettingsSources } from "./dynatrace/settings";
import { isUnknown, type InputProblem, type Properties } from "./properties";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URN = "urn:dtaccount:";

/**
 * Writes the account's id and addresses into the inputs, from the surroundings where none are given, so that later steps use the
 * recorded ones. The OAuth client is not among them.
 *
 * @returns what is wrong with them.
 */
export function resolveAccount(inputs: Properties, sources: SettingsSources): InputProblem[] {
    return [
        resolve(inputs, sources, "accountUuid", undefined, uuidOf),
        resolve(inputs, sources, "accountApiUrl", DEFAULT_ACCOUNT_API_URL, baseOf),
        resolve(inputs, sources, "ssoUrl", DEFAULT_SSO_URL, urlOf),
    ].filter((problem) => problem !== undefined);
}

/** A value in its one form, or what is wrong with it. */
type Reading = { value: string; problem?: undefined } | { value?: undefined; problem: string };

function resolve(
    inputs: Properties,
    sources: SettingsSources,
    field: keyof AccountAddress,
    fallback: string | undefined,
    read: (text: string) => Reading,
): InputProblem | undefined {
    if (isUnknown(inputs[field])) return undefined;
    const ambient = inputs[field] === undefined ? ambientAddress(sources, field) : undefined;
    const text = inputs[field] ?? ambient?.value ?? fallback;
    if (text === undefined) return { field, problem: `is not set; give it, or set ${ACCOUNT_SOURCES}` };
    if (typeof text !== "string") return { field, problem: "is not text" };
    const { value, problem } = read(text.trim());
    if (value !== undefined) inputs[field] = value;
    return problem === undefined
        ? undefined
        : { field, problem: ambient ? `${problem} (from ${ambient.source})` : problem };
}

function uuidOf(text: string): Reading {
    const uuid = text.startsWith(URN) ? text.slice(URN.length) : text;
    if (UUID.test(uuid)) return { value: uuid.toLowerCase() };
    return {
        problem: "is not the UUID of an account; it stands in the address of Account Management, behind account-uuid=",
    };
}

/** Without the path of the API, which is added. */
function baseOf(text: string): Reading {
    const { value, problem } = urlOf(text);
    return problem === undefined ? { value: value.replace(/\/iam(\/.*)?$/, "") } : { problem };
}

function urlOf(text: string): Reading {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || url.username || url.password || url.search || url.hash) {
        return { problem: "is not a plain URL; leave it out for Dynatrace's own" };
    }
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
        return { problem: `${url.protocol}// would send the OAuth client's secret unencrypted; write https://` };
    }
    return { value: `${url.origin}${url.pathname.replace(/\/+$/, "")}` };
}
