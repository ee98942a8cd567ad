import { writeFileSync } from "node:fs";
import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator";
import { optionsOf } from "./arguments";
import { UsageError, type Command, type Io } from "./command";
import { codeOf } from "../providers/thrown";

const usage = `Usage: pulumi-dynatrace-otlp emulator [options]

Starts a strict Dynatrace on loopback: access tokens, OTLP, metric lines, and a page that shows what arrived.

Options:
  --route saas|activegate  saas: http://127.0.0.1:PORT/api/v2/…; activegate: https with an own CA, below /e/ENVIRONMENT
                           (default saas)
  --port N                 TCP port, 0 for any free one (default 8080 for saas, 9999 for activegate)
  --environment ID         environment id (default abc12345)
  --state FILE             keep the tokens in this file, so that they outlive a restart (no secret is in it)
  --ca-out FILE            write the CA certificate here as well (activegate)
  --json                   print one line of JSON instead of text
  --help                   print this

The token made at start is printed once, as DYNATRACE_API_TOKEN. ^C stops.
`;

const OPTIONS = {
    route: { type: "string" },
    port: { type: "string" },
    environment: { type: "string" },
    state: { type: "string" },
    "ca-out": { type: "string" },
    json: { type: "boolean" },
} as const;

interface Choice {
    options: EmulatorOptions;
    caOut?: string;
    json: boolean;
}

export const emulatorCommand: Command = {
    name: "emulator",
    summary: "start a Dynatrace on loopback, to try things out without a tenant",
    usage,
    async run(args: string[], io: Io): Promise<number> {
        const { options, caOut, json } = choiceOf(args);
        const emulator = await start(options);
        try {
            if (caOut !== undefined && emulator.caPem !== undefined) writeFileSync(caOut, emulator.caPem);
            const caFile = caOut ?? emulator.caFile;
            io.out(json ? `${JSON.stringify(asJson(emulator, caFile))}\n` : asText(emulator, options, caFile));
            await aborted(io.stop);
        } finally {
            await emulator.stop();
        }
        return 0;
    },
};

function choiceOf(args: string[]): Choice {
    const { route = "saas", port, environment, state, "ca-out": caOut, json = false } = optionsOf(args, OPTIONS);
    if (route !== "saas" && route !== "activegate") throw new UsageError(`--route ${route}: use saas or activegate`);
    if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new UsageError(`--port ${port}: is not a TCP port`);
    if (caOut !== undefined && route === "saas") {
        throw new UsageError("--ca-out: there is no CA with --route saas; use --route activegate");
    }
    const options: EmulatorOptions = {
        route,
        port: port === undefined ? (route === "saas" ? 8080 : 9999) : Number(port),
        environmentId: environment,
        stateFile: state,
    };
    return { options, caOut, json };
}

async function start(options: EmulatorOptions): Promise<Emulator> {
    try {
        return await startEmulator(options);
    } catch (error) {
        if (codeOf(error) !== "EADDRINUSE") throw error;
        throw new Error(`--port ${options.port} is taken; use another one, or 0 for any free one`);
    }
}

function asJson(emulator: Emulator, caFile: string | undefined) {
    const { environmentId, url, apiUrl, otlpUrl, metricsIngestUrl, pageUrl, port } = emulator;
    const token = emulator.bootstrapToken;
    const places = { environmentId, url, apiUrl, otlpUrl, metricsIngestUrl, pageUrl, port, caFile };
    return { ...places, DYNATRACE_API_TOKEN: token, ...accountVariables(emulator) };
}

/** What signs calls to the account API, which makes platform tokens. */
function accountVariables({ account }: Emulator): Record<string, string> {
    return {
        DYNATRACE_ACCOUNT_UUID: account.accountUuid,
        DYNATRACE_ACCOUNT_API_URL: account.apiUrl,
        DYNATRACE_SSO_URL: account.ssoUrl,
        DYNATRACE_CLIENT_ID: account.clientId,
        DYNATRACE_CLIENT_SECRET: account.clientSecret,
    };
}

function asText(emulator: Emulator, { route }: EmulatorOptions, caFile: string | undefined): string {
    const trust = caFile === undefined ? "" : `  CA file        ${caFile}\n`;
    const trustHint = caFile === undefined ? "" : `NODE_EXTRA_CA_CERTS=${caFile}\n`;
    const account = Object.entries(accountVariables(emulator)).map(([name, value]) => `${name}=${value}`);
    return `Dynatrace emulator, environment ${emulator.environmentId}, route ${route}
  environment    ${emulator.url}
  API            ${emulator.apiUrl}
  OTLP           ${emulator.otlpUrl}
  metric lines   ${emulator.metricsIngestUrl}
  what arrived   ${emulator.pageUrl}
${trust}
Use it in the shell that runs Pulumi, with this token (scopes apiTokens.read, apiTokens.write), which is not shown again:
${trustHint}DYNATRACE_API_URL=${emulator.apiUrl}
DYNATRACE_API_TOKEN=${emulator.bootstrapToken}

For platform tokens too, of the user ${emulator.account.userUuid}:
${account.join("\n")}

^C stops it.
`;
}

function aborted(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener("abort", () => resolve(), { once: true });
    });
}
