import type * as pulumi from "@pulumi/pulumi";

/** What the check of an argument tree does with one field. */
export const Field = {
    /** Any value. An Output that holds no value leaves the field unset. */
    Any: "any",
    /**
     * Any value, but an Output that holds no value is an error: the default would open more, last longer or create something else than
     * the missing value.
     */
    NoFallback: "noFallback",
    /** Made for a secret, so it is not searched for tokens. An Output that holds no value is an error. */
    Secret: "secret",
    /** Made for a secret, so it is not searched for tokens. An Output that holds no value leaves the field unset. */
    OptionalSecret: "optionalSecret",
} as const;
export type Field = (typeof Field)[keyof typeof Field];

/** Fields of one level of arguments: what is done with each, the fields below it, or in brackets those of each item of a list. */
export interface FieldTable {
    readonly [field: string]: Field | FieldTable | readonly [FieldTable];
}

/**
 * The table of an interface of arguments. The compiler rejects a table that lacks a field or has one too many.
 *
 * A list has the table of its items, which in brackets rejects a single item in place of the list. A field that holds a resource, or a map with keys of the user's own, is a `Field`.
 */
export type Fields<A> = {
    readonly [K in keyof A]-?: Field | FieldsBelow<PlainValue<A[K]>> | readonly [FieldsBelow<PlainValue<A[K]>>];
};

/** Without Inputs, Outputs, promises, undefined and lists around it. */
type PlainValue<T> = T extends undefined
    ? never
    : T extends pulumi.OutputInstance<infer O>
      ? PlainValue<O>
      : T extends Promise<infer P>
        ? PlainValue<P>
        : T extends readonly (infer I)[]
          ? PlainValue<I>
          : T;

type FieldsBelow<V> = V extends object ? Fields<V> : never;
