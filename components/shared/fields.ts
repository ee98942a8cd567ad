import type * as pulumi from "@pulumi/pulumi";

/** How an argument tree checks a field. */
export const Field = {
    /** Any value. An Output without a value leaves the field unset. */
    Any: "any",
    /**
     * Any value. An Output without a value is an error, because the default would allow more, last longer or create something else than the
     * missing value.
     */
    NoFallback: "noFallback",
    /** A secret, not searched for tokens. An Output without a value is an error. */
    Secret: "secret",
    /** A secret, not searched for tokens. An Output without a value leaves the field unset. */
    OptionalSecret: "optionalSecret",
} as const;
export type Field = (typeof Field)[keyof typeof Field];

/** The fields of one level of arguments: how to check each field, the table of a nested object, or in brackets the table of list items. */
export interface FieldTable {
    readonly [field: string]: Field | FieldTable | readonly [FieldTable];
}

/**
 * The table of an arguments interface. The compiler rejects a table with a missing or an unknown field.
 *
 * A list has the table of its items in brackets; a single item instead of the list is then an error. A field that holds a resource, or
 * a map with the user's own keys, is a `Field`.
 */
export type Fields<A> = {
    readonly [K in keyof A]-?: Field | FieldsBelow<PlainValue<A[K]>> | readonly [FieldsBelow<PlainValue<A[K]>>];
};

/** The type without Inputs, Outputs, promises, undefined and lists. */
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
