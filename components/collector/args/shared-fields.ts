import type { AiContentArgs, HashKeyArgs } from "../../ai-content/args";
import type { EndpointArgs } from "../../endpoint";
import type { TokenReferenceArgs } from "../../shared/secrets";
import { Field, type Fields } from "../../shared/fields";

/** Fields of `EndpointArgs`. */
export const ENDPOINT_FIELDS: Fields<EndpointArgs> = {
    environment: Field.NoFallback,
    route: Field.NoFallback,
    host: Field.NoFallback,
    port: Field.NoFallback,
    caCertificatePem: Field.NoFallback,
};

/** Fields of `TokenReferenceArgs`. */
export const TOKEN_REFERENCE_FIELDS: Fields<TokenReferenceArgs> = {
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
    revision: Field.Any,
    scheme: Field.Any,
};

/** Fields of `HashKeyArgs`. */
export const HASH_KEY_FIELDS: Fields<HashKeyArgs> = {
    secretName: Field.NoFallback,
    secretKey: Field.NoFallback,
};

/** Fields of `AiContentArgs`. */
export const AI_CONTENT_FIELDS: Fields<AiContentArgs> = {
    protection: Field.NoFallback,
    identity: Field.NoFallback,
    truncateAtBytes: Field.NoFallback,
    hashKey: HASH_KEY_FIELDS,
    keepKeys: Field.Any,
    extraKeys: Field.NoFallback,
    extraIdentityKeys: Field.NoFallback,
};
