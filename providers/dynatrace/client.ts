import type { z } from "zod";

import { BOOTSTRAP_REMEDY, bootstrapProblem, describeBootstrap } from "./bootstrap";
import { DynatraceAuthError, type CallDescription, type DynatraceApiError } from "./errors";
import { errorFor } from "./explain";
import { backoff, systemClock, type Clock, type Gate } from "./limits";
import { publicTokenId } from "./redact";
import {
    apiTokenSchema,
    createdTokenSchema,
    parseBody,
    tokenPageSchema,
    type ApiTokenMetadata,
    type CreatedToken,
} from "./schemas";
import type { Setting } from "./settings";
import { isCertificateError, Transport, type Answer, type ApiRequest, type Failure } from "./transport";

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

/** A token was made, or one may have been: `doubt` says what came in place of a reply. */
export type Minted = { created: CreatedToken; doubt?: undefined } | { created?: undefined; doubt: string };

export interface ClientOptions {
    apiUrl: string;
    /** The bootstrap token. */
    token: Setting;
    /** Shared by all clients of one address. */
    gate: Gate;
    clock?: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
}

const PATH = "/v2/apiTokens";
/** Tries of a call that may be repeated. */
const TRIES = 4;
const PAGE_SIZE = "1000";
const LISTED_FIELDS = "+scopes,+expirationDate,+lastUsedDate,+personalAccessToken";

/** A token as the list shows it. */
export type ListedToken = ApiTokenMetadata & { name: string };

interface Call extends ApiRequest {
    what: CallDescription;
    /** Whether a second one does no harm. */
    repeatable: boolean;
    tries?: number;
}

/**
 * The access tokens API v2 of one environment. Refusals (429, 503) are waited out by all calls together. Calls that do the same
 * when repeated are, on a lost connection or a 5xx; making a token is not.
 *
 * Every method throws a DynatraceApiError for an answer that it does not name.
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens
 */
export class DynatraceClient {
    private readonly transport: Transport;
    private readonly clock: Clock;
    private lookup?: Promise<ApiTokenMetadata | undefined>;

    /** Base URL of the environment's API. */
    get apiUrl(): string {
        return this.options.apiUrl;
    }

    constructor(private readonly options: ClientOptions) {
        this.transport = new Transport(options.apiUrl, options.token.value, options.timeout);
        this.clock = options.clock ?? systemClock;
    }

    /** Throws a DynatraceAuthError if Dynatrace's description of the bootstrap token says that it cannot make tokens. */
    async assertCanMint(): Promise<void> {
        const self = await this.self();
        const problem = self && bootstrapProblem(self, this.clock.now());
        if (!problem) return;
        const what = { call: "POST /v2/apiTokens", purpose: "create a token", scope: "apiTokens.write" };
        const token = describeBootstrap(this.options.token);
        throw new DynatraceAuthError(what, undefined, `was not tried: ${token} ${problem}`, BOOTSTRAP_REMEDY);
    }

    /** Makes a token, or says that one may have been made. Throws if none was. */
    async createToken(token: NewToken): Promise<Minted> {
        const what = describe("POST", "", `create token ${token.name}`);
        const answer = await this.call({ what, method: "POST", path: PATH, body: token, repeatable: false });
        if (answer.status === undefined) {
            if (!answer.maybeSent) throw await this.error(what, answer);
            return { doubt: `no reply arrived (${answer.code})` };
        }
        if (answer.status < 300) {
            const created = parseBody(createdTokenSchema, answer.text);
            return created ? { created } : { doubt: `the reply with status ${answer.status} could not be read` };
        }
        const refused = answer.status < 500 || answer.status === 503;
        if (refused && answer.status !== 408) throw await this.error(what, answer);
        return { doubt: `the reply was ${answer.status}` };
    }

    /** The token without its secret; undefined if it is gone. */
    async getToken(id: string): Promise<ApiTokenMetadata | undefined> {
        const what = describe("GET", id, `read token ${id}`);
        const answer = await this.call({ what, method: "GET", path: pathOf(id), repeatable: true });
        if (answer.status === 404) return this.assertGone(what, answer);
        return this.parsed(what, answer, apiTokenSchema);
    }

    /** Sets name, scopes and whether it is enabled. False if the token is gone. */
    async updateToken(id: string, update: TokenUpdate): Promise<boolean> {
        const what = describe("PUT", id, `update token ${id}`);
        const answer = await this.call({ what, method: "PUT", path: pathOf(id), body: update, repeatable: true });
        return this.done(what, answer);
    }

    /** Deletes a token. False if it was gone already. */
    async deleteToken(id: string): Promise<boolean> {
        const what = describe("DELETE", id, `delete token ${id}`);
        const answer = await this.call({ what, method: "DELETE", path: pathOf(id), repeatable: true });
        return this.done(what, answer);
    }

    /** Ids and names of all tokens that bear one of these names; the API has no filter for it, so all pages are read. */
    async findTokens(names: ReadonlySet<string>): Promise<ListedToken[]> {
        return (await this.listTokens()).filter(({ name }) => names.has(name));
    }

    /**
     * All tokens of the environment, newest first, without their secrets.
     *
     * @param onPage is told how many have been read, page by page.
     */
    async listTokens(onPage?: (read: number) => void): Promise<ListedToken[]> {
        const what = describe("GET", "", "list tokens", "apiTokens.read");
        const listed: ListedToken[] = [];
        let query: Record<string, string> = { pageSize: PAGE_SIZE, fields: LISTED_FIELDS };
        for (;;) {
            const answer = await this.call({ what, method: "GET", path: PATH, query, repeatable: true });
            const page = await this.parsed(what, answer, tokenPageSchema);
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
        const answer = await this.call({ what, method: "POST", path, body: { token }, repeatable: true });
        if (answer.status === 404) return this.assertGone(what, answer);
        return this.parsed(what, answer, apiTokenSchema);
    }

    /** What Dynatrace says about the bootstrap token, asked once; undefined if it does not say. Never throws. */
    private self(): Promise<ApiTokenMetadata | undefined> {
        this.lookup ??= this.lookUpSelf();
        return this.lookup;
    }

    private async lookUpSelf(): Promise<ApiTokenMetadata | undefined> {
        const path = `${PATH}/lookup`;
        const what = { call: `POST ${path}`, purpose: "look up the bootstrap token" };
        const body = { token: this.options.token.value };
        const answer = await this.call({ what, method: "POST", path, body, repeatable: true, tries: 2 });
        return answer.status === 200 ? parseBody(apiTokenSchema, answer.text) : undefined;
    }

    /** A 404 is believed only from an address that knows the bootstrap token: a wrong one would make live tokens look gone. */
    private async assertGone(what: CallDescription, answer: Answer): Promise<undefined> {
        if (!(await this.self())) this.lookup = undefined;
        if (!(await this.self())) throw await this.error(what, answer);
        return undefined;
    }

    private async done(what: CallDescription, answer: Answer | Failure): Promise<boolean> {
        if (answer.status === 404) {
            await this.assertGone(what, answer);
            return false;
        }
        if (answer.status === undefined || answer.status >= 300) throw await this.error(what, answer);
        // 204 has no body; a page of a proxy's login has one.
        if (/^\s*</.test(answer.text)) throw await this.error(what, answer);
        return true;
    }

    private async parsed<T>(what: CallDescription, answer: Answer | Failure, schema: z.ZodType<T>): Promise<T> {
        const ok = answer.status !== undefined && answer.status < 300;
        const body = ok ? parseBody(schema, answer.text) : undefined;
        if (body === undefined) throw await this.error(what, answer);
        return body;
    }

    private async error(what: CallDescription, answer: Answer | Failure): Promise<DynatraceApiError> {
        const { apiUrl, token } = this.options;
        const refused = answer.status === 401 || answer.status === 403;
        const self = refused ? await this.self() : undefined;
        return errorFor(what, answer, {
            apiUrl,
            bootstrap: describeBootstrap(token),
            bootstrapId: publicTokenId(token.value),
            bootstrapProblem: self && bootstrapProblem(self, this.clock.now()),
            remedy: BOOTSTRAP_REMEDY,
            secrets: [token.value],
        });
    }

    private async call(call: Call): Promise<Answer | Failure> {
        const { gate } = this.options;
        let refused = false;
        let failures = 0;
        for (;;) {
            await gate.enter(refused);
            const answer = await this.transport.send(call);
            if (answer.status === 429 || answer.status === 503) {
                refused = true;
                if (gate.leaveRefused(answer.headers)) continue;
                return answer;
            }
            gate.leave(answer.status === undefined ? "failed" : "through");
            failures++;
            if (failures >= (call.tries ?? TRIES) || !isWorthRepeating(call, answer)) return answer;
            await this.clock.sleep(backoff(failures, this.clock));
        }
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

function isWorthRepeating(call: Call, answer: Answer | Failure): boolean {
    if (answer.status !== undefined) return call.repeatable && answer.status >= 500;
    if (answer.code === "ENOTFOUND" || isCertificateError(answer.code)) return false;
    return call.repeatable || !answer.maybeSent;
}
