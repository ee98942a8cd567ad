import type { NamedToken } from "../dynatrace/create-token";
import type { InputProblem, Properties } from "../properties";
import type { Run } from "../run";
import type { TokenKind } from "./registry";
import type { Address, Applied, Retiring, TokenInputs, TokenOutputs, SeenToken } from "./state";

/** Where tokens of a kind live. */
export const TokenPlace = { Environment: "environment", Account: "account" } as const;
export type TokenPlace = (typeof TokenPlace)[keyof typeof TokenPlace];

/** One kind of token: everything that the steps of a token's life do not share. Needs no network, and no library that is slow to load. */
export interface Kind<Inputs extends TokenInputs = TokenInputs> {
    readonly name: TokenKind;
    /** For texts, e.g. `platform token`. */
    readonly noun: string;
    readonly place: TokenPlace;
    /** Scopes of the credentials that allow to list tokens of this kind, and to delete them. */
    readonly scopes: { readonly read: string; readonly write: string };
    /** All inputs. Also an input that Dynatrace never sees is recorded, or a refresh would bring the old value back. */
    readonly fields: readonly (keyof Inputs & string)[];
    /** Inputs that only another token can have. */
    readonly fixed: readonly (keyof Inputs & string)[];
    /** Whether another expiry needs another token. */
    readonly lifeIsFixed: boolean;
    /** Whether the API can change the name of a token. Only then can a name say that the token is recorded. */
    readonly renames: boolean;
    /** Whether an expired token has to be deleted, because it counts toward a limit. */
    readonly keepsExpired: boolean;
    /**
     * Adds defaults and the address to the inputs, in one form.
     *
     * @returns what is wrong with them.
     */
    complete(inputs: Properties, run: Run): InputProblem[];
    /** Inputs that passed check, in one form: lists sorted, defaults filled in, nothing undefined. */
    read(inputs: object): Inputs;
    /** Another reason for a new token than those that all kinds have. */
    reasons?(outputs: TokenOutputs<Inputs>, wanted: Inputs): Reason[];
    /** The API at an address. */
    api(address: Address, run: Run): TokenApi<Inputs>;
}

/** Why a token has to be replaced, and the input in which the engine shows it. */
export interface Reason {
    field: string;
    /** Worded to follow `is replaced: `. */
    why: string;
}

/** A new token, before it is recorded. */
export interface NewToken extends NamedToken {
    /** ISO 8601; undefined for never. */
    expiresAt?: string;
    /** Whether it existed before, and was adopted. */
    adopted?: boolean;
}

/** The calls that the steps need, of one kind of token in one place. */
export interface TokenApi<Inputs extends TokenInputs = TokenInputs> {
    /** Identifies the list of tokens. */
    readonly listId: string;
    /** Where a person finds these tokens in Dynatrace. */
    readonly page: string;
    /**
     * Asks Dynatrace whether address and credentials work.
     *
     * @param patient whether to wait and to repeat the call, where Dynatrace does not answer at once.
     * @returns why nothing can be said; undefined if they work. Throws if they do not.
     */
    probe(patient: boolean): Promise<string | undefined>;
    /** Throws if the credentials are known not to be able to create a token. */
    assertAble(): Promise<void>;
    /** Creates a token, or adopts one. @param nameFor the name for a nonce. */
    create(wanted: Inputs, nameFor: (nonce: string) => string, now: number): Promise<NewToken>;
    /** What creation needs more than one call for; writes what was done into the outputs. @param name in Dynatrace. */
    finish(outputs: TokenOutputs<Inputs>, wanted: Inputs, created: NewToken, name: string): Promise<void>;
    /** Changes a token in place, and writes what was done into the outputs. False if the token is gone. @param name in Dynatrace. */
    change(outputs: TokenOutputs<Inputs>, wanted: Inputs, name: string): Promise<boolean>;
    /** What else is recorded with the token; read again at each change. */
    details?(): Promise<Properties>;
    get(id: string): Promise<SeenToken | undefined>;
    /** All tokens of the kind. @param onPage is called after each page with the number of tokens read so far. */
    list(onPage?: (read: number) => void): Promise<SeenToken[]>;
    /** False if the token was gone already. */
    delete(id: string): Promise<boolean>;
    /** What a record becomes by what a refresh saw. */
    seen(outputs: TokenOutputs<Inputs>, found: SeenToken): { expiresAt?: string; applied: Applied<Inputs> };
    /**
     * Notes in Dynatrace that the engine asked to delete a replaced token, which keeps working until `until`, milliseconds since 1970.
     * Missing where the API can change nothing in a token.
     */
    release?(outputs: TokenOutputs<Inputs>, until: number): Promise<void>;
    /**
     * Until when a replaced token keeps working, milliseconds since 1970; undefined if nothing shows that the engine asked to delete
     * the token: its state may still hold it.
     */
    releasedUntil(found: SeenToken, entry: Retiring): number | undefined;
    /** Why replaced tokens are kept beyond their overlap; undefined if they are not. */
    keptBecause?(outputs: TokenOutputs<Inputs>): Promise<string | undefined>;
}
