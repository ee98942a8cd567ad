import * as k8s from "@pulumi/kubernetes";
import { stringify } from "yaml";

import { readsNode } from "../../components/collector/features";
import type { CollectorSidecarArgs } from "../../components/collector/sidecar";
import { OtlpCollector, type OtlpCollectorArgs, sidecarContainer } from "../../index";
import { capture, type Captured, manifestsOf } from "./capture";
import type { Manifest } from "./collector";
import type { KubernetesServer } from "./kubernetes";
import { type Combination, isSidecar } from "./matrix";
import type { Text } from "./matrix-configs";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of any kind
type Any = any;

/** What a combination comes to. */
export interface Rendered {
    combination: Combination;
    objects: Manifest[];
}

/** What a real API server said. */
export interface Verdict {
    objects: number;
    accepted: number;
    /** One of each workload. */
    pods: number;
    /** Those that Pod Security let in. */
    admitted: number;
    complaints: string[];
}

/** A kind that the API server of the tests has no definition of. */
export const WITHOUT_DEFINITION = "OpenTelemetryCollector";
const USER = { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } };

/** The program of a user who asks for this. */
export function deploy({ name: namespace, values, args }: Combination): void {
    if (!isSidecar(values)) {
        new OtlpCollector("gateway", args as unknown as OtlpCollectorArgs);
        return;
    }
    const sidecar = sidecarContainer("shop", {
        ...args,
        configMapName: "collector",
    } as unknown as CollectorSidecarArgs);
    const metadata = { name: "shop", namespace };
    const data = { "config.yaml": sidecar.config };
    new k8s.core.v1.ConfigMap("collector", { metadata: { name: "collector", namespace }, data });
    new k8s.apps.v1.Deployment("shop", {
        metadata,
        spec: {
            selector: { matchLabels: { app: "shop" } },
            template: {
                metadata: { labels: { app: "shop" }, annotations: sidecar.annotations },
                spec: {
                    securityContext: sidecar.podSecurityContext,
                    initContainers: [sidecar.container],
                    containers: [
                        {
                            name: "shop",
                            image: "registry.example.com/shop:1.0.0",
                            securityContext: {
                                ...USER,
                                allowPrivilegeEscalation: false,
                                capabilities: { drop: ["ALL"] },
                            },
                        },
                    ],
                    volumes: sidecar.volumes,
                },
            },
        },
    });
}

/** Runs all these programs under mocks. */
export async function render(combinations: Combination[]): Promise<Rendered[]> {
    const manifests = manifestsOf(await captureAll(() => combinations.forEach(deploy)));
    return combinations.map((combination) => {
        const { name } = combination;
        const own = ({ metadata }: Manifest): boolean =>
            metadata.namespace === undefined ? metadata.name.startsWith(`${name}-`) : metadata.namespace === name;
        return { combination, objects: manifests.filter(own) };
    });
}

/** Pulumi keeps a stack trace for each value that it waits for, which takes longer than all the rest. */
export async function captureAll(program: () => unknown): Promise<Captured[]> {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
        return await capture(program);
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
    }
}

/** All configurations among the objects, each with the variables of the container that reads it. */
export function configsOf({ combination, objects }: Rendered): Text[] {
    const { name, values, asked } = combination;
    const from = { of: [name, ...Object.values(values), ...asked].join(", "), image: values.image };
    const names = (env: Any[]): string[] => env.map(({ name }) => name);
    const read = (name: string): Any => {
        const pods = (objects as Any[]).map(({ spec }) => spec?.template?.spec).filter(Boolean);
        const pod = pods.find(({ volumes }) => volumes.some(({ configMap }: Any) => configMap?.name === name));
        return [...(pod.initContainers ?? []), ...pod.containers].find(({ args }: Any) => /--config/.test(args?.[0]));
    };
    return (objects as Any[]).flatMap(({ kind, metadata, data, spec }) => {
        if (kind === "ConfigMap") {
            return [{ ...from, text: data["config.yaml"], variables: names(read(metadata.name).env) }];
        }
        return kind === WITHOUT_DEFINITION
            ? [{ ...from, text: stringify(spec.config), variables: names(spec.env) }]
            : [];
    });
}

/** Asks a real API server for all of these objects, strictly, and for a pod of each workload. */
export async function judgeObjects(kubernetes: KubernetesServer, rendered: Rendered[]): Promise<Verdict> {
    const defined = rendered.flatMap(({ objects }) => objects.filter(({ kind }) => kind !== WITHOUT_DEFINITION));
    const pods = rendered.flatMap(podsOf);

    const namespaces = rendered.map(namespaceOf);
    const apply = ["apply", "--server-side", "--validate=strict", "-f", "-"];
    const applied = await send(kubernetes, apply, [...namespaces, ...defined]);
    const created = await send(kubernetes, ["create", "--dry-run=server", "--validate=strict", "-f", "-"], pods);
    // Addresses of Services are few.
    const services = defined.filter(({ kind }) => kind === "Service");
    const deleted = await send(kubernetes, ["delete", "--wait=false", "-f", "-"], services);
    return {
        objects: defined.length,
        accepted: (applied.stdout.match(/serverside-applied$/gm) ?? []).length - namespaces.length,
        admitted: (created.stdout.match(/created \(server dry run\)$/gm) ?? []).length,
        pods: pods.length,
        complaints: [applied, created, deleted].flatMap(({ stderr }) => stderr.split("\n").filter(Boolean)),
    };
}

function send(kubernetes: KubernetesServer, args: string[], items: object[]): ReturnType<KubernetesServer["kubectl"]> {
    return kubernetes.kubectl(args, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}

/** The least Pod Security level that is documented for it. */
export function levelOf({ args }: Combination): "privileged" | "restricted" {
    return readsNode(args as Any) ? "privileged" : "restricted";
}

function namespaceOf({ combination }: Rendered): object {
    const { name } = combination;
    const level = levelOf(combination);
    const labels = { "pod-security.kubernetes.io/enforce": level };
    return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** A pod of each workload, as its controller would make it: a workload itself is not judged by Pod Security. */
function podsOf({ objects }: Rendered): object[] {
    return (objects as Any[]).flatMap(({ kind, metadata: { name, namespace }, spec }) => {
        if (spec?.template?.spec === undefined) return [];
        const claims = (spec.volumeClaimTemplates ?? []).map((claim: Any) => ({
            name: claim.metadata.name,
            persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}-0` },
        }));
        const { metadata, spec: pod } = spec.template;
        return [
            {
                apiVersion: "v1",
                kind: "Pod",
                metadata: { ...metadata, name: `${kind.toLowerCase()}-${name}`, namespace },
                spec: { ...pod, volumes: [...pod.volumes, ...claims] },
            },
        ];
    });
}
