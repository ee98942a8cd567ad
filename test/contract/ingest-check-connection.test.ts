import { createServer } from "node:net";

import { startEmulator } from "../../emulator";
import { freePorts } from "../support/programs";
import { ALL_SCOPES, Checks, emulated, inputsFor, stopEmulators } from "./ingest-check-support";

let checks: Checks;
beforeEach(() => {
    checks = new Checks();
});
afterEach(async () => {
    jest.restoreAllMocks();
    await stopEmulators();
});

/** An ActiveGate with a certificate of its own, and the inputs for it. */
async function activeGate(options: object = {}) {
    const emulator = await emulated(checks, { route: "activegate", ...options });
    const { token } = emulator.createToken({ scopes: ALL_SCOPES });
    const inputs = (more: object = {}) =>
        inputsFor(emulator.otlpUrl, { token, route: "activegate", caCertificatePem: emulator.caPem, ...more });
    return { emulator, inputs };
}

describe("a certificate", () => {
    it("of a private authority that was given is trusted", async () => {
        const { emulator, inputs } = await activeGate();
        await checks.create(inputs());
        expect(emulator.arrived().counts).toMatchObject({ spans: 1, metricDataPoints: 1, logRecords: 1 });
    });

    it("of one that was not given is refused at once, and the error names the field for it", async () => {
        const { emulator, inputs } = await activeGate();
        const failure = await checks.failure(inputs({ caCertificatePem: undefined }));
        expect(failure).toMatch(
            /traces, metrics, logs: endpoint\.ca: got no answer from 127\.0\.0\.1:\d+ \(SELF_SIGNED_CERT_IN_CHAIN: .*\); no public authority signed the certificate; give the certificate of the one that did, in PEM form$/,
        );
        expect([emulator.requests(), checks.clock.waits]).toEqual([[], []]);
    });

    it("of another one than was given is refused", async () => {
        const { inputs } = await activeGate();
        const other = await emulated(checks, { route: "activegate" });
        expect(await checks.failure(inputs({ caCertificatePem: other.caPem }))).toContain("endpoint.ca: ");
        expect(await checks.failure(inputs({ caCertificatePem: other.caPem }))).toContain(
            "was signed by another authority than the one given",
        );
    });

    it("of a Collector is named by the Collector's field", async () => {
        const { inputs } = await activeGate();
        expect(await checks.failure(inputs({ caCertificatePem: undefined, route: "collector" }))).toContain(
            "logs: collector.ca: ",
        );
    });

    it("for another host is refused, and the error says which names it has", async () => {
        const { inputs } = await activeGate({ host: "127.0.0.2" });
        expect(await checks.failure(inputs())).toMatch(
            /endpoint\.host: got no answer from 127\.0\.0\.2:\d+ \(ERR_TLS_CERT_ALTNAME_INVALID: .*127\.0\.0\.1.*\); write a host that the certificate names/,
        );
    });

    it("that is expired is refused", async () => {
        const now = Date.now();
        jest.spyOn(Date, "now").mockReturnValue(now - 2 * 365 * 24 * 60 * 60 * 1000);
        const { inputs } = await activeGate();
        jest.restoreAllMocks();
        expect(await checks.failure(inputs())).toMatch(
            /endpoint\.ca: .*\(CERT_HAS_EXPIRED: .*\); the certificate is expired; renew it where it is presented/,
        );
    });
});

describe("no connection", () => {
    it("for a host that does not exist", async () => {
        const failure = await checks.failure(inputsFor("https://no-such-host.invalid/api/v2/otlp"));
        expect(failure).toMatch(
            /endpoint\.environment: .*(ENOTFOUND|EAI_AGAIN).*; there is no such host; check its spelling/,
        );
    });

    it("for a host of the cluster, from outside of it", async () => {
        const url = "https://dynakube-activegate.dynatrace.svc/e/abc12345/api/v2/otlp";
        const failure = await checks.failure(inputsFor(url, { route: "container-activegate" }));
        expect(failure).toMatch(
            /endpoint\.host: .*; that name is known inside the cluster only: run `pulumi up` there/,
        );
    });

    it.each([
        ["saas", "endpoint.port", "Dynatrace listens on 443"],
        ["activegate", "endpoint.port", "an ActiveGate listens on 9999, its Service in a cluster on 443"],
        ["oneagent", "endpoint.port", "the OneAgent listens on 14499"],
        ["collector", "collector.url", "a Collector takes OTLP over HTTP on 4318, gRPC on 4317"],
    ])("where nothing listens on the way to %s, after as many tries as were allowed", async (route, field, port) => {
        const [free] = await freePorts(1);
        const failure = await checks.failure(inputsFor(`http://127.0.0.1:${free}`, { route }));
        expect(failure).toMatch(
            new RegExp(`${field}: got no answer from 127.0.0.1:${free} \\(.*ECONNREFUSED.*\\); nothing listens there`),
        );
        expect(failure).toContain(port);
        expect(checks.clock.waits.filter((wait) => wait === 2000)).toHaveLength(3);
    });

    it("within the time allowed", async () => {
        const emulator = await emulated(checks);
        emulator.fault({ kind: "slow", delayMs: 2000, times: Infinity });
        const failure = await checks.failure(inputsFor(emulator.otlpUrl, { timeoutSeconds: 0.2, attempts: 1 }));
        expect(failure).toMatch(
            /timeoutSeconds: .*\(ETIMEDOUT: no answer within 0\.2 s\); .*network policy.*HTTPS_PROXY.*set more than 0\.2 seconds/,
        );
    });

    it("with TLS where plain HTTP is spoken", async () => {
        const emulator = await emulated(checks);
        const url = emulator.otlpUrl.replace("http:", "https:");
        expect(await checks.failure(inputsFor(url))).toMatch(
            /endpoint\.port: .* \(EPROTO: wrong version number\); what listens there does not speak TLS/,
        );
    });

    it("that lasts: one that is cut", async () => {
        const server = createServer((socket) => socket.destroy());
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as { port: number };
        const failure = await checks.failure(inputsFor(`http://127.0.0.1:${port}`, { attempts: 2 }));
        expect(failure).toMatch(/endpoint\.port: .*; the connection was cut: a proxy or firewall/);
        expect(checks.clock.waits).toEqual([1000, 1000, 1000]);
        await new Promise((resolve) => server.close(resolve));
    });
});

it("all causes are told together, each with its own way out", async () => {
    const emulator = await startEmulator({ now: checks.clock.now });
    const { token } = emulator.createToken({ scopes: ["openTelemetryTrace.ingest", "metrics.ingest"] });
    emulator.fault({ kind: "status", status: 413, match: { signal: "metrics" } });
    const failure = await checks.failure(inputsFor(emulator.otlpUrl, { token }));
    expect(failure.split("\n")).toEqual([
        `IngestCheck("check"): 2 of 3 signals did not get through to ${emulator.otlpUrl}`,
        expect.stringMatching(/^ {4}metrics: endpoint\.environment: was answered 413/),
        expect.stringMatching(/^ {4}logs: token: was answered 403/),
    ]);
    expect(emulator.arrived().counts.spans).toBe(1);
    await emulator.stop();
});
