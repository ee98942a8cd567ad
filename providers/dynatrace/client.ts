import { BOOTSTRAP_REMEDY, bootstrapProblem } from "./bootstrap";
import { createThrough, type Creation } from "./caller";
import { EnvironmentLine, type LineOptions } from "./environment-line";
import type { CallDescription } from "./errors";
import { publicTokenId } from "./redact";
import type { ApiTokenMetadata } from "./replies";
import { apiTokenSchema, createdTokenSchema, tokenPageSchema } from "./schemas";

/** Body of POST apiTokens. */
export interface NewToken {
    name: string;
    scopes: string[];
    /** `now+30d` or ISO 8601. Left out: never. */
    expirationDate?: string;
    personalAccessToken?: boolean;
}

/** Body of PUT apiTokens/{id}: the whole of what can be changed, as a scope left out is taken away. */
export interface TokenUpdate {
    name: string;
    scopes: string[];
    enabled: boolean;
}

const PATH = "/v2/apiTokens";
const PAGE_SIZE = "1000";
const LISTED_FIELDS = "+scopes,+expirationDate,+lastUsedDate,+personalAccessToken";

/** A token as the list shows it. */
export type ListedToken = ApiTokenMetadata & { name: string };

/**
 * The access tokens API v2 of one environment. Refusals (429, 503) are waited out by all calls together. Calls that do the same
 * when repeated are repeated on a lost connection or a 5xx; the creation of a token is not.
 *
 * Every method throws a DynatraceApiError for an answer that it does not name.
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens
 */
export class DynatraceClient {
    /** The environment, for its other APIs. */
    readonly line: EnvironmentLine;

    /** Base URL of the environment's API. */
    get apiUrl(): string {
        return this.line.apiUrl;
    }

    constructor(options: LineOptions) {
        this.line = EnvironmentLine.open(options, { problem: bootstrapProblem, remedy: BOOTSTRAP_REMEDY });
    }

    /** Throws a DynatraceAuthError if Dynatrace's description of the bootstrap token says that it cannot create tokens. */
    async assertCanCreate(): Promise<void> {
        await this.line.assertAble(describe("POST", "", "create a token"));
    }

    /** As {@link EnvironmentLine.probe}, for tokens of this kind. */
    async probe(patient: boolean): Promise<string | undefined> {
        return this.line.probe({ call: "", purpose: "check the bootstrap token", scope: "apiTokens.read" }, patient);
    }

    /** Creates a token, or says that one may have been created. Throws if none was. */
    async createToken(token: NewToken): Promise<Creation> {
        const what = describe("POST", "", `create token ${token.name}`);
        return createThrough(this.line, { what, method: "POST", path: PATH, body: token }, createdTokenSchema);
    }

    /** The token without its secret; undefined if it is gone. */
    async getToken(id: string): Promise<ApiTokenMetadata | undefined> {
        const what = describe("GET", id, `read token ${id}`);
        const answer = await this.line.call({ what, method: "GET", path: pathOf(id), repeatable: true });
        if (answer.status === 404) return this.line.assertGone(what, answer);
        return this.line.parsed(what, answer, apiTokenSchema);
    }

    /** Sets name, scopes and whether it is enabled. False if the token is gone. */
    async updateToken(id: string, update: TokenUpdate): Promise<boolean> {
        const what = describe("PUT", id, `update token ${id}`);
        const answer = await this.line.call({ what, method: "PUT", path: pathOf(id), body: update, repeatable: true });
        return this.line.done(what, answer);
    }

    /** Deletes a token. False if it was gone already. */
    async deleteToken(id: string): Promise<boolean> {
        const what = describe("DELETE", id, `delete token ${id}`);
        const answer = await this.line.call({ what, method: "DELETE", path: pathOf(id), repeatable: true });
        return this.line.done(what, answer);
    }

    /** Ids and names of all tokens that bear one of these names; the API has no filter for it, so all pages are read. */
    async findTokens(names: ReadonlySet<string>): Promise<ListedToken[]> {
        return (await this.listTokens()).filter(({ name }) => names.has(name));
    }

    /**
     * All tokens of the environment, newest first, without their secrets.
     *
     * @param onPage is called after each page with the number of tokens read so far.
     */
    async listTokens(onPage?: (read: number) => void): Promise<ListedToken[]> {
        const what = describe("GET", "", "list tokens", "apiTokens.read");
        const listed: ListedToken[] = [];
        let query: Record<string, string> = { pageSize: PAGE_SIZE, fields: LISTED_FIELDS };
        for (;;) {
            const answer = await this.line.call({ what, method: "GET", path: PATH, query, repeatable: true });
            const page = await this.line.parsed(what, answer, tokenPageSchema);
            listed.push(...page.apiTokens.map((token) => ({ ...token, name: token.name ?? "" })));
            onPage?.(listed.length);
            if (!page.nextPageKey) return listed;
            // Beside nextPageKey no other parameter is allowed.
            query = { nextPageKey: page.nextPageKey };
        }
    }

    /** What Dynatrace knows of a token, by its secret, which goes in the body; undefined if it knows none. */
    async lookUp(token: string): Promise<ApiTokenMetadata | undefined> {
        const path = `${PATH}/lookup`;
        const what = { call: `POST ${path}`, purpose: "look up a token", tokenId: publicTokenId(token) };
        const answer = await this.line.call({ what, method: "POST", path, body: { token }, repeatable: true });
        if (answer.status === 404) return this.line.assertGone(what, answer);
        return this.line.parsed(what, answer, apiTokenSchema);
    }
}

function pathOf(id: string): string {
    return `${PATH}/${encodeURIComponent(id)}`;
}

function describe(
    method: "GET" | "POST" | "PUT" | "DELETE",
    id: string,
    purpose: string,
    scope?: string,
): CallDescription {
    return {
        call: `${method} ${id ? pathOf(id) : PATH}`,
        purpose,
        scope: scope ?? (method === "GET" ? "apiTokens.read" : "apiTokens.write"),
        ...(id ? { tokenId: id } : {}),
    };
}
