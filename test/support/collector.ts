// Stands in for a kubelet, which cannot be had without a container runtime: it does with a rendered Deployment what a kubelet
// would (environment, mounted ConfigMap, token from its Secret) and starts a real Collector with the result.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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

export interface CollectorOptions {
    /** A Collector's executable. */
    binary: string;
    manifests: Manifest[];
    /** Token by Secret and key, as a kubelet would read it from the cluster. */
    secrets: Record<string, Record<string, string>>;
    /** Variables that a kubelet adds to every container. */
    env?: Record<string, string>;
    /** Command to run the Collector under, e.g. in a mount namespace. */
    under?: string[];
}

/** A running Collector. */
export interface RunningCollector {
    podIp: string;
    grpcEndpoint: string;
    httpEndpoint: string;
    pid: number;
    /** What it logged so far. */
    log(): string;
    stop(): Promise<void>;
}

/** Starts the Collector of the one Deployment among the manifests and waits until it is healthy. */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
    const deployment = findManifest<Deployment>(options.manifests, "Deployment");
    const pod = deployment.spec?.template.spec;
    const container = pod?.containers[0];
    if (pod === undefined || container === undefined) throw new Error("the Deployment has no container");
    const podIp = await loopbackWithFreePorts((container.ports ?? []).map((port) => port.containerPort));
    const env = containerEnv(container.env ?? [], podIp, options.secrets);
    const programs = new Programs("collector");
    const args = mountConfigMaps(options.manifests, pod.volumes ?? [], container, programs.directory);
    const [command = options.binary, ...rest] = [...(options.under ?? []), options.binary, ...args];
    const program = programs.start("otelcol", command, rest, { ...env, ...options.env });
    const probe = container.readinessProbe?.httpGet;
    try {
        await program.until("the Collector is healthy", () =>
            answersOk(`http://${podIp}:${String(probe?.port)}${probe?.path ?? "/"}`),
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
        grpcEndpoint: `http://${podIp}:${port("otlp-grpc")}`,
        httpEndpoint: `http://${podIp}:${port("otlp-http")}`,
        pid: program.pid ?? 0,
        log: () => readFileSync(program.logFile, "utf8"),
        stop: () => programs.stop(),
    };
}

/** Writes what the pod mounts below `scratch` and points the container's arguments there. */
function mountConfigMaps(
    manifests: Manifest[],
    volumes: { name: string; configMap?: { name?: string } }[],
    container: Container,
    scratch: string,
): string[] {
    let args = container.args ?? [];
    for (const mount of container.volumeMounts ?? []) {
        const volume = volumes.find(({ name }) => name === mount.name);
        const configMap = findManifest<ConfigMap>(manifests, "ConfigMap", volume?.configMap?.name);
        const folder = path.join(scratch, mount.mountPath);
        mkdirSync(folder, { recursive: true });
        for (const [key, text] of Object.entries(configMap.data ?? {})) writeFileSync(path.join(folder, key), text);
        args = args.map((arg) => arg.replace(mount.mountPath, folder));
    }
    return args;
}

function containerEnv(
    variables: EnvVar[],
    podIp: string,
    secrets: Record<string, Record<string, string>>,
): Record<string, string> {
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
