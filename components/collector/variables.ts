import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { dataKey, objectName } from "../shared/kubernetes";
import { ENV, KAFKA_VARIABLES, VARIABLES } from "./constants";

type EnvVar = types.input.core.v1.EnvVar;
type EnvVarSource = types.input.core.v1.EnvVarSource;
type EnvFromSource = types.input.core.v1.EnvFromSource;

/** Variables that this package sets. */
const TAKEN = new Set<string>([
    ...Object.values(ENV),
    ...Object.values(VARIABLES),
    "GOMEMLIMIT",
    ...Object.values(KAFKA_VARIABLES),
]);

const SOURCES = ["secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"] as const;

/**
 * @throws InputError for an invalid or reserved name, a value with a token, two sources, or no source. The error does not contain the
 * value.
 */
export function planVariables(check: Check, args: pulumi.Unwrap<EnvVar>[] = []): EnvVar[] {
    return check.list(args, '[{ name: "STAGE", value: "test" }]').map(({ name, value, valueFrom }, index) => {
        const item = check.at(index);
        checkName(item.at("name"), name, args.findIndex((other) => other.name === name) !== index);
        if (valueFrom === undefined) {
            if (value === undefined) throw item.at("value").error("is missing; set it, or valueFrom");
            return { name, value };
        }
        if (value !== undefined)
            throw item.at("value").error("cannot be combined with valueFrom; remove one of the two");
        return { name, valueFrom: checkedSource(item.at("valueFrom"), valueFrom) };
    });
}

function checkName(check: Check, name: string | undefined, twice: boolean): void {
    if (typeof name !== "string") check.fail('is missing; use letters, digits and "_", e.g. PARTNER_TOKEN');
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        check.fail(`"${name}" is not the name of a variable; use letters, digits and "_"`);
    if (TAKEN.has(name)) check.fail(`"${name}" is reserved for the Collector; use another name`);
    if (twice) check.fail(`"${name}" is used twice; remove one of them`);
}

function checkedSource(check: Check, source: pulumi.Unwrap<EnvVarSource>): EnvVarSource {
    const [found, second] = SOURCES.filter((it) => source[it] !== undefined);
    if (found === undefined) throw check.error("is empty; set secretKeyRef, or another source of Kubernetes");
    if (second !== undefined) throw check.at(second).error(`cannot be combined with ${found}; remove one of the two`);
    for (const kind of ["secretKeyRef", "configMapKeyRef"] as const) {
        const selector = source[kind];
        if (selector === undefined) continue;
        objectName(check.at(kind).at("name"), selector.name);
        dataKey(check.at(kind).at("key"), selector.key);
    }
    return source;
}

/** @throws InputError for two sources or none, and for an invalid prefix. */
export function planVariableSources(check: Check, args: pulumi.Unwrap<EnvFromSource>[] = []): EnvFromSource[] {
    return check
        .list(args, '[{ secretRef: { name: "partner" } }]')
        .map(({ prefix, secretRef, configMapRef }, index) => {
            const item = check.at(index);
            if (prefix !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
                const problem = `"${prefix}" cannot start the name of a variable; use letters, digits and "_"`;
                throw item.at("prefix").error(problem);
            }
            if (secretRef !== undefined && configMapRef !== undefined)
                throw item.at("configMapRef").error("cannot be combined with secretRef; remove one of the two");
            const source = secretRef ?? configMapRef;
            if (source === undefined) throw item.at("secretRef").error("is missing; set it, or configMapRef");
            const kind = secretRef === undefined ? "configMapRef" : "secretRef";
            const { optional = false } = source;
            const reference = {
                name: objectName(item.at(kind).at("name"), source.name),
                ...(optional ? { optional } : {}),
            };
            return { ...(prefix === undefined ? {} : { prefix }), [kind]: reference };
        });
}
