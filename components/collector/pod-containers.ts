import { reservedVolumeNames } from "./features";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { ClusterPlatform } from "../shared/platform";
import { CONFIG_DIRECTORY, CONTAINERS, TOKEN_FILE } from "./constants";

type Container = pulumi.Unwrap<types.input.core.v1.Container>;
type Volume = pulumi.Unwrap<types.input.core.v1.Volume>;
type VolumeMount = pulumi.Unwrap<types.input.core.v1.VolumeMount>;

/** Security context of every container in the pods. */
export const CONTAINER_SECURITY = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    privileged: false,
    readOnlyRootFilesystem: true,
};

/** Volumes that this package can create. */
const OWN_VOLUMES = ["config", "token", ...reservedVolumeNames()];
const OWN_VOLUME = new RegExp(`^(${OWN_VOLUMES.join("|")}|receiver-.*|otc-.*)$`);

/** Directories that this package mounts. */
const OWN_FOLDERS = [
    ...[CONFIG_DIRECTORY, TOKEN_FILE.directory],
    ...["/etc/otelcol-trust", "/etc/otelcol-receiver", "/var/lib/otelcol"],
];

const OWN_CONTAINERS: string[] = Object.values(CONTAINERS);

/** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const RESTRICTED_VOLUMES = new Set([
    ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"],
]);

/** @throws InputError for a reserved or duplicate name, and for a kind of volume that Pod Security rejects. */
export function checkVolumes(
    check: Check,
    volumes: Volume[],
    nodeAccess: boolean,
    platform?: ClusterPlatform,
): Volume[] {
    volumes.forEach((volume, index) => {
        const { name } = volume;
        checkName(check.at(`[${index}].name`), name, "volume", volumes, OWN_VOLUME.test(name));
        const kinds = Object.keys(volume).filter((key) => key !== "name");
        const refused = kinds.find((kind) => !RESTRICTED_VOLUMES.has(kind));
        if (refused !== undefined && !nodeAccess) {
            const problem = "is rejected by Pod Security restricted";
            const way = "use another kind of volume, or set pods.allowNodeAccess and allow privileged in the namespace";
            throw check.at(`[${index}].${refused}`).error(`${problem}; ${way}`);
        }
        const path = volume.hostPath?.path;
        if (path !== undefined && platform === ClusterPlatform.GkeAutopilot && !/^\/var\/log(\/|$)/.test(path)) {
            const problem = `"${path}" cannot be mounted, because Autopilot mounts only folders below /var/log`;
            check.at(index).at("hostPath.path").fail(`${problem}; remove the volume`);
        }
    });
    return volumes;
}

/** @throws InputError for a mount without a volume, and for a path that would hide a directory of the Collector. */
export function checkMounts(check: Check, mounts: VolumeMount[], volumes: Volume[]): VolumeMount[] {
    mounts.forEach((mount, index) => {
        checkVolumeOf(check.at(`[${index}].name`), mount, volumes);
        const path = `${mount.mountPath}/`.replace(/\/+$/, "/");
        const taken = OWN_FOLDERS.find((own) => path.startsWith(`${own}/`) || `${own}/`.startsWith(path));
        if (taken !== undefined) {
            const problem = `"${mount.mountPath}" would hide ${taken}, which the Collector needs; mount it elsewhere`;
            throw check.at(`[${index}].mountPath`).error(problem);
        }
    });
    return mounts;
}

/**
 * Adds the Collector's security context to containers. Fields that a container sets take precedence.
 *
 * @throws InputError for a reserved or duplicate name, a mount without a volume, and fields that Pod Security rejects.
 */
export function securedContainers(
    check: Check,
    containers: Container[],
    volumes: Volume[],
    nodeAccess: boolean,
): Container[] {
    return containers.map((container, index) => {
        const at = check.at(index);
        const { name } = container;
        checkName(at.at("name"), name, "container", containers, OWN_CONTAINERS.includes(name));
        for (const mount of container.volumeMounts ?? []) {
            checkVolumeOf(at.at("volumeMounts"), mount, volumes, (own) => OWN_VOLUME.test(own));
        }
        const refused = refusedOf(container);
        if (refused !== undefined && !nodeAccess) {
            const way = "remove it, or set pods.allowNodeAccess and allow privileged in the namespace";
            throw at.at(refused).error(`is rejected by Pod Security restricted; ${way}`);
        }
        return { ...container, securityContext: { ...CONTAINER_SECURITY, ...container.securityContext } };
    });
}

/** The first field that Pod Security `restricted` would reject. */
function refusedOf(container: Container): string | undefined {
    const { securityContext: security = {}, ports = [] } = container;
    const wrong = { privileged: true, allowPrivilegeEscalation: true, runAsNonRoot: false, runAsUser: 0 };
    const found = (["privileged", "allowPrivilegeEscalation", "runAsNonRoot", "runAsUser"] as const).find(
        (key) => security[key] === wrong[key],
    );
    if (found !== undefined) return `securityContext.${found}`;
    const { capabilities, seccompProfile } = security;
    const drops = capabilities === undefined || (capabilities.drop ?? []).includes("ALL");
    if (!drops || (capabilities?.add ?? []).some((name) => name !== "NET_BIND_SERVICE")) {
        return "securityContext.capabilities";
    }
    if (seccompProfile?.type === "Unconfined") return "securityContext.seccompProfile";
    return ports.some(({ hostPort }) => (hostPort ?? 0) > 0) ? "ports" : undefined;
}

function checkName(check: Check, name: string, what: string, all: { name: unknown }[], taken: boolean): void {
    if (taken) {
        throw check.error(`"${name}" is the name of a ${what} of the Collector; use another name`);
    }
    if (all.filter((other) => other.name === name).length > 1) {
        throw check.error(`"${name}" is used twice; rename one of them`);
    }
}

function checkVolumeOf(
    check: Check,
    mount: VolumeMount,
    volumes: Volume[],
    orOwn: (name: string) => boolean = () => false,
): void {
    const { name } = mount;
    if (volumes.some((volume) => volume.name === name) || orOwn(name)) return;
    throw check.error(`"${name}" is not in pods.volumes; add it there`);
}
