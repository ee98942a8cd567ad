import { isExpired } from "../expiry";
import type { ApiTokenMetadata } from "./schemas";
import { TOKEN_SOURCES, type Setting } from "./settings";
import { publicTokenId } from "./redact";

/** What the bootstrap token must hold: write to make tokens, read to see them and to find one whose reply was lost. */
const NEEDED_SCOPES = ["apiTokens.write", "apiTokens.read"];

/**
 * Why a bootstrap token cannot make tokens, as Dynatrace describes it; undefined if nothing speaks against it.
 *
 * @param now milliseconds since 1970.
 */
export function bootstrapProblem(self: ApiTokenMetadata, now: number): string | undefined {
    if (self.enabled === false) return "is disabled; enable it";
    if (isExpired(self.expirationDate, now)) return `expired at ${self.expirationDate}; use another`;
    if (self.personalAccessToken) {
        return "is a personal access token, which can make only more of these, without ingest scopes; use an access token";
    }
    const lacking = NEEDED_SCOPES.filter((scope) => self.scopes && !self.scopes.includes(scope));
    if (lacking.length === 0) return undefined;
    return `lacks ${lacking.join(" and ")} (it has ${self.scopes?.join(", ") || "no scopes"}); add the scope or use another`;
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
