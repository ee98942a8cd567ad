import * as path from "node:path";
import { Agent } from "node:https";

import axios from "axios";
import { stringify } from "yaml";

import { outSystemsTruncation } from "../../components/log-stream/truncation";
import { type Emulator, startEmulator } from "../../emulator";
import { encoded } from "../contract/emulator-helpers";
import { type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";
import { ensure } from "../toolchain/toolchain.cjs";

jest.setTimeout(180_000);

/** A record as OutSystems streams it: the message is the body, the error's stack an attribute. */
interface StreamedRecord {
    body?: string;
    attributes?: Record<string, string>;
}

/** Logs as OutSystems streams them: binary protobuf, not compressed. */
function streamed(records: StreamedRecord[]): Buffer {
    const logRecords = records.map(({ body, attributes = {} }) => ({
        timeUnixNano: `${Date.now()}000000`,
        ...(body === undefined ? {} : { body: { stringValue: body } }),
        attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    }));
    return encoded("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

const send = (url: string, records: StreamedRecord[], headers: Record<string, string>, ca?: string): Promise<number> =>
    axios
        .post(url, streamed(records), {
            headers: { "Content-Type": "application/x-protobuf", ...headers },
            validateStatus: () => true,
            proxy: false,
            ...(ca === undefined ? {} : { httpsAgent: new Agent({ ca }) }),
        })
        .then(({ status }) => status);

describe("examples/outsystems-log-stream, by the engine", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator({ route: "activegate" });
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "examples", "outsystems-log-stream"),
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
            },
        });
        await project.set("environment", emulator.url);
        await project.up();
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
    });

    const fields = async (): Promise<Record<string, string>> =>
        (await project.outputs(true))["fields"] as Record<string, string>;

    test("logs sent with what the fields say arrive, and bear the token's public id", async () => {
        const { URL: url = "", "API access token": authorization = "" } = await fields();
        expect(await send(url, [{ body: "stock is low" }], { Authorization: authorization }, emulator.caPem)).toBe(200);
        const [log] = emulator.arrived().logs;
        expect([log?.body, log?.tokenId]).toEqual(["stock is low", (await project.outputs())["tokenId"]]);
        expect(emulator.refused()).toEqual([]);
    });

    test("an earlier LifeTime gets the other form with the same token", async () => {
        const before = await fields();
        await project.set("lifeTimeVersion", "11.21.0");
        await project.up();
        const after = await fields();
        expect(after).toEqual({
            Destination: "Other",
            Protocol: "OTLP/HTTP",
            Endpoint: before["URL"],
            "API key header name": "Authorization",
            "API key": before["API access token"],
        });
        const headers = { [after["API key header name"] ?? ""]: after["API key"] ?? "" };
        expect(await send(after["Endpoint"] ?? "", [{ body: "again" }], headers, emulator.caPem)).toBe(200);
    });

    test("the token can bring in logs and nothing else", async () => {
        const { tokenId } = await project.outputs();
        expect(emulator.tokens().find(({ id }) => id === tokenId)?.scopes).toEqual(["logs.ingest"]);
        const { "API key": authorization = "" } = await fields();
        const traces = `${emulator.otlpUrl}/v1/traces`;
        expect(await send(traces, [], { Authorization: authorization }, emulator.caPem)).toBe(403);
    });

    test("no output, state or log of the engine shows the token", async () => {
        const { "API key": authorization = "" } = await fields();
        const secret = authorization.split(".")[2] ?? "";
        expect(secret).toMatch(/^[A-Z0-9]{64}$/);
        const texts = [JSON.stringify(await project.outputs()), await project.exportState(), project.log];
        for (const text of texts) expect(text).not.toContain(secret);
    });

    test("a second up changes nothing, and destroy takes the token away", async () => {
        await project.upWithoutChanges();
        const { tokenId } = await project.outputs();
        await project.destroy();
        expect(emulator.tokens().map(({ id }) => id)).not.toContain(tokenId);
    });
});

describe.each(["otelcol-149", "otelcol-158"] as const)("the mark of cut texts, in a real Collector (%s)", (tool) => {
    let emulator: Emulator;
    let collector: RunningCollector;

    beforeAll(async () => {
        emulator = await startEmulator();
        const { token } = emulator.createToken({ scopes: ["logs.ingest"] });
        const binary = (await ensure([tool]))[tool];
        const secrets = { "ingest-token": { token } };
        collector = await startCollector({ binary, manifests: collectorWith(emulator.otlpUrl), secrets });
    });

    afterAll(async () => {
        await collector?.stop();
        await emulator?.stop();
    });

    /** Sends one record and returns it as it arrived. */
    async function passed(record: StreamedRecord) {
        emulator.reset();
        expect(await send(`${collector.httpEndpoint}/v1/logs`, [record], {})).toBe(200);
        return until("arrival", 20, () => emulator.arrived().logs[0]);
    }

    test.each<[string, StreamedRecord, string[] | undefined]>([
        ["a body of 3,999 characters", { body: "x".repeat(3_999) }, undefined],
        ["a body of 4,000 characters", { body: "x".repeat(4_000) }, ["content"]],
        ["a body of 3,999 characters of two bytes", { body: "ü".repeat(3_999) }, undefined],
        ["a body of 4,000 characters of two bytes", { body: "ü".repeat(4_000) }, ["content"]],
        ["a body of 2,000 emoji, which OutSystems counts twice", { body: "😀".repeat(2_000) }, ["content"]],
        ["a body of 1,999 emoji", { body: "😀".repeat(1_999) }, undefined],
        ["a body of 4,000 characters on many lines", { body: "ab\n$c".repeat(800) }, ["content"]],
        ["an attribute content", { body: "short", attributes: { content: "x".repeat(4_000) } }, ["content"]],
        [
            "a stack",
            { body: "it failed", attributes: { "exception.stacktrace": "x".repeat(4_000) } },
            ["exception.stacktrace"],
        ],
        [
            "all of them",
            {
                body: "x".repeat(4_000),
                attributes: { content: "x".repeat(4_000), "exception.stacktrace": "y".repeat(4_000) },
            },
            ["content", "exception.stacktrace"],
        ],
        ["another attribute", { body: "short", attributes: { "outsystems.log.detail": "x".repeat(4_000) } }, undefined],
        ["a record without body", { attributes: { "code.function": "Pay" } }, undefined],
    ])("%s", async (_case, record, mark) => {
        const log = await passed(record);
        expect(log.attributes["outsystems.truncated"]).toEqual(mark);
        // Marked, and else as it was.
        expect(log.body).toBe(record.body ?? null);
        expect(log.attributes).toMatchObject(record.attributes ?? {});
    });

    test("raises no error in the Collector", () => expect(collector.log()).not.toMatch(/\terror\t|failed to execute/));
});

/** The least of a Collector: logs come in over HTTP, are marked, and go to Dynatrace. */
function collectorWith(otlpUrl: string): Manifest[] {
    const PORTS = { "otlp-grpc": 4317, "otlp-http": 4318, health: 13133 };
    const config = {
        extensions: { health_check: { endpoint: "[${env:MY_POD_IP}]:13133" } },
        receivers: { otlp: { protocols: { http: { endpoint: "[${env:MY_POD_IP}]:4318" } } } },
        processors: { "transform/outsystems": outSystemsTruncation() },
        exporters: {
            otlp_http: { endpoint: otlpUrl, headers: { Authorization: "Api-Token ${env:DT_API_TOKEN}" } },
        },
        service: {
            extensions: ["health_check"],
            telemetry: { metrics: { level: "none" } },
            pipelines: {
                logs: { receivers: ["otlp"], processors: ["transform/outsystems"], exporters: ["otlp_http"] },
            },
        },
    };
    const container = {
        name: "collector",
        args: ["--config=/etc/otelcol/config.yaml"],
        env: [
            { name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { name: "ingest-token", key: "token" } } },
            { name: "MY_POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        ],
        ports: Object.entries(PORTS).map(([name, containerPort]) => ({ name, containerPort })),
        readinessProbe: { httpGet: { path: "/", port: PORTS.health } },
        volumeMounts: [{ name: "config", mountPath: "/etc/otelcol" }],
    };
    const spec = { containers: [container], volumes: [{ name: "config", configMap: { name: "config" } }] };
    const metadata = { name: "config" };
    return [
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "config.yaml": stringify(config) } },
        { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "gateway" }, spec: { template: { spec } } },
    ] as unknown as Manifest[];
}
