import * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { lift } from "../shared/outputs";
import { checkTokenText } from "../shared/secrets";

/** Tag that says which token is stored: its public id. */
export const TOKEN_ID_TAG = "dynatrace-token-id";

/** A token that is stored, and which one it is. */
export interface StoredTokenArgs {
    /** The token, e.g. the output `token` of an `IngestToken`. Kept as a secret. */
    token: pulumi.Input<string | undefined>;
    /** Public id of the token, shown as the tag `dynatrace-token-id`. @default - no tag */
    tokenId?: pulumi.Input<string | undefined>;
    /** @default {} */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The token's text, as a secret whatever it was. @throws InputError without the text. */
export function storedText(check: Check, token: pulumi.Input<string | undefined>): pulumi.Output<string> {
    return pulumi.secret(lift({ token }, (plain) => checkStored(check, plain.token)));
}

export function storedTags({ tags, tokenId }: StoredTokenArgs): pulumi.Output<Record<string, string>> {
    return pulumi
        .all([tags, tokenId])
        .apply(([own, id]): Record<string, string> => ({ ...own, ...(id ? { [TOKEN_ID_TAG]: id } : {}) }));
}

function checkStored(check: Check, token: string | undefined): string {
    if (token === undefined) {
        throw check
            .at("token")
            .error(
                "is not known to Pulumi, e.g. because it lies in an existingSecret; give a token that is made here, or its text",
            );
    }
    return checkTokenText(check.at("token"), token);
}
