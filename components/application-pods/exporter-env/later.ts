import * as pulumi from "@pulumi/pulumi";

import { isPlain } from "../../shared/outputs";

/**
 * Continues immediately with a plain value, and later with an Output or a promise. Outputs within the value stay as they are, so that a
 * preview shows everything that does not depend on them.
 */
export function onto<T, R>(input: pulumi.Input<T>, next: (value: T) => pulumi.Input<R>): pulumi.Input<R> {
    const waits = pulumi.Output.isInstance(input) || input instanceof Promise;
    if (!waits) return next(input);
    const output = (pulumi.Output.isInstance(input) ? input : pulumi.output(input)) as pulumi.Output<T>;
    return output.apply<R>(next as (value: T) => R);
}

/** The same, with a default for a value that is missing. */
export function ontoOr<T, R>(
    input: pulumi.Input<T | undefined> | undefined,
    missing: T,
    next: (value: T) => pulumi.Input<R>,
): pulumi.Input<R> {
    return onto(input, (value) => next(value ?? missing));
}

/** The same for a value whose Outputs are all needed, at every depth. */
export function derive<T, R>(inputs: T, next: (plain: pulumi.Unwrap<T>) => pulumi.Input<R>): pulumi.Input<R> {
    const plain = isPlain(inputs) ? inputs : pulumi.output(inputs);
    return onto(plain as pulumi.Input<pulumi.Unwrap<T>>, next);
}
