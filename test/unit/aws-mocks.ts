// Pulumi's own mocks stand in for AWS: its plugin and an account cannot be had here. They answer as AWS names and numbers things.
import * as pulumi from "@pulumi/pulumi";

import type { Captured } from "../support/capture";

/** A resource as the program registered it, before anything was sent. */
export interface Registered {
    type: string;
    name: string;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments of many shapes
    props: any;
    opts: pulumi.CustomResourceOptions;
}

export interface Run {
    /** What reached the engine, secrets as plain text. */
    resources: Captured[];
    /** What the components under test registered, with options and secretness. */
    registered: Registered[];
}

/** Version that the mocked AWS gives to whatever holds a token. */
export const VERSION = { id: "11111111-2222-3333-4444-555555555555", number: 7 };

/** @param program is handed the options that make what a component registers visible. */
export async function runOnAws(program: (opts: pulumi.ComponentResourceOptions) => unknown): Promise<Run> {
    const run: Run = { resources: [], registered: [] };
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                run.resources.push({ type, name, inputs: reveal(inputs as Record<string, unknown>) });
                return { id: `${name}-id`, state: { ...answer(type, name), ...inputs } };
            },
            call: ({ inputs }) => inputs as Record<string, unknown>,
        },
        "project",
        "stack",
        false,
    );
    const watch: pulumi.ResourceTransformation = ({ type, name, props, opts }) => {
        run.registered.push({ type, name, props, opts });
        return undefined;
    };
    program({ transformations: [watch] });
    await pulumi.runtime.disconnect();
    return run;
}

/** Secrets arrive in an envelope. */
function reveal(inputs: Record<string, unknown>): Record<string, unknown> {
    const open = (value: unknown) =>
        pulumi.runtime.isRpcSecret(value) ? pulumi.runtime.unwrapRpcSecret(value) : value;
    return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, open(value)]));
}

function answer(type: string, name: string): Record<string, unknown> {
    const arn = `arn:aws:made-up:eu-central-1:123456789012:${name}`;
    if (type.startsWith("aws:secretsmanager/secretVersion")) return { arn, versionId: VERSION.id };
    if (type.startsWith("aws:ssm/")) return { arn, name: `${name}-1a2b3c4`, version: VERSION.number };
    if (type.includes("ApiToken")) return { tokenId: "dt0c01.MADEUPPUBLIC", token: MADE_UP_TOKEN };
    return { arn, name: `${name}-1a2b3c4` };
}

export const MADE_UP_TOKEN = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
