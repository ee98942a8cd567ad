import { resolveApiUrl } from "../../api-url-input";
import { publicTokenId } from "../../dynatrace/redact";
import { isIngestScope, scopeProblem } from "../../dynatrace/scopes";
import { expiryRequest } from "../../expiry";
import { isUnknown, present, type InputProblem, type Properties, recordedAs } from "../../properties";
import { commonProblems } from "../checks";
import { type Kind, type Reason, TokenPlace } from "../kind";
import { readTokenInputs, type TokenOutputs } from "../state";
import type { AccessTokenInputs } from "./access-api";

/* eslint-disable-next-line @typescript-eslint/no-require-imports -- axios and zod take long to load, and check and diff need neither */
const calls = (): typeof import("./access-api") => require("./access-api") as typeof import("./access-api");

/** Access tokens, `dt0c01`. */
export const accessTokens: Kind<AccessTokenInputs> = {
    name: "ApiToken",
    noun: "token",
    place: TokenPlace.Environment,
    scopes: { read: "apiTokens.read", write: "apiTokens.write" },
    fields: [
        ...(["scopes", "tokenName", "mark", "key", "expiresAfterDays", "expirationDate", "rotateAfterDays"] as const),
        ...([
            "rotationKey",
            "retire",
            "overlapDays",
            "replaceOn",
            "retained",
            "enabled",
            "personalAccessToken",
        ] as const),
        ...(["allowUnknownScopes", "apiUrl"] as const),
    ],
    fixed: ["rotationKey", "personalAccessToken"],
    lifeIsFixed: true,
    renames: true,
    keepsExpired: false,
    complete(inputs, { clock, sources, say }) {
        inputs.enabled ??= true;
        const problems = [
            ...scopesProblems(inputs),
            ...commonProblems(inputs, clock.now()),
            ...resolveApiUrl(inputs, sources, say),
        ];
        if (Array.isArray(inputs.scopes) && !isUnknown(inputs.scopes)) {
            inputs.scopes = [...new Set(inputs.scopes)].sort();
        }
        return problems;
    },
    read(inputs) {
        const given = recordedAs<Partial<AccessTokenInputs>>(inputs);
        return present({
            ...readTokenInputs(given),
            scopes: [...new Set(given.scopes ?? [])].sort(),
            enabled: given.enabled ?? true,
            personalAccessToken: given.personalAccessToken === true ? true : undefined,
            allowUnknownScopes: given.allowUnknownScopes,
            adoptToken: given.adoptToken,
            apiUrl: given.apiUrl ?? "",
        });
    },
    reasons: (outputs, wanted) => [...missingExpiry(outputs, wanted), ...adoptsAnother(outputs, wanted)],
    api: ({ apiUrl = "" }, run) => calls().accessTokenApi(apiUrl, run),
};

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

function missingExpiry({ expiresAt, applied, tokenId }: TokenOutputs, wanted: AccessTokenInputs): Reason[] {
    if (expiryRequest(wanted) === undefined || expiresAt !== undefined || applied.adopted === tokenId) return [];
    if (expiryRequest(wanted) !== expiryRequest(applied)) return [];
    const field = wanted.expirationDate === undefined ? "expiresAfterDays" : "expirationDate";
    return [{ field, why: "it was given no expiry, although one was asked for" }];
}

/** Whether another token is to be adopted than this one, or the one that this resource began with. */
function adoptsAnother({ tokenId, applied }: TokenOutputs, { adoptToken }: AccessTokenInputs): Reason[] {
    const id = adoptToken && (publicTokenId(adoptToken) ?? "");
    if (id === undefined || id === "" || id === tokenId || id === applied.adopted) return [];
    return [{ field: "adoptToken", why: "adoptToken names another token" }];
}
