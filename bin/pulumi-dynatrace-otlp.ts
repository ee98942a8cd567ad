#!/usr/bin/env node
import { UsageError, type Command, type Io } from "./command";
import { emulatorCommand } from "./emulator";

const program = "pulumi-dynatrace-otlp";
const commands: Command[] = [emulatorCommand];

const usage = `Usage: ${program} <command> [options]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join("\n")}

${program} <command> --help tells more.
`;

async function main([name, ...args]: string[], io: Io): Promise<number> {
    if (name === "--help" || name === "-h" || name === "help") {
        io.out(usage);
        return 0;
    }
    const command = commands.find((one) => one.name === name);
    if (!command) {
        io.err(`${name === undefined ? "No command given" : `Unknown command: ${name}`}\n\n${usage}`);
        return 2;
    }
    if (args.includes("--help") || args.includes("-h")) {
        io.out(command.usage);
        return 0;
    }
    try {
        return await command.run(args, io);
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const wrongUse = error instanceof UsageError;
        io.err(`${program} ${command.name}: ${message}\n${wrongUse ? `\n${command.usage}` : ""}`);
        return wrongUse ? 2 : 1;
    }
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

void main(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    stop: stop.signal,
}).then((code) => {
    process.exitCode = code;
});
