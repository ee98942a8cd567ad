import * as path from "node:path";

import { pythonWith } from "../../support/python";
import { type Finished, runToEnd } from "../../support/processes";

/** An application of one language: what to run with a pod's environment. */
export interface App {
    language: string;
    command: () => Promise<string[]>;
    /** Variables that make it give up after two seconds; the one for the timeout has another unit in each language. */
    impatient: Record<string, string>;
}

const TIMEOUT = "OTEL_EXPORTER_OTLP_TIMEOUT";

export const APPS: App[] = [
    {
        language: "Node",
        command: async () => [process.execPath, path.join(__dirname, "app.cjs")],
        impatient: { [TIMEOUT]: "2000" },
    },
    {
        language: "Python",
        command: async () => [
            await pythonWith("opentelemetry", path.join(__dirname, "requirements.txt")),
            path.join(__dirname, "app.py"),
        ],
        impatient: { [TIMEOUT]: "2" },
    },
];

/** Runs an application with these variables and no others of its own. */
export async function runApp(app: App, env: Record<string, string>): Promise<Finished> {
    const [command = "", ...args] = await app.command();
    return runToEnd(command, args, { env: { PATH: process.env["PATH"], ...env }, timeoutSeconds: 60 });
}
