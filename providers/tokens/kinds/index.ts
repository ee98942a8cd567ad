import type { Kind } from "../kind";
import type { TokenKind } from "../registry";
import { accessTokens } from "./access";
import { activeGateTokens } from "./activegate";
import { platformTokens } from "./platform";

/** Every kind of token that this package creates, by name. */
export const KINDS = {
    ApiToken: accessTokens,
    PlatformToken: platformTokens,
    ActiveGateToken: activeGateTokens,
} as const satisfies Record<TokenKind, { name: TokenKind }>;

/** What is the same for all kinds: the calls that need no inputs. */
export type AnyKind = Pick<Kind, "name" | "noun" | "place" | "scopes"> & {
    api(...at: Parameters<Kind["api"]>): Pick<ReturnType<Kind["api"]>, "listId" | "page" | "list" | "delete" | "probe">;
};

/** All kinds, for what is done with all. */
export function allKinds(): AnyKind[] {
    return Object.values<AnyKind>(KINDS);
}
