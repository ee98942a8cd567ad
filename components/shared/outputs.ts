import * as pulumi from "@pulumi/pulumi";

/**
 * Computes a value from a component's arguments.
 *
 * Plain arguments are computed immediately: an invalid argument throws in the constructor, before any resource is registered. Arguments
 * with Outputs or promises are computed when their values are known, which may never happen in a preview.
 *
 * @throws every error of `compute`, if all arguments are plain.
 */
export function lift<A, R>(args: A, compute: (plain: pulumi.Unwrap<A>) => R): pulumi.Output<R> {
    if (!isPlain(args)) return pulumi.output(args).apply((plain) => compute(plain));
    const result = compute(args);
    return pulumi.output(undefined).apply(() => result);
}

/** A value that is known when the program runs, or an Output. */
export type Computed<T> = T | pulumi.Output<T>;

/** The same as `lift`, but plain arguments give a plain value. An Output is returned only if an argument is an Output or a promise. */
export function computed<A, R>(args: A, compute: (plain: pulumi.Unwrap<A>) => R): Computed<R> {
    return isPlain(args) ? compute(args) : pulumi.output(args).apply((plain) => compute(plain));
}

/** Computes a value from two Outputs. Keeps their types, which `pulumi.all` would unwrap. */
export function combine<A, B, R>(
    first: pulumi.Output<A>,
    second: pulumi.Output<B>,
    compute: (first: A, second: B) => R,
): pulumi.Output<R> {
    return first.apply((a) => second.apply((b) => compute(a, b)));
}

/** Whether a value contains no Output and no promise, at any depth. */
export function isPlain<A>(value: A): value is A & pulumi.Unwrap<A> {
    if (typeof value !== "object" || value === null) return true;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
    return Object.values(value).every(isPlain);
}

/** Shows each warning once, at its resource. */
export function warnAll(warnings: string[], resource: pulumi.Resource): void {
    for (const warning of warnings) void pulumi.log.warn(warning, resource);
}

/** Options of the resources in a component. Pulumi does not pass a component's `dependsOn` to its children; these options do. */
export function childOptions(
    parent: pulumi.Resource,
    opts: pulumi.ComponentResourceOptions | undefined,
    dependsOn: pulumi.Resource[] = [],
): ChildOptions {
    const given = opts?.dependsOn;
    if (given === undefined) return { parent, dependsOn };
    if (dependsOn.length === 0) return { parent, dependsOn: given };
    const all = pulumi.output<Dependencies>(given);
    return { parent, dependsOn: all.apply((more) => [more, dependsOn].flat()) };
}

/**
 * Options of a component whose resources are created only after an Output has its value. If the Output fails, none of them is created.
 *
 * @param wait undefined if there is nothing to wait for.
 */
export function afterwards(
    opts: pulumi.ComponentResourceOptions | undefined,
    wait: pulumi.Output<pulumi.Resource[]> | undefined,
): pulumi.ComponentResourceOptions | undefined {
    if (wait === undefined) return opts;
    const dependsOn = pulumi.output<Dependencies>(opts?.dependsOn ?? []);
    return { ...opts, dependsOn: combine(dependsOn, wait, (given, more) => [given, more].flat()) };
}

type Dependencies = pulumi.Input<pulumi.Resource> | pulumi.Input<pulumi.Resource>[];

/** Options that every resource in a component gets. */
export type ChildOptions = Required<Pick<pulumi.CustomResourceOptions, "parent" | "dependsOn">>;
