import { accountUrl } from "./account";
import { assertDone, callThrough, createThrough, parsed, type Call, type Line, type Creation } from "./caller";
import {
    DynatraceApiError,
    DynatraceBusyError,
    DynatraceConnectionError,
    DynatraceError,
    type CallDescription,
} from "./errors";
import { errorFor } from "./explain";
import { Gate, type Clock } from "./limits";
import { createdPlatformTokenSchema, platformTokenPageSchema } from "./platform-schemas";
import type { ListedPlatformToken } from "./replies";
import { SignOn, type SignOnOptions } from "./sign-on";
import { Transport, type Answer, type ApiRequest, type Failure } from "./transport";

/** Body of POST platform-tokens; all of it is required. */
export interface NewPlatformToken {
    scope: string[];
    /** `urn:dtaccount:…` or `urn:dtenvironment:…`. */
    resource: string[];
    tags: string[];
    /** ISO 8601. */
    expirationDate: string;
    userUuid: string;
}

/** Most platform tokens of one user in one account. */
export const MAX_PER_USER = 10;
const PATH = "/platform-tokens";
const PAGE_SIZE = "100";
const SCOPE = "platform-token:tokens:manage";

/**
 * The platform tokens of one account. There is no call for a single one: each look is a list.
 *
 * Every method throws a DynatraceApiError for an answer that it does not name.
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/account-management-api/platform-tokens-api
 */
export class AccountClient implements Line {
    readonly clock: Clock;
    readonly gate: Gate;
    readonly page = "Account Management, Platform tokens,";
    /** Base URL of the account. */
    readonly apiUrl: string;
    private readonly transport: Transport;
    private readonly signOn: SignOn;

    constructor(private readonly options: SignOnOptions) {
        this.clock = options.clock;
        this.gate = options.gate ?? new Gate(options.clock);
        this.apiUrl = accountUrl(options.address);
        this.transport = new Transport(this.apiUrl, {}, options.timeout);
        this.signOn = new SignOn(options);
    }

    /**
     * Signs on and lists one token.
     *
     * @returns why nothing can be said, if there was no answer; undefined if nothing speaks against address and OAuth client.
     * @throws DynatraceApiError if the address is wrong or the OAuth client is refused.
     */
    async probe(): Promise<string | undefined> {
        const what = describe("GET", "", "check the OAuth client");
        try {
            const answer = await this.call({
                what,
                method: "GET",
                path: PATH,
                query: { size: "1" },
                repeatable: false,
            });
            await parsed(this, what, answer, platformTokenPageSchema);
            return undefined;
        } catch (error) {
            if (error instanceof DynatraceConnectionError || error instanceof DynatraceBusyError) return error.message;
            throw error;
        }
    }

    /** Creates a token, or says that one may have been created. Throws if none was. */
    async createToken({ name, ...rest }: NewPlatformToken & { name: string }): Promise<Creation> {
        const { scope, resource, tags, expirationDate, userUuid } = rest;
        const body = { name, scope, resource, tags, expirationDate, userUuid };
        const what = describe("POST", "", `create platform token ${name}`);
        what.scope = `${SCOPE} and platform-token:tokens:write`;
        await this.signOn.bearerToken();
        try {
            return await createThrough(this, { what, method: "POST", path: PATH, body }, createdPlatformTokenSchema);
        } catch (error) {
            throw (await this.limitReached(error, userUuid)) ?? error;
        }
    }

    /** The token without its secret; undefined if it is gone. An expired one is not gone until it is deleted. */
    async getToken(id: string): Promise<ListedPlatformToken | undefined> {
        const withId = (tokens: ListedPlatformToken[]) => tokens.find((token) => token.id === id);
        // What the search finds is not documented in detail, so that it finds nothing proves nothing.
        const found = withId(await this.listTokens({ searchTerm: id })) ?? withId(await this.listTokens());
        if (!found || found.enabled !== undefined) return found;
        const inactive = withId(await this.listTokens({ searchTerm: id, status: "INACTIVE" }));
        return { ...found, enabled: inactive === undefined };
    }

    /** Moves the end of a token's life. False if the token is gone. @param expirationDate ISO 8601, in the future. */
    async setExpiry(id: string, expirationDate: string): Promise<boolean> {
        return this.put(id, "expiration-date", { expirationDate });
    }

    /** Lets a token work, or not; Dynatrace takes up to five minutes. False if the token is gone. */
    async setEnabled(id: string, enabled: boolean): Promise<boolean> {
        return this.put(id, "status", { status: enabled ? "ACTIVE" : "INACTIVE" });
    }

    /** Deletes a token. False if it was gone already. */
    async deleteToken(id: string): Promise<boolean> {
        const what = describe("DELETE", id, `delete platform token ${id}`);
        const answer = await this.call({ what, method: "DELETE", path: pathOf(id), repeatable: true });
        return this.done(what, answer, id);
    }

    /** All tokens that bear one of these names. */
    async findTokens(names: ReadonlySet<string>): Promise<ListedPlatformToken[]> {
        return (await this.listTokens()).filter(({ name }) => names.has(name));
    }

    /**
     * All tokens of the account, page by page, without their secrets.
     *
     * @param onPage is called after each page with the number of tokens read so far.
     */
    async listTokens(
        filter: Record<string, string> = {},
        onPage?: (read: number) => void,
    ): Promise<ListedPlatformToken[]> {
        const what = describe("GET", "", "list platform tokens");
        const listed: ListedPlatformToken[] = [];
        let query: Record<string, string> = { ...filter, size: PAGE_SIZE };
        for (;;) {
            const answer = await this.call({ what, method: "GET", path: PATH, query, repeatable: true });
            const page = await parsed(this, what, answer, platformTokenPageSchema);
            listed.push(...page.results);
            onPage?.(listed.length);
            if (page.results.length === 0 || listed.length >= page.total) return listed;
            // Whether the first page is 0 or 1 is not documented; the reply tells.
            query = { ...query, page: String(page.pageNumber + 1) };
        }
    }

    async send(request: ApiRequest): Promise<Answer | Failure> {
        const Authorization = `Bearer ${await this.signOn.bearerToken()}`;
        return this.transport.send({ ...request, headers: { Authorization } });
    }

    error(what: CallDescription, answer: Answer | Failure): Promise<DynatraceApiError> {
        return Promise.resolve(
            errorFor(what, answer, {
                apiUrl: this.apiUrl,
                bootstrap: this.signOn.client,
                addressHint: "check accountApiUrl: https://api.dynatrace.com, and accountUuid",
                remedy: this.signOn.remedy,
                secrets: [this.options.credentials.clientSecret.value],
            }),
        );
    }

    private async put(id: string, field: string, body: object): Promise<boolean> {
        const what = describe("PUT", id, `set the ${field} of platform token ${id}`, `/${field}`);
        const path = `${pathOf(id)}/${field}`;
        const answer = await this.call({ what, method: "PUT", path, body, repeatable: true });
        return this.done(what, answer, id);
    }

    /** Takes a new bearer token where one was refused before its time. */
    private async call(call: Call): Promise<Answer | Failure> {
        await this.signOn.bearerToken();
        const answer = await callThrough(this, call);
        if (answer.status !== 401) return answer;
        this.signOn.forget();
        await this.signOn.bearerToken();
        return callThrough(this, call);
    }

    /** A 404 is believed only where the list, which answers for the right account alone, does not hold the token. */
    private async done(what: CallDescription, answer: Answer | Failure, id: string): Promise<boolean> {
        if (answer.status === 404 && !(await this.getToken(id))) return false;
        await assertDone(this, what, answer);
        return true;
    }

    /** Whether a refusal came of the limit, whose status and text are not documented. */
    private async limitReached(error: unknown, userUuid: string): Promise<DynatraceError | undefined> {
        if (!(error instanceof DynatraceApiError) || !error.status || error.status === 401) return undefined;
        const listed = await this.listTokens().catch(() => []);
        const held = listed.filter((token) => token.userUuid === userUuid);
        if (held.length < MAX_PER_USER) return undefined;
        const now = this.clock.now();
        const expired = held.filter(({ expirationDate }) => Date.parse(expirationDate ?? "") <= now).length;
        return new DynatraceError(
            `could not ${error.purpose}: user ${userUuid} holds ${held.length} platform tokens in this account, ` +
                `${expired} of them expired, and Dynatrace allows ${MAX_PER_USER}; delete one under ` +
                `${this.page} or take another (service) user as userUuid`,
        );
    }
}

function pathOf(id: string): string {
    return `${PATH}/${encodeURIComponent(id)}`;
}

function describe(method: ApiRequest["method"], id: string, purpose: string, below = ""): CallDescription {
    const call = `${method} ${id ? pathOf(id) : PATH}${below}`;
    return { call, purpose, scope: SCOPE, ...(id ? { tokenId: id } : {}) };
}
