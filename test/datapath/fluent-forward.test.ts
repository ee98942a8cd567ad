import * as path from "node:path";

import { type ArrivedLog, type Emulator, startEmulator } from "../../emulator";
import { type RunningCollector, startCollector } from "../support/collector";
import { runToEnd, until } from "../support/processes";
import { pythonWith } from "../support/python";
import { ensure } from "../toolchain/toolchain.cjs";
import { renderGateway, SCOPES, SECRETS } from "./collector-support";

jest.setTimeout(180_000);

const INTAKE = path.join(__dirname, "intake");

let emulator: Emulator;
let collector: RunningCollector;
let python: string;

beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
    python = await pythonWith("fluent", path.join(INTAKE, "fluent-requirements.txt"));
    const manifests = await renderGateway(emulator, {
        intake: { fluentForward: true },
        processing: { redaction: { ibans: true } },
    });
    const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
    const { token } = emulator.createToken({ scopes: SCOPES });
    collector = await startCollector({ binary, manifests, secrets: SECRETS(token) });
});
afterAll(async () => {
    await collector?.stop();
    await emulator?.stop();
});

test("a record of fluent-logger arrives with its text, time, tag and fields, and is masked like any other", async () => {
    const seconds = Math.floor(Date.now() / 1000) - 60;
    const record = {
        message: "refund to DE89 3704 0044 0532 0130 00",
        order: 4711,
        paid: false,
        shop: { city: "Graz" },
    };
    const args = [
        path.join(INTAKE, "fluent_sender.py"),
        collector.podIp,
        "8006",
        "shop",
        `${seconds}`,
        JSON.stringify(record),
    ];
    const sent = await runToEnd(python, args, { timeoutSeconds: 60 });
    expect([sent.code, sent.stderr]).toEqual([0, ""]);

    const [log] = await until("arrival", 30, (): ArrivedLog[] | undefined =>
        emulator.arrived().counts.logRecords > 0 ? emulator.arrived().logs : undefined,
    );
    expect(log).toMatchObject({ body: "refund to ****", timeUnixNano: `${seconds}000000000` });
    expect(log?.attributes).toMatchObject({ "fluent.tag": "shop.north", order: 4711, paid: false });
    expect(emulator.refused()).toEqual([]);
});
