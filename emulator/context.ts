import type { IncomingMessage } from "node:http";
import type { Account } from "./account/account";
import type { Arrivals } from "./arrivals";
import type { Faults } from "./faults";
import type { Settings } from "./options";
import type { TokenStore } from "./tokens/store";
import type { Signal } from "./types";

/** What all handlers share. */
export interface Context {
    readonly settings: Settings;
    readonly tokens: TokenStore;
    readonly account: Account;
    /** What an ActiveGate connects with. */
    readonly tenantToken: string;
    readonly arrivals: Arrivals;
    readonly faults: Faults;
}

/** One call to the API, its body read. */
export interface Call {
    readonly context: Context;
    readonly request: IncomingMessage;
    readonly method: string;
    /** Path as sent, without query. */
    readonly fullPath: string;
    /** Path from `/api` on; "" when it is not under this environment. */
    readonly apiPath: string;
    readonly query: URLSearchParams;
    /** Body as sent; undefined when larger than anything the API takes. */
    readonly raw: Buffer | undefined;
    readonly signal?: Signal | "tokens";
    /** Set once the call is authenticated. */
    tokenId?: string;
}
