import { createHash } from "node:crypto";

import type { ExporterEnvArgs } from "../../components/application-pods/exporter-env/args";
import { type Emulator, startEmulator } from "../../emulator";
import { CollectorDistribution } from "../../index";
import { until } from "../support/processes";
import { type Gateway, runSender, type SenderFiles, SERVER_CA, startGateway } from "./receiver/gateway";
import { APPS } from "./sdk/apps";

jest.setTimeout(120_000);

/** In base64 they have all that is neither letter nor digit there: `+`, `/`, `=`. */
const USER = "checkout";
const PASSWORD = "made-up>>>???";
const CREDENTIALS = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");

const FILES: SenderFiles = {
    secrets: { "checkout-login": { credentials: CREDENTIALS } },
    configMaps: { "gateway-ca": { "ca.crt": SERVER_CA.pem } },
};
const SECURED: Partial<ExporterEnvArgs> = {
    ca: { configMap: { name: "gateway-ca" } },
    collectorPassword: { secret: { name: "checkout-login" } },
};

let emulator: Emulator;
let gateway: Gateway;

beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
    const hash = createHash("sha1").update(PASSWORD).digest("base64");
    gateway = await startGateway(emulator, {
        tool: "otelcol-149",
        image: { distribution: CollectorDistribution.Contrib, version: "0.149.0" },
        receiver: { tls: { secretName: "gateway-tls" }, basic: { secret: { name: "senders" } } },
        secrets: { senders: { htpasswd: `${USER}:{SHA}${hash}\n` } },
    });
});

afterAll(async () => {
    await gateway?.collector.stop();
    await emulator?.stop();
});

beforeEach(() => emulator.reset());

test("base64 holds what a header has to carry unchanged", () => {
    expect(CREDENTIALS).toMatch(/^(?=.*\+)(?=.*\/)(?=.*==$)/);
});

describe.each(APPS)("a Collector that asks an application in $language for user and password", (app) => {
    test.each<[string, () => Partial<ExporterEnvArgs>]>([
        ["over HTTP", () => ({ collectorUrl: gateway.httpUrl })],
        [
            "over HTTP, with the blank percent-encoded",
            () => ({ collectorUrl: gateway.httpUrl, headerEncoding: "percent" }),
        ],
        ["over gRPC", () => ({ collectorUrl: gateway.grpcUrl, protocol: "grpc" })],
    ])("takes all of it %s", async (_way, args) => {
        const { code, stdout, stderr } = await runSender(app, { ...SECURED, ...args() }, FILES);
        await until("arrival", 20, () => {
            const { spans, metricDataPoints, logRecords } = emulator.arrived().counts;
            return spans === 1 && metricDataPoints >= 3 && logRecords === 1 ? true : undefined;
        });
        expect(code).toBe(0);
        expect(stdout + stderr).not.toContain(CREDENTIALS);
    });

    test.each<[string, () => Partial<ExporterEnvArgs>, RegExp]>([
        ["over HTTP", () => ({ collectorUrl: gateway.httpUrl }), /401|Unauthorized/],
        ["over gRPC", () => ({ collectorUrl: gateway.grpcUrl, protocol: "grpc" }), /UNAUTHENTICATED/],
    ])("takes nothing %s with a wrong password, and the SDK says why", async (_way, args, text) => {
        const wrong = Buffer.from(`${USER}:made-up-but-wrong`).toString("base64");
        const files = { ...FILES, secrets: { "checkout-login": { credentials: wrong } } };
        const sent = await runSender(app, { ...SECURED, ...args(), signals: ["traces"] }, files, app.impatient);
        expect(sent.stdout + sent.stderr).toMatch(text);
        await runSender(app, { ...SECURED, ...args(), signals: ["logs"] }, FILES);
        await until("the log record", 20, () => (emulator.arrived().counts.logRecords === 1 ? true : undefined));
        expect(emulator.arrived().counts.spans).toBe(0);
    });
});
