import { spawn, type SpawnOptions } from "node:child_process";
import { lookup } from "node:dns/promises";
import { createServer } from "node:net";

/** What a finished process left. */
export interface Finished {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs a command to its end, at most `timeoutSeconds` long; a longer one is killed and fails. */
export function runToEnd(
    command: string,
    args: string[],
    options: SpawnOptions & { timeoutSeconds?: number; onLine?: (line: string) => void; input?: string } = {},
): Promise<Finished> {
    const { timeoutSeconds = 180, onLine, input, ...spawnOptions } = options;
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, {
            ...spawnOptions,
            stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        });
        child.stdin?.end(input);
        const output = { stdout: "", stderr: "" };
        for (const name of ["stdout", "stderr"] as const) {
            let rest = "";
            child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
                output[name] += chunk;
                const lines = (rest + chunk).split("\n");
                rest = lines.pop() ?? "";
                lines.forEach((line) => onLine?.(line));
            });
        }
        const timer = setTimeout(() => {
            child.kill("SIGKILL");
            reject(new Error(`${command} ${args[0] ?? ""} took longer than ${timeoutSeconds} s:\n${output.stderr}`));
        }, timeoutSeconds * 1000);
        child.on("error", (error) => {
            clearTimeout(timer);
            reject(error);
        });
        child.on("close", (code) => {
            clearTimeout(timer);
            resolve({ code: code ?? 1, ...output });
        });
    });
}

/** Asks until the answer is there, at most `seconds` long. */
export async function until<T>(
    what: string,
    seconds: number,
    ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const answer = await ask();
        if (answer !== undefined) return answer;
        if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} s`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** Whether a host's name can be resolved from here, asked for three seconds at most. */
export async function reachable(host: string): Promise<boolean> {
    const timeout = new Promise<false>((resolve) => setTimeout(() => resolve(false), 3000).unref());
    const found = lookup(host).then(
        () => true,
        () => false,
    );
    return Promise.race([found, timeout]);
}

const ADDRESSES = 254;
let loopbacksGiven = 0;

/**
 * A loopback address on which all of these TCP ports are free, so that several Collectors can run beside each other. It is not one given
 * out before, as long as there are others: somebody may still send to a Collector that has just ended.
 */
export async function loopbackWithFreePorts(ports: number[]): Promise<string> {
    // Linux answers on all of 127.0.0.0/8; other systems on 127.0.0.1 alone. Two processes would find the same ports free at once,
    // so each has addresses of its own.
    const own = `127.${1 + ((process.pid >> 8) % 254)}.${process.pid % 256}`;
    for (let tried = 0; tried < ADDRESSES; tried++) {
        const host = process.platform === "linux" ? `${own}.${1 + (loopbacksGiven++ % ADDRESSES)}` : "127.0.0.1";
        const free = await Promise.all(ports.map((port) => isFree(host, port)));
        if (free.every(Boolean)) return host;
    }
    throw new Error(`ports ${ports.join(", ")} are taken on every loopback address; stop what listens there`);
}

function isFree(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => resolve(false));
        server.listen(port, host, () => server.close(() => resolve(true)));
    });
}
