import { type Check } from "../shared/check";
import { kubernetesName, namespaceName, objectName, shortHash } from "../shared/kubernetes";
import {
    type AuthorizationScheme,
    checkScheme,
    checkSecretKey,
    checkSecretName,
    DEFAULT_SECRET_KEY,
    holdsToken,
} from "../shared/secrets";
import { SecretStoreKind } from "./args";

/** Annotation that changes with the token, so that External Secrets reads the store immediately instead of at the next interval. */
export const TOKEN_REVISION = "dynatrace-otlp/token-revision";

const DEFAULT_REFRESH_MINUTES = 60;

/** Versions that move, and so do not identify a token. */
const FLOATING_VERSIONS = ["AWSCURRENT", "AWSPREVIOUS", "AWSPENDING", "latest"];

/** A reference to a store, in the form of both kinds of object. */
export interface StoreReference {
    name: string;
    kind: SecretStoreKind;
}

/** Everything in an ExternalSecret that does not depend on the token. */
export interface ExternalSecretSettings {
    /** Name of the component, and prefix of the names of the objects. */
    name: string;
    namespace?: string;
    store: StoreReference;
    secretKey: string;
    /** Undefined without a fixed name. */
    fixedSecretName?: string;
    refreshInterval: string;
    scheme: AuthorizationScheme;
}

/** The entry that holds a token, and what identifies the token. */
export interface RemoteToken {
    key: string;
    version?: string;
    property?: string;
    /** Changes with the token. */
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
    secret?: { name?: string; key?: string };
    refreshIntervalMinutes?: number;
    scheme?: string;
}

/** @throws InputError for what the API server or External Secrets would reject. */
export function externalSecretSettings(check: Check, name: string, args: PlainSettings): ExternalSecretSettings {
    const { namespace, secret = {} } = args;
    return {
        name: kubernetesName(check, name),
        namespace: namespace === undefined ? undefined : namespaceName(check.at("namespace"), namespace),
        store: storeReference(check, args.store),
        secretKey: checkSecretKey(check.at("secret.key"), secret.key ?? DEFAULT_SECRET_KEY),
        fixedSecretName: secret.name === undefined ? undefined : checkSecretName(check.at("secret.name"), secret.name),
        refreshInterval: refreshInterval(check, args.refreshIntervalMinutes),
        scheme: checkScheme(check.at("scheme"), args.scheme),
    };
}

/**
 * @param fixedName whether the Secret keeps its name when the token changes.
 * @throws InputError if the name of the Secret has to change with the token, and nothing identifies the token.
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
                "is missing, and required without a version of the entry: running pods would not get a new token; " +
                    "give the token's public id (tokenId) or remoteRef.version, or secret.name if pods read a mounted file",
            );
    }
    return { key, version, property, revision: known ?? "" };
}

/**
 * Name of the Secret, and of the ExternalSecret that fills it.
 *
 * The name differs for each token, because External Secrets updates Secrets with a delay. Pods that restart for a new token would read
 * the old token from a Secret with a fixed name, and keep the old token until Dynatrace rejects it. Pods wait for a Secret that does not
 * exist yet, while the old pods keep running.
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

/** The entry of a store. @throws InputError if it has no name. */
export function checkEntry<T extends RemoteEntry>(check: Check, entry: T | undefined): T {
    if (typeof entry?.key !== "string" || entry.key === "") {
        const problem = entry?.key === "" ? "is empty" : "is missing";
        throw check.at("remoteRef.key").error(`${problem}; give the entry's name in the store`);
    }
    return entry;
}

/** @throws InputError for an invalid name or kind of a store. */
export function storeReference(check: Check, store?: { name?: string; kind?: string }): StoreReference {
    const kind = check.at("store.kind").oneOf(store?.kind ?? SecretStoreKind.SecretStore, SecretStoreKind);
    return { name: objectName(check.at("store.name"), store?.name), kind };
}

/** Minutes in the form of Go, which the cluster returns for these objects: 90 is `1h30m0s`. @throws InputError for a negative number or a fraction. */
export function refreshInterval(check: Check, minutes = DEFAULT_REFRESH_MINUTES): string {
    check.at("refreshIntervalMinutes").wholeNumber(minutes, 0);
    const hours = Math.floor(minutes / 60);
    if (hours > 0) return `${hours}h${minutes % 60}m0s`;
    return minutes > 0 ? `${minutes}m0s` : "0s";
}

/** Without the fields that are undefined. */
export function defined<T extends object>(fields: T): Partial<T> {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
