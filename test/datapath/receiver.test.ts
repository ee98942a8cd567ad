import { X509Certificate } from "node:crypto";

import type { ExporterEnvArgs } from "../../components/application-pods/exporter-env/args";
import { type Emulator, startEmulator } from "../../emulator";
import { until } from "../support/processes";
import {
    ask,
    CLIENT_CA,
    type Gateway,
    OTHER_CA,
    postSpan,
    runLargeSender,
    runSender,
    type SenderFiles,
    SERVER_CA,
    servedCertificate,
    startGateway,
    tlsSecret,
} from "./receiver/gateway";
import { APPS } from "./sdk/apps";

jest.setTimeout(240_000);

const [NODE] = APPS;
if (NODE === undefined) throw new Error("no application in Node");

const CLIENT = CLIENT_CA.issue("checkout");
const TOKEN = "made-up-token-of-checkout";
const NEXT_TOKEN = "made-up-next-token";

const FILES: SenderFiles = {
    secrets: { "checkout-tls": tlsSecret(CLIENT), "checkout-token": { token: TOKEN } },
    configMaps: { "gateway-ca": { "ca.crt": SERVER_CA.pem } },
};
const SECURED: Partial<ExporterEnvArgs> = {
    ca: { configMap: { name: "gateway-ca" } },
    clientCertificate: { secretName: "checkout-tls" },
    collectorToken: { secret: { name: "checkout-token" } },
};
/** What requests without an SDK are made with. */
const TLS = { ca: SERVER_CA.pem, cert: CLIENT.certificatePem, key: CLIENT.keyPem };
const ORIGIN = "https://shop.example.com";

let emulator: Emulator;
let gateway: Gateway;

beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
    gateway = await startGateway(emulator, {
        tool: "otelcol-158",
        receiver: {
            tls: { secretName: "gateway-tls", clientCa: { secret: { name: "sender-ca" } }, reloadMinutes: 1 },
            bearer: { secret: { name: "senders" } },
            cors: { allowedOrigins: [ORIGIN], maxAgeSeconds: 600 },
            maxHttpRequestMiB: 1,
            maxGrpcMessageMiB: 1,
        },
        secrets: { "sender-ca": { "ca.crt": CLIENT_CA.pem }, senders: { token: TOKEN } },
    });
});

afterAll(async () => {
    await gateway?.collector.stop();
    await emulator?.stop();
});

beforeEach(() => emulator.reset());

const PROTOCOLS = ["http/protobuf", "grpc"] as const;
type Protocol = (typeof PROTOCOLS)[number];
const to = (protocol: Protocol): Partial<ExporterEnvArgs> => ({
    protocol,
    collectorUrl: protocol === "grpc" ? gateway.grpcUrl : gateway.httpUrl,
});

describe.each(PROTOCOLS)("a Collector that asks senders for a certificate and a token, over %s", (protocol) => {
    test.each(APPS)("takes all of an application in $language that has what exporterEnv gives it", async (app) => {
        const { code, stdout, stderr } = await runSender(app, { ...SECURED, ...to(protocol) }, FILES);
        await until("arrival", 20, () => {
            const { spans, metricDataPoints, logRecords } = emulator.arrived().counts;
            return spans === 1 && metricDataPoints >= 3 && logRecords === 1 ? true : undefined;
        });
        expect(emulator.refused()).toEqual([]);
        expect(code).toBe(0);
        expect(stdout + stderr).not.toContain(TOKEN);
    });

    const wrongToken = { ...FILES.secrets, "checkout-token": { token: "made-up-but-wrong" } };
    const wrongCertificate = { ...FILES.secrets, "checkout-tls": tlsSecret(OTHER_CA.issue("checkout")) };
    const refusedWith = { "http/protobuf": /401|Unauthorized/, grpc: /UNAUTHENTICATED/ }[protocol];
    const noHandshake = {
        "http/protobuf": /certificate required|unknown ca|bad certificate|socket hang up|ECONNRESET|EPIPE/i,
        grpc: /UNAVAILABLE|DEADLINE_EXCEEDED/,
    }[protocol];
    const tooLarge = { "http/protobuf": /Bad Request/, grpc: /RESOURCE_EXHAUSTED/ }[protocol];
    const notTrusted = { "http/protobuf": /unable to verify|self[- ]signed/i, grpc: /UNAVAILABLE|DEADLINE_EXCEEDED/ }[
        protocol
    ];

    test.each<[string, Partial<ExporterEnvArgs>, SenderFiles, RegExp]>([
        ["no token", { collectorToken: undefined }, FILES, refusedWith],
        ["another token", {}, { ...FILES, secrets: wrongToken }, refusedWith],
        ["no certificate", { clientCertificate: undefined }, FILES, noHandshake],
        ["a certificate of another CA", {}, { ...FILES, secrets: wrongCertificate }, noHandshake],
        ["no CA, and so no trust in the Collector", { ca: undefined }, FILES, notTrusted],
    ])("takes nothing of one with %s, and the SDK says why", async (_case, args, files, text) => {
        const { stdout, stderr } = await runSender(
            NODE,
            { ...SECURED, ...to(protocol), ...args, signals: ["traces"] },
            files,
            NODE.impatient,
        );
        expect(stdout + stderr).toMatch(text);
        // What a right one sends now has come after whatever the wrong one could have sent.
        await runSender(NODE, { ...SECURED, ...to(protocol), signals: ["logs"] }, FILES);
        await until("the log record", 20, () => (emulator.arrived().counts.logRecords === 1 ? true : undefined));
        expect(emulator.arrived().counts.spans).toBe(0);
    });

    test("tells a sender of too large a request, and loses nothing of the others", async () => {
        let sending = true;
        let sent = 0;
        const others = (async () => {
            while (sending) {
                const { status } = await postSpan(gateway.httpUrl, TLS, TOKEN, "order");
                expect(status).toBe(200);
                sent++;
            }
        })();
        const large = await runLargeSender(2, { ...SECURED, ...to(protocol), signals: ["traces"] }, FILES);
        const small = await runLargeSender(0.5, { ...SECURED, ...to(protocol), signals: ["traces"] }, FILES);
        sending = false;
        await others;
        expect(large.stdout + large.stderr).toMatch(tooLarge);
        expect(small.stdout + small.stderr).not.toMatch(tooLarge);
        await until("what the others sent", 20, () =>
            emulator.arrived().counts.spans === sent + 1 ? true : undefined,
        );
        expect(emulator.arrived().spans.filter(({ name }) => name === "large")).toHaveLength(1);
        expect(sent).toBeGreaterThan(10);
    });
});

describe("a web page", () => {
    const preflight = (origin: string, headers: string): ReturnType<typeof ask> =>
        ask(`${gateway.httpUrl}/v1/traces`, {
            ...TLS,
            method: "OPTIONS",
            headers: {
                origin,
                "access-control-request-method": "POST",
                "access-control-request-headers": headers,
            },
        });

    test("of the allowed origin is told that it may send, before it shows a token", async () => {
        const { status, headers } = await preflight(ORIGIN, "authorization,content-type");
        expect(status).toBe(204);
        expect(headers["access-control-allow-origin"]).toBe(ORIGIN);
        expect(headers["access-control-allow-headers"]).toBe("authorization,content-type");
        expect(headers["access-control-max-age"]).toBe("600");
    });

    test.each([
        ["of another origin", "https://shop.example.com.evil.example", "content-type"],
        ["with a header that is not allowed", ORIGIN, "x-other"],
    ])("%s is not", async (_case, origin, headers) => {
        const reply = await preflight(origin, headers);
        expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
    });

    test("still has to show the token then", async () => {
        const headers = { origin: ORIGIN, "content-type": "application/json" };
        const { status } = await ask(`${gateway.httpUrl}/v1/traces`, { ...TLS, method: "POST", headers }, "{}");
        expect(status).toBe(401);
    });
});

/** Each leaves the Collector as it found it. */
describe("without a restart", () => {
    const change = (secrets: Gateway["secrets"]): void => gateway.collector.refresh({ ...gateway.secrets, ...secrets });
    const accepts = async (token: string): Promise<boolean> =>
        (await postSpan(gateway.httpUrl, TLS, token, "probe")).status === 200;

    test("senders move from one token to the next, and none is refused on the way", async () => {
        expect(await accepts(NEXT_TOKEN)).toBe(false);
        let moving = true;
        const refused: number[] = [];
        const sender = (async () => {
            while (moving) {
                const { status } = await postSpan(gateway.httpUrl, TLS, TOKEN, "order");
                if (status !== 200) refused.push(status);
            }
        })();
        change({ senders: { token: `${NEXT_TOKEN}\n${TOKEN}\n` } });
        await until("the next token is accepted", 30, async () => (await accepts(NEXT_TOKEN)) || undefined);
        expect(await accepts(TOKEN)).toBe(true);
        moving = false;
        await sender;
        expect(refused).toEqual([]);

        change({ senders: { token: NEXT_TOKEN } });
        await until("the first token is refused", 30, async () => !(await accepts(TOKEN)) || undefined);
        expect(await accepts(NEXT_TOKEN)).toBe(true);
        const files = { ...FILES, secrets: { ...FILES.secrets, "checkout-token": { token: NEXT_TOKEN } } };
        emulator.reset();
        await runSender(NODE, { ...SECURED, ...to("grpc"), signals: ["logs"] }, files);
        await until("the log record", 20, () => (emulator.arrived().counts.logRecords === 1 ? true : undefined));
        change({});
        await until("the first token is back", 30, async () => (await accepts(TOKEN)) || undefined);
    });

    test("certificates of another CA of senders count, as soon as it is in the bundle", async () => {
        const other = OTHER_CA.issue("payments");
        const tls = { ca: SERVER_CA.pem, cert: other.certificatePem, key: other.keyPem };
        const taken = (options: typeof tls): Promise<boolean> =>
            postSpan(gateway.httpUrl, options, TOKEN, "probe").then(
                ({ status }) => status === 200,
                () => false,
            );
        expect(await taken(tls)).toBe(false);
        change({ "sender-ca": { "ca.crt": CLIENT_CA.pem + OTHER_CA.pem } });
        await until("the other CA counts", 30, async () => (await taken(tls)) || undefined);
        expect(await taken(TLS)).toBe(true);
        change({});
        await until("it counts no more", 30, async () => !(await taken(tls)) || undefined);
    });

    test("another certificate serves on both ports within reloadMinutes, and senders go on", async () => {
        const next = SERVER_CA.issue("gateway", [gateway.host]);
        const { fingerprint256 } = new X509Certificate(next.certificatePem);
        const serves = async (port: number): Promise<boolean> =>
            (await servedCertificate(gateway.host, port, CLIENT)) === fingerprint256;
        expect([await serves(4317), await serves(4318)]).toEqual([false, false]);
        gateway.secrets["gateway-tls"] = tlsSecret(next);
        change({});
        await until("the next certificate serves", 75, async () =>
            (await serves(4317)) && (await serves(4318)) ? true : undefined,
        );
        for (const protocol of PROTOCOLS) {
            emulator.reset();
            await runSender(NODE, { ...SECURED, ...to(protocol), signals: ["logs"] }, FILES);
            await until("the log record", 20, () => (emulator.arrived().counts.logRecords === 1 ? true : undefined));
        }
    });

    test("and nothing that was shown stands in the Collector's log", () => {
        for (const secret of [TOKEN, NEXT_TOKEN, "made-up-but-wrong"]) {
            expect(gateway.collector.log()).not.toContain(secret);
        }
    });
});
