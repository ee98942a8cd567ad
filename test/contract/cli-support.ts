import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import axios from "axios";

import type { Command, Io } from "../../bin/command";
import { startEmulator, type Emulator, type EmulatorOptions, type TokenSeed } from "../../emulator";
import type { Clock } from "../../providers/dynatrace/limits";
import { actualTokenName, newMark, newNonce } from "../../providers/tokens/names";
import { runToEnd, type Finished } from "../support/processes";

export const DAY = 24 * 60 * 60 * 1000;
/** Arguments of node that run the program from its sources. */
export const PROGRAM = ["--import", "tsx", resolve(__dirname, "../../bin/pulumi-dynatrace-otlp.ts")];

export interface Told {
    code: number;
    out: string;
    err: string;
}

export interface RunSettings {
    env?: Record<string, string>;
    input?: string;
    /** What is answered to a question; left out where there is no terminal. */
    answer?: string;
    stop?: AbortSignal;
}

/** The commands in front of an emulator whose clock can be set: seed tokens at another time, then come back to the present. */
export class CliBench implements Clock {
    /** Milliseconds between the real time and the time that emulator and commands see. */
    shift = 0;
    /** All that was printed. */
    printed = "";
    emulator!: Emulator;
    private readonly secrets: string[] = [];
    private readonly folder = mkdtempSync(join(tmpdir(), "cli-"));

    now = (): number => Date.now() + this.shift;
    random = (): number => 0;
    sleep = async (milliseconds: number): Promise<void> => void (this.shift += milliseconds);

    static async start(options: EmulatorOptions = {}): Promise<CliBench> {
        const bench = new CliBench();
        bench.emulator = await startEmulator({ now: bench.now, ...options });
        bench.secrets.push(bench.emulator.bootstrapToken);
        return bench;
    }

    /** Ends it, and fails if a secret part of any token was ever printed. */
    async stop(): Promise<void> {
        await this.emulator.stop();
        rmSync(this.folder, { recursive: true, force: true });
        for (const secret of this.secrets) expect(this.printed).not.toContain(secret.split(".")[2]);
    }

    get env(): Record<string, string> {
        return { DYNATRACE_API_URL: this.emulator.apiUrl, DYNATRACE_API_TOKEN: this.emulator.bootstrapToken };
    }

    /** What signs calls to the account, and where it is. */
    get accountEnv(): Record<string, string> {
        const { account } = this.emulator;
        return {
            DYNATRACE_CLIENT_ID: account.clientId,
            DYNATRACE_CLIENT_SECRET: account.clientSecret,
            DYNATRACE_ACCOUNT_UUID: account.accountUuid,
            DYNATRACE_ACCOUNT_API_URL: account.apiUrl,
            DYNATRACE_SSO_URL: account.ssoUrl,
        };
    }

    /** Makes a token so many days ago. */
    seed(name: string, daysAgo: number, seed: TokenSeed = {}): { id: string; token: string } {
        const present = this.shift;
        this.shift -= daysAgo * DAY;
        const made = this.emulator.createToken({ name, ...seed });
        this.shift = present;
        this.secrets.push(made.token);
        return made;
    }

    /** Makes a token three days ago that the package's own naming would give. */
    made(prefix: string, { until, mark = newMark(), key = "0a1b2c3d", daysAgo = 3, ...seed }: MadeSeed = {}) {
        const name = actualTokenName({ prefix, mark, key, nonce: newNonce(), until });
        return { ...this.seed(name, daysAgo, seed), name, mark };
    }

    /** Signs a call with a token, so that Dynatrace notes its use. */
    async use({ token }: { token: string }): Promise<void> {
        const headers = { Authorization: `Api-Token ${token}` };
        await axios.post(`${this.emulator.apiUrl}/v2/apiTokens/lookup`, { token }, { headers, proxy: false });
    }

    /** Whether tokens exist, in the order asked. */
    exist(...tokens: { id: string }[]): boolean[] {
        const ids = new Set(this.emulator.tokens().map(({ id }) => id));
        return tokens.map(({ id }) => ids.has(id));
    }

    deletes(): number {
        return this.emulator.requests().filter(({ method }) => method === "DELETE").length;
    }

    file(name: string, text: string): string {
        const path = join(this.folder, name);
        writeFileSync(path, text);
        return path;
    }

    /** Runs a command within this process, by the emulator's clock. */
    async run(command: Command, args: string[], settings: RunSettings = {}): Promise<Told> {
        const { env = this.env, input = "", answer, stop = new AbortController().signal } = settings;
        const told: Told = { code: -1, out: "", err: "" };
        const io: Io = {
            out: (text) => void (told.out += text),
            err: (text) => void (told.err += text),
            env,
            clock: this,
            input: async () => input,
            ask: answer === undefined ? undefined : async (question) => ((told.err += question), answer),
            stop,
        };
        try {
            told.code = await command.run(args, io);
        } catch (error) {
            this.printed += (error as Error).message;
            throw error;
        } finally {
            this.printed += told.out + told.err;
        }
        return told;
    }

    /** Runs the program as a user does, by the real time. */
    async runProgram(args: string[], env: Record<string, string> = this.env): Promise<Finished> {
        const options = { timeoutSeconds: 40, env: { ...withoutSettings(), ...env } };
        const finished = await runToEnd(process.execPath, [...PROGRAM, ...args], options);
        this.printed += finished.stdout + finished.stderr;
        return finished;
    }
}

interface MadeSeed extends TokenSeed {
    until?: number;
    mark?: string;
    key?: string;
    daysAgo?: number;
}

/** This process' environment without settings for Dynatrace. */
export function withoutSettings(): NodeJS.ProcessEnv {
    const names = ["DYNATRACE_API_TOKEN", "DT_API_TOKEN", "DYNATRACE_API_URL", "DT_API_URL"];
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));
}

/** The output of `pulumi stack export` for a stack with these resources. */
export function exported(resources: object[], pending: object[] = []): string {
    const manifest = { time: "2026-11-21T16:20:09.930330598Z", magic: "2f2373b7", version: "v3.255.0" };
    const operations = pending.map((resource) => ({ resource, type: "deleting" }));
    return JSON.stringify({ version: 3, deployment: { manifest, resources, pending_operations: operations } });
}

/** An ApiToken in a state. */
export function recordedToken(id: string, outputs: object = {}, more: object = {}): object {
    const type = "pulumi-nodejs:dynamic/dynatrace:ApiToken";
    return {
        urn: `urn:pulumi:prod::shop::${type}::t`,
        custom: true,
        type,
        id,
        outputs: { tokenId: id, ...outputs },
        ...more,
    };
}
