import { setMaxListeners } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { Account } from "./account/account";
import { Api } from "./api";
import { Arrivals } from "./arrivals";
import type { Context } from "./context";
import { Faults } from "./faults";
import { envelope, json, type Reply } from "./http/reply";
import { inspect } from "./inspect/routes";
import { baseUrl, settingsOf } from "./options";
import { close, listen, refuseFor } from "./server";
import { caFileOf, makeCertificates } from "./tls";
import { randomText } from "./tokens/secret";
import { TokenStore } from "./tokens/store";
import type { Emulator, EmulatorOptions } from "./types";

/**
 * Starts a strict Dynatrace on loopback.
 * @throws Error naming the option that is wrong; the error of node when the port is taken.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const settings = settingsOf(options);
    const { environmentId, host, now, stateFile } = settings;
    const context: Context = {
        settings,
        tokens: new TokenStore(environmentId, now, stateFile),
        account: new Account(settings.account, now),
        tenantToken: randomText(20),
        arrivals: new Arrivals(),
        faults: new Faults(),
    };
    const stopping = new AbortController();
    // As many calls as there are can wait at once.
    setMaxListeners(0, stopping.signal);
    const api = new Api(context, stopping.signal, (seconds) => void refuseFor(server, seconds, stopping.signal));
    const names = ["localhost", "127.0.0.1", "::1", ...settings.tlsNames];
    const certificates = settings.tls ? await makeCertificates(names) : undefined;
    const listener = (request: IncomingMessage, response: ServerResponse) =>
        serve(context, api, request, response, stopping.signal);
    const { server, port } = await listen(listener, { host, port: settings.port, certificates });

    const ca = certificates && caFileOf(certificates.caPem);
    if (ca) process.once("exit", ca.remove);
    const bootstrap = context.tokens.create({
        name: "emulator bootstrap",
        scopes: ["apiTokens.read", "apiTokens.write"],
        ...settings.bootstrapToken,
    });
    const url = baseUrl(settings, port);
    const { tokens, arrivals, faults } = context;
    let stopped: Promise<void> | undefined;

    return {
        environmentId,
        url,
        apiUrl: `${url}/api`,
        otlpUrl: `${url}/api/v2/otlp`,
        metricsIngestUrl: `${url}/api/v2/metrics/ingest`,
        pageUrl: new URL("/_emulator/", url).href,
        port,
        caPem: certificates?.caPem,
        caFile: ca?.caFile,
        bootstrapToken: bootstrap.token,
        account: context.account.describe(new URL(url).origin),
        tenantToken: context.tenantToken,
        tokens: () => tokens.all(),
        createToken: (seed = {}) => {
            const { id, token } = tokens.create(seed);
            return { id, token };
        },
        deleteToken: (id) => tokens.delete(id),
        setEnabled: (id, enabled) => tokens.update(id, { enabled }),
        useToken: (id) => tokens.used(id, "127.0.0.1"),
        arrived: () => arrivals.arrived(),
        refused: () => arrivals.refused(),
        requests: () => arrivals.requests(),
        reset: () => {
            arrivals.reset();
            faults.clear();
        },
        fault: (rule) => faults.add(rule),
        clearFaults: () => faults.clear(),
        stop: () => (stopped ??= stop()),
    };

    async function stop(): Promise<void> {
        stopping.abort();
        await close(server);
        tokens.save();
        if (ca) process.off("exit", ca.remove);
        ca?.remove();
    }
}

async function serve(
    context: Context,
    api: Api,
    request: IncomingMessage,
    response: ServerResponse,
    stopped: AbortSignal,
): Promise<void> {
    const url = URL.canParse(request.url ?? "", "http://emulator")
        ? new URL(request.url ?? "", "http://emulator")
        : undefined;
    const reply = !url
        ? envelope(400, "The path is not a valid URL.")
        : await (inspect(context, request, url) ?? health(url) ?? api.answer(request, url));
    if (!reply) {
        response.destroy();
        return;
    }
    request.resume();
    if (reply.bodyDelayMs === undefined) {
        response.writeHead(reply.status, { ...reply.headers, "content-length": Buffer.byteLength(reply.body ?? "") });
    } else {
        // Without a length, so that an empty body as well ends only when it is told to.
        response.writeHead(reply.status, reply.headers).flushHeaders();
        await wait(reply.bodyDelayMs, undefined, { signal: stopped });
    }
    response.end(reply.body);
}

/** What the probes of an ActiveGate ask. */
function health({ pathname }: URL): Promise<Reply> | undefined {
    return pathname === "/rest/health" || pathname === "/rest/state"
        ? Promise.resolve(json(200, "RUNNING"))
        : undefined;
}
