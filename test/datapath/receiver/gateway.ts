// A secured Collector and who sends to it. See test/support/collector.ts and test/datapath/sdk/pod.ts for what stands in for a kubelet.
import { request, type RequestOptions } from "node:https";
import { connect } from "node:tls";

import { exporterEnv } from "../../../components/application-pods/exporter-env";
import type { ExporterEnvArgs } from "../../../components/application-pods/exporter-env/args";
import type { Emulator } from "../../../emulator";
import type { CollectorImageArgs, CollectorIntakeArgs, CollectorReceiverArgs } from "../../../index";
import { createAuthority, type Issued } from "../../support/certificates";
import { type RunningCollector, type Secrets, startCollector } from "../../support/collector";
import { type Finished, loopbackWithFreePorts, runToEnd } from "../../support/processes";
import { ensure } from "../../toolchain/toolchain.cjs";
import { renderGateway, SCOPES, SECRETS, traces } from "../collector-support";
import { type App, runApp } from "../sdk/apps";
import { startPod } from "../sdk/pod";

/** CAs of both sides, and one that nobody trusts. */
export const SERVER_CA = createAuthority("made-up server CA");
export const CLIENT_CA = createAuthority("made-up client CA");
export const OTHER_CA = createAuthority("made-up other CA");

export const tlsSecret = ({ certificatePem, keyPem }: Issued): Record<string, string> => ({
    "tls.crt": certificatePem,
    "tls.key": keyPem,
});

export interface Gateway {
    collector: RunningCollector;
    /** What the Secrets hold. A change reaches the files with `collector.refresh`. */
    secrets: Secrets;
    httpUrl: string;
    grpcUrl: string;
    host: string;
}

/** A Collector with these rules for senders. Its certificate is for the address it listens on, in place of a Service's name. */
export async function startGateway(
    emulator: Emulator,
    options: {
        tool: "otelcol-158" | "otelcol-149";
        image?: CollectorImageArgs;
        receiver: CollectorReceiverArgs;
        intake?: CollectorIntakeArgs;
        secrets: Secrets;
    },
): Promise<Gateway> {
    const binary = (await ensure([options.tool]))[options.tool];
    const { image, receiver, intake } = options;
    const manifests = await renderGateway(emulator, { image, receiver, intake });
    const host = await loopbackWithFreePorts([4317, 4318, 13133]);
    const secrets = {
        ...SECRETS(emulator.createToken({ scopes: SCOPES }).token),
        "gateway-tls": tlsSecret(SERVER_CA.issue("gateway", [host])),
        ...options.secrets,
    };
    const collector = await startCollector({ binary, manifests, secrets, podIp: host });
    return { collector, secrets, host, httpUrl: `https://${host}:4318`, grpcUrl: `https://${host}:4317` };
}

/** What a sender's namespace holds. */
export interface SenderFiles {
    secrets: Secrets;
    configMaps: Secrets;
}

/** Runs an application in a pod that has what `exporterEnv` gives for these arguments, and nothing else. */
export async function runSender(
    app: App,
    args: Partial<ExporterEnvArgs>,
    files: SenderFiles,
    env: Record<string, string> = {},
): Promise<Finished> {
    return inPod(args, files, env, (variables) => runApp(app, variables));
}

/** Runs an application that sends one span of so many MiB. */
export async function runLargeSender(
    mib: number,
    args: Partial<ExporterEnvArgs>,
    files: SenderFiles,
): Promise<Finished> {
    const program = [require.resolve("./large.cjs"), String(mib)];
    return inPod(args, files, { OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" }, (env) =>
        runToEnd(process.execPath, program, { env: { PATH: process.env["PATH"], ...env }, timeoutSeconds: 60 }),
    );
}

async function inPod<T>(
    args: Partial<ExporterEnvArgs>,
    files: SenderFiles,
    env: Record<string, string>,
    run: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
    const exporter = exporterEnv({ via: "collector", serviceName: "checkout", kubernetesAttributes: false, ...args });
    const pod = startPod(exporter, { ...files, fields: {}, env });
    try {
        return await run(pod.env);
    } finally {
        pod.remove();
    }
}

export interface Reply {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    body: string;
}

/** One request over HTTP, on a connection of its own. */
export function ask(url: string, options: RequestOptions, body: string | Uint8Array = ""): Promise<Reply> {
    return new Promise((resolve, reject) => {
        const made = request(url, { agent: false, timeout: 10_000, ...options }, (response) => {
            let text = "";
            response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
            response.on("end", () =>
                resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
            );
        });
        made.on("timeout", () => made.destroy(new Error("no answer")));
        made.on("error", reject);
        made.end(body);
    });
}

/** Sends one span as JSON. */
export function postSpan(url: string, tls: RequestOptions, token: string, name: string): Promise<Reply> {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const body = JSON.stringify(traces({ "service.name": "checkout" }, { name }));
    return ask(`${url}/v1/traces`, { ...tls, method: "POST", headers }, body);
}

/** The certificate that a port shows, by its fingerprint. */
export function servedCertificate(host: string, port: number, tls: Issued): Promise<string> {
    const { certificatePem: cert, keyPem: key } = tls;
    return new Promise((resolve, reject) => {
        const options = { host, port, cert, key, ca: SERVER_CA.pem, ALPNProtocols: ["h2", "http/1.1"] };
        const socket = connect(options, () => {
            resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
            socket.destroy();
        });
        socket.on("error", reject);
    });
}
