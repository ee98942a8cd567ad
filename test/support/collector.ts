// Stands in for a kubelet, which cannot be had without a container runtime: it does with a rendered Deployment what a kubelet
// would (environment, mounted ConfigMaps, Secrets and claims, token from its Secret) and starts a real Collector with the result.
import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    renameSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { get } from "node:http";
import * as path from "node:path";

import type { types } from "@pulumi/kubernetes";
import { parseAllDocuments } from "yaml";

import { loopbackWithFreePorts } from "./processes";
import { Programs } from "./programs";

type ConfigMap = types.output.core.v1.ConfigMap;
type Container = types.output.core.v1.Container;
type Deployment = types.output.apps.v1.Deployment;
type EnvVar = types.output.core.v1.EnvVar;
type Secret = types.output.core.v1.Secret;
type Volume = types.output.core.v1.Volume;

/** What Secrets hold, by name and key. */
export type Secrets = Record<string, Record<string, string>>;

/** Any Kubernetes object, as far as one needs to find it. */
export interface Manifest {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string };
}

/** All objects in the YAML files of a folder and the folders in it. */
export function readManifests(directory: string): Manifest[] {
    return readdirSync(directory, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".yaml"))
        .sort()
        .flatMap((file) => parseAllDocuments(readFileSync(path.join(directory, file), "utf8")))
        .map((document) => document.toJS() as Manifest);
}

export function findManifest<T>(manifests: Manifest[], kind: string, name?: string): T {
    const found = manifests.filter((it) => it.kind === kind && (name === undefined || it.metadata.name === name));
    if (found.length !== 1) throw new Error(`expected one ${kind} ${name ?? ""}, found ${found.length}`);
    return found[0] as T;
}

/** What the Secrets among the manifests hold. */
export function secretsIn(manifests: Manifest[]): Secrets {
    const secrets = manifests.filter(({ kind }) => kind === "Secret") as unknown as Secret[];
    const plain = (text: string): string => Buffer.from(text, "base64").toString();
    return Object.fromEntries(
        secrets.map(({ metadata, data }) => [
            metadata.name ?? "",
            Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [key, plain(text)])),
        ]),
    );
}

export interface CollectorOptions {
    /** A Collector's executable. */
    binary: string;
    manifests: Manifest[];
    /** Token by Secret and key, as a kubelet would read it from the cluster. */
    secrets: Secrets;
    /** Address of the pod, from `loopbackWithFreePorts`. @default - one of these */
    podIp?: string;
    /** Variables that a kubelet adds to every container. */
    env?: Record<string, string>;
    /** Command to run the Collector under, e.g. in a mount namespace. */
    under?: string[];
    /** Folder for what the pod claims: it outlives the pod, and the next one started with the same folder finds it. */
    claims?: string;
}

/** A running Collector. */
export interface RunningCollector {
    podIp: string;
    grpcEndpoint: string;
    httpEndpoint: string;
    pid: number;
    /** What it logged so far. */
    log(): string;
    /** Brings what Secrets hold now into the mounted files, as a kubelet does from time to time. */
    refresh(secrets: Secrets): void;
    /** Ends it as a kubelet ends a pod: it sends on what it has taken. */
    stop(): Promise<void>;
    /** Ends it at once, as a kernel out of memory or a node out of power does. */
    kill(): Promise<void>;
}

/** Starts the Collector of the one Deployment among the manifests and waits until it is healthy. */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
    const deployment = findManifest<Deployment>(options.manifests, "Deployment");
    const pod = deployment.spec?.template.spec;
    const container = pod?.containers[0];
    if (pod === undefined || container === undefined) throw new Error("the Deployment has no container");
    const ports = [...new Set((container.ports ?? []).map((port) => port.containerPort))];
    const podIp = options.podIp ?? (await loopbackWithFreePorts(ports));
    const host = podIp.includes(":") ? `[${podIp}]` : podIp;
    const env = containerEnv(container.env ?? [], podIp, options.secrets);
    const programs = new Programs("collector");
    const mounts = mountsOf(pod.volumes ?? [], container, programs.directory, options.claims);
    const { manifests } = options;
    const memoryMiB = Number.parseInt(container.resources?.limits?.["memory"] ?? "", 10);
    const read = (mount: Mount, secrets: Secrets): Files => filesOf(mount, mounts, memoryMiB, manifests, secrets);
    for (const mount of mounts) {
        if (mount.volume.configMap || mount.volume.secret) writeVolume(mount.folder, read(mount, options.secrets));
        else mkdirSync(mount.folder, { recursive: true });
    }
    const args = (container.args ?? []).map((arg) => withFolders(arg, mounts));
    const [command = options.binary, ...rest] = [...(options.under ?? []), options.binary, ...args];
    const program = programs.start("otelcol", command, rest, { ...env, ...options.env });
    const probe = container.readinessProbe?.httpGet;
    try {
        await program.until("the Collector is healthy", () =>
            answersOk(`http://${host}:${String(probe?.port)}${probe?.path ?? "/"}`),
        );
    } catch (error) {
        await programs.stop();
        throw error;
    }
    const port = (name: string): number => {
        const found = container.ports?.find((it) => it.name === name);
        if (found === undefined) throw new Error(`the container has no port ${name}`);
        return found.containerPort;
    };
    return {
        podIp,
        grpcEndpoint: `http://${host}:${port("otlp-grpc")}`,
        httpEndpoint: `http://${host}:${port("otlp-http")}`,
        pid: program.pid ?? 0,
        log: () => readFileSync(program.logFile, "utf8"),
        refresh: (secrets) => {
            for (const mount of mounts.filter(({ volume }) => volume.secret)) {
                writeVolume(mount.folder, read(mount, secrets));
            }
        },
        stop: () => programs.stop(),
        kill: async () => {
            process.kill(program.pid ?? 0, "SIGKILL");
            await programs.stop();
        },
    };
}

/** A volume of a pod, and the folder that stands for the path it is mounted at. */
interface Mount {
    volume: Volume;
    mountPath: string;
    folder: string;
}

/** Texts by the name of their file. */
type Files = { [file: string]: string };

function mountsOf(volumes: Volume[], container: Container, scratch: string, claims: string | undefined): Mount[] {
    return (container.volumeMounts ?? []).map(({ name, mountPath }) => {
        const volume = volumes.find((it) => it.name === name);
        if (volume === undefined) throw new Error(`the pod has no volume ${name}; a kubelet would not start it`);
        const claim = volume.persistentVolumeClaim?.claimName;
        if (claim !== undefined && claims === undefined) throw new Error(`there is no folder for the claim ${claim}`);
        const folder = claim === undefined ? path.join(scratch, mountPath) : path.join(claims ?? "", claim);
        return { volume, mountPath, folder };
    });
}

/** A process has no mounts of its own, so what names a mounted path is made to name the folder. One path may begin as another does. */
function withFolders(text: string, mounts: Mount[]): string {
    const longestFirst = [...mounts].sort((a, b) => b.mountPath.length - a.mountPath.length);
    const paths = longestFirst.map(({ mountPath }) => mountPath.replaceAll(".", "\\."));
    if (paths.length === 0) return text;
    return text.replaceAll(
        new RegExp(paths.join("|"), "g"),
        (found) => mounts.find(({ mountPath }) => mountPath === found)?.folder ?? found,
    );
}

/** A process has no memory limit of its own either, so shares of a container's become MiB. */
function withMemory(text: string, memoryMiB: number): string {
    if (Number.isNaN(memoryMiB)) return text;
    return text.replaceAll(
        /limit_percentage: (\d+)/g,
        (_, percent: string) => `limit_mib: ${Math.floor((memoryMiB * Number(percent)) / 100)}`,
    );
}

function filesOf(
    { volume }: Mount,
    mounts: Mount[],
    memoryMiB: number,
    manifests: Manifest[],
    secrets: Secrets,
): Files {
    if (volume.configMap) {
        const { data } = findManifest<ConfigMap>(manifests, "ConfigMap", volume.configMap.name);
        const adapted = (text: string): string => withMemory(withFolders(text, mounts), memoryMiB);
        return Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [key, adapted(text)]));
    }
    const secret = secrets[volume.secret?.secretName ?? ""];
    const keys = volume.secret?.items ?? Object.keys(secret ?? {}).map((key) => ({ key, path: key }));
    return Object.fromEntries(
        keys.map(({ key, path: file }) => {
            const text = secret?.[key];
            if (text === undefined) throw new Error(`no ${key} for the volume ${volume.name}; a kubelet would wait`);
            return [file, text];
        }),
    );
}

/** Writes a volume as a kubelet does: files in a folder of their own, behind a link that is swapped at once. */
function writeVolume(folder: string, files: Files): void {
    const current = path.join(folder, "..data");
    const before = existsSync(current) ? readlinkSync(current) : undefined;
    const next = `..${new Date().toISOString().replace(/\D/g, "_")}${process.hrtime.bigint()}`;
    mkdirSync(path.join(folder, next), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, next, file), text);
    symlinkSync(next, path.join(folder, "..data_tmp"));
    renameSync(path.join(folder, "..data_tmp"), current);
    for (const file of Object.keys(files)) {
        if (!existsSync(path.join(folder, file))) symlinkSync(path.join("..data", file), path.join(folder, file));
    }
    if (before !== undefined) rmSync(path.join(folder, before), { recursive: true });
}

function containerEnv(variables: EnvVar[], podIp: string, secrets: Secrets): Record<string, string> {
    const env: Record<string, string> = {};
    for (const { name, value, valueFrom } of variables) {
        const ref = valueFrom?.secretKeyRef;
        const found =
            value ??
            (ref === undefined ? undefined : secrets[ref.name ?? ""]?.[ref.key]) ??
            (valueFrom?.fieldRef?.fieldPath === "status.podIP" ? podIp : undefined);
        if (found === undefined)
            throw new Error(`no value for the variable ${name}; a kubelet would not start the pod`);
        env[name] = found;
    }
    return env;
}

function answersOk(url: string): Promise<boolean> {
    return new Promise((resolve) => {
        get(url, { timeout: 1000 }, (response) => {
            response.resume();
            resolve(response.statusCode === 200);
        })
            .on("error", () => resolve(false))
            .on("timeout", () => resolve(false));
    });
}
