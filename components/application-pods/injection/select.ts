import type * as pulumi from "@pulumi/pulumi";

import { derive, onto } from "../exporter-env/later";
import { type InjectExporterEnvArgs, type InjectionRegistrationArgs, InjectionWorkloadKind } from "./args";
import { type PodTemplate } from "./pod";

/** Path of the pod template in each kind; a Pod is its own template. */
export const TEMPLATE_PATH: Record<InjectionWorkloadKind, string[]> = {
    Deployment: ["spec", "template"],
    StatefulSet: ["spec", "template"],
    DaemonSet: ["spec", "template"],
    Job: ["spec", "template"],
    CronJob: ["spec", "jobTemplate", "spec", "template"],
    Pod: [],
};

/** Pods of this package that carry the data of others. A Collector that receives its own data would send without end. */
const CARRIERS = ["otlp-collector", "activegate"];

/** The kind of a workload by its Pulumi type, e.g. `kubernetes:apps/v1:Deployment`; undefined for everything else. */
export function workloadKind(type: string): InjectionWorkloadKind | undefined {
    const [provider, , kind] = type.split(":");
    return provider === "kubernetes" ? Object.values(InjectionWorkloadKind).find((known) => known === kind) : undefined;
}

/** Whether a workload is selected. An Output only if a deciding value is an Output. */
export function isSelected(
    selection: InjectExporterEnvArgs,
    kind: InjectionWorkloadKind,
    { name, props }: InjectionRegistrationArgs,
): pulumi.Input<boolean> {
    if (selection.kinds !== undefined && !selection.kinds.includes(kind)) return false;
    const metadata = metadataOf(props, []);
    const facts = {
        namespace: selection.namespaces === undefined ? undefined : field(metadata, "namespace"),
        name: selection.names === undefined ? undefined : field(metadata, "name"),
        labels: field(metadata, "labels"),
        podLabels: field(metadataOf(props, TEMPLATE_PATH[kind]), "labels"),
        namespaces: selection.namespaces,
    };
    return derive(facts, (plain) => {
        const labels = { ...(plain.labels as object), ...(plain.podLabels as object) } as Record<string, string>;
        const wanted = Object.entries(selection.labels ?? {});
        const names = [plain.name ?? name, name];
        return (
            !isCarrier(labels) &&
            (plain.namespaces?.includes(plain.namespace ?? "default") ?? true) &&
            (selection.names?.some((it) => names.includes(it)) ?? true) &&
            wanted.every(([key, value]) => labels[key] === value)
        );
    });
}

function isCarrier(labels: Record<string, string>): boolean {
    const role = labels["app.kubernetes.io/name"] ?? "";
    return labels["app.kubernetes.io/managed-by"] === "pulumi" && CARRIERS.includes(role);
}

function metadataOf(props: unknown, path: string[]): pulumi.Input<unknown> {
    const [key, ...rest] = path;
    if (key === undefined) return onto(props as pulumi.Input<PodTemplate | undefined>, (it) => it?.metadata);
    return onto(props as pulumi.Input<Record<string, unknown> | undefined>, (it) => metadataOf(it?.[key], rest));
}

function field(object: pulumi.Input<unknown>, key: string): pulumi.Input<unknown> {
    return onto(object, (it) => (it as Record<string, unknown> | undefined)?.[key]);
}
