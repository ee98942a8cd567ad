/** The account that the environment belongs to. */
export interface AccountOptions {
    /** @default "0f0f0f0f-aaaa-4bbb-8ccc-123456789abc" */
    accountUuid?: string;
    /** UUIDs of the users a platform token can be made for. @default one user */
    users?: string[];
    /** What the OAuth client may ask for. @default both scopes of platform tokens */
    clientScopes?: string[];
    /** Seconds a bearer token works. @default 300 */
    bearerSeconds?: number;
    /** Number of the first page of a list: not documented. @default 1 */
    firstPage?: 0 | 1;
    /** Whether a listed token has the field `status`, which the documentation leaves out. @default false */
    listShowsStatus?: boolean;
}

/** Where the account's API is, and what signs calls to it. */
export interface EmulatedAccount {
    readonly accountUuid: string;
    /** Base of the account API, without `/iam/…`. */
    readonly apiUrl: string;
    /** Where the OAuth client gets its bearer tokens. */
    readonly ssoUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** The first user. */
    readonly userUuid: string;
}
