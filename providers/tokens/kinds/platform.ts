import { resolveAccount } from "../../account-input";
import { platformScopeProblem } from "../../dynatrace/platform-scopes";
import { isUnknown, present, type InputProblem, type Properties, recordedAs } from "../../properties";
import { commonProblems } from "../checks";
import { type Kind, TokenPlace } from "../kind";
import type { PlatformTokenInputs } from "./platform-api";
import { readTokenInputs } from "../state";

/** The scope of the OAuth client for all calls but the creation. */
const PLATFORM_SCOPE = "platform-token:tokens:manage";
const URN = "urn:dtenvironment:";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/* eslint-disable-next-line @typescript-eslint/no-require-imports -- axios and zod take long to load, and check and diff need neither */
const calls = (): typeof import("./platform-api") => require("./platform-api") as typeof import("./platform-api");

/** Platform tokens, `dt0s16`. The API changes only the expiry and the status. */
export const platformTokens: Kind<PlatformTokenInputs> = {
    name: "PlatformToken",
    noun: "platform token",
    place: TokenPlace.Account,
    scopes: { read: PLATFORM_SCOPE, write: PLATFORM_SCOPE },
    fields: [
        ...(["scopes", "tokenName", "mark", "key", "userUuid", "environments", "tags", "expiresAfterDays"] as const),
        ...([
            "expirationDate",
            "rotateAfterDays",
            "rotationKey",
            "retire",
            "overlapDays",
            "replaceOn",
            "retained",
        ] as const),
        ...(["enabled", "allowUnknownScopes", "accountUuid", "accountApiUrl", "ssoUrl"] as const),
    ],
    fixed: ["scopes", "tokenName", "userUuid", "environments", "tags", "rotationKey", "accountUuid"],
    lifeIsFixed: false,
    renames: false,
    keepsExpired: true,
    complete(inputs, { clock, sources }) {
        inputs.enabled ??= true;
        const problems = [
            ...scopesProblems(inputs),
            ...userProblems(inputs),
            ...environmentProblems(inputs),
            ...listProblems(inputs, "tags"),
            ...commonProblems(inputs, clock.now()),
            ...expiryNeeded(inputs),
            ...resolveAccount(inputs, sources),
        ];
        if (problems.length === 0) normalize(inputs);
        return problems;
    },
    read(inputs) {
        const given = recordedAs<Partial<PlatformTokenInputs>>(inputs);
        return present({
            ...readTokenInputs(given),
            scopes: sorted(given.scopes),
            userUuid: given.userUuid ?? "",
            environments: sorted(given.environments),
            tags: sorted(given.tags),
            enabled: given.enabled ?? true,
            allowUnknownScopes: given.allowUnknownScopes,
            accountUuid: given.accountUuid ?? "",
            accountApiUrl: given.accountApiUrl ?? "",
            ssoUrl: given.ssoUrl ?? "",
        });
    },
    api: (address, run) => calls().platformTokenApi(address, run),
};

function sorted(list: string[] = []): string[] {
    return [...new Set(list)].sort();
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

/** The API creates no token without an expiry. */
function expiryNeeded({ expiresAfterDays, expirationDate }: Properties): InputProblem[] {
    if (typeof expirationDate === "string" && /^now\+.*\//.test(expirationDate)) {
        return [{ field: "expirationDate", problem: "holds an alignment, which is for access tokens; leave it out" }];
    }
    if (expiresAfterDays !== undefined || expirationDate !== undefined) return [];
    return [{ field: "expiresAfterDays", problem: "is not set, nor is expirationDate; give one of them, as 90" }];
}
