import { z } from "zod";

import { ACCOUNT_SCOPES, CLIENT_SOURCES, type AccountAddress, type ClientCredentials } from "./account";
import { callThrough, parsed, type Line } from "./caller";
import { DynatraceAuthError, type CallDescription, type DynatraceApiError } from "./errors";
import { errorFor } from "./explain";
import { Gate, type Clock } from "./limits";
import { describeErrorBody } from "./schemas";
import { Transport, type Answer, type ApiRequest, type Failure } from "./transport";

const bearerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().default(60) });

/** Milliseconds before its end at which a bearer token is no longer used. */
const MARGIN = 30_000;
const WHAT: CallDescription = {
    call: "POST to the sign-on",
    purpose: "get a bearer token for the account API",
    scope: ACCOUNT_SCOPES.join(" "),
};

export interface SignOnOptions {
    address: AccountAddress;
    credentials: ClientCredentials;
    clock: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
    /** What calls to the account API wait for. @default a plain Gate */
    gate?: Gate;
    /** What calls to the sign-on wait for. @default a plain Gate */
    signOnGate?: Gate;
}

/**
 * Bearer tokens of an OAuth client, each used until shortly before its end.
 *
 * @see https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/oauth-clients
 */
export class SignOn implements Line {
    readonly clock: Clock;
    readonly gate: Gate;
    private readonly transport: Transport;
    private bearer?: Promise<{ value: string; until: number }>;

    constructor(private readonly options: SignOnOptions) {
        this.clock = options.clock;
        this.gate = options.signOnGate ?? new Gate(options.clock);
        this.transport = new Transport(options.address.ssoUrl, {}, options.timeout);
    }

    /** @throws DynatraceAuthError if the client is refused. */
    async bearerToken(): Promise<string> {
        this.bearer ??= this.fetch();
        const { value, until } = await this.bearer.catch((error: unknown) => {
            this.bearer = undefined;
            throw error;
        });
        if (this.clock.now() < until) return value;
        this.forget();
        return this.bearerToken();
    }

    /** After a bearer token was refused: the next is a new one. */
    forget(): void {
        this.bearer = undefined;
    }

    /** The OAuth client in words, for error texts. */
    get client(): string {
        const { clientId } = this.options.credentials;
        // A secret in the wrong variable has three parts.
        return `the OAuth client in ${clientId.source} (${clientId.value.split(".").slice(0, 2).join(".")})`;
    }

    get remedy(): string {
        const { accountUuid } = this.options.address;
        return `set ${CLIENT_SOURCES} to an OAuth client of account ${accountUuid} with the scopes ${ACCOUNT_SCOPES.join(" and ")}`;
    }

    send(request: ApiRequest): Promise<Answer | Failure> {
        return this.transport.send(request);
    }

    error(what: CallDescription, answer: Answer | Failure): Promise<DynatraceApiError> {
        const { address, credentials } = this.options;
        const secrets = [credentials.clientSecret.value];
        // A wrong client, scope or account is a 400 or a 401 there.
        if (answer.status !== undefined && [400, 401, 403].includes(answer.status)) {
            const said = describeErrorBody(answer.text);
            const problem = `was answered ${answer.status} by ${address.ssoUrl}${said ? `: ${said}` : ""}`;
            const step = `${this.client} is refused (this call needs ${what.scope}); ${this.remedy}`;
            return Promise.resolve(new DynatraceAuthError(what, answer.status, problem, step, secrets));
        }
        return Promise.resolve(
            errorFor(what, answer, {
                apiUrl: address.ssoUrl,
                bootstrap: this.client,
                addressHint: "check ssoUrl: https://sso.dynatrace.com/sso/oauth2/token",
                remedy: this.remedy,
                secrets,
            }),
        );
    }

    private async fetch(): Promise<{ value: string; until: number }> {
        const { address, credentials } = this.options;
        const form = {
            grant_type: "client_credentials",
            client_id: credentials.clientId.value,
            client_secret: credentials.clientSecret.value,
            scope: ACCOUNT_SCOPES.join(" "),
            resource: `urn:dtaccount:${address.accountUuid}`,
        };
        const asked = this.clock.now();
        const answer = await callThrough(this, { what: WHAT, method: "POST", path: "", form, repeatable: true });
        const { access_token: value, expires_in: seconds } = await parsed(this, WHAT, answer, bearerSchema);
        const lifetime = seconds * 1000;
        return { value, until: asked + Math.max(lifetime - MARGIN, lifetime / 2) };
    }
}
