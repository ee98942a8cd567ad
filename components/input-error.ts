import * as pulumi from "@pulumi/pulumi";

/**
 * An argument that cannot work, found before anything is created.
 *
 * The text is `Component("name"): field: problem; way out`. It is a `RunError`, so the CLI shows the text alone, without a stack.
 */
export class InputError extends pulumi.RunError {
    constructor(
        /** The component as a reader of the program knows it, e.g. `OtlpCollector("gateway")`. */
        public readonly component: string,
        /** Path of the argument, e.g. `endpoint.port`. */
        public readonly field: string,
        problem: string,
    ) {
        super(`${component}: ${field}: ${problem}`);
    }
}
