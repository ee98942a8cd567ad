import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import { caCertificate } from "../shared/ca";
import type { Check } from "../shared/check";
import { objectName } from "../shared/kubernetes";
import { secretKeyRef } from "../shared/references";
import { joinHostPort } from "../shared/url";
import { type Build, checkHolds } from "./distributions";
import { CollectorDistribution } from "./distributions";
import { PORTS } from "./constants";
import {
    type CollectorReceiverArgs,
    type CollectorReceiverCorsArgs,
    type CollectorReceiverTlsArgs,
    CollectorTlsVersion,
} from "./args/receiver";

/** The fields of the Collector's plan that the receiver depends on. */
export interface ReceiverContext extends Build {
    memoryMiB: number;
    /** Address to listen on. */
    listenOn: string;
}

/** What a sender must configure. */
export interface SenderNeeds {
    urlScheme: "http" | "https";
    /** Scheme of the Authorization header. */
    authorization?: "Bearer" | "Basic";
    /** Whether a client certificate is required (`OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and `_CLIENT_KEY`). */
    clientCertificate: boolean;
    /** `appProtocol` of both ports of the Service. Meshes and gateways select the protocol by it. */
    appProtocols: { grpc: string; http: string };
}

/** Parts of the configuration and the pods for the receiver. */
export interface ReceiverPlan {
    /** `receivers.otlp` of the configuration. */
    receiver: { protocols: { grpc: object; http: object } };
    /** Extensions by name, to define and to enable. */
    extensions: Record<string, object>;
    /** Volumes, readable by the group of the pod's `fsGroup`. */
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    sender: SenderNeeds;
    /** Also listens on the loopback address of the pod. */
    loopback: boolean;
    /** Largest request of each protocol, in MiB. */
    largestMiB: { http: number; grpc: number };
    /** TLS settings, for receivers of other protocols. @default - senders use no TLS */
    tls?: TlsSettings;
    warnings: string[];
}

const DIRECTORY = "/etc/otelcol-receiver";

/** First OpenTelemetry version that reads changed tokens again. Every Dynatrace Collector with this extension does. */
const BEARER_READS_AGAIN = "0.157.0";

/**
 * Plans the OTLP receiver.
 *
 * @param check check of the arguments.
 * @throws InputError for settings that the image does not support, and for contradictory settings.
 */
export function planReceiver(
    check: Check,
    args: pulumi.Unwrap<CollectorReceiverArgs>,
    context: ReceiverContext,
): ReceiverPlan {
    const tls = args.tls === undefined ? undefined : tlsParts(check.at("tls"), args.tls);
    const auth = authentication(check, args, context);
    const shared = {
        ...(tls === undefined ? {} : { tls: tls.settings }),
        ...(auth === undefined ? {} : { auth: { authenticator: auth.extension } }),
    };
    const host = context.listenOn;
    const size = (name: "maxHttpRequestMiB" | "maxGrpcMessageMiB", value: number): number =>
        requestSize(check.at(`${name}`), value, context.memoryMiB);
    const grpcMiB = size("maxGrpcMessageMiB", args.maxGrpcMessageMiB ?? 16);
    const httpMiB = size("maxHttpRequestMiB", args.maxHttpRequestMiB ?? 20);
    const files = [...(tls?.files ?? []), ...(auth === undefined ? [] : [auth.file])];
    return {
        receiver: {
            protocols: {
                // The default limit of gRPC is 4 MiB per message. An SDK's batch of prompts or stack traces can be larger.
                grpc: { endpoint: joinHostPort(host, PORTS.grpc), max_recv_msg_size_mib: grpcMiB, ...shared },
                http: {
                    endpoint: joinHostPort(host, PORTS.http),
                    max_request_body_size: httpMiB * 1024 * 1024,
                    ...shared,
                    ...cors(check.at("cors"), args.cors, auth !== undefined),
                },
            },
        },
        extensions: auth === undefined ? {} : { [auth.extension]: auth.settings },
        volumes: files.map(({ volume }) => volume),
        volumeMounts: files.map(({ volume, mountPath }) => ({ name: volume.name, mountPath, readOnly: true })),
        sender: {
            urlScheme: tls === undefined ? "http" : "https",
            ...(auth === undefined ? {} : { authorization: auth.scheme }),
            clientCertificate: tls?.settings.client_ca_file !== undefined,
            appProtocols: tls === undefined ? { grpc: "grpc", http: "http" } : { grpc: "https", http: "https" },
        },
        loopback: args.loopback ?? false,
        largestMiB: { http: httpMiB, grpc: grpcMiB },
        ...(tls === undefined ? {} : { tls: tls.settings }),
        warnings: warningsOf(check, tls !== undefined, auth, context),
    };
}

/** A mounted volume. */
interface Files {
    volume: types.input.core.v1.Volume & { name: string };
    mountPath: string;
}

/** TLS settings of a receiver. @see https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/configtls */
export interface TlsSettings {
    cert_file: string;
    key_file: string;
    min_version: string;
    reload_interval: string;
    client_ca_file?: string;
    client_ca_file_reload?: boolean;
}

function tlsParts(
    check: Check,
    args: pulumi.Unwrap<CollectorReceiverTlsArgs>,
): { settings: TlsSettings; files: Files[] } {
    const minVersion = check.at("minVersion").oneOf(args.minVersion ?? CollectorTlsVersion.Tls12, CollectorTlsVersion);
    const minutes = check.at("reloadMinutes").wholeNumber(args.reloadMinutes ?? 5);
    const ca = clientCa(check, args);
    const items = ["tls.crt", "tls.key"].map((key) => ({ key, path: key }));
    const own = secretFiles("receiver-tls", "tls", objectName(check.at("secretName"), args.secretName), items);
    return {
        settings: {
            cert_file: `${own.mountPath}/tls.crt`,
            key_file: `${own.mountPath}/tls.key`,
            min_version: minVersion,
            reload_interval: `${minutes}m`,
            ...(ca === undefined ? {} : { client_ca_file: `${ca.mountPath}/ca.crt`, client_ca_file_reload: true }),
        },
        files: ca === undefined ? [own] : [own, ca],
    };
}

function clientCa(check: Check, args: pulumi.Unwrap<CollectorReceiverTlsArgs>): Files | undefined {
    if (args.clientCa === undefined) return undefined;
    const at = check.at("clientCa");
    const ca = caCertificate(at, args.clientCa);
    const { secret, configMap } = ca ?? {};
    const reference = secret ?? configMap;
    if (reference === undefined) {
        const way = "set secret or configMap";
        if (ca === undefined) throw at.error(`is empty; ${way}, or remove it to accept senders without a certificate`);
        throw at.at("pem").error(`cannot be used, because the Collector reads this CA from a file; ${way} instead`);
    }
    const items = [{ key: reference.key, path: "ca.crt" }];
    if (secret !== undefined) return secretFiles("receiver-client-ca", "client-ca", secret.name, items);
    return {
        volume: { name: "receiver-client-ca", configMap: { name: reference.name, items } },
        mountPath: `${DIRECTORY}/client-ca`,
    };
}

interface Authentication {
    extension: string;
    settings: object;
    scheme: "Bearer" | "Basic";
    file: Files;
}

function authentication(
    check: Check,
    { bearer, basic }: pulumi.Unwrap<CollectorReceiverArgs>,
    build: Build,
): Authentication | undefined {
    if (bearer !== undefined && basic !== undefined) {
        const problem = "cannot be combined with bearer; remove one of the two";
        throw check.at("basic").error(problem);
    }
    if (basic !== undefined) {
        checkHolds(check.at("basic"), build, "extensions", "basicauth");
        const file = authFile(check.at("basic"), basic, "htpasswd");
        const settings = { htpasswd: { file: `${file.mountPath}/htpasswd` } };
        return { extension: "basicauth/receiver", settings, scheme: "Basic", file };
    }
    if (bearer === undefined) return undefined;
    checkHolds(check.at("bearer"), build, "extensions", "bearertokenauth");
    const file = authFile(check.at("bearer"), bearer, "token");
    const settings = { scheme: "Bearer", filename: `${file.mountPath}/token` };
    return { extension: "bearertokenauth/receiver", settings, scheme: "Bearer", file };
}

function authFile(check: Check, from: { secret?: { name?: string; key?: string } }, path: string): Files {
    const { name, key } = secretKeyRef(check.at("secret"), from.secret, path);
    return secretFiles("receiver-auth", "auth", name, [{ key, path }]);
}

function secretFiles(name: string, folder: string, secretName: string, items: { key: string; path: string }[]): Files {
    // Without subPath: a kubelet never updates files mounted with subPath.
    return { volume: { name, secret: { secretName, items, defaultMode: 0o440 } }, mountPath: `${DIRECTORY}/${folder}` };
}

function cors(check: Check, args: pulumi.Unwrap<CollectorReceiverCorsArgs> | undefined, authorized: boolean): object {
    if (args === undefined) return {};
    const at = check.at("allowedOrigins");
    const origins = at.list(args.allowedOrigins, '["https://shop.example.com"]');
    if (origins.length === 0) {
        const problem = "is empty, so no page could send; add an origin, e.g. https://shop.example.com, or remove cors";
        throw at.error(problem);
    }
    if (origins.some((origin) => origin.includes("@"))) {
        const problem =
            "holds a user or a password, which no browser sends and anyone who can read ConfigMaps could read";
        throw at.error(`${problem}; write only scheme and host`);
    }
    const wrong = origins.find((origin) => !/^(\*|https?:\/\/[^/\s$?#]+)$/.test(origin));
    if (wrong !== undefined) {
        const problem = `"${wrong}" is not an origin; write scheme and host without a path, e.g. https://shop.example.com`;
        throw at.error(problem);
    }
    // If one header is listed, the Collector allows only the listed headers, and every exporter sends Content-Type.
    const needed = ["Content-Type", ...(authorized ? ["Authorization"] : []), ...(args.allowedHeaders ?? [])];
    return {
        cors: {
            // Sorted: another order would change the configuration and restart the pods.
            allowed_origins: [...origins].sort(),
            allowed_headers: [...new Set(needed)].sort(),
            max_age: check.at("maxAgeSeconds").wholeNumber(args.maxAgeSeconds ?? 7200, 0),
        },
    };
}

/** A request is in memory in addition to the queues. The memory limiter sees it only after it has arrived. */
function requestSize(check: Check, sizeMiB: number, memoryMiB: number): number {
    check.wholeNumber(sizeMiB);
    const most = Math.floor(memoryMiB / 4);
    if (sizeMiB <= most) return sizeMiB;
    const problem = `${sizeMiB} MiB is more than a quarter of memoryMiB, ${memoryMiB}; use at most ${most}, or raise memoryMiB`;
    throw check.error(problem);
}

function warningsOf(
    check: Check,
    encrypted: boolean,
    auth: Authentication | undefined,
    { distribution, version }: ReceiverContext,
): string[] {
    if (auth === undefined) return [];
    const warnings: string[] = [];
    const name = auth.scheme.toLowerCase();
    if (!encrypted) {
        warnings.push(
            `${check.component}: ${check.path}.${name}: senders transmit it unencrypted; set ${check.path}.tls, unless a mesh encrypts`,
        );
    }
    const counted = distribution !== CollectorDistribution.Dynatrace;
    if (auth.scheme === "Bearer" && counted && before(version, BEARER_READS_AGAIN)) {
        warnings.push(
            `${check.component}: ${check.path}.bearer: a changed Secret has an effect only after a restart; ` +
                `use ${BEARER_READS_AGAIN} or later, which reads changes immediately`,
        );
    }
    return warnings;
}

function before(version: string, oldest: string): boolean {
    return semver.lt(semver.coerce(version) ?? "0.0.0", oldest);
}
