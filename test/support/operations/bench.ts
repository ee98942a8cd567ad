import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { type Emulator, startEmulator, type TokenRecord } from "../../../emulator";
import { findPulumi, type PulumiTools } from "../pulumi";
import { OperationsStack, PROGRAM } from "./stack";

/** What every kind of token needs of the bootstrap token. */
const SCOPES = [
    ...["apiTokens.read", "apiTokens.write", "InstallerDownload"],
    ...["activeGateTokenManagement.read", "activeGateTokenManagement.write"],
];

/** Dynatrace allows ten platform tokens a user. */
const USERS = ["1", "2", "3", "4", "5", "6"].map((digit) => `${digit.repeat(8)}-bbbb-4ccc-8ddd-123456789abc`);

/** Two environments of Dynatrace, a Pulumi CLI and a backend that all stacks share. */
export class Bench {
    readonly scratch = mkdtempSync(path.join(tmpdir(), "pulumi-dynatrace-otlp-operations-"));
    /** Holds Pulumi.yaml and the configuration of the stacks. */
    readonly project = path.join(this.scratch, "project");
    readonly backend = path.join(this.scratch, "backend");
    /** Ids of the tokens that were used. */
    readonly used = new Set<string>();
    readonly users = USERS;

    private constructor(
        readonly tools: PulumiTools,
        readonly emulator: Emulator,
        /** A second environment. */
        readonly other: Emulator,
    ) {}

    static async start(): Promise<Bench> {
        const emulator = await startEmulator({ bootstrapToken: { scopes: SCOPES }, account: { users: USERS } });
        const other = await startEmulator({ host: "127.0.0.2", environmentId: "xyz98765" });
        const bench = new Bench(await findPulumi(), emulator, other);
        mkdirSync(bench.project);
        copyFileSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(bench.project, "Pulumi.yaml"));
        return bench;
    }

    async stop(): Promise<void> {
        rmSync(this.scratch, { recursive: true, force: true });
        await this.emulator.stop();
        await this.other.stop();
    }

    /** A new stack. @param backend a backend of its own. */
    async stack(name: string, backend = this.backend): Promise<OperationsStack> {
        mkdirSync(backend, { recursive: true });
        const stack = new OperationsStack(this, name, backend);
        await stack.command("stack", "init", "--stack", name);
        return stack;
    }

    environment(backend: string): Record<string, string | undefined> {
        return {
            ...process.env,
            PATH: this.tools.path,
            PULUMI_HOME: process.env["PULUMI_HOME"] ?? path.join(this.scratch, "home"),
            PULUMI_BACKEND_URL: `file://${backend}`,
            PULUMI_CONFIG_PASSPHRASE: "made-up passphrase",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            DYNATRACE_API_URL: this.emulator.apiUrl,
            DYNATRACE_API_TOKEN: this.emulator.bootstrapToken,
        };
    }

    /** Where programs write the tokens that they get: one JSON object a line. */
    get tokensFile(): string {
        return path.join(this.scratch, "tokens.jsonl");
    }

    /** Sends with a token, which then counts as used. */
    async use(id: string): Promise<void> {
        if (!(await this.works(id))) throw new Error(`Dynatrace refuses ${id}, which was to be used`);
        if (id.startsWith("dt0g02.")) this.emulator.useToken(id);
        this.used.add(id);
    }

    /** Whether Dynatrace takes data that is signed with a token. */
    async works(id: string): Promise<boolean> {
        const at = [this.emulator, this.other].find((each) => each.tokens().some((token) => token.id === id));
        if (!at) return false;
        // The embedded Dynatrace has no ActiveGates that connect.
        if (id.startsWith("dt0g02.")) return true;
        const secret = this.secretOf(id);
        if (secret === undefined) throw new Error(`no program got the token ${id}`);
        const scheme = id.startsWith("dt0s16.") ? "Bearer" : "Api-Token";
        const headers = { authorization: `${scheme} ${secret}`, "content-type": "text/plain" };
        const { status } = await fetch(at.metricsIngestUrl, { method: "POST", headers, body: "a.b 1" });
        return status === 202;
    }

    secretOf(id: string): string | undefined {
        if (!existsSync(this.tokensFile)) return undefined;
        const lines = readFileSync(this.tokensFile, "utf8").trim().split("\n");
        const all = lines.map((line) => JSON.parse(line) as { id: string; token: string });
        return all.find((token) => token.id === id)?.token;
    }

    /** Tokens that have not expired and whose names begin so, in both environments. */
    live(prefix: string): TokenRecord[] {
        const now = Date.now();
        return [...this.emulator.tokens(), ...this.other.tokens()].filter(({ name, expirationDate }) => {
            return name.startsWith(prefix) && !(expirationDate && Date.parse(expirationDate) <= now);
        });
    }
}
