import * as pulumi from "@pulumi/pulumi";

import { redact } from "../../providers/dynatrace/redact";

/**
 * An argument that cannot work, found before anything is created.
 *
 * The text is `Component("name"): field: problem; way out`. It is a `RunError`, so the CLI shows the text alone, without a stack.
 * Whatever value is quoted in it, tokens are cut to their public id, and a user with a password is left out.
 */
export class InputError extends pulumi.RunError {
    /** The component as a reader of the program knows it, e.g. `OtlpCollector("gateway")`. */
    public readonly component: string;
    /** Path of the argument, e.g. `endpoint.port`. */
    public readonly field: string;

    constructor(component: string, field: string, problem: string) {
        super(showable(`${component}: ${field}: ${problem}`));
        this.component = showable(component);
        this.field = showable(field);
    }
}

/**
 * `user:password@`, with or without a scheme before it, up to the last `@` of the word: passwords may hold one. Not the tag and digest
 * of an image, `name:tag@sha256:…`.
 */
const CREDENTIALS = /[^\s"'/@]*:(?!\/\/)\S*@(?!sha256:)/g;

function showable(text: string): string {
    return redact(text).replace(CREDENTIALS, "***@");
}
