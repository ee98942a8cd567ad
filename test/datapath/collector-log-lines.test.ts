// A process sees the machine's files, so scratch folders stand for those of a node.
import {
    appendFileSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    renameSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";

import { CollectorMode } from "../../components/collector/args";
import { CollectorDistribution } from "../../components/collector/distributions";
import { type ArrivedLog, type Emulator, startEmulator } from "../../emulator";
import type { CollectorCollectArgs, OtlpCollectorArgs } from "../../index";
import { type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { logs, only, post, renderGateway, replaced, SCOPES, SECRETS } from "./collector-support";

jest.setTimeout(240_000);

const BUILDS = {
    "0.149": { binary: "otelcol-149", version: "0.149.0" },
    "0.158": { binary: "otelcol-158", version: "0.158.0" },
} as const;
const OLD = "2001-02-03T04:05:06Z";

type Build = (typeof BUILDS)[keyof typeof BUILDS];

const UID = "0b5c3f4e-9f0f-4a57-a3a5-5f2f0c1d2e3f";
const POD = `shop_checkout-7d9f_${UID}`;

let emulator: Emulator;
let scratch: string;
let collector: RunningCollector | undefined;

beforeEach(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), "log-lines-"));
    emulator = await startEmulator({ route: "activegate" });
});
afterEach(async () => {
    await collector?.stop();
    collector = undefined;
    await emulator?.stop();
    rmSync(scratch, { recursive: true, force: true });
});

/** The folder that stands for one of the node. */
const onNode = (folder: string): string => path.join(scratch, folder);

async function start(
    build: Build,
    collect: CollectorCollectArgs,
    args: Partial<OtlpCollectorArgs> = {},
): Promise<RunningCollector> {
    const rendered = await renderGateway(emulator, {
        image: { distribution: CollectorDistribution.Contrib, version: build.version },
        mode: CollectorMode.DaemonSet,
        collect,
        ...args,
    });
    const manifests = withoutNodeMounts(
        replaced(only(rendered, "DaemonSet"), (text) =>
            text
                .replaceAll('"valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}', '"value":"node-1"')
                .replaceAll("root_path: /hostfs", "root_path: /")
                .replaceAll(/\/var\/(log|lib\/docker)\//g, (found) => `${onNode(found)}`)
                .replaceAll("/var/lib/otelcol/checkpoints", onNode("/checkpoints")),
        ),
    );
    mkdirSync(onNode("/checkpoints"), { recursive: true });
    return startCollector({
        binary: (await ensure([build.binary]))[build.binary],
        manifests,
        secrets: SECRETS(emulator.createToken({ scopes: SCOPES }).token),
    });
}

/** The scratch folders are read as they are, so the container has no mounts of the node. */
function withoutNodeMounts(manifests: Manifest[]): Manifest[] {
    return manifests.map((manifest) => {
        // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
        const pod = (manifest as any).spec?.template?.spec;
        if (pod?.containers === undefined) return manifest;
        const ofNode: string[] = pod.volumes
            .filter((volume: { hostPath?: object }) => volume.hostPath !== undefined)
            .map(({ name }: { name: string }) => name);
        const [container] = pod.containers;
        container.volumeMounts = container.volumeMounts.filter(({ name }: { name: string }) => !ofNode.includes(name));
        return manifest;
    });
}

function append(folder: string, file: string, ...lines: (string | Buffer)[]): void {
    mkdirSync(onNode(folder), { recursive: true });
    const bytes = lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]);
    appendFileSync(path.join(onNode(folder), file), Buffer.concat(bytes));
}

const CONTAINER = `/var/log/pods/${POD}/app`;

/** As containerd writes lines: parts of 16 kB, which can end within a character. */
function write(...lines: string[]): void {
    writeOf(CONTAINER, ...lines);
}
function writeOf(folder: string, ...lines: string[]): void {
    append(
        folder,
        "0.log",
        ...lines.flatMap((line) => {
            const bytes = Buffer.from(line);
            const count = Math.max(1, Math.ceil(bytes.length / 16_384));
            const parts = Array.from({ length: count }, (_part, index) =>
                bytes.subarray(index * 16_384, (index + 1) * 16_384),
            );
            const now = new Date().toISOString();
            return parts.map((part, index) =>
                Buffer.concat([Buffer.from(`${now} stdout ${index === count - 1 ? "F" : "P"} `), part]),
            );
        }),
    );
}

const arrived = (count: number): Promise<ArrivedLog[]> =>
    until(`arrival of ${count}, not ${emulator.arrived().logs.length}`, 60, () =>
        emulator.arrived().logs.length >= count ? emulator.arrived().logs : undefined,
    );
const settled = (millis = 1500): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
function missing(body: string): never {
    throw new Error(`no record ${body} among ${JSON.stringify(bodies())}`);
}
/** The length of a body that is text. */
const lengthOf = ({ body }: ArrivedLog): number => (typeof body === "string" ? body.length : 0);
const bodies = (): unknown[] => emulator.arrived().logs.map(({ body }) => body);

describe.each(Object.entries(BUILDS))("lines that are JSON, with %s", (_name, build) => {
    test("become records with body, severity, time, trace context and attributes, and no other line changes", async () => {
        collector = await start(build, { containerLogs: { json: { messageField: "text" } } });
        await settled();
        const at = Math.floor(Date.now() / 1000) - 60;
        const lines = [
            '{"level":"error","msg":"payment failed","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","order":{"id":7,"tags":["a","b"]},"big":9007199254740993,"none":null,"logtag":"mine"}',
            `{"level":30,"time":${at}123,"pid":1,"msg":"by pino"}`,
            `{"level":"Warning","@timestamp":"${new Date(at * 1000).toISOString().replace("Z", "+00:00")}","message":"by a name","dd":{"trace_id":"0AF7651916CD43DD8448EB211C80319C","span_id":"1234567890123456"}}`,
            `{"severity":"CRITICAL","ts":${at}.5,"text":"by its own name","msg":"another"}`,
            `{"level":"odd","time":"2001-02-03T04:05:06Z","timestamp":"2001-02-03T04:05:06Z","msg":"too old","trace_id":"0af7"}`,
            '{"level":"info","count":1}',
            '[{"level":"error"}]',
            '{"level":"error"} {"level":"info"}',
            '{"level":"error","msg":"cut',
            '{"level":"error","id":12345678901234567890}',
            '{"msg":1e999,"level":{"a":1},"time":[1],"":"empty"}',
            '  {"msg":"with space"}  ',
            "plain",
            "",
        ];
        write(...lines);
        const all = await arrived(lines.length);
        await settled();
        expect(emulator.arrived().logs).toHaveLength(lines.length);
        expect(emulator.refused()).toEqual([]);
        const record = (body: string): unknown => {
            const { severityText, traceId, spanId, attributes, timeUnixNano } =
                all.find((it) => it.body === body) ?? missing(body);
            const own = Object.entries(attributes).filter(([key]) => !/^log[.](file[.]path|iostream)$/.test(key));
            const millis = Number(BigInt(timeUnixNano) / 1_000_000n);
            const age = millis < (at + 30) * 1000 ? millis - at * 1000 : "of the line";
            return { severityText, ids: `${traceId} ${spanId}`, own: Object.fromEntries(own), age };
        };
        const text = { severityText: "", ids: " ", own: {}, age: "of the line" };
        expect(record("payment failed")).toEqual({
            severityText: "ERROR",
            ids: "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331",
            own: { order: { id: 7, tags: ["a", "b"] }, big: "9007199254740993", none: null, logtag: "mine" },
            age: "of the line",
        });
        expect(record("by pino")).toEqual({ ...text, severityText: "INFO", own: { pid: 1 }, age: 123 });
        expect(record("by a name")).toEqual({
            severityText: "WARN",
            ids: "0af7651916cd43dd8448eb211c80319c ",
            own: { dd: { span_id: "1234567890123456" } },
            age: 0,
        });
        expect(record("by its own name")).toEqual({
            ...text,
            severityText: "FATAL",
            own: { msg: "another" },
            age: 500,
        });
        expect(record("too old")).toEqual({
            ...text,
            own: { level: "odd", time: OLD, "json.timestamp": OLD, trace_id: "0af7" },
        });
        expect(record('{"level":"info","count":1}')).toEqual({ ...text, severityText: "INFO", own: { count: 1 } });
        expect(record("with space")).toEqual(text);
        for (const line of lines.slice(6, 11)) expect(record(line)).toEqual(text);
        for (const line of ["plain", ""]) expect(record(line)).toEqual(text);
        expect(collector.log()).not.toMatch(/\terror\t/);
    });

    test("keep prompts and tokens to themselves, however deep they are", async () => {
        collector = await start(build, { containerLogs: { json: {} } });
        await settled();
        write(
            '{"gen_ai":{"input":{"messages":[{"content":"my secret"}]},"operation":{"name":"chat"}},"msg":"call"}',
            '{"gen_ai.output.messages":"my secret","level":"info"}',
            `{"msg":"login","user":{"list":["dt0c01.MADEUPPUBLIC.${"NOTATOKEN".repeat(7)}"]}}`,
        );
        const all = await arrived(3);
        expect(JSON.stringify(all)).not.toMatch(/my secret|NOTATOKEN/);
        expect(all.map(({ body }) => body)).toEqual(["gen_ai", "", "login"]);
        expect(all[0]?.attributes).toMatchObject({ "gen_ai.operation.name": "chat" });
    });
});

describe.each(Object.entries(BUILDS))("files of containers, with %s", (_name, build) => {
    const restarted = async (collect: CollectorCollectArgs, meanwhile: () => void): Promise<void> => {
        await collector?.stop();
        meanwhile();
        collector = await start(build, collect);
    };
    const rotate = (folder: string, to: string): void =>
        renameSync(path.join(onNode(folder), "0.log"), path.join(onNode(folder), to));

    test("are read to the end, each line once, when the kubelet rotated them while the agent was away", async () => {
        const collect = { containerLogs: { exceptNamespaces: ["kube-system"] } };
        const excluded = `/var/log/pods/kube-system_dns-1_${UID}/dns`;
        const own = `/var/log/pods/default_gateway-x7k2p_${UID}/collector`;
        for (const folder of [CONTAINER, excluded, own]) writeOf(folder, "from before");
        collector = await start(build, collect);
        await settled();
        for (const folder of [CONTAINER, excluded, own]) writeOf(folder, "A1", "A2");
        await arrived(2);
        await settled();
        await restarted(collect, () => {
            for (const folder of [CONTAINER, excluded, own]) {
                writeOf(folder, "B1", "B2");
                rotate(folder, "0.log.20261129-111111");
                writeOf(folder, "B3");
            }
            const file = path.join(onNode(CONTAINER), "0.log.20261129-101010");
            const line = `${new Date().toISOString()} stdout F compressed\n`;
            writeFileSync(`${file}.gz`, gzipSync(line));
            writeFileSync(`${file}.tmp`, line);
        });
        await arrived(5);
        write("B4");
        await arrived(6);
        // The kubelet rotates while the agent runs, and compresses the file before.
        rotate(CONTAINER, "0.log.20261129-121212");
        rmSync(path.join(onNode(CONTAINER), "0.log.20261129-111111"));
        write("C1");
        await arrived(7);
        await settled();
        await restarted(collect, () => write("C2"));
        await arrived(8);
        await settled();
        // Files are read at the same time.
        expect(bodies().sort()).toEqual(["A1", "A2", "B1", "B2", "B3", "B4", "C1", "C2"]);
    });

    test("of named namespaces alone are read", async () => {
        const other = `/var/log/pods/pay_bank-1_${UID}/app`;
        const alike = `/var/log/pods/shop-two_bank-1_${UID}/app`;
        collector = await start(build, { containerLogs: { namespaces: ["shop"] } });
        await settled();
        for (const folder of [other, alike, CONTAINER]) writeOf(folder, folder);
        await arrived(1);
        await settled();
        expect(bodies()).toEqual([CONTAINER]);
    });

    test("with long lines: no part is lost, and each part except the last is marked", async () => {
        collector = await start(build, { containerLogs: {} });
        await settled();
        const lines = [`x${"é".repeat(200_000)}`, "x".repeat(1_500_000), "short", "é".repeat(300_000)];
        for (const line of lines) write(line);
        const sent = [...lines.join("")].length;
        const length = (): number => emulator.arrived().logs.reduce((sum, log) => sum + lengthOf(log), 0);
        await until("all characters", 60, () => (length() >= sent ? true : undefined));
        const all = emulator.arrived().logs;
        // Requests overtake each other.
        const characters = (text: string): string => `${[...new Set(text)].sort().join("")} ${text.length}`;
        const records = all.map(({ body, attributes }) => [
            characters(typeof body === "string" ? body : ""),
            attributes["log.split"] ?? false,
        ]);
        expect(records.sort()).toEqual(
            [
                ["xé 200001", false],
                ["x 491520", true],
                ["x 491520", true],
                ["x 491520", true],
                ["x 25440", false],
                ["horst 5", false],
                ["é 245760", true],
                ["é 54240", false],
            ].sort(),
        );
        expect(all.some(({ attributes }) => "log.truncated" in attributes)).toBe(false);
        expect(JSON.stringify(all.map(({ attributes }) => attributes))).not.toContain("dynatrace-otlp.");
    });

    test("of Docker are read through their links, and the parts of a line are joined", async () => {
        collector = await start(build, { containerLogs: { dockerRuntime: true, json: {} } });
        await settled();
        const folder = "/var/lib/docker/containers/0123456789ab";
        const docker = (stream: string, log: string): string =>
            JSON.stringify({ log, stream, time: new Date().toISOString() });
        const long = "é".repeat(10_000) + "x".repeat(20_000);
        const parts = long.match(/.{1,8192}/gsu) ?? [];
        const lines = [
            docker("stdout", "one\n"),
            ...parts.flatMap((part, index) => [
                docker("stdout", index === parts.length - 1 ? `${part}\n` : part),
                docker("stderr", `between ${index}\n`),
            ]),
            docker("stdout", '{"level":"warn","msg":"two"}\n'),
        ];
        append(folder, "0123456789ab-json.log", ...lines);
        mkdirSync(onNode(CONTAINER), { recursive: true });
        symlinkSync(path.join(onNode(folder), "0123456789ab-json.log"), path.join(onNode(CONTAINER), "0.log"));
        const expected = ["one", ...parts.map((_part, index) => `between ${index}`), long, "two"];
        const all = await arrived(expected.length);
        expect(bodies().sort()).toEqual(expected.sort());
        expect(all.find(({ body }) => body === "two")?.severityText).toBe("WARN");
        expect(all.map(({ resource }) => resource["k8s.pod.name"])).toEqual(expected.map(() => "checkout-7d9f"));
        expect(JSON.stringify(all)).not.toContain("dynatrace-otlp.");
    });

    test("of a runtime whose folder is not mounted do not flood the log", async () => {
        for (let index = 0; index < 20; index++) {
            const folder = `/var/log/pods/shop_checkout-${index}_${UID}/app`;
            mkdirSync(onNode(folder), { recursive: true });
            symlinkSync("/nowhere/0123456789ab-json.log", path.join(onNode(folder), "0.log"));
        }
        collector = await start(build, { containerLogs: {} });
        await settled(20_000);
        const failures = collector
            .log()
            .split("\n")
            .filter((line) => line.includes("Failed to open file"));
        expect(failures.length).toBeLessThan(20);
    });
});

describe.each(Object.entries(BUILDS))("files of a node, with %s", (_name, build) => {
    const FOLDER = "/var/log/nginx";
    const nodeLogs = [
        { name: "nginx", include: [`${FOLDER}/*.log`], exclude: [`${FOLDER}/debug.log`], json: {} },
        { name: "app", include: ["/var/log/app/**/*.log"], firstLine: "^[0-9]{4}-", fromStart: true },
        { name: "all", include: ["/var/log/*/x.log"] },
    ];

    test("arrive with path and node, as JSON or as records of several lines, once each, also rotated and compressed ones", async () => {
        const trace = ['2026-11-30 failed: "$5"', "    at Checkout.pay", "    at Main.main"];
        append("/var/log/app/deep/er", "app.log", ...trace, "2026-11-30 next");
        append(FOLDER, "access.log", "from before");
        collector = await start(build, { nodeLogs });
        await settled();
        append(FOLDER, "access.log", '{"level":"error","msg":"A1"}', "A2");
        append(FOLDER, "debug.log", "debug");
        append("/var/log/pods", "x.log", "of containers");
        const first = await arrived(4);
        expect(first.map(({ body }) => body).sort()).toEqual([trace.join("\n"), "2026-11-30 next", "A1", "A2"].sort());
        expect(first.find(({ body }) => body === "A1")).toMatchObject({
            severityText: "ERROR",
            resource: { "k8s.node.name": "node-1", "host.name": "node-1" },
            attributes: { "log.file.path": onNode(`${FOLDER}/access.log`) },
        });
        await collector.stop();
        append(FOLDER, "access.log", "B1");
        renameSync(path.join(onNode(FOLDER), "access.log"), path.join(onNode(FOLDER), "access.log.1"));
        append(FOLDER, "debug.log", "debug again");
        renameSync(path.join(onNode(FOLDER), "debug.log"), path.join(onNode(FOLDER), "debug.log.1"));
        writeFileSync(path.join(onNode(FOLDER), "access.log.2.gz"), gzipSync("compressed\n"));
        append(FOLDER, "access.log", "B2");
        collector = await start(build, { nodeLogs });
        await arrived(6);
        await settled();
        expect(bodies().slice(4).sort()).toEqual(["B1", "B2"]);
    });
});

describe("long records of other sources", () => {
    // A stand-in for journalctl, which this machine does not have; the receiver runs it as it runs the real one.
    const journal = (entries: object[]): string => {
        const lines = entries.map((entry, index) => {
            const time = String((Date.now() + index) * 1000);
            return JSON.stringify({ __CURSOR: `c${index}`, __REALTIME_TIMESTAMP: time, PRIORITY: "6", ...entry });
        });
        writeFileSync(onNode("/entries"), lines.map((line) => `${line}\n`).join(""));
        writeFileSync(
            onNode("/journalctl"),
            `#!/bin/sh\necho "$@" > ${onNode("/asked")}\ncat ${onNode("/entries")}\nexec sleep 600\n`,
            { mode: 0o755 },
        );
        return onNode("/journalctl");
    };

    test("are cut and marked: of the journal, of syslog and by OTLP; the journal's JSON is parsed", async () => {
        const long = "x".repeat(600_000);
        const journalctlPath = journal([
            { MESSAGE: '{"level":"fatal","msg":"by the journal","pid":7}', _SYSTEMD_UNIT: "shop.service" },
            { MESSAGE: "plain", _SYSTEMD_UNIT: "shop.service" },
            { MESSAGE: long, _SYSTEMD_UNIT: "journal.service" },
        ]);
        collector = await start(
            BUILDS["0.158"],
            { journald: { journalctlPath, json: {} } },
            { intake: { syslog: {} } },
        );
        await post(collector.httpEndpoint, "logs", logs({ source: "otlp" }, { body: long }));
        const socket = connect(5514, collector.podIp);
        socket.end(`<34>1 2026-11-30T04:00:00Z router-1 sshd 1 - - ${long}\n`);
        const all = await arrived(5);
        const of = (marked: boolean): ArrivedLog[] =>
            all.filter(({ attributes }) => (attributes["log.truncated"] ?? false) === marked);
        expect(of(true).map(lengthOf)).toEqual([500_000, 500_000, 500_000]);
        expect(
            of(false)
                .map(({ body, severityText, attributes }) => [body, severityText, attributes])
                .sort(),
        ).toEqual([
            ["by the journal", "FATAL", { "systemd.unit": "shop.service", pid: 7 }],
            ["plain", "INFO", { "systemd.unit": "shop.service" }],
        ]);
        expect(readFileSync(onNode("/asked"), "utf8")).toContain("--all");
    });
});
