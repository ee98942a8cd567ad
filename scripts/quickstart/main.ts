// The whole way on one machine: an embedded Dynatrace, a real `pulumi up`, a real Collector with what it rendered, and an SDK.
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";

import { type Emulator, startEmulator } from "../../emulator";
import {
    findManifest,
    type Manifest,
    readManifests,
    type RunningCollector,
    startCollector,
} from "../../test/support/collector";
import { runToEnd, until } from "../../test/support/processes";
import { findPulumi, PulumiProject, type PulumiTools, ROOT } from "../../test/support/pulumi";
import { sendTelemetry } from "../../test/support/telemetry";
import { ensure } from "../../test/toolchain/toolchain.cjs";
import { Cleanup, Progress } from "./progress";
import { messageOf } from "../../providers/thrown";

const USAGE = `npm run quickstart -- [--keep] [--json] [--kubeconfig FILE]

  --keep             leave everything running until ^C
  --json             end with one line of JSON
  --kubeconfig FILE  apply to that cluster, with a managed Secret, instead of rendering manifests to a folder
`;

/** Name of the Secret that rendered manifests refer to; in a cluster, something like External Secrets fills it. */
const SECRET_NAME = "dynatrace-ingest-token";
const NAMESPACE = "telemetry";

interface Options {
    keep: boolean;
    json: boolean;
    kubeconfig?: string;
}

interface Deployed {
    project: PulumiProject;
    manifests: Manifest[];
    secrets: Record<string, Record<string, string>>;
}

async function main(): Promise<void> {
    const options = readOptions();
    const progress = new Progress();
    const cleanup = new Cleanup();
    let failure: unknown;
    try {
        await cleanup.unlessInterrupted(() => run(options, progress, cleanup));
    } catch (error) {
        failure = error;
    }
    await progress
        .step("cleaning up", () => cleanup.run())
        .catch((error: unknown) => {
            failure ??= error;
        });
    if (failure !== undefined) {
        process.stderr.write(`${messageOf(failure)}\n`);
        process.exit(cleanup.interrupted ? 130 : 1);
    }
    if (options.json) process.stdout.write(`${JSON.stringify({ ...result, seconds: progress.seconds })}\n`);
    process.exit(0);
}

/** What the last line of JSON tells; filled as it becomes true. */
const result: {
    token?: { id: string; scopes: string[] };
    manifests: number;
    accepted: { traces: number; metrics: number; logs: number };
    refused: number;
} = { manifests: 0, accepted: { traces: 0, metrics: 0, logs: 0 }, refused: 0 };

async function run(options: Options, progress: Progress, cleanup: Cleanup): Promise<void> {
    const log = (line: string): void => progress.say(line);
    const tools = await progress.step("finding a Pulumi CLI", () => findPulumi(log));
    const { "otelcol-158": binary } = await progress.step("finding a Collector", () =>
        ensure(["otelcol-158"], { log }),
    );
    progress.say(`Pulumi CLI: ${tools.command} (${tools.source})`);
    progress.say(
        tools.kubernetesPlugin === "official"
            ? "Kubernetes plugin: the official one"
            : "Kubernetes plugin: a test double, because the official one is neither on PATH nor can it be downloaded here",
    );

    const emulator = await progress.step("starting the embedded Dynatrace, an ActiveGate with a private CA", () =>
        startEmulator({ route: "activegate", port: 0 }),
    );
    cleanup.add(() => emulator.stop());

    const deployed = await deploy(options, tools, emulator, progress, cleanup);
    const collector = await progress.step("starting the Collector as it was rendered", () =>
        startCollector({ binary, manifests: deployed.manifests, secrets: deployed.secrets }),
    );
    cleanup.add(() => collector.stop());

    await progress.step("sending a trace, a metric and a log over gRPC and over HTTP", () => send(collector));
    await progress.step("waiting until Dynatrace has them", () => arrive(emulator, collector));
    show(emulator, progress);
    if (options.keep) {
        progress.say(
            `kept running: ${emulator.pageUrl} (CA: ${emulator.caFile}), OTLP at ${collector.httpEndpoint}; ^C ends it`,
        );
        await cleanup.untilInterrupted();
    }
}

async function deploy(
    options: Options,
    tools: PulumiTools,
    emulator: Emulator,
    progress: Progress,
    cleanup: Cleanup,
): Promise<Deployed> {
    const project = await progress.step("making a stack", () =>
        PulumiProject.create({
            tools,
            directory: ROOT,
            stack: "quickstart",
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
            },
            onLine: (line) => progress.detail(line),
        }),
    );
    cleanup.add(() => project.remove());
    const rendered = path.join(project.scratch, "rendered");
    mkdirSync(rendered);
    await progress.step("configuring it", async () => {
        await project.set("environment", emulator.url);
        await project.set("caCertificatePem", emulator.caPem ?? "");
        // The Collector below runs outside of a cluster, where there is no API server to ask.
        await project.set("kubernetesAttributes", "false");
        if (options.kubeconfig === undefined) {
            await project.set("kubernetes:renderYamlToDirectory", rendered);
            await project.set("secretName", SECRET_NAME);
        } else {
            await project.set("kubernetes:kubeconfig", options.kubeconfig);
        }
    });
    // Before `up`, so that a failed or interrupted one leaves no token behind either.
    cleanup.add(async () => {
        await project.destroy();
        const left = emulator.tokens().filter(({ name }) => name !== "emulator bootstrap");
        if (left.length > 0) throw new Error(`tokens left after destroy: ${left.map(({ id }) => id).join(", ")}`);
    });
    await progress.step("pulumi up", () => project.up());

    const { tokenId, token } = (await project.outputs(true)) as { tokenId: string; token: string };
    const scopes = emulator.tokens().find(({ id }) => id === tokenId)?.scopes ?? [];
    result.token = { id: tokenId, scopes };
    const applied = options.kubeconfig === undefined ? undefined : await fromCluster(options.kubeconfig);
    const manifests = applied ?? readManifests(rendered);
    result.manifests = manifests.length;
    progress.say(`${manifests.length} manifests: ${manifests.map(({ kind }) => kind).join(", ")}`);
    const secrets = applied === undefined ? { [SECRET_NAME]: { token } } : secretsOf(applied);
    return { project, manifests, secrets };
}

async function fromCluster(kubeconfig: string): Promise<Manifest[]> {
    const { kubectl } = await ensure(["kubectl"]);
    const kinds = "namespace/telemetry,configmap,deployment,service,serviceaccount,networkpolicy,secret";
    const [, ...namespaced] = kinds.split(",");
    const args = ["--kubeconfig", kubeconfig, "-n", NAMESPACE, "get", namespaced.join(","), "-l"];
    const { code, stdout, stderr } = await runToEnd(kubectl, [
        ...args,
        "app.kubernetes.io/managed-by=pulumi",
        "-o",
        "json",
    ]);
    if (code !== 0) throw new Error(`kubectl get failed: ${stderr}`);
    return (JSON.parse(stdout) as { items: Manifest[] }).items;
}

/** What a kubelet reads from the Secrets of the namespace. */
function secretsOf(manifests: Manifest[]): Record<string, Record<string, string>> {
    const secret = findManifest<Manifest & { data: Record<string, string> }>(manifests, "Secret");
    const decoded = Object.entries(secret.data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]);
    return { [secret.metadata.name]: Object.fromEntries(decoded) as Record<string, string> };
}

async function send(collector: RunningCollector): Promise<void> {
    await sendTelemetry({ protocol: "grpc", endpoint: collector.grpcEndpoint, serviceName: "quickstart-grpc" });
    await sendTelemetry({ protocol: "http", endpoint: collector.httpEndpoint, serviceName: "quickstart-http" });
}

async function arrive(emulator: Emulator, collector: RunningCollector): Promise<void> {
    const complete = (): true | undefined => {
        const { spans, metricDataPoints, logRecords } = emulator.arrived().counts;
        result.accepted = { traces: spans, metrics: metricDataPoints, logs: logRecords };
        result.refused = emulator.refused().reduce((sum, { count }) => sum + Math.max(count, 1), 0);
        if (result.refused > 0) throw new Error(`refused: ${JSON.stringify(emulator.refused())}`);
        return spans >= 2 && metricDataPoints >= 2 && logRecords >= 2 ? true : undefined;
    };
    try {
        await until("the arrival of two spans, two data points and two log records", 30, complete);
    } catch (error) {
        const log = collector.log().split("\n").slice(-15).join("\n");
        throw new Error(`${String(error)}\narrived: ${JSON.stringify(result.accepted)}\nthe Collector's log:\n${log}`);
    }
}

function show(emulator: Emulator, progress: Progress): void {
    const { spans, metrics, logs } = emulator.arrived();
    const service = (it: { resource: Record<string, unknown> }): string => String(it.resource["service.name"]);
    progress.say(`token ${result.token?.id ?? ""}: ${result.token?.scopes.join(", ") ?? ""}`);
    for (const span of spans) progress.say(`accepted span   ${span.name} of ${service(span)}`);
    for (const point of metrics) {
        progress.say(`accepted metric ${point.name} of ${service(point)}, ${point.temporality}, value ${point.value}`);
    }
    for (const record of logs) progress.say(`accepted log    of ${service(record)}`);
}

function readOptions(): Options {
    try {
        const { values } = parseArgs({
            options: {
                keep: { type: "boolean", default: false },
                json: { type: "boolean", default: false },
                kubeconfig: { type: "string" },
                help: { type: "boolean", default: false },
            },
        });
        if (!values.help) return values;
        process.stdout.write(USAGE);
        process.exit(0);
    } catch (error) {
        process.stderr.write(`${messageOf(error)}\n\n${USAGE}`);
        process.exit(2);
    }
}

void main();
