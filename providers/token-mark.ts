import * as pulumi from "@pulumi/pulumi";

import { InstalledProvider } from "./shim";
import { MODULE, type TokenKind } from "./token-kinds";

/** One for all resources: Pulumi serializes each provider object once, which takes a third of a second. */
const provider = new InstalledProvider("TokenMark");

/** Kinds of tokens whose names hold a mark. */
export type MarkedKind = Exclude<TokenKind, "ApiToken">;

export interface TokenMarkArgs {
    /** What bears the mark. @default an ApiToken */
    of?: pulumi.Input<MarkedKind>;
    /** Base URL of the API that the tokens are made with. @default - as for an ApiToken */
    apiUrl?: pulumi.Input<string>;
    /** Of a PlatformToken, in place of `apiUrl`: its account. @default - as for a PlatformToken */
    accountUuid?: pulumi.Input<string>;
    accountApiUrl?: pulumi.Input<string>;
    ssoUrl?: pulumi.Input<string>;
}

/**
 * Twelve random digits that the names of one resource's tokens end in. Recorded before any token is made, so that a token whose
 * making was cut off is found by them: by the next `up`, or by a `destroy`, which deletes what bears them and was never used.
 */
export class TokenMark extends pulumi.dynamic.Resource {
    /** Twelve hexadecimal digits. */
    declare public readonly mark: pulumi.Output<string>;

    constructor(name: string, args: TokenMarkArgs, opts?: pulumi.CustomResourceOptions) {
        super(
            provider,
            name,
            { ...args, mark: undefined, recordedUrl: undefined },
            pulumi.mergeOptions({ hideDiffs: ["__provider"] }, opts),
            MODULE,
            "TokenMark",
        );
    }
}
