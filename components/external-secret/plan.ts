import { type Check } from "../shared/check";
import { kubernetesName, kubernetesNamespace, objectName, shortHash } from "../shared/kubernetes";
import {
    type AuthorizationScheme,
    checkNoToken,
    checkScheme,
    checkSecretKey,
    checkSecretName,
    DEFAULT_SECRET_KEY,
    holdsToken,
} from "../shared/secrets";
import { SecretStoreKind } from "./args";

/** Annotation that changes with the token, so that External Secrets reads it at once and not at the next interval. */
export const TOKEN_REVISION = "dynatrace-otlp/token-revision";

const DEFAULT_REFRESH_MINUTES = 60;

/** Words that stand for whatever is newest, and so tell nothing of which token it is. */
const FLOATING_VERSIONS = ["AWSCURRENT", "AWSPREVIOUS", "AWSPENDING", "latest"];

/** A store, as both kinds of object refer to it. */
export interface StoreReference {
    name: string;
    kind: SecretStoreKind;
}

/** Everything about an ExternalSecret that does not depend on the token in it. */
export interface ExternalSecretSettings {
    /** Name of the component, which the names of the objects start with. */
    name: string;
    namespace?: string;
    store: StoreReference;
    secretKey: string;
    /** Only if a fixed one was asked for. */
    fixedSecretName?: string;
    refreshInterval: string;
    scheme: AuthorizationScheme;
}

/** Which token it is, and where. */
export interface RemoteToken {
    key: string;
    version?: string;
    property?: string;
    /** Changes when the token does. */
    revision: string;
}

/** An entry of a store. */
export interface RemoteEntry {
    key: string;
    version?: string;
    property?: string;
}

interface PlainSettings {
    namespace?: string;
    store: { name: string; kind?: string };
    secretKey?: string;
    secretName?: string;
    refreshIntervalMinutes?: number;
    scheme?: string;
}

/** @throws InputError for what the API server or External Secrets would refuse. */
export function externalSecretSettings(check: Check, name: string, args: PlainSettings): ExternalSecretSettings {
    const { namespace, secretName } = args;
    return {
        name: kubernetesName(check, name),
        namespace: namespace === undefined ? undefined : kubernetesNamespace(check.at("namespace"), namespace),
        store: storeReference(check, args.store),
        secretKey: checkSecretKey(check.at("secretKey"), args.secretKey ?? DEFAULT_SECRET_KEY),
        fixedSecretName: secretName === undefined ? undefined : checkSecretName(check.at("secretName"), secretName),
        refreshInterval: refreshInterval(check, args.refreshIntervalMinutes),
        scheme: checkScheme(check.at("scheme"), args.scheme),
    };
}

/**
 * @param fixedName whether the Secret keeps its name from token to token.
 * @throws InputError if nothing tells one token from the next although the Secret's name is made from that.
 */
export function remoteToken(
    check: Check,
    remote: RemoteEntry | undefined,
    revision: string | undefined,
    fixedName: boolean,
): RemoteToken {
    const { key, property } = checkEntry(check, remote);
    if (holdsToken(revision)) {
        throw check.at("revision").error("is the token itself; give its public id, e.g. tokenId");
    }
    const version = remote?.version === "" ? undefined : remote?.version;
    const pinned = version !== undefined && !FLOATING_VERSIONS.includes(version) ? version : undefined;
    const known = revision === "" ? pinned : (revision ?? pinned);
    if (known === undefined && !fixedName) {
        throw check
            .at("revision")
            .error(
                "is needed, as no version of the entry is named: without it a new token would reach no pod that runs; " +
                    "give the token's public id (tokenId) or remoteRef.version, or a secretName if pods read a mounted file",
            );
    }
    return { key, version, property, revision: known ?? "" };
}

/**
 * Name of the Secret, and of the ExternalSecret that fills it.
 *
 * It differs for each token, because External Secrets takes its time: pods that were restarted for a new token would find a
 * Secret of a fixed name, read the old token from it, and keep that until it is refused. A Secret that is not there yet they
 * wait for, while the old pods run on with the old one.
 */
export function secretNameFor(
    { name, fixedSecretName, store, secretKey }: ExternalSecretSettings,
    token: RemoteToken,
): string {
    const { key, version = "", property = "", revision } = token;
    return (
        fixedSecretName ??
        `${name}-${shortHash([revision, store.kind, store.name, key, version, property, secretKey].join("\n"))}`
    );
}

/** Where in a store. @throws InputError if it names no entry, or holds the token itself. */
export function checkEntry<T extends RemoteEntry>(check: Check, entry: T | undefined): T {
    if (typeof entry?.key !== "string" || entry.key === "") {
        const problem = entry?.key === "" ? "is empty" : "is missing";
        throw check.at("remoteRef.key").error(`${problem}; give the entry's name in the store`);
    }
    for (const [field, text] of Object.entries(entry)) checkNoToken(check.at(`remoteRef.${field}`), text);
    return entry;
}

/** @throws InputError if it could not be the name of a store, or not of this kind. */
export function storeReference(check: Check, store?: { name?: string; kind?: string }): StoreReference {
    checkNoToken(check.at("store"), store);
    const kind = store?.kind ?? SecretStoreKind.SecretStore;
    if (!Object.values<string>(SecretStoreKind).includes(kind)) {
        throw check.at("store.kind").error(`"${kind}" is not known; use SecretStore or ClusterSecretStore`);
    }
    return { name: objectName(check.at("store.name"), store?.name), kind: kind as SecretStoreKind };
}

/** Minutes as Go writes them, which is how the objects come back from the cluster: 90 is `1h30m0s`. @throws InputError */
export function refreshInterval(check: Check, minutes = DEFAULT_REFRESH_MINUTES): string {
    if (!Number.isInteger(minutes) || minutes < 0) {
        throw check
            .at("refreshIntervalMinutes")
            .error(`${minutes} is not a whole number of minutes; use e.g. 60, or 0 to read once`);
    }
    const hours = Math.floor(minutes / 60);
    if (hours > 0) return `${hours}h${minutes % 60}m0s`;
    return minutes > 0 ? `${minutes}m0s` : "0s";
}

/** Without the fields that are undefined. */
export function defined<T extends object>(fields: T): Partial<T> {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
