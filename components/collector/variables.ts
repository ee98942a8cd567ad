import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { dataKey, objectName } from "../shared/kubernetes";
import { ENV, VARIABLES } from "./constants";
import type { CollectorVariableArgs, CollectorVariableSourceArgs } from "./args/pods";

/** Variables that this package sets. */
const TAKEN = new Set<string>([...Object.values(ENV), ...Object.values(VARIABLES), "GOMEMLIMIT"]);

/**
 * @throws InputError for an invalid or reserved name, a value with a token, two sources, or no source. The error does not contain the
 * value.
 */
export function planVariables(
    check: Check,
    args: pulumi.Unwrap<CollectorVariableArgs>[] = [],
): types.input.core.v1.EnvVar[] {
    return check.list(args, '[{ name: "STAGE", value: "test" }]').map((item, index) => {
        const at = check.at(index);
        const refuse = (key: string, problem: string): never => at.at(key).fail(problem);
        const { name, value, secretName, secretKey } = item;
        if (typeof name !== "string") refuse("name", 'is missing; use letters, digits and "_", e.g. PARTNER_TOKEN');
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
            refuse("name", `"${name}" is not the name of a variable; use letters, digits and "_"`);
        }
        if (TAKEN.has(name)) refuse("name", `"${name}" is reserved for the Collector; use another name`);
        if (args.findIndex((other) => other.name === name) !== index) {
            refuse("name", `"${name}" is used twice; remove one of them`);
        }
        if (secretName === undefined) {
            if (value === undefined) return refuse("value", "is missing; set it, or secretName");
            if (secretKey !== undefined) refuse("secretKey", "has no effect without secretName; remove it");
            return { name, value };
        }
        if (value !== undefined) refuse("value", "cannot be combined with secretName; remove one of the two");
        const secret = objectName(at.at("secretName"), secretName);
        const key = dataKey(at.at("secretKey"), secretKey ?? name);
        return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
    });
}

/** @throws InputError for two sources or none, and for an invalid prefix. */
export function planVariableSources(
    check: Check,
    args: pulumi.Unwrap<CollectorVariableSourceArgs>[] = [],
): types.input.core.v1.EnvFromSource[] {
    return check.list(args, '[{ secretName: "partner" }]').map((item, index) => {
        const { secretName, configMapName, prefix, optional = false } = item;
        const at = check.at(index);
        if (prefix !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
            const problem = `"${prefix}" cannot start the name of a variable; use letters, digits and "_"`;
            throw at.at("prefix").error(problem);
        }
        const source = secretName ?? configMapName;
        if (source === undefined) {
            throw at.at("secretName").error("is missing; set it, or configMapName");
        }
        if (secretName !== undefined && configMapName !== undefined) {
            throw at.at("configMapName").error("cannot be combined with secretName; remove one of the two");
        }
        const key = secretName === undefined ? "configMap" : "secret";
        const reference = {
            name: objectName(at.at(`${key}Name`), source),
            ...(optional ? { optional } : {}),
        };
        return { ...(prefix === undefined ? {} : { prefix }), [`${key}Ref`]: reference };
    });
}
