import { execFile } from "node:child_process";
import { connect as connectPlain } from "node:net";
import { connect } from "node:tls";
import { promisify } from "node:util";

import { type ArrivedLog, type Emulator, startEmulator } from "../../emulator";
import type { CollectorSyslogArgs } from "../../index";
import { type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { renderGateway, SCOPES, SECRETS } from "./collector-support";
import { SERVER_CA, startGateway } from "./receiver/gateway";

jest.setTimeout(120_000);

let emulator: Emulator;
beforeAll(async () => (emulator = await startEmulator({ route: "activegate" })));
afterAll(() => emulator?.stop());
beforeEach(() => emulator.reset());
afterEach(() => expect(emulator.refused()).toEqual([]));

const logs = (count: number): Promise<ArrivedLog[]> =>
    until("arrival", 30, () => (emulator.arrived().counts.logRecords >= count ? emulator.arrived().logs : undefined));

async function start(syslog: CollectorSyslogArgs): Promise<RunningCollector> {
    const manifests = await renderGateway(emulator, { intake: { syslog } });
    const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
    const { token } = emulator.createToken({ scopes: SCOPES });
    return startCollector({ binary, manifests, secrets: SECRETS(token) });
}

/** Sends with util-linux's logger, which every Debian has. */
const logger = (collector: RunningCollector, ...options: string[]): Promise<unknown> =>
    promisify(execFile)("logger", ["--server", collector.podIp, "--port", "5514", ...options]);

describe("syslog of RFC 5424", () => {
    let collector: RunningCollector;
    beforeAll(async () => (collector = await start({})));
    afterAll(() => collector?.stop());

    test.each(["--tcp", "--udp"])("arrives over %s with level, time, message and attributes", async (transport) => {
        const before = Date.now();
        const options = ["--rfc5424=notq", "--priority", "auth.err", "--tag", "sshd", "--id=9999", "--msgid", "ID01"];
        const data = ["--sd-id", "origin@32473", "--sd-param", 'shop="north"'];
        await logger(collector, transport, ...options, ...data, "no route to host");
        const [log] = await logs(1);
        expect(log).toMatchObject({
            body: "no route to host",
            severityText: "err",
            attributes: {
                "log.source": "syslog",
                "syslog.appname": "sshd",
                "syslog.proc_id": "9999",
                "syslog.message_id": "ID01",
                "syslog.facility": 4,
                "syslog.priority": 35,
                "syslog.version": 1,
                "syslog.hostname": expect.any(String) as string,
            },
        });
        expect(JSON.stringify(log?.attributes)).toContain("north");
        expect(Object.keys(log?.attributes ?? {}).filter((key) => !/^(syslog|log)\./.test(key))).toEqual([]);
        const millis = Number(BigInt(log?.timeUnixNano ?? "0") / 1_000_000n);
        expect(Math.abs(millis - before)).toBeLessThan(5_000);
    });

    test("is one record for each line of a connection", async () => {
        const lines = ["one", "two"].map((text) => `<13>1 2026-11-30T00:00:00Z router-1 kernel - - - ${text}\n`);
        const socket = connectPlain(5514, collector.podIp, () => socket.end(lines.join("")));
        expect((await logs(2)).map(({ body }) => body)).toEqual(["one", "two"]);
    });

    test("arrives as text when it is in another format", async () => {
        await logger(collector, "--udp", "--rfc3164", "of another age");
        const [log] = await logs(1);
        expect(log?.body).toContain("of another age");
        expect(log?.attributes).toEqual({ "log.source": "syslog" });
    });
});

describe("syslog of RFC 3164", () => {
    let collector: RunningCollector;
    beforeAll(async () => (collector = await start({ rfc3164: { timeZone: "UTC" }, octetCounting: true })));
    afterAll(() => collector?.stop());

    test.each([["--tcp", "--octet-count"], ["--udp"]])("arrives over %s", async (...transport) => {
        await logger(
            collector,
            ...transport,
            "--rfc3164",
            "--priority",
            "daemon.warning",
            "--tag",
            "dhcpd",
            "no lease",
        );
        expect(await logs(1)).toMatchObject([
            {
                body: "no lease",
                severityText: "warning",
                attributes: { "syslog.appname": "dhcpd", "syslog.facility": 3 },
            },
        ]);
    });
});

test("syslog over TLS arrives, and nothing listens without TLS", async () => {
    const gateway = await startGateway(emulator, {
        tool: "otelcol-158",
        receiver: { tls: { secretName: "gateway-tls" } },
        intake: { syslog: {} },
        secrets: {},
    });
    try {
        await expect(logger(gateway.collector, "--tcp", "--rfc5424", "in the clear")).rejects.toThrow();
        const message = "<165>1 2026-11-30T08:15:00.123Z router-1 kernel 9999 ID01 - link down\n";
        await new Promise<void>((resolve, reject) => {
            const socket = connect({ host: gateway.host, port: 6514, ca: SERVER_CA.pem });
            socket.once("secureConnect", () => socket.end(message, resolve)).once("error", reject);
        });

        expect(await logs(1)).toMatchObject([
            { body: "link down", severityText: "notice", attributes: { "syslog.hostname": "router-1" } },
        ]);
    } finally {
        await gateway.collector.stop();
    }
});
