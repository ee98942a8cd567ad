import * as pulumi from "@pulumi/pulumi";

import { type Check } from "./check";
import { Field, type FieldTable } from "./fields";
import { holdsToken, TOKEN_IN_CLEAR } from "./secrets";

/**
 * Checks all arguments of a component: every field is known, only fields for secrets contain a token, and an Output without a value does
 * not allow more than the user asked for.
 *
 * @returns the same arguments. Outputs in it are checked when their values are known. Use only the returned arguments, so that nothing is
 * computed from a failed argument.
 * @throws InputError immediately for a plain value.
 */
export function checkArguments<A extends object>(check: Check, args: A | undefined): A {
    return checked(check, args ?? {}, check.fields, false) as A;
}

type Allowed = FieldTable[string] | undefined;

/**
 * @param late the value is the value of an Output.
 * @param free the value is below a map with the user's own keys. Errors do not show these keys, because a key may be the secret.
 */
function checked(check: Check, value: unknown, fields: Allowed, late: boolean, free = false): unknown {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return pulumi.output(value).apply((plain: unknown) => checked(check, plain, fields, true, free));
    }
    if (value === undefined || value === null) {
        if (late && !mayBeMissing(fields))
            check.fail("is missing: the Output given for it holds no value; set a value, or remove the field");
        // `null` for an object, e.g. from a configuration file, leaves the object out.
        return typeof fields === "object" ? undefined : value;
    }
    if (pulumi.Resource.isInstance(value) || fields === Field.Secret || fields === Field.OptionalSecret) return value;
    if (typeof value !== "object") {
        if (isList(fields)) check.fail(`must be a list; ${exampleOf(fields[0])}`);
        if (typeof fields === "object") check.fail(notAnObject(value));
        if (holdsToken(value)) check.fail(TOKEN_IN_CLEAR);
        return value;
    }
    if (Array.isArray(value))
        return value.map((item, index) => checked(free ? check : check.at(index), item, itemsOf(fields), late, free));
    // Class instances, e.g. assets, are passed on as they are.
    if (![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) return value;
    if (isList(fields)) check.fail(`must be a list; ${exampleOf(fields[0])}`);
    return checkedObject(check, value, fields, late);
}

function isList(fields: Allowed): fields is readonly [FieldTable] {
    return Array.isArray(fields);
}

/** @param table the table of the list's items. */
function exampleOf(table: FieldTable): string {
    return `give one, e.g. [{ ${Object.keys(table)[0] ?? ""}: … }]`;
}

/** A boolean is a usual mistake: other options are switches, and JavaScript does not check types. */
function notAnObject(value: unknown): string {
    return typeof value === "boolean"
        ? "must be an object; write {} for the defaults"
        : `is a ${typeof value}; it must be an object`;
}

function itemsOf(fields: Allowed): Exclude<Allowed, readonly [FieldTable]> {
    return isList(fields) ? fields[0] : fields;
}

function checkedObject(check: Check, value: object, fields: Field | FieldTable | undefined, late: boolean): object {
    const table = typeof fields === "object" ? fields : undefined;
    if (table !== undefined) check.knownFields(value);
    if (holdsToken(Object.keys(value))) check.fail(TOKEN_IN_CLEAR);
    return Object.fromEntries(
        Object.entries(value).map(([name, below]) => [
            name,
            table === undefined
                ? checked(check, below, undefined, late, true)
                : checked(check.at(name), below, table[name], late),
        ]),
    );
}

/** Whether an unset field allows no more than the missing value. */
function mayBeMissing(fields: Allowed): boolean {
    if (isList(fields)) return mayBeMissing(fields[0]);
    if (typeof fields === "object") return Object.values(fields).every(mayBeMissing);
    return fields === undefined || fields === Field.Any || fields === Field.OptionalSecret;
}
