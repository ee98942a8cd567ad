import type { KubernetesServer } from "../../support/kubernetes";
import { until } from "../../support/processes";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server gives them
type Plain = any;

/** A workload whose controller has seen all of its specification. */
export interface Workload {
    /** Number of the newest ReplicaSet or ControllerRevision: one more with each change of the pods' template. */
    revision: number;
    /** Template of the pods, as the workload has it. */
    template: Plain;
    /** The same as the newest ReplicaSet or ControllerRevision keeps it. */
    newest: Plain;
    /** Pods made from that one. */
    pods: Plain[];
}

const REVISION = "deployment.kubernetes.io/revision";

/** The one node, for which DaemonSets make their pods. Nothing runs on it. */
export async function addNode(kubernetes: KubernetesServer): Promise<void> {
    const labels = { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": "node-1" };
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1", labels } };
    const taint = "node.kubernetes.io/not-ready:NoSchedule-";
    for (const [args, input] of [
        [["create", "-f", "-"], JSON.stringify(node)],
        [["taint", "nodes", "node-1", taint], ""],
    ] as const) {
        const { code, stderr } = await kubernetes.kubectl([...args], input);
        if (code !== 0) throw new Error(stderr);
    }
}

async function list(kubernetes: KubernetesServer, kinds: string): Promise<Plain[]> {
    const { code, stdout, stderr } = await kubernetes.kubectl(["get", kinds, "-A", "-o", "json"]);
    if (code !== 0) throw new Error(stderr);
    return (JSON.parse(stdout) as { items: Plain[] }).items;
}

/** All workloads by name, once every controller is done with them: pods of each newest template are there. */
export async function settledWorkloads(kubernetes: KubernetesServer): Promise<Map<string, Workload>> {
    let waitingFor: string[] = [];
    const settled = async (): Promise<Map<string, Workload> | undefined> => {
        const workloads = await list(kubernetes, "deployments,statefulsets,daemonsets");
        waitingFor = workloads
            .filter(({ metadata, status }) => status.observedGeneration !== metadata.generation)
            .map(({ metadata }) => `the controller of ${metadata.name as string}`);
        if (waitingFor.length > 0) return undefined;
        const kept = await list(kubernetes, "replicasets,controllerrevisions");
        const pods = await list(kubernetes, "pods");
        const found = new Map(workloads.map((it) => [it.metadata.name as string, inspect(it, kept, pods)]));
        waitingFor = [...found].filter(([, it]) => it.pods.length === 0).map(([name]) => `a new pod of ${name}`);
        return waitingFor.length === 0 ? found : undefined;
    };
    return until("the controllers are done", 60, settled).catch((error: Error) => {
        throw new Error(`${error.message}: waited for ${waitingFor.join(", ")}`);
    });
}

function inspect({ kind, metadata, spec }: Plain, kept: Plain[], pods: Plain[]): Workload {
    const ownedBy = (uid: string) => (it: Plain) => it.metadata.ownerReferences?.[0]?.uid === uid;
    const number = (it: Plain): number => Number(it.revision ?? it.metadata.annotations[REVISION]);
    const newest = kept.filter(ownedBy(metadata.uid)).sort((a, b) => number(b) - number(a))[0];
    const hash = "controller-revision-hash";
    const made =
        kind === "Deployment"
            ? pods.filter(ownedBy(newest.metadata.uid))
            : pods
                  .filter(ownedBy(metadata.uid))
                  .filter((it) => newest.metadata.name.endsWith(it.metadata.labels[hash]));
    return {
        revision: number(newest),
        template: spec.template,
        newest: newest.data?.spec.template ?? newest.spec.template,
        pods: made,
    };
}
