/*
 * A real Kubernetes API on loopback: etcd, kube-apiserver and, if asked for, kube-controller-manager. There is no
 * kubelet, scheduler or network plugin: no pod ever runs, volume claims stay pending, network policies are stored only.
 */

import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import { get as httpsGet, type RequestOptions } from "node:https";
import { join } from "node:path";
import { Programs, freePorts } from "./programs";
import { ensure } from "../toolchain/toolchain.cjs";

export interface KubernetesServer {
    /** Path of a kubeconfig file with the admin's token; all it needs is inside. */
    kubeconfig: string;
    /** `https://127.0.0.1:<port>` */
    url: string;
    /** Bearer token of a member of `system:masters`. */
    token: string;
    /** Certificates to trust, PEM. */
    caFile: string;
    /** Holds everything of this server, logs too (`<program>.log`); gone after `stop`. */
    directory: string;
    /** Runs kubectl as the admin. A failure is a `code`, not an exception. */
    kubectl(args: string[], stdin?: string): Promise<CommandResult>;
    /** A token for an existing ServiceAccount, bound to the API server as audience, valid for an hour. */
    serviceAccountToken(namespace: string, name: string): Promise<string>;
    /** Ends the programs and removes `directory`. */
    stop(): Promise<void>;
}

export interface CommandResult {
    code: number;
    stdout: string;
    stderr: string;
}

export interface KubernetesOptions {
    /** Also run the controllers: ReplicaSets, pods, claims, default ServiceAccounts, deletion of namespaces. @default false */
    controllerManager?: boolean;
    /** Takes progress of building and starting. @default standard error while building */
    log?: (line: string) => void;
}

// Without persistentvolumeclaim-protection a namespace that holds claims is never deleted.
const CONTROLLERS = [
    "deployment-controller",
    "replicaset-controller",
    "statefulset-controller",
    "daemonset-controller",
    "job-controller",
    "serviceaccount-controller",
    "namespace-controller",
    "root-ca-certificate-publisher-controller",
    "garbage-collector-controller",
    "persistentvolumeclaim-protection-controller",
    "endpointslice-controller",
];

/** Starts an empty cluster API of its own on free ports; takes about three seconds once the tools are built. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<KubernetesServer> {
    const log = options.log ?? (() => {});
    const building = options.log ? { log: options.log } : {};
    const tools = await ensure(["etcd", "kube-apiserver", "kubectl"], building);
    const manager = options.controllerManager ? await ensure(["kube-controller-manager"], building) : undefined;

    const began = Date.now();
    const [etcdPort, etcdPeerPort, apiPort] = (await freePorts(3)) as [number, number, number];
    const programs = new Programs("dynatrace-otlp-kubernetes");
    const { directory } = programs;
    try {
        const at = {
            url: `https://127.0.0.1:${apiPort}`,
            token: randomBytes(24).toString("hex"),
            caFile: join(directory, "apiserver.crt"),
            kubeconfig: join(directory, "kubeconfig.json"),
        };
        const answers = async (path: string) => (await apiStatus(at, path)) === 200;
        writeKeys(directory, at.token);

        const etcdUrl = `http://127.0.0.1:${etcdPort}`;
        const etcd = programs.start("etcd", tools["etcd"], etcdArgs(directory, etcdUrl, etcdPeerPort));
        await etcd.until("etcd is ready", async () => (await status(`${etcdUrl}/readyz`)) === 200);

        const apiserver = programs.start(
            "kube-apiserver",
            tools["kube-apiserver"],
            apiserverArgs(directory, etcdUrl, apiPort, manager !== undefined),
        );
        await apiserver.until("kube-apiserver is ready", () => answers("/readyz"));
        await apiserver.until("the namespace default exists", () => answers("/api/v1/namespaces/default"));
        writeFileSync(at.kubeconfig, kubeconfigText(at), { mode: 0o600 });

        if (manager) {
            const controllers = programs.start(
                "kube-controller-manager",
                manager["kube-controller-manager"],
                controllerManagerArgs(directory, at.kubeconfig),
            );
            await controllers.until("the controllers work", () =>
                answers("/api/v1/namespaces/default/serviceaccounts/default"),
            );
        }
        log(`Kubernetes API at ${at.url} after ${((Date.now() - began) / 1000).toFixed(1)} s`);

        const kubectl = (args: string[], stdin?: string) => runKubectl(tools["kubectl"], directory, args, stdin);
        return {
            ...at,
            directory,
            kubectl,
            async serviceAccountToken(namespace, name) {
                const made = await kubectl(["create", "token", name, "--namespace", namespace]);
                if (made.code !== 0) throw new Error(`no token for ${namespace}/${name}: ${made.stderr.trim()}`);
                return made.stdout.trim();
            },
            stop: () => programs.stop(),
        };
    } catch (error) {
        await programs.stop();
        throw error;
    }
}

// --- what the programs are told ---

function writeKeys(directory: string, token: string): void {
    const keys = generateKeyPairSync("ec", {
        namedCurve: "P-256",
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    writeFileSync(join(directory, "sa.pub"), keys.publicKey);
    writeFileSync(join(directory, "sa.key"), keys.privateKey, { mode: 0o600 });
    writeFileSync(join(directory, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
}

function etcdArgs(directory: string, url: string, peerPort: number): string[] {
    const peerUrl = `http://127.0.0.1:${peerPort}`;
    return [
        "--name=test",
        `--data-dir=${join(directory, "etcd")}`,
        `--listen-client-urls=${url}`,
        `--advertise-client-urls=${url}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=test=${peerUrl}`,
        "--unsafe-no-fsync",
        "--log-level=warn",
    ];
}

function apiserverArgs(directory: string, etcdUrl: string, port: number, controllerManager: boolean): string[] {
    return [
        `--etcd-servers=${etcdUrl}`,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        `--secure-port=${port}`,
        `--cert-dir=${directory}`,
        `--token-auth-file=${join(directory, "tokens.csv")}`,
        "--anonymous-auth=false",
        "--authorization-mode=RBAC",
        // Both address families, for Services that ask for them.
        "--service-cluster-ip-range=10.0.0.0/24,fd00:10::/112",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${join(directory, "sa.pub")}`,
        `--service-account-signing-key-file=${join(directory, "sa.key")}`,
        "--endpoint-reconciler-type=none",
        // It refuses pods in namespaces without a default ServiceAccount, which only the controllers make.
        ...(controllerManager ? [] : ["--disable-admission-plugins=ServiceAccount"]),
    ];
}

function controllerManagerArgs(directory: string, kubeconfig: string): string[] {
    return [
        `--kubeconfig=${kubeconfig}`,
        "--bind-address=127.0.0.1",
        "--secure-port=0",
        "--leader-elect=false",
        "--use-service-account-credentials=false",
        `--service-account-private-key-file=${join(directory, "sa.key")}`,
        `--root-ca-file=${join(directory, "apiserver.crt")}`,
        `--controllers=${CONTROLLERS.join(",")}`,
    ];
}

/** JSON is YAML too. */
function kubeconfigText(at: { url: string; token: string; caFile: string }): string {
    const ca = readFileSync(at.caFile).toString("base64");
    return JSON.stringify(
        {
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "test", cluster: { server: at.url, "certificate-authority-data": ca } }],
            users: [{ name: "admin", user: { token: at.token } }],
            contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
            "current-context": "test",
        },
        undefined,
        2,
    );
}

// --- requests ---

function runKubectl(file: string, directory: string, args: string[], stdin = ""): Promise<CommandResult> {
    const own = [
        `--kubeconfig=${join(directory, "kubeconfig.json")}`,
        `--cache-dir=${join(directory, "kubectl-cache")}`,
    ];
    return new Promise((resolve, reject) => {
        const child = spawn(file, [...own, ...args], { stdio: ["pipe", "pipe", "pipe"] });
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        child.stdin.on("error", () => {}); // it may end before it has read everything
        child.stdin.end(stdin);
        child.on("error", reject);
        child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
    });
}

/** The certificate is not there before kube-apiserver has made it, while it starts. */
async function apiStatus(at: { url: string; token: string; caFile: string }, path: string) {
    if (!existsSync(at.caFile)) return undefined;
    return status(`${at.url}${path}`, {
        ca: readFileSync(at.caFile),
        headers: { authorization: `Bearer ${at.token}` },
    });
}

/** Undefined when there is no answer. */
function status(url: string, options: RequestOptions = {}): Promise<number | undefined> {
    const get = url.startsWith("https:") ? httpsGet : httpGet;
    return new Promise((resolve) => {
        const request = get(url, { ...options, agent: false, timeout: 5000 }, (response) => {
            response.resume();
            resolve(response.statusCode);
        });
        request.on("timeout", () => request.destroy()).on("error", () => resolve(undefined));
    });
}
