import { isExpired } from "../expiry";
import type { ApiTokenMetadata } from "./replies";
import { TOKEN_SOURCES, type Setting } from "./settings";
import { publicTokenId } from "./redact";

/** What the bootstrap token must hold: write to make tokens, read to see them and to find one whose reply was lost. */
export const NEEDED_SCOPES: readonly string[] = ["apiTokens.write", "apiTokens.read"];
/** Most scopes named in one text. */
const NAMED_SCOPES = 8;

/**
 * Why a bootstrap token cannot make tokens, as Dynatrace describes it; undefined if nothing speaks against it.
 *
 * @param now milliseconds since 1970.
 */
export function bootstrapProblem(self: ApiTokenMetadata, now: number): string | undefined {
    return bootstrapProblems(self, now)[0];
}

/** All that keeps a bootstrap token from making tokens, each with the way out. @param now milliseconds since 1970. */
export function bootstrapProblems(self: ApiTokenMetadata, now: number): string[] {
    const lacking = NEEDED_SCOPES.filter((scope) => self.scopes && !self.scopes.includes(scope));
    const problems: [boolean, string][] = [
        [self.enabled === false, "is disabled; enable it"],
        [isExpired(self.expirationDate, now), `expired at ${self.expirationDate}; use another`],
        [
            self.personalAccessToken === true,
            "is a personal access token, which can make only more of these, without ingest scopes; use an access token",
        ],
        [
            lacking.length > 0,
            `lacks ${lacking.join(" and ")} (it has ${self.scopes?.join(", ") || "no scopes"}); add the scope or use another`,
        ],
    ];
    return problems.filter(([applies]) => applies).map(([, problem]) => problem);
}

/**
 * Scopes of a bootstrap token that neither this package nor whoever runs it needs, sorted.
 *
 * @param allowed scopes it may hold beside those needed. @default none
 */
export function bootstrapExcess(self: ApiTokenMetadata, allowed: readonly string[] = []): string[] {
    return [...new Set(self.scopes)].filter((scope) => ![...NEEDED_SCOPES, ...allowed].includes(scope)).sort();
}

/** What {@link bootstrapExcess} found, worded to follow {@link describeBootstrap}; undefined for none. */
export function excessProblem(excess: readonly string[]): string | undefined {
    if (excess.length === 0) return undefined;
    const more = excess.length > NAMED_SCOPES ? ` and ${excess.length - NAMED_SCOPES} more` : "";
    const named = `${excess.slice(0, NAMED_SCOPES).join(", ")}${more}`;
    return `holds more than it needs: ${named}; use one with apiTokens.read and apiTokens.write alone`;
}

/** The bootstrap token in an error text: where it was found and its public id. */
export function describeBootstrap(token: Setting): string {
    const id = publicTokenId(token.value);
    return `the token in ${token.source}${id ? ` (${id})` : ""}`;
}

/** What to do when the bootstrap token is refused. */
export const BOOTSTRAP_REMEDY =
    `set ${TOKEN_SOURCES} to an access token of this environment with the scopes apiTokens.read and apiTokens.write. ` +
    "A plain `pulumi destroy` or `pulumi refresh` reads the configuration of the last `up`: " +
    "after a rotation set the environment variable, or add --run-program";
