// Pulumi's own mocks stand in for the engine: they record what a program registers. The engine rung runs the real one.
import * as pulumi from "@pulumi/pulumi";

import type { Manifest } from "./collector";

/** A resource as the program registered it. */
export interface Captured {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
}

/** Runs a program under mocks and returns what it registered; secrets are plain text in the inputs. */
export async function capture(program: () => unknown): Promise<Captured[]> {
    const resources: Captured[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                resources.push({ type, name, inputs: inputs as Record<string, unknown> });
                const metadata = { name: `${name}-1a2b3c4d`, ...(inputs as { metadata?: object }).metadata };
                const token = { tokenId: "dt0c01.MADEUP", token: "made-up", expiresAt: undefined };
                return { id: name, state: { ...inputs, metadata, ...(type.includes("ApiToken") ? token : {}) } };
            },
            call: ({ inputs }) => inputs as Record<string, unknown>,
        },
        "project",
        "stack",
        false,
        "organization",
    );
    program();
    await pulumi.runtime.disconnect();
    return resources;
}

/** The Kubernetes objects among them, in the form of a manifest. */
export function manifestsOf(resources: Captured[]): Manifest[] {
    return resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ inputs }) => inputs as unknown as Manifest);
}
