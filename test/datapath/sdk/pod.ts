// Stands in for a kubelet, which cannot be had without a container runtime: it turns a container's variables into the
// environment of a process as Kubernetes does, and puts mounted ConfigMaps and Secrets into a folder of the test's.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { ExporterEnv } from "../../../components/application-pods/exporter-env/args";

interface PodVariable {
    name: string;
    value?: string;
    valueFrom?: {
        secretKeyRef?: { name: string; key: string };
        fieldRef?: { fieldPath: string };
    };
}

export interface PodOptions {
    /** Secrets of the pod's namespace, by name and key. */
    secrets: Record<string, Record<string, string>>;
    /** ConfigMaps of the pod's namespace, by name and key. */
    configMaps: Record<string, Record<string, string>>;
    /** What the downward API says, by field path. */
    fields: Record<string, string>;
    /** Variables of the container that stand before the exporter's. */
    env?: Record<string, string>;
}

/** A pod's environment, and the folder its volumes are in until `remove`. */
export interface Pod {
    env: Record<string, string>;
    remove: () => void;
}

export function startPod(exporter: ExporterEnv, options: PodOptions): Pod {
    const scratch = mkdtempSync(path.join(tmpdir(), "pulumi-dynatrace-otlp-pod-"));
    const env: Record<string, string> = { ...options.env };
    for (const variable of exporter.env as PodVariable[]) env[variable.name] = valueOf(variable, env, options);
    for (const mount of exporter.volumeMounts as { name: string; mountPath: string }[]) {
        const folder = path.join(scratch, mount.mountPath);
        fillVolume(exporter, mount.name, folder, options);
        for (const [name, value] of Object.entries(env)) {
            if (value.startsWith(`${mount.mountPath}/`)) env[name] = path.join(scratch, value);
        }
    }
    return { env, remove: () => rmSync(scratch, { recursive: true, force: true }) };
}

interface PodVolume {
    name: string;
    configMap?: { name: string; items: { key: string; path: string }[] };
    secret?: { secretName: string; items: { key: string; path: string }[] };
}

function fillVolume(exporter: ExporterEnv, volumeName: string, folder: string, options: PodOptions): void {
    const volumes = exporter.volumes as PodVolume[];
    const { configMap, secret } = volumes.find(({ name }) => name === volumeName) ?? {};
    const texts = configMap ? options.configMaps[configMap.name] : options.secrets[secret?.secretName ?? ""];
    mkdirSync(folder, { recursive: true });
    for (const item of configMap?.items ?? secret?.items ?? []) {
        const text = texts?.[item.key];
        if (text === undefined) throw new Error(`no key ${item.key} for volume ${volumeName}; the pod would not start`);
        writeFileSync(path.join(folder, item.path), text);
    }
}

function valueOf(
    { name, value, valueFrom }: PodVariable,
    earlier: Record<string, string>,
    options: PodOptions,
): string {
    const { secretKeyRef: ref, fieldRef } = valueFrom ?? {};
    const found =
        value?.replace(/\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g, (text, used: string | undefined) =>
            used === undefined ? "$" : (earlier[used] ?? text),
        ) ??
        (ref && options.secrets[ref.name]?.[ref.key]) ??
        (fieldRef && options.fields[fieldRef.fieldPath]);
    if (found === undefined) throw new Error(`no value for the variable ${name}; a kubelet would not start the pod`);
    return found;
}
