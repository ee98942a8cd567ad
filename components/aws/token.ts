import * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { lift } from "../shared/outputs";
import { checkTokenText } from "../shared/secrets";

/** Tag that holds the public id of the stored token. */
export const TOKEN_ID_TAG = "dynatrace-token-id";

/** A token to store. */
export interface StoredTokenArgs {
    /** The token, e.g. the output `token` of an `IngestToken`. Kept as a secret. */
    token: pulumi.Input<string | undefined>;
    /** Public id of the token, shown as the tag `dynatrace-token-id`. @default - no tag */
    tokenId?: pulumi.Input<string | undefined>;
    /** Tags of the AWS resource. @default {} */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
}

export const STORED_TOKEN_FIELDS: Fields<StoredTokenArgs> = {
    token: Field.OptionalSecret,
    tokenId: Field.Any,
    tags: Field.Any,
};

/** The token's text, as a secret. @throws InputError if the text is missing. */
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
                "is missing, or not known to Pulumi, as for an existingSecret; give a token that Pulumi creates, or its text",
            );
    }
    return checkTokenText(check.at("token"), token);
}
