// Test double of the official Pulumi Kubernetes plugin (see README.md): what changed, and whether it takes a replacement.
import { apiVersionOf, isAutonamed, isBuiltIn, kindOf, nameOf, namespaceOf, prune } from "./objects";
import { type Bag, isBag, isUnknown, type Value } from "./wire";

export type Change = "add" | "delete" | "update";
export type DetailedDiff = Map<string, { change: Change; replace: boolean }>;
export interface Mutability {
    configMaps: boolean;
    secrets: boolean;
}

type Path = (string | number)[];

const SELECTOR = ["spec.selector"];
const STATEFUL_SET = [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
];
const JOB = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];
const CLAIM = ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"];
const POD_MUTABLE = new Set(["spec.activeDeadlineSeconds", "spec.tolerations", "spec.topologySpreadConstraints"]);

const REPLACED_BY: Record<string, string[]> = {
    "apps/v1/DaemonSet": SELECTOR,
    "apps/v1/Deployment": SELECTOR,
    "apps/v1/StatefulSet": STATEFUL_SET,
    "batch/v1/Job": JOB,
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
    "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
    "v1/PersistentVolumeClaim": CLAIM,
    "v1/ResourceQuota": ["spec.scopes"],
    "v1/Secret": ["type"],
    "v1/Service": ["spec.clusterIP"],
};

/**
 * Compares the live object, cut to the shape of the old inputs, with the new inputs: so a field of the cluster's own is no change, and one of ours that
 * somebody else changed (seen by a refresh) is.
 */
export function diff(oldInputs: Bag, oldLive: Bag, newInputs: Bag, mutability: Mutability): DetailedDiff {
    const found: DetailedDiff = new Map();
    const replacing = replacingPaths(newInputs, mutability);
    const tolerant = isBuiltIn(apiVersionOf(newInputs));
    const old = prune(oldLive, oldInputs) as Bag;
    if (nameOf(newInputs) !== "")
        old["metadata"] = { ...(isBag(old["metadata"]) ? old["metadata"] : {}), name: nameOf(oldLive) };
    compare([], old, newInputs, oldInputs);
    return found;

    function compare(path: Path, before: Value | undefined, after: Value | undefined, input: Value | undefined): void {
        if (isBag(before) && isBag(after)) {
            for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
                compare([...path, key], before[key], after[key], isBag(input) ? input[key] : undefined);
            }
        } else if (Array.isArray(before) && Array.isArray(after)) {
            for (let index = 0; index < Math.max(before.length, after.length); index++) {
                compare([...path, index], before[index], after[index], Array.isArray(input) ? input[index] : undefined);
            }
        } else if (after === undefined) {
            record(path, "delete", before);
        } else if (!same(before, after) && !(tolerant && same(input, after) && keptAs(before, after, path))) {
            record(path, before === undefined ? "add" : "update", after);
        }
    }

    function record(path: Path, change: Change, value: Value | undefined): void {
        const replace =
            (change === "delete" && path.join(".") === "metadata") ||
            replacing.some((pattern) => touches(path, value, pattern));
        found.set(format(path), { change, replace });
    }
}

/**
 * The old object has to go first only if the new one must bear the same name in the same place. One that we named gets a new name, so it is created first.
 */
export function deleteFirst(found: DetailedDiff, oldLive: Bag, newInputs: Bag): boolean {
    return (
        [...found.values()].some(({ replace }) => replace) &&
        nameOf(newInputs) !== "" &&
        !isAutonamed(newInputs) &&
        nameOf(newInputs) === nameOf(oldLive) &&
        namespaceOf(newInputs) === namespaceOf(oldLive)
    );
}

function replacingPaths(object: Bag, mutability: Mutability): Path[] {
    const type = `${apiVersionOf(object)}/${kindOf(object)}`;
    const paths = ["metadata.name", "metadata.namespace", ...(REPLACED_BY[type] ?? [])];
    if (type === "v1/Secret" && (!mutability.secrets || object["immutable"] === true)) paths.push("data", "stringData");
    if (type === "v1/ConfigMap" && (!mutability.configMaps || object["immutable"] === true))
        paths.push("data", "binaryData");
    if (type === "v1/Pod" && isBag(object["spec"])) {
        paths.push(
            ...Object.keys(object["spec"])
                .map((key) => `spec.${key}`)
                .filter((path) => !POD_MUTABLE.has(path)),
        );
    }
    return paths.map((path) => path.split("."));
}

/** Whether a change of `value` at `path` is one at, below or above `pattern`. */
function touches(path: Path, value: Value | undefined, pattern: Path): boolean {
    const shared = Math.min(path.length, pattern.length);
    if (!pattern.slice(0, shared).every((segment, index) => segment === path[index])) return false;
    let inside: Value | undefined = value;
    for (const segment of pattern.slice(shared)) inside = isBag(inside) ? inside[segment] : undefined;
    return path.length >= pattern.length || inside !== undefined;
}

function same(one: Value | undefined, other: Value | undefined): boolean {
    if (isUnknown(one) || isUnknown(other)) return false;
    if (Array.isArray(one) && Array.isArray(other))
        return one.length === other.length && one.every((item, index) => same(item, other[index]));
    if (isBag(one) && isBag(other))
        return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => same(one[key], other[key]));
    return one === other;
}

/** Whether the API server keeps `sent` as `kept`: empty values are left out, quantities get one spelling. The official plugin knows that from Go's types. */
function keptAs(kept: Value | undefined, sent: Value, path: Path): boolean {
    if (kept === undefined)
        return (
            sent === "" ||
            sent === 0 ||
            sent === false ||
            (typeof sent === "object" && Object.keys(sent ?? {}).length === 0)
        );
    const quantity = path.some((segment) =>
        ["limits", "requests", "hard", "capacity", "sizeLimit", "divisor"].includes(String(segment)),
    );
    return quantity && amount(kept) === amount(sent);
}

const FACTORS: Record<string, number> = {
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
};

function amount(quantity: Value): number {
    const [, digits = "", suffix = "", binary = ""] =
        /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkKMGTPE]?)(i?)$/.exec(String(quantity)) ?? [];
    const factor = binary === "" ? FACTORS[suffix] : 1024 ** " KMGTPE".indexOf(suffix);
    return Number((Number(digits || Number.NaN) * (factor ?? Number.NaN)).toPrecision(12));
}

function format(path: Path): string {
    return path.reduce<string>((text, segment) => {
        if (typeof segment === "number") return `${text}[${segment}]`;
        if (/[."[\]]/.test(segment)) return `${text}["${segment.replaceAll('"', '\\"')}"]`;
        return text === "" ? segment : `${text}.${segment}`;
    }, "");
}
