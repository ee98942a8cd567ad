import { newTokenText, randomText } from "../tokens/secret";
import type { AccountOptions, EmulatedAccount } from "./types";

/** Scopes of the account API that the emulator knows. */
export const accountScopes = ["platform-token:tokens:manage", "platform-token:tokens:write"];

interface Bearer {
    scopes: string[];
    expiresAt: number;
}

/** An account with one OAuth client, and the bearer tokens it was given. */
export class Account {
    readonly accountUuid: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly users: string[];
    readonly bearerSeconds: number;
    private readonly bearers = new Map<string, Bearer>();

    constructor(
        readonly options: AccountOptions,
        private readonly now: () => number,
    ) {
        const { accountUuid, users, bearerSeconds } = options;
        const { id, token } = newTokenText("dt0s02");
        this.accountUuid = accountUuid ?? "0f0f0f0f-aaaa-4bbb-8ccc-123456789abc";
        this.users = users ?? ["1e1e1e1e-bbbb-4ccc-8ddd-123456789abc"];
        this.bearerSeconds = bearerSeconds ?? 300;
        this.clientId = id;
        this.clientSecret = token;
    }

    /** Which of the scopes the client may not have. */
    refusedScopes(scopes: string[]): string[] {
        const { clientScopes = accountScopes } = this.options;
        return scopes.filter((scope) => !clientScopes.includes(scope));
    }

    /** A bearer token, in the three parts of a JWT. */
    issue(scopes: string[]): string {
        const bearer = `eyJ${randomText(20)}.eyJ${randomText(60)}.${randomText(40)}`;
        this.bearers.set(bearer, { scopes, expiresAt: this.now() + this.bearerSeconds * 1000 });
        return bearer;
    }

    /** What a bearer token may do; undefined for one that is unknown or expired. */
    scopesOf(bearer: string): string[] | undefined {
        const found = this.bearers.get(bearer);
        return found && found.expiresAt > this.now() ? found.scopes : undefined;
    }

    describe(origin: string): EmulatedAccount {
        const { accountUuid, clientId, clientSecret } = this;
        const userUuid = this.users[0] ?? "";
        return { accountUuid, clientId, clientSecret, userUuid, apiUrl: origin, ssoUrl: `${origin}/sso/oauth2/token` };
    }
}
