#!/usr/bin/env node
import { text } from "node:stream/consumers";
import { createInterface } from "node:readline";
import { redact } from "../providers/dynatrace/redact";
import { systemClock } from "../providers/dynatrace/limits";
import { checkBootstrapCommand } from "./check-bootstrap";
import { checkExpiryCommand } from "./check-expiry";
import { StoppedError, UsageError, type Command, type Io } from "./command";
import { emulatorCommand } from "./emulator";
import { sweepCommand } from "./sweep";

const program = "pulumi-dynatrace-otlp";
const commands: Command[] = [checkBootstrapCommand, checkExpiryCommand, emulatorCommand, sweepCommand];

const usage = `Usage: ${program} <command> [options]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`).join("\n")}

${program} <command> --help prints more.
`;

async function main([name, ...args]: string[], io: Io): Promise<number> {
    if (name === "--help" || name === "-h" || name === "help") {
        io.out(usage);
        return 0;
    }
    const command = commands.find((one) => one.name === name);
    if (!command) {
        io.err(`${name === undefined ? "No command given" : `Unknown command: ${redact(name)}`}\n\n${usage}`);
        return 2;
    }
    if (args.includes("--help") || args.includes("-h")) {
        io.out(command.usage);
        return 0;
    }
    try {
        return await command.run(args, io);
    } catch (error) {
        const message = redact(error instanceof Error ? error.message : String(error));
        const wrongUse = error instanceof UsageError;
        io.err(`${program} ${command.name}: ${message}\n${wrongUse ? `\n${command.usage}` : ""}`);
        return wrongUse ? 2 : 1;
    }
}

/** Reads one line from the terminal; empty when it is closed. The terminal itself turns ^C into the signal. */
function ask(question: string): Promise<string> {
    const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
    return new Promise<string>((resolve, reject) => {
        stop.signal.addEventListener("abort", () => reject(new StoppedError()), { once: true });
        lines.once("close", () => resolve(""));
        lines.question(question, resolve);
    }).finally(() => lines.close());
}

const stop = new AbortController();
// Once: a second ^C ends the program at once.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

void main(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    clock: systemClock,
    input: () => text(process.stdin),
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    stop: stop.signal,
}).then((code) => {
    process.exitCode = code;
    // Calls that were waiting for their turn would hold the process for up to a minute.
    if (stop.signal.aborted) process.stdout.write("", () => process.stderr.write("", () => process.exit()));
});
