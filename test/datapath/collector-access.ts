// A Collector's own way into a real Kubernetes API: the account that is rendered for it, with the rights that are, and no others.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { findManifest, type Manifest } from "../support/collector";
import type { KubernetesServer } from "../support/kubernetes";
import { replaced } from "./collector-support";

const ACCESS = ["ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

/** Applies objects of any kind, and fails unless all are taken. */
export async function apply(kubernetes: KubernetesServer, objects: object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await kubectl(kubernetes, ["apply", "--server-side", "-f", "-"], list);
}

/** Runs kubectl as the admin and gives what it printed. */
export async function kubectl(kubernetes: KubernetesServer, args: string[], stdin?: string): Promise<string> {
    const { code, stdout, stderr } = await kubernetes.kubectl(args, stdin);
    if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
    return stdout;
}

/** Sets the status of an object, which a kubelet or a controller would set. */
export async function setStatus(kubernetes: KubernetesServer, what: string[], status: object): Promise<void> {
    const patch = JSON.stringify({ status });
    await kubectl(kubernetes, ["patch", ...what, "--subresource=status", "--type=merge", "-p", patch]);
}

/** Creates the account among the manifests with its rights, and a kubeconfig that holds its token. */
export async function accountOf(kubernetes: KubernetesServer, manifests: Manifest[]): Promise<string> {
    const { metadata } = findManifest<Manifest>(manifests, "ServiceAccount");
    const { name, namespace = "default" } = metadata;
    const there = await kubernetes.kubectl(["get", "namespace", namespace]);
    if (there.code !== 0) await kubectl(kubernetes, ["create", "namespace", namespace]);
    await apply(
        kubernetes,
        manifests.filter(({ kind }) => ACCESS.includes(kind)),
    );
    const config = JSON.parse(readFileSync(kubernetes.kubeconfig, "utf8")) as { users: [{ user: object }] };
    config.users[0].user = { token: await kubernetes.serviceAccountToken(namespace, name) };
    const file = path.join(kubernetes.directory, `${namespace}-${name}.json`);
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
}

/** Has a Collector read its account from a kubeconfig: outside of a cluster no pod's account is mounted. */
export function withKubeconfig(manifests: Manifest[], kubeconfig: string): Manifest[] {
    return replaced(manifests, (text) =>
        text
            .replaceAll("auth_type: serviceAccount", "auth_type: kubeConfig")
            // The Prometheus receiver has a setting of its own for that.
            .replaceAll(/(kubernetes_sd_configs:\\n( +)- )/g, `$1kubeconfig_file: ${kubeconfig}\\n$2  `),
    );
}

/** A pod's account where every program in a pod looks for it, for those that know no other way. A process gets a place of its own for that. */
export function podAccount(
    kubernetes: KubernetesServer,
    kubeconfig: string,
): { env: Record<string, string>; under: string[] } {
    const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as { users: [{ user: { token: string } }] };
    const run = mkdtempSync(path.join(kubernetes.directory, "run-"));
    const folder = path.join(run, "secrets", "kubernetes.io", "serviceaccount");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "token"), config.users[0].user.token, { mode: 0o600 });
    copyFileSync(kubernetes.caFile, path.join(folder, "ca.crt"));
    const { hostname, port } = new URL(kubernetes.url);
    return {
        env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
        under: ["sh", "-c", OWN_MOUNTS, run],
    };
}

const OWN_MOUNTS = `
    unshare --map-root-user --mount true || {
        echo "no mounts of one's own; try: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" >&2; exit 1
    }
    exec unshare --map-root-user --mount sh -c 'mount --bind "$0" "$(readlink -f /var/run)" && exec "$@"' "$0" "$@"
`;
