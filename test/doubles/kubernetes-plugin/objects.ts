// Test double of the official Pulumi Kubernetes plugin (see README.md): Kubernetes objects, their names, scopes and state.
import { createHash, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import {
    type Bag,
    containsUnknown,
    isBag,
    isUnknown,
    markSecrets,
    reveal,
    revealBag,
    type Value,
    without,
} from "./wire";

const AUTONAMED = "pulumi.com/autonamed";
export const PATCH_FORCE = "pulumi.com/patchForce";
export const FIELD_MANAGER = "pulumi.com/patchFieldManager";
export const DELETION_POLICY = "pulumi.com/deletionPropagationPolicy";

const CLUSTER_SCOPED = new Set([
    "v1/Namespace",
    "v1/Node",
    "v1/PersistentVolume",
    "v1/ComponentStatus",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/CustomResourceDefinition",
    "apiregistration.k8s.io/APIService",
    "certificates.k8s.io/CertificateSigningRequest",
    "flowcontrol.apiserver.k8s.io/FlowSchema",
    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
    "networking.k8s.io/IngressClass",
    "node.k8s.io/RuntimeClass",
    "rbac.authorization.k8s.io/ClusterRole",
    "rbac.authorization.k8s.io/ClusterRoleBinding",
    "scheduling.k8s.io/PriorityClass",
    "storage.k8s.io/CSIDriver",
    "storage.k8s.io/CSINode",
    "storage.k8s.io/StorageClass",
    "storage.k8s.io/VolumeAttachment",
]);

/** Fields of `metadata` that are no inputs. */
const SERVER_WRITTEN = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

/** Groups of Kubernetes itself that do not end in `.k8s.io`. */
const BUILT_IN_GROUPS = new Set(["v1", "apps", "autoscaling", "batch", "extensions", "policy"]);

/** Field names the SDKs spell with underscores, because a dash cannot stand in an identifier. */
const DASHED = new Map(
    [
        "embedded-resource",
        "int-or-string",
        "list-map-keys",
        "list-type",
        "map-type",
        "preserve-unknown-fields",
        "validations",
    ].map((name) => [`x_kubernetes_${name.replaceAll("-", "_")}`, `x-kubernetes-${name}`]),
);
const UNDERSCORED = new Map([...DASHED].map(([underscored, dashed]) => [dashed, underscored]));

export function apiVersionOf(object: Bag): string {
    return stringAt(object["apiVersion"]);
}

export function kindOf(object: Bag): string {
    return stringAt(object["kind"]);
}

export function nameOf(object: Bag): string {
    return stringAt(metadataOf(object)["name"]);
}

export function namespaceOf(object: Bag): string {
    return stringAt(metadataOf(object)["namespace"]);
}

export function annotationOf(object: Bag, key: string): string | undefined {
    const annotations = metadataOf(object)["annotations"];
    const value = isBag(annotations) ? annotations[key] : undefined;
    return typeof value === "string" ? value : undefined;
}

/** `namespace/name`, or the name alone for what has no namespace: the id in Pulumi's state. */
export function idOf(object: Bag): string {
    const namespace = namespaceOf(object);
    return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function parseId(id: string): { namespace: string; name: string } {
    const [first = "", second] = id.split("/");
    return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

export function withMetadata(object: Bag, change: Bag): Bag {
    return { ...object, metadata: { ...metadataOf(object), ...change } };
}

export function withoutNamespace(object: Bag): Bag {
    return isBag(object["metadata"]) ? { ...object, metadata: without(object["metadata"], "namespace") } : object;
}

export function isAutonamed(object: Bag): boolean {
    return annotationOf(object, AUTONAMED) === "true";
}

export function autonamed(object: Bag, name: string): Bag {
    const annotations = metadataOf(object)["annotations"];
    return withMetadata(object, {
        name,
        annotations: { ...(isBag(annotations) ? annotations : {}), [AUTONAMED]: "true" },
    });
}

/** `prefix` and eight hex digits; the same for the same seed. */
export function uniqueName(prefix: string, seed: Uint8Array): string {
    const bytes = seed.length > 0 ? createHash("sha256").update(prefix).update(seed).digest() : randomBytes(4);
    return prefix + bytes.subarray(0, 4).toString("hex");
}

export function isBuiltIn(apiVersion: string): boolean {
    const group = groupOf(apiVersion);
    return BUILT_IN_GROUPS.has(group) || group.endsWith(".k8s.io");
}

/** Whether the kind lives in a namespace; undefined for a custom resource, which only a cluster or its CRD can tell. */
export function isNamespaced(object: Bag): boolean | undefined {
    if (!isBuiltIn(apiVersionOf(object))) return undefined;
    return !CLUSTER_SCOPED.has(`${groupOf(apiVersionOf(object))}/${kindOf(object)}`);
}

/** `apps/v1` and `Deployment` of `urn:pulumi:…::kubernetes:apps/v1:Deployment::name`; the core group has no name on the wire. */
export function typeOfUrn(urn: string): { apiVersion: string; kind: string } {
    const type = (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
    const [, apiVersion = "", kind = ""] = type.split(":");
    return { apiVersion: apiVersion.replace(/^core\//, ""), kind };
}

/** An input as the API server would keep it: `stringData` becomes `data`, what only the server writes is gone. */
export function normalize(object: Bag): Bag {
    const result = isBag(object["metadata"])
        ? { ...object, metadata: without(object["metadata"], ...SERVER_WRITTEN) }
        : object;
    if (apiVersionOf(object) !== "v1" || kindOf(object) !== "Secret" || containsUnknown(object)) return result;
    const { stringData, ...rest } = result;
    const data = { ...(isBag(rest["data"]) ? rest["data"] : {}) };
    for (const [key, value] of Object.entries(data))
        data[key] = Buffer.from(String(value), "base64").toString("base64");
    for (const [key, value] of Object.entries(isBag(stringData) ? stringData : {}))
        data[key] = Buffer.from(String(value)).toString("base64");
    return Object.keys(data).length > 0 ? { ...rest, data } : rest;
}

/** Plain object of what the engine sent, with the field names of the API. */
export function objectOf(bag: Bag): Bag {
    return rename(revealBag(bag), DASHED) as Bag;
}

/** What goes into Pulumi's state: the live object, and beside it what it was made from. */
export function checkpoint(inputs: Bag, live: Bag, secretsFrom: Bag, fieldManager: string): Bag {
    return {
        ...markSecrets(rename(live, UNDERSCORED) as Bag, secretsFrom),
        __inputs: markSecrets(rename(inputs, UNDERSCORED) as Bag, secretsFrom),
        __initialApiVersion: apiVersionOf(inputs),
        __fieldManager: fieldManager,
    };
}

export function parseCheckpoint(state: Bag): { inputs: Bag; live: Bag; fieldManager: string } {
    const { __inputs: inputs, __fieldManager: fieldManager, ...rest } = objectOf(state);
    return {
        inputs: isBag(inputs) ? inputs : {},
        live: without(rest, "__initialApiVersion"),
        fieldManager: stringAt(fieldManager),
    };
}

/** Of `live`, what has a counterpart in `inputs`. */
export function prune(live: Value, inputs: Value): Value {
    if (isBag(live) && isBag(inputs)) {
        const kept = Object.keys(live).filter((key) => inputs[key] !== undefined);
        return Object.fromEntries(kept.map((key) => [key, prune(live[key] ?? null, inputs[key] ?? null)]));
    }
    if (Array.isArray(live) && Array.isArray(inputs) && inputs.some((item) => isBag(item) || Array.isArray(item))) {
        return live.slice(0, inputs.length).map((item, index) => prune(item, inputs[index] ?? null));
    }
    return reveal(live);
}

/**
 * The inputs after a refresh: what the cluster changed since `oldLive` is taken from `live`. What it only spells in another way, and did so before, stays as
 * the program wrote it; the official plugin gets there by way of Go's types, for its own kinds.
 */
export function refreshed(inputs: Value, oldLive: Value | undefined, live: Value): Value {
    if (isDeepStrictEqual(oldLive, live)) return inputs;
    if (isBag(inputs) && isBag(live)) {
        const olds = isBag(oldLive) ? oldLive : {};
        const kept = Object.entries(inputs).filter(([key]) => live[key] !== undefined || olds[key] === undefined);
        return Object.fromEntries(kept.map(([key, input]) => [key, refreshed(input, olds[key], live[key] ?? input)]));
    }
    if (Array.isArray(inputs) && Array.isArray(live) && inputs.some((item) => isBag(item) || Array.isArray(item))) {
        const olds = Array.isArray(oldLive) ? oldLive : [];
        return live.slice(0, inputs.length).map((item, index) => refreshed(inputs[index] ?? item, olds[index], item));
    }
    return live;
}

export function metadataOf(object: Bag): Bag {
    return isBag(object["metadata"]) ? object["metadata"] : {};
}

function groupOf(apiVersion: string): string {
    return apiVersion.split("/")[0] ?? "";
}

function stringAt(value: Value | undefined): string {
    return typeof value === "string" && !isUnknown(value) ? value : "";
}

function rename(value: Value, names: Map<string, string>): Value {
    if (Array.isArray(value)) return value.map((item) => rename(item, names));
    if (!isBag(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [names.get(key) ?? key, rename(item, names)]));
}
