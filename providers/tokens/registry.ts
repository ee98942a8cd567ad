/** Module of the type tokens of all resources that a provider of this package creates. */
const MODULE = "dynatrace";
/** Pulumi finds the host of dynamic providers by the start of the type. */
const TYPE_PREFIX = `pulumi-nodejs:dynamic/${MODULE}:`;

/**
 * Every kind of token that this package creates, and its secret outputs: the one list. The resources take from it which of their
 * outputs Pulumi encrypts, and the policies and commands which resources are tokens. A new kind starts with a line here.
 */
export const TOKEN_KINDS = {
    ApiToken: { secretOutputs: ["token"] },
    PlatformToken: { secretOutputs: ["token"] },
    ActiveGateToken: { secretOutputs: ["token", "tenantToken"] },
} as const satisfies Record<string, { secretOutputs: readonly string[] }>;
export type TokenKind = keyof typeof TOKEN_KINDS;

/** Names of all kinds of resources that a provider of this package creates. States record them, so they are kept for ever. */
export type Kind = TokenKind | "TokenOwner" | "IngestCheck";

/** Type of a kind of token as the engine, a policy and a state name it. Part of every URN: a change needs an alias. */
export function tokenType(kind: TokenKind): string {
    return resourceType(kind);
}

/** Type of any kind of resource that a provider of this package creates. */
export function resourceType(kind: Kind): string {
    return `${TYPE_PREFIX}${kind}`;
}

/** The kind of token that a type names; undefined for the type of anything else. */
export function tokenKindOf(type: string): TokenKind | undefined {
    const kind = type.startsWith(TYPE_PREFIX) ? type.slice(TYPE_PREFIX.length) : "";
    return isTokenKind(kind) ? kind : undefined;
}

/** Whether a name is that of a kind of token. */
export function isTokenKind(kind: string): kind is TokenKind {
    return Object.hasOwn(TOKEN_KINDS, kind);
}

/** Outputs of a kind of token that Pulumi has to encrypt, as the resource's options take them. */
export function secretOutputsOf(kind: TokenKind): string[] {
    return [...TOKEN_KINDS[kind].secretOutputs];
}
