// Sends telemetry in a process of its own: OpenTelemetry's HTTP exporters load node:http with import(), which Jest refuses.
import { runToEnd } from "./processes";
import { type SendOptions, sendTelemetry } from "./telemetry";

/** @throws Error with what the process printed if the SDK failed. */
export async function sendFromProcess(options: SendOptions): Promise<void> {
    const args = ["--require", require.resolve("tsx/cjs"), __filename, JSON.stringify(options)];
    const { code, stderr } = await runToEnd(process.execPath, args, { timeoutSeconds: 60 });
    if (code !== 0) throw new Error(`sending failed:\n${stderr}`);
}

if (require.main === module) {
    sendTelemetry(JSON.parse(process.argv[2] ?? "{}") as SendOptions).catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
    });
}
