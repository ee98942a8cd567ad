// Runs components with a Kubernetes provider under Pulumi's mocks, and prints as JSON what was registered and what a user would see. A process
// of its own, because an unhandled rejection ends Jest.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ACCEPTED, COMPONENTS, renderer, WAYS } from "../../support/rendered-secrets";

/** What came of one program. */
interface Row {
    provider: string;
    component: string;
    /** Kinds of the resources that were registered. */
    kinds: string[];
    /** The texts of all errors, each once. */
    errors: string[];
}

async function run(provider: string, component: string, program: () => unknown): Promise<Row> {
    const kinds: string[] = [];
    const errors = new Set<Error>();
    const note = (error: Error): void => void errors.add(error);
    process.on("unhandledRejection", note);
    const newResource = ({
        type,
        name,
        inputs,
    }: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult => {
        kinds.push(type);
        return { id: `${name}_id`, state: inputs as Record<string, unknown> };
    };
    await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "project", "stack", true);
    try {
        program();
    } catch (error) {
        note(error as Error);
    }
    await pulumi.runtime.disconnect().catch(note);
    // Node tells of a rejection after the microtasks.
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    return { provider, component, kinds, errors: [...errors].map(({ message }) => message) };
}

async function main(): Promise<void> {
    const rows: Row[] = [];
    for (const [component, make] of COMPONENTS) {
        for (const [way, optionsFor] of WAYS) {
            rows.push(await run(way, component, () => make(optionsFor(renderer()))));
        }
        pulumi.runtime.setAllConfig({ "kubernetes:renderYamlToDirectory": "out" });
        rows.push(await run("the default", component, () => make({})));
        const applies = (): k8s.Provider => new k8s.Provider("r", { context: "prod" });
        rows.push(await run("one that applies", component, () => make({ provider: applies() })));
        pulumi.runtime.setAllConfig({});
    }
    for (const [component, make] of ACCEPTED) {
        rows.push(await run("accepted", component, () => make({ provider: renderer() })));
    }
    process.stdout.write(JSON.stringify(rows), () => process.exit(0));
}

void main();
