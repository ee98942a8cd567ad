import * as pulumi from "@pulumi/pulumi";

import { InstalledResource } from "./shim";
import type { TokenKind } from "./token-kinds";

/** Kinds that a mark has to name; without one, it belongs to an ApiToken. */
export type MarkedKind = Exclude<TokenKind, "ApiToken">;

export interface TokenMarkArgs {
    /** Kind of token whose names hold the mark. @default an ApiToken */
    of?: pulumi.Input<MarkedKind | undefined>;
    /** Base URL of the API that creates the tokens. @default - as for an ApiToken */
    apiUrl?: pulumi.Input<string | undefined>;
    /** Account of a PlatformToken, instead of `apiUrl`. @default - as for a PlatformToken */
    accountUuid?: pulumi.Input<string | undefined>;
    accountApiUrl?: pulumi.Input<string | undefined>;
    ssoUrl?: pulumi.Input<string | undefined>;
}

/**
 * The ownership mark of one resource: twelve random digits in the names of its tokens. It is recorded before any token is created, so
 * that the next `up` or a `destroy` finds a token whose creation was interrupted, and deletes it if it was never used.
 */
export class TokenMark extends InstalledResource {
    /** Twelve hexadecimal digits. */
    declare public readonly mark: pulumi.Output<string>;

    constructor(name: string, args: TokenMarkArgs, opts?: pulumi.CustomResourceOptions) {
        super("TokenMark", name, { ...args, mark: undefined, recordedUrl: undefined }, opts);
    }
}
