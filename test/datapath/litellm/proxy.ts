import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import axios from "axios";

import { pythonWith } from "../../support/python";
import { freePorts, Programs } from "../../support/programs";

const RUN = "from litellm import run_server; run_server()";

/** A running proxy. */
export interface Proxy {
    /** Asks the model, and takes the answer. */
    ask(question: string, user: string): Promise<string>;
    /** What it logged so far. */
    log(): string;
    stop(): Promise<void>;
}

/** Starts LiteLLM's proxy with a file and variables, and waits until it answers. It needs no network: its model is a mock. */
export async function startProxy(config: string, env: Record<string, string>): Promise<Proxy> {
    const python = await pythonWith("litellm", path.join(__dirname, "requirements.txt"));
    const [port = 0] = await freePorts(1);
    const key = `sk-${randomBytes(32).toString("hex")}`;
    const programs = new Programs("litellm");
    const file = path.join(programs.directory, "config.yaml");
    writeFileSync(file, config);
    const program = programs.start(
        "litellm",
        python,
        ["-c", RUN, "--config", file, "--host", "127.0.0.1", "--port", String(port)],
        {
            ...env,
            LITELLM_MASTER_KEY: key,
            LITELLM_LOCAL_MODEL_COST_MAP: "True",
            // These of the machine would win over the certificates that the pod has been given.
            ...{ REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "" },
            // Sooner than the five seconds and the minute of an SDK.
            OTEL_BSP_SCHEDULE_DELAY: "300",
            OTEL_BLRP_SCHEDULE_DELAY: "300",
            OTEL_METRIC_EXPORT_INTERVAL: "1000",
        },
    );
    const client = axios.create({
        baseURL: `http://127.0.0.1:${port}`,
        headers: { Authorization: `Bearer ${key}` },
        timeout: 30_000,
    });
    try {
        await program.until("LiteLLM answers", () =>
            client.get("/health/liveliness").then(
                ({ status }) => status === 200,
                () => false,
            ),
        );
    } catch (error) {
        await programs.stop();
        throw error;
    }
    return {
        ask: async (question, user) => {
            const messages = [{ role: "user", content: question }];
            const body = { model: "gpt", messages, user, metadata: { tags: ["test"] } };
            const { data } = await client.post<{ choices: { message: { content: string } }[] }>(
                "/v1/chat/completions",
                body,
            );
            return data.choices[0]?.message.content ?? "";
        },
        log: () => readFileSync(program.logFile, "utf8"),
        stop: () => programs.stop(),
    };
}
