import type { KubernetesServer } from "./kubernetes";
import { until } from "./processes";

/** Applies the definitions in a file or folder, and waits until the API server takes objects of them. */
export async function applyDefinitions({ kubectl }: KubernetesServer, folder: string): Promise<void> {
    const { code, stderr } = await kubectl(["apply", "--server-side", "-f", folder]);
    if (code !== 0) throw new Error(stderr);
    // `kubectl wait` fails where a definition has no status yet.
    await until("definitions", 60, async () => {
        const { stdout } = await kubectl(["get", "crd", "-o", "json"]);
        const { items } = JSON.parse(stdout) as { items: Definition[] };
        return items.every(({ status }) => (status?.conditions ?? []).some(isEstablished)) ? items.length : undefined;
    });
}

interface Condition {
    type: string;
    status: string;
}
interface Definition {
    status?: { conditions?: Condition[] };
}
const isEstablished = ({ type, status }: Condition): boolean => type === "Established" && status === "True";
