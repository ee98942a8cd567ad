// A broker in memory (test/toolchain/kafka) stands in for Apache Kafka.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { CollectorKafkaOffset, type OtlpCollectorArgs } from "../../index";
import { encoded } from "../contract/emulator-helpers";
import { createAuthority } from "../support/certificates";
import { type RunningCollector, type Secrets, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { freePorts } from "../support/programs";
import { ensure } from "../toolchain/toolchain.cjs";
import { logs, renderGateway, SCOPES, SECRETS, traces } from "./collector-support";

jest.setTimeout(180_000);

const TOPICS = ["spans", "otlp_logs", "texts"];
const RESOURCE = { "service.name": "checkout" };
const PASSWORD = "made-up pass: 1 #2";

let emulator: Emulator;
let collector: RunningCollector | undefined;
let broker: Broker | undefined;
beforeAll(async () => (emulator = await startEmulator({ route: "activegate" })));
afterAll(() => emulator?.stop());
beforeEach(() => emulator.reset());
afterEach(async () => {
    await collector?.stop();
    broker?.stop();
    expect(emulator.refused()).toEqual([]);
});

/** A running broker. */
interface Broker {
    address: string;
    produce(topic: string, record: Buffer): Promise<unknown>;
    stop(): void;
}

async function startBroker(options: string[] = []): Promise<Broker> {
    const binary = (await ensure(["kafka"]))["kafka"];
    const [port = 0] = await freePorts(1);
    const child: ChildProcess = spawn(binary, ["--port", String(port), "--topics", TOPICS.join(","), ...options]);
    let out = "";
    child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (out += chunk.toString()));
    const lines = (word: string): number => out.split("\n").filter((line) => line === word).length;
    await until(`the broker (${out})`, 20, () => lines("ready") > 0 || undefined);
    return {
        address: `127.0.0.1:${port}`,
        produce: (topic, record) => {
            const wanted = lines("produced") + 1;
            child.stdin?.write(`${topic} ${record.toString("base64")}\n`);
            return until("the record", 20, () => lines("produced") >= wanted || undefined);
        },
        stop: () => child.kill(),
    };
}

async function start(args: Partial<OtlpCollectorArgs>, secrets: Secrets = {}): Promise<RunningCollector> {
    const manifests = await renderGateway(emulator, args);
    const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
    const { token } = emulator.createToken({ scopes: SCOPES });
    collector = await startCollector({ binary, manifests, secrets: { ...SECRETS(token), ...secrets } });
    return collector;
}

const bodies = (): unknown[] =>
    emulator
        .arrived()
        .logs.map(({ body }) => body)
        .sort();

test("records of each topic arrive once, also after a restart, and one that cannot be decoded does not block others", async () => {
    broker = await startBroker();
    const { address, produce } = broker;
    await produce("spans", Buffer.from(JSON.stringify(traces(RESOURCE, { name: "order" }))));
    await produce("otlp_logs", Buffer.from("no OTLP"));
    await produce("otlp_logs", encoded("logs", logs(RESOURCE, { body: "paid" })));
    const kafka = {
        brokers: [address],
        traces: { topics: ["^sp.*"], encoding: "otlp_json" },
        logs: { topics: ["otlp_logs"] },
        initialOffset: CollectorKafkaOffset.Earliest,
    };
    await start({ intake: { kafka } });
    await until("arrival", 30, () => {
        const { counts } = emulator.arrived();
        return (counts.spans > 0 && counts.logRecords > 0) || undefined;
    });
    await collector?.stop();

    await produce("otlp_logs", encoded("logs", logs(RESOURCE, { body: "shipped" })));
    await start({ intake: { kafka } });
    await until("arrival", 40, () => emulator.arrived().counts.logRecords > 1 || undefined);
    expect(bodies()).toEqual(["paid", "shipped"]);
    expect(emulator.arrived().spans.map(({ name }) => name)).toEqual(["order"]);
});

test("a broker with TLS and SCRAM is read with user and password of Secrets, and with nothing else", async () => {
    const scratch = mkdtempSync(path.join(tmpdir(), "kafka-"));
    const authority = createAuthority("made-up Kafka CA");
    const { certificatePem, keyPem } = authority.issue("kafka", ["127.0.0.1"]);
    const [certificate, key] = [path.join(scratch, "tls.crt"), path.join(scratch, "tls.key")];
    writeFileSync(certificate, certificatePem);
    writeFileSync(key, keyPem);
    const signIn = ["--user", "made-up-user", "--password", PASSWORD, "--certificate", certificate, "--key", key];
    broker = await startBroker(signIn);
    rmSync(scratch, { recursive: true });
    await broker.produce("texts", Buffer.from("router-1 is up"));

    const running = await start(
        {
            intake: {
                kafka: {
                    brokers: [broker.address],
                    logs: { topics: ["texts"], encoding: "text" },
                    initialOffset: CollectorKafkaOffset.Earliest,
                    tls: { ca: { secret: { name: "kafka-ca" } } },
                    sasl: { username: { name: "kafka" }, password: { name: "kafka", key: "pass" } },
                },
            },
        },
        { "kafka-ca": { "ca.crt": authority.pem }, kafka: { username: "made-up-user", pass: PASSWORD } },
    );
    await until("arrival", 30, () => emulator.arrived().counts.logRecords > 0 || undefined);
    expect(bodies()).toEqual(["router-1 is up"]);
    expect(running.log()).not.toContain(PASSWORD);
});
