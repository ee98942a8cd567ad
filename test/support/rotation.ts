// Stands in for what a cluster does around Collectors, and cannot be had without one: a rolling update, and a kubelet that brings a
// changed Secret into the pods. Collectors, Pulumi and what sends are real.
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { type Emulator, startEmulator } from "../../emulator";
import { ensure } from "../toolchain/toolchain.cjs";
import {
    findManifest,
    type Manifest,
    readManifests,
    type RunningCollector,
    secretsIn,
    startCollector,
} from "./collector";
import { findPulumi, PulumiProject, ROOT } from "./pulumi";
import { Service } from "./rotation-service";
import { Stream, tally, type Tally } from "./rotation-stream";

/** Steps that end what was started, to be taken in reverse. */
type Undo = (() => Promise<void> | void)[];

/** A stack whose token is rotated while data flows. */
export class Rehearsal {
    /** Collectors started after the first: pods that were replaced. */
    restarts = 0;
    private rotation = 0;
    private readonly stream: Stream;

    private constructor(
        readonly emulator: Emulator,
        readonly project: PulumiProject,
        private readonly service: Service,
        private readonly overlapSeconds: number,
        private readonly binary: string,
        private template: string,
        private collector: RunningCollector,
        private readonly undo: Undo,
    ) {
        this.stream = new Stream(service.endpoint);
    }

    /** @param overlapSeconds how long a replaced token serves on. */
    static async start(tokenFrom: string, overlapSeconds: number): Promise<Rehearsal> {
        const undo: Undo = [];
        try {
            const emulator = await startEmulator({ route: "activegate" });
            undo.push(() => emulator.stop());
            const project = await projectFor(emulator, { tokenFrom, overlapSeconds: String(overlapSeconds) });
            undo.push(() => project.remove());
            await project.up();
            const manifests = readManifests(renderedOf(project));
            const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
            const service = await Service.start();
            undo.push(() => service.stop());
            const collector = await startCollector({ binary, manifests, secrets: secretsIn(manifests) });
            service.switchTo(collector.httpEndpoint);
            const template = templateOf(manifests);
            return new Rehearsal(emulator, project, service, overlapSeconds, binary, template, collector, undo);
        } catch (error) {
            await undoAll(undo);
            throw error;
        }
    }

    /** Replaces the token; the cluster has not heard of it yet. */
    async rotate(): Promise<void> {
        await this.project.up("--config", `rotationKey=${++this.rotation}`);
    }

    /** The cluster does its part: a rolling update if the pods are to be others, else a kubelet refreshes what is mounted. */
    async deliver(): Promise<void> {
        const manifests = readManifests(renderedOf(this.project));
        const secrets = secretsIn(manifests);
        if (templateOf(manifests) === this.template) return this.collector.refresh(secrets);
        const old = this.collector;
        this.collector = await startCollector({ binary: this.binary, manifests, secrets });
        this.template = templateOf(manifests);
        this.restarts++;
        this.service.switchTo(this.collector.httpEndpoint);
        await old.stop();
    }

    /** An `up` after the overlap. */
    async settle(): Promise<void> {
        await wait((this.overlapSeconds + 1) * 1000);
        await this.project.up();
    }

    liveTokens(): number {
        return this.emulator.tokens().filter(({ name, enabled }) => enabled && name.startsWith("rotation-dev-")).length;
    }

    /** Ends the stream, then the Collector, which sends on what it still has. */
    async finish(): Promise<{ tally: Tally; failures: string[] }> {
        const { sentOfEach, failures } = await this.stream.stop();
        await this.collector.stop();
        return { tally: tally(this.emulator, sentOfEach), failures };
    }

    async stop(): Promise<void> {
        this.stream.kill();
        await this.collector.stop();
        await undoAll(this.undo);
    }
}

async function projectFor(emulator: Emulator, config: Record<string, string>): Promise<PulumiProject> {
    const project = await PulumiProject.create({
        tools: await findPulumi(),
        directory: path.join(ROOT, "test", "datapath", "programs", "rotation"),
        env: {
            DYNATRACE_API_URL: emulator.apiUrl,
            DYNATRACE_API_TOKEN: emulator.bootstrapToken,
            NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
        },
        config: { environment: emulator.url, caCertificatePem: emulator.caPem ?? "", rotationKey: "0", ...config },
    });
    mkdirSync(renderedOf(project));
    await project.set("kubernetes:renderYamlToDirectory", renderedOf(project));
    return project;
}

async function undoAll(undo: Undo): Promise<void> {
    for (const step of undo.reverse()) await step();
}

function renderedOf(project: PulumiProject): string {
    return path.join(project.scratch, "rendered");
}

/** What decides whether pods are replaced. */
function templateOf(manifests: Manifest[]): string {
    const { spec } = findManifest<{ spec: { template: object } }>(manifests, "Deployment");
    return JSON.stringify(spec.template);
}
