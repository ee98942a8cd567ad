// Gives each component one wrong argument, as a plain value and as an Output, and prints as JSON what a user would see. Errors are counted as
// Pulumi's Node runtime counts them: once for each error object. A process of its own, because an unhandled rejection ends Jest.
import * as pulumi from "@pulumi/pulumi";

import * as index from "../../../index";
import { WRONG, type WrongArgument } from "../../support/wrong-arguments";

/** What came of one program. */
interface Row {
    input: string;
    as: "plain" | "output";
    /** The texts of all errors, in order. */
    texts: string[];
    names: string[];
    seconds: number;
}

const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({ id: `${name}_id`, state: inputs as Record<string, unknown> }),
    call: ({ inputs }) => inputs as Record<string, unknown>,
};

/** A copy of the arguments with a value at a path such as `collector.env[0].name`. */
function withValue(args: object, path: string, value: unknown): object {
    const copy = structuredClone(args) as Record<string, unknown>;
    const keys = path.split(/\.|\[|\]\.?/).filter((key) => key !== "");
    let at = copy;
    keys.forEach((key, position) => {
        if (position === keys.length - 1) {
            at[key] = value;
            return;
        }
        at[key] ??= /^\d+$/.test(keys[position + 1] ?? "") ? [] : {};
        at = at[key] as Record<string, unknown>;
    });
    return copy;
}

async function run({ component, args, path, value }: WrongArgument, as: Row["as"]): Promise<Row> {
    const errors: Error[] = [];
    const note = (error: Error): void => {
        if (!errors.includes(error)) errors.push(error);
    };
    process.on("unhandledRejection", note);
    await pulumi.runtime.setMocks(mocks, "project", "stack", true);
    const started = performance.now();
    try {
        const Component = (index as Record<string, unknown>)[component] as new (
            name: string,
            args: object,
        ) => pulumi.Resource;
        new Component("x", withValue(args, path, as === "plain" ? value : pulumi.output(value)));
    } catch (error) {
        note(error as Error);
    }
    await pulumi.runtime.disconnect().catch(note);
    // Node tells of a rejection after the microtasks.
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    return {
        input: `${component}: ${path}: ${JSON.stringify(value) ?? "undefined"}`,
        as,
        texts: errors.map(({ message }) => message),
        names: errors.map((error) => error.constructor.name),
        seconds: (performance.now() - started) / 1000,
    };
}

async function main(): Promise<void> {
    const rows: Row[] = [];
    for (const wrong of WRONG) {
        if (wrong.plain !== false) rows.push(await run(wrong, "plain"));
        if (wrong.output !== false) rows.push(await run(wrong, "output"));
    }
    process.stdout.write(JSON.stringify(rows), () => process.exit(0));
}

void main();
