/* Runs the tools beside a test, and sees to it that none outlives it. Nothing but Node's own modules. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Program {
    name: string;
    pid: number | undefined;
    /** What it wrote to standard output and standard error. */
    logFile: string;
    /** True when it runs no more, or never did. */
    ended(): boolean;
    /** Waits until `check` says yes. Throws with the end of its log when the program ends before that. */
    until(what: string, check: () => Promise<boolean>): Promise<void>;
    /** Ends it: SIGTERM, and SIGKILL if that is not heeded. */
    stop(): Promise<void>;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * However this process ends, its pipe to the watchdog closes, and the watchdog ends the programs and removes the folder.
 * A handler of `exit` or of signals would miss a SIGKILL, and a test runner that ends its workers.
 */
const WATCHDOG = `
    const [directory] = process.argv.slice(1);
    let pids = "";
    process.stdin.setEncoding("utf8").on("data", (text) => (pids += text)).on("end", () => {
        for (const pid of pids.split("\\n").filter(Boolean)) try { process.kill(Number(pid), "SIGKILL"); } catch {}
        require("node:fs").rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
`;

/** Some programs that belong together, and the folder they write to. */
export class Programs {
    /** A new folder of their own, under the system's one for temporary files; gone after `stop`. */
    readonly directory: string;
    private readonly running: Program[] = [];
    private readonly watchdog: ChildProcess;
    private stopped: Promise<void> | undefined;

    /** @param label first part of the folder's name */
    constructor(label: string) {
        this.directory = mkdtempSync(join(tmpdir(), `${label}-`));
        this.watchdog = spawn(process.execPath, ["-e", WATCHDOG, this.directory], {
            detached: true,
            stdio: ["pipe", "ignore", "ignore"],
            env: {},
        });
        this.watchdog.unref();
        (this.watchdog.stdin as unknown as { unref(): void }).unref();
    }

    /** Starts a program in `directory`. `env` is added to this process' environment. */
    start(name: string, file: string, args: string[], env: Record<string, string> = {}): Program {
        const logFile = join(this.directory, `${name}.log`);
        const output = openSync(logFile, "a");
        const child = spawn(file, args, {
            cwd: this.directory,
            env: { ...process.env, ...env },
            stdio: ["ignore", output, output],
            detached: true, // ^C is for the test alone; the programs end in order, by stop or by the watchdog
        });
        closeSync(output);
        child.unref();
        if (child.pid) this.watchdog.stdin?.write(`${child.pid}\n`);

        let failure = "";
        child.on("error", (error) => (failure = error.message));
        const ended = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
        const program: Program = {
            name,
            pid: child.pid,
            logFile,
            ended,
            until: (what, check) => until(program, what, check, () => failure),
            stop: () => stop(child, ended),
        };
        this.running.push(program);
        return program;
    }

    /** Ends all, the last one started first since it needs the others, and removes `directory`. */
    stop(): Promise<void> {
        return (this.stopped ??= this.stopAll());
    }

    private async stopAll(): Promise<void> {
        for (const program of [...this.running].reverse()) await program.stop();
        this.watchdog.kill("SIGKILL");
        rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
}

async function until(program: Program, what: string, check: () => Promise<boolean>, failure: () => string) {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await check())) {
        if (program.ended() || Date.now() > deadline) {
            const how = program.ended() ? `${program.name} ended` : `not so after ${START_TIMEOUT_MS / 1000} s`;
            const log = existsSync(program.logFile) ? readFileSync(program.logFile, "utf8").trimEnd() : "";
            const lines = [failure(), ...log.split("\n").slice(-20)].filter(Boolean);
            throw new Error([`waited until ${what}: ${how}`, ...lines].join("\n"));
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

async function stop(child: ChildProcess, ended: () => boolean): Promise<void> {
    if (ended()) return;
    child.ref();
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const tooLong = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await exit;
    clearTimeout(tooLong);
}

/** Below what a system gives to those who do not ask for a certain port, so that nobody else has one before it is used. */
const PORTS = { first: 20_000, end: 32_768 };

/** Ports of 127.0.0.1 that nobody listens on. All are held at once, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
    const servers: Server[] = [];
    while (servers.length < count) {
        const server = createServer();
        const isFree = await new Promise<boolean>((resolve) => {
            server.once("error", () => resolve(false));
            server.listen(randomInt(PORTS.first, PORTS.end), "127.0.0.1", () => resolve(true));
        });
        if (isFree) servers.push(server);
    }
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    await Promise.all(servers.map((server) => once(server.close(), "close")));
    return ports;
}
