import { z } from "zod";

import { isExpired } from "../expiry";
import { createThrough, type Creation } from "./caller";
import type { DynatraceClient } from "./client";
import type { EnvironmentLine, Needs } from "./environment-line";
import type { CallDescription } from "./errors";
import type {
    ActiveGateTokenPage,
    ApiTokenMetadata,
    ConnectionInfo,
    ListedActiveGateToken,
    ReplySchema,
} from "./replies";
import { createdTokenSchema, optional } from "./schemas";
import { ACTIVEGATE_SCOPES } from "./scopes";
import { TOKEN_SOURCES } from "./settings";
import type { ApiRequest } from "./transport";

const activeGateTokenSchema = z.object({
    id: z.string().min(1),
    name: optional(z.string()).transform((name) => name ?? ""),
    creationDate: optional(z.string()),
    expirationDate: optional(z.string()),
    lastUsedDate: optional(z.string()),
});

const pageSchema: ReplySchema<ActiveGateTokenPage> = z.object({
    activeGateTokens: z.array(activeGateTokenSchema),
    nextPageKey: optional(z.string()),
});

const connectionInfoSchema: ReplySchema<ConnectionInfo> = z.object({
    tenantUUID: z.string().min(1),
    tenantToken: z.string().min(1),
    communicationEndpoints: z.string().min(1),
});

/** Body of POST activeGateTokens, but for what is the same for all. */
export interface NewActiveGateToken {
    /** `now+30d` or ISO 8601; at most two years off. */
    expirationDate: string;
}

const PATH = "/v2/activeGateTokens";
const INFO = "/v1/deployment/installer/gateway/connectioninfo";
/** The most that the API allows. */
const PAGE_SIZE = "3000";
const { read: READ, write: WRITE } = ACTIVEGATE_SCOPES;
const NEEDED_SCOPES = [WRITE, READ, ACTIVEGATE_SCOPES.connection];

const NEEDS: Needs = {
    problem(self: ApiTokenMetadata, now: number): string | undefined {
        if (self.enabled === false) return "is disabled; enable it";
        if (isExpired(self.expirationDate, now)) return `expired at ${self.expirationDate}; use another`;
        const lacking = NEEDED_SCOPES.filter((scope) => self.scopes && !self.scopes.includes(scope));
        return lacking.length === 0 ? undefined : `lacks ${lacking.join(" and ")}; add the scope or use another`;
    },
    remedy: `set ${TOKEN_SOURCES} to an access token of this environment with the scopes ${NEEDED_SCOPES.join(", ")}`,
};

/**
 * ActiveGate tokens of one environment. There is no call that changes one.
 *
 * Every method throws a DynatraceApiError for an answer that it does not name.
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/activegate-tokens
 */
export class ActiveGateClient {
    readonly page = "ActiveGate tokens";
    private readonly line: EnvironmentLine;

    constructor({ line }: DynatraceClient) {
        this.line = line.for(NEEDS);
    }

    /** Address of the list of tokens. */
    get apiUrl(): string {
        return `${this.line.apiUrl}${PATH}`;
    }

    /** Throws a DynatraceAuthError if Dynatrace's description of the bootstrap token says that it cannot create ActiveGate tokens. */
    async assertCanCreate(): Promise<void> {
        await this.line.assertAble(describe("POST", "", "create an ActiveGate token"));
    }

    /** As {@link EnvironmentLine.probe}, for tokens of this kind. */
    async probe(patient: boolean): Promise<string | undefined> {
        return this.line.probe({ call: "", purpose: "check the bootstrap token" }, patient);
    }

    /** Creates a token, or says that one may have been created. Throws if none was. */
    async createToken({ name, expirationDate }: NewActiveGateToken & { name: string }): Promise<Creation> {
        const what = describe("POST", "", `create ActiveGate token ${name}`);
        const body = { name, activeGateType: "ENVIRONMENT", seedToken: false, expirationDate };
        return createThrough(this.line, { what, method: "POST", path: PATH, body }, createdTokenSchema);
    }

    /** The token without its secret; undefined if it is gone. */
    async getToken(id: string): Promise<ListedActiveGateToken | undefined> {
        const what = describe("GET", id, `read ActiveGate token ${id}`);
        const answer = await this.line.call({ what, method: "GET", path: pathOf(id), repeatable: true });
        if (answer.status === 404) return this.line.assertGone(what, answer);
        return this.line.parsed(what, answer, activeGateTokenSchema);
    }

    /** Deletes a token. False if it was gone already. */
    async deleteToken(id: string): Promise<boolean> {
        const what = describe("DELETE", id, `delete ActiveGate token ${id}`);
        const answer = await this.line.call({ what, method: "DELETE", path: pathOf(id), repeatable: true });
        return this.line.done(what, answer);
    }

    /** All tokens that bear one of these names. */
    async findTokens(names: ReadonlySet<string>): Promise<ListedActiveGateToken[]> {
        return (await this.listTokens()).filter(({ name }) => names.has(name));
    }

    /**
     * All ActiveGate tokens of the environment, without their secrets.
     *
     * @param onPage is called after each page with the number of tokens read so far.
     */
    async listTokens(onPage?: (read: number) => void): Promise<ListedActiveGateToken[]> {
        const what = describe("GET", "", "list ActiveGate tokens");
        const listed: ListedActiveGateToken[] = [];
        let query: Record<string, string> = { pageSize: PAGE_SIZE };
        for (;;) {
            const answer = await this.line.call({ what, method: "GET", path: PATH, query, repeatable: true });
            const page = await this.line.parsed(what, answer, pageSchema);
            listed.push(...page.activeGateTokens);
            onPage?.(listed.length);
            if (!page.nextPageKey) return listed;
            // Beside nextPageKey no other parameter is allowed.
            query = { nextPageKey: page.nextPageKey };
        }
    }

    /** @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/deployment/activegate/get-activegate-connectivity */
    async connectionInfo(): Promise<ConnectionInfo> {
        const what = {
            call: `GET ${INFO}`,
            purpose: "read whom an ActiveGate connects to",
            scope: "InstallerDownload",
        };
        const answer = await this.line.call({ what, method: "GET", path: INFO, repeatable: true });
        return this.line.parsed(what, answer, connectionInfoSchema);
    }
}

function pathOf(id: string): string {
    return `${PATH}/${encodeURIComponent(id)}`;
}

function describe(method: ApiRequest["method"], id: string, purpose: string): CallDescription {
    const scope = method === "GET" ? READ : WRITE;
    return { call: `${method} ${id ? pathOf(id) : PATH}`, purpose, scope, ...(id ? { tokenId: id } : {}) };
}
