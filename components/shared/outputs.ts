import * as pulumi from "@pulumi/pulumi";

/**
 * Computes something from a component's arguments.
 *
 * Arguments that hold no Output and no promise are computed at once: a wrong one throws in the constructor, before any
 * resource is registered. Others are computed when their values are known, which in a preview may be never.
 *
 * @throws whatever `compute` throws, if all arguments are plain.
 */
export function lift<A, R>(
    args: A,
    compute: (plain: pulumi.Unwrap<A>) => R,
): pulumi.Output<pulumi.UnwrappedObject<{ value: R }>["value"]> {
    if (isPlain(args)) {
        return pulumi.output(compute(args as pulumi.Unwrap<A>)) as never;
    }
    return pulumi.output(args).apply((plain) => compute(plain)) as never;
}

function isPlain(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return true;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
    return Object.values(value).every(isPlain);
}

/** Shows each warning once, at the resource it is about. */
export function warnAll(warnings: string[], resource: pulumi.Resource): void {
    for (const warning of warnings) void pulumi.log.warn(warning, resource);
}
