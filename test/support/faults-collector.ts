// A Collector with the rendered configuration between a sender and the embedded Dynatrace, and what befalls it. A folder stands in
// for a volume, and for a Service a forwarder (see rotation-service.ts); both cannot be had without a cluster.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

import { type Emulator, startEmulator } from "../../emulator";
import { OtlpCollector } from "../../index";
import { ensure } from "../toolchain/toolchain.cjs";
import { capture, manifestsOf } from "./capture";
import { type CollectorOptions, type RunningCollector, startCollector } from "./collector";
import type { SenderPlan, SenderReport } from "./faults-collector-sender";
import { until } from "./processes";
import { Service } from "./rotation-service";
import { tally, type Tally } from "./rotation-stream";

/** Where the Collector keeps what waits for Dynatrace. */
export const Persistence = { None: "none", Volume: "persistentQueue" } as const;
export type Persistence = (typeof Persistence)[keyof typeof Persistence];

/** What flows. @see SenderPlan */
export interface Flow extends Partial<Omit<SenderPlan, "httpEndpoint" | "grpcEndpoint">> {
    /** Sends spans and log records over gRPC. @default false */
    overGrpc?: boolean;
}

export interface RigOptions {
    persistence: Persistence;
    /** @default - the component's own */
    memoryMiB?: number;
    /** Size of the queue's volume. @default 1 */
    queueGiB?: number;
    /** The component's switch for cutting what is too long. @default - the component's own */
    cutLargeRecords?: boolean;
    /**
     * Room that each signal's file has on the volume. A limit on the size of files stands in for a disk: mounting one of a few MB takes
     * rights that not every machine grants.
     *
     * @default - as much as there is
     */
    roomMiB?: number;
}

/** Data that flows at a pace which leaves the machine room for other Collectors. */
const GENTLE = { recordsPerRequest: 10, paddingBytes: 50, attributes: 0, pauseMs: 50 };
const SCOPES = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];
/** Longer than what a Collector waits before it tries again. */
const LONGEST_WAIT_SECONDS = 100;

/** Sender, Collector, Dynatrace. */
export class Rig {
    private sender: ChildProcess | undefined;
    private report: Promise<string> = Promise.resolve("");
    private earlierLogs = "";
    private readonly memoryTimer = setInterval(() => this.watchMemory(), 100);
    /** The most of that at any time. */
    peakMemoryMiB = 0;

    private constructor(
        readonly emulator: Emulator,
        private readonly service: Service,
        private readonly options: CollectorOptions,
        private collector: RunningCollector,
        private readonly claims: string,
    ) {}

    static async start(rig: RigOptions): Promise<Rig> {
        const emulator = await startEmulator({ route: "activegate" });
        const claims = mkdtempSync(path.join(tmpdir(), "faults-claims-"));
        try {
            const { token } = emulator.createToken({ scopes: SCOPES });
            const options: CollectorOptions = {
                binary: (await ensure(["otelcol-158"]))["otelcol-158"],
                manifests: await inTurn(() => render(emulator, rig)),
                secrets: { "ingest-token": { token } },
                under: rig.roomMiB === undefined ? undefined : ["prlimit", `--fsize=${rig.roomMiB * 1024 * 1024}`],
                claims,
            };
            const collector = await inTurn(() => startCollector(options));
            const service = await Service.start();
            service.switchTo(collector.httpEndpoint);
            return new Rig(emulator, service, options, collector, claims);
        } catch (error) {
            await emulator.stop();
            rmSync(claims, { recursive: true, force: true });
            throw error;
        }
    }

    /** Lets data flow, and waits until some has arrived. */
    async send({ overGrpc, ...flow }: Flow = {}): Promise<void> {
        const grpc = overGrpc ? { grpcEndpoint: this.collector.grpcEndpoint } : {};
        const plan: SenderPlan = { ...GENTLE, httpEndpoint: this.service.endpoint, ...grpc, ...flow };
        const program = path.join(__dirname, "faults-collector-sender.ts");
        const args = ["--require", require.resolve("tsx/cjs"), program, JSON.stringify(plan)];
        this.sender = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
        this.report = text(this.sender.stdout!);
        await this.arrival();
    }

    /** Waits until something more arrives. */
    async arrival(): Promise<void> {
        const before = this.arrived();
        await until("an arrival", LONGEST_WAIT_SECONDS, () => (this.arrived() > before ? true : undefined));
    }

    /** Waits until the Collector logs something. */
    async logged(what: RegExp): Promise<void> {
        await until(`${String(what)} in the log`, LONGEST_WAIT_SECONDS, () =>
            what.test(this.collector.log()) ? true : undefined,
        );
    }

    /** Gives the volume as much room as there is, from the next start of the Collector on. */
    makeRoom(): void {
        this.options.under = undefined;
    }

    /** Ends the Collector and starts the next one on the same volume. */
    async restart(how: "stop" | "kill"): Promise<void> {
        this.earlierLogs += this.collector.log();
        await this.collector[how]();
        this.collector = await inTurn(() => startCollector(this.options));
        this.service.switchTo(this.collector.httpEndpoint);
    }

    /** Waits for a sender that ends by itself, or tells it to. */
    async sent(): Promise<SenderReport> {
        this.sender?.stdin?.end();
        const report = await this.report;
        if (report === "") throw new Error("the sender ended before its time");
        return JSON.parse(report) as SenderReport;
    }

    /** Waits until all has arrived, or nothing more does for as long as given. */
    async settled(sentOfEach: number, quietSeconds = LONGEST_WAIT_SECONDS): Promise<Tally> {
        let last = { arrived: this.arrived(), at: Date.now() };
        for (;;) {
            const now = this.arrived();
            if (now !== last.arrived) last = { arrived: now, at: Date.now() };
            const result = tally(this.emulator, sentOfEach);
            if (result.lost === 0 || Date.now() - last.at > quietSeconds * 1000) return result;
            await wait(250);
        }
    }

    /** Memory that a kernel cannot take back from the Collector, which is what it ends a container for. */
    private watchMemory(): void {
        const { pid } = this.collector;
        const file = `/proc/${pid}/status`;
        const status = existsSync(file) ? readFileSync(file, "utf8") : "";
        const kib = Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
        this.peakMemoryMiB = Math.max(this.peakMemoryMiB, Math.round(kib / 1024));
    }

    /** What all Collectors logged. Not after `end`. */
    log(): string {
        return this.earlierLogs + this.collector.log();
    }

    /** Ends the Collector, which sends on what it still has. Returns what all Collectors logged until then. */
    async end(): Promise<string> {
        const log = this.log();
        await this.collector.stop();
        return log;
    }

    async stop(): Promise<void> {
        clearInterval(this.memoryTimer);
        this.sender?.kill("SIGKILL");
        await this.collector.stop();
        await this.service.stop();
        await this.emulator.stop();
        rmSync(this.claims, { recursive: true, force: true });
    }

    private arrived(): number {
        const { spans, metricDataPoints, logRecords } = this.emulator.arrived().counts;
        return spans + metricDataPoints + logRecords;
    }
}

let turn: Promise<unknown> = Promise.resolve();

/** One after the other: there is one engine's double in a process, and two Collectors would find the same ports free. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
}

async function render(
    emulator: Emulator,
    { persistence, memoryMiB, queueGiB = 1, cutLargeRecords }: RigOptions,
): Promise<CollectorOptions["manifests"]> {
    const resources = await capture(
        () =>
            new OtlpCollector("gateway", {
                endpoint: { environment: emulator.url, ca: { pem: emulator.caPem } },
                token: { secret: { name: "ingest-token" } },
                processing: { kubernetesAttributes: false, cutLargeRecords },
                memoryMiB,
                ...(persistence === Persistence.Volume ? { persistentQueue: { sizeGiB: queueGiB } } : {}),
            }),
    );
    return manifestsOf(resources);
}
