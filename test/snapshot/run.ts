// Pulumi's own mocks stand in for the engine, Kubernetes, AWS and Dynatrace: they answer with made-up names, numbers and tokens.
import * as pulumi from "@pulumi/pulumi";

import type { Captured } from "../support/capture";
import { type Entries, entriesOfResources, sorted } from "./entries";

export const MADE_UP_TOKEN = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;

/** Runs a program under mocks: its resources, and each value that it returns as a `result` by its name. */
export async function run(program: () => Record<string, unknown> | void): Promise<Entries> {
    const resources: (Captured & { custom: boolean })[] = [];
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
        await pulumi.runtime.setMocks(
            {
                newResource: ({ type, name, inputs, custom }) => {
                    const given = inputs as Record<string, unknown>;
                    resources.push({ type, name, inputs: open(given), custom: custom ?? true });
                    return { id: `${name}-id`, state: { ...given, ...answer(type, name, given) } };
                },
                call: ({ inputs }) => inputs as Record<string, unknown>,
            },
            "project",
            "stack",
            false,
            "organization",
        );
        const given = program() ?? {};
        const results = await Promise.all(
            Object.entries(given).map(async ([name, value]) => [`result ${name}`, await plain(value)]),
        );
        await pulumi.runtime.disconnect();
        return { ...entriesOfResources(resources), ...(Object.fromEntries(results) as Entries) };
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
    }
}

/** Plain data; whether all of it is a secret is part of it. */
async function plain(value: unknown): Promise<unknown> {
    const output = pulumi.all([value]);
    const known = await new Promise((resolve) => void output.apply(([it]) => resolve(it)));
    const data = known === undefined ? null : sorted(JSON.parse(JSON.stringify(known)));
    return (await pulumi.isSecret(output)) ? { secret: data } : data;
}

/** Secrets arrive in an envelope, of which only the fact stays. */
function open(value: Record<string, unknown>): Record<string, unknown> {
    const one = (it: unknown): unknown => {
        if (pulumi.runtime.isRpcSecret(it)) return { secret: one(pulumi.runtime.unwrapRpcSecret(it)) };
        if (Array.isArray(it)) return it.map(one);
        return typeof it === "object" && it !== null
            ? Object.fromEntries(Object.entries(it).map(([key, inner]) => [key, one(inner)]))
            : it;
    };
    return one(value) as Record<string, unknown>;
}

function answer(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
    const arn = `arn:aws:made-up:eu-central-1:123456789012:${name}`;
    if (type.startsWith("kubernetes:")) {
        const metadata = inputs["metadata"] as { name?: string } | undefined;
        return { metadata: { ...metadata, name: metadata?.name ?? `${name}-1a2b3c4d`, uid: "made-up-uid" } };
    }
    if (type.startsWith("aws:secretsmanager/secretVersion")) {
        return { arn, versionId: "11111111-2222-3333-4444-555555555555" };
    }
    if (type.startsWith("aws:ssm/")) return { arn, name: `${name}-1a2b3c4`, version: 7 };
    if (type.startsWith("aws:")) return { arn, name: `${name}-1a2b3c4` };
    if (/(ApiToken|PlatformToken|ActiveGateToken)$/.test(type)) {
        return { tokenId: "dt0c01.MADEUPPUBLIC", token: MADE_UP_TOKEN, expiresAt: "2120-01-01T00:00:00.000Z" };
    }
    return {};
}
