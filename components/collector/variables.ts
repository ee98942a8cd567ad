import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { InputError } from "../input-error";
import { dataKey, objectName } from "./part-checks";
import { ENV, VARIABLES } from "./places";

/** A variable of the Collector's container: a text, or the name of a Secret that holds it. */
export interface CollectorVariableArgs {
    /** E.g. `PARTNER_TOKEN`, for `${env:PARTNER_TOKEN}` in `ownConfig`. */
    name: pulumi.Input<string>;
    /** Readable by whoever reads pods. @default - `secretName` is needed */
    value?: pulumi.Input<string>;
    /** Secret in the Collector's namespace. @default - `value` is needed */
    secretName?: pulumi.Input<string>;
    /** Key in the Secret. @default - the name of the variable */
    secretKey?: pulumi.Input<string>;
}

/** Those that this package sets itself. */
const TAKEN = new Set<string>([...Object.values(ENV), ...Object.values(VARIABLES), "GOMEMLIMIT"]);
const TOKEN = /dt0[a-z]\d{2}\.[a-z0-9]+\.[a-z0-9]+/i;

/** @throws InputError for a name that no variable can have, or that is taken, for a token, and for two sources or none. No value is in it. */
export function planVariables(
    component: string,
    args: pulumi.Unwrap<CollectorVariableArgs>[] = [],
): types.input.core.v1.EnvVar[] {
    return args.map((item, index) => {
        const field = `env[${index}]`;
        const refuse = (key: string, problem: string): never => {
            throw new InputError(component, `${field}.${key}`, problem);
        };
        const { name, value, secretName, secretKey } = item;
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
            refuse("name", `"${name}" is not the name of a variable; use letters, digits and "_"`);
        }
        if (TAKEN.has(name)) refuse("name", `"${name}" is set already, and the Collector needs it; use another name`);
        if (args.findIndex((other) => other.name === name) !== index) {
            refuse("name", `"${name}" is there twice; leave one out`);
        }
        if (secretName === undefined) {
            if (value === undefined) return refuse("value", "is needed, or secretName; give one of them");
            if (secretKey !== undefined) refuse("secretKey", "has no effect without secretName; leave it out");
            if (TOKEN.test(value)) refuse("value", "is a token of Dynatrace, readable in the pod; give secretName");
            return { name, value };
        }
        if (value !== undefined) refuse("value", "stands beside secretName; keep one of the two");
        const secret = objectName(component, `${field}.secretName`, secretName);
        const key = dataKey(component, `${field}.secretKey`, secretKey ?? name);
        return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
    });
}
