import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import type { Check } from "../shared/check";
import { dataKey, objectName } from "../shared/kubernetes";
import { type Build, checkHolds } from "./distributions";
import { CollectorDistribution } from "./distributions";
import { PORTS } from "./constants";
import {
    type CollectorReceiverArgs,
    type CollectorReceiverCorsArgs,
    type CollectorReceiverTlsArgs,
    CollectorTlsVersion,
} from "./args/receiver";

/** The part of the Collector's plan that the receiver depends on. */
export interface ReceiverContext extends Build {
    memoryMiB: number;
    /** Address to listen on. */
    listenOn: string;
}

/** What a sender has to set. */
export interface SenderNeeds {
    urlScheme: "http" | "https";
    /** Word before the credential in the Authorization header. */
    authorization?: "Bearer" | "Basic";
    /** A certificate of its own (`OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and `_CLIENT_KEY`). */
    clientCertificate: boolean;
    /** `appProtocol` of both ports of the Service, by which meshes and gateways know how to connect. */
    appProtocols: { grpc: string; http: string };
}

/** What receiving adds to the configuration and the pods. */
export interface ReceiverPlan {
    /** `receivers.otlp` of the configuration. */
    receiver: { protocols: { grpc: object; http: object } };
    /** Extensions by name, to define and to start. */
    extensions: Record<string, object>;
    /** Readable to the group of the pod's `fsGroup`. */
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    sender: SenderNeeds;
    warnings: string[];
}

const DIRECTORY = "/etc/otelcol-receiver";

/** First version, by OpenTelemetry's count, that reads the tokens again when they change; the Dynatrace Collector does since it has them. */
const BEARER_READS_AGAIN = "0.157.0";

/**
 * Decides the OTLP receiver.
 *
 * @param field where the arguments stand in those of the component, for the error text.
 * @throws InputError for what the image cannot do, and for what contradicts itself.
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
                // gRPC's own limit is 4 MiB a message, less than what an SDK's batch of prompts or stack traces can reach.
                grpc: { endpoint: `${host}:${PORTS.grpc}`, max_recv_msg_size_mib: grpcMiB, ...shared },
                http: {
                    endpoint: `${host}:${PORTS.http}`,
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
        warnings: warningsOf(check, tls !== undefined, auth, context),
    };
}

/** A mounted volume. */
interface Files {
    volume: types.input.core.v1.Volume & { name: string };
    mountPath: string;
}

interface TlsSettings {
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
    const { clientCaSecretName: secret, clientCaConfigMapName: configMap } = args;
    if (secret !== undefined && configMap !== undefined) {
        const problem = "stands beside clientCaSecretName, but the Collector reads one of them; keep one";
        throw check.at("clientCaConfigMapName").error(problem);
    }
    if (secret === undefined && configMap === undefined) {
        if (args.clientCaKey === undefined) return undefined;
        const problem = "has no effect without clientCaSecretName or clientCaConfigMapName; name one, or leave it out";
        throw check.at("clientCaKey").error(problem);
    }
    const items = [{ key: dataKey(check.at("clientCaKey"), args.clientCaKey ?? "ca.crt"), path: "ca.crt" }];
    if (secret !== undefined) {
        const name = objectName(check.at("clientCaSecretName"), secret);
        return secretFiles("receiver-client-ca", "client-ca", name, items);
    }
    const name = objectName(check.at("clientCaConfigMapName"), configMap);
    return {
        volume: { name: "receiver-client-ca", configMap: { name, items } },
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
        const problem = "stands beside bearer, but a receiver asks for one kind of credential; keep one of the two";
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

function authFile(check: Check, from: { secretName?: string; secretKey?: string }, path: string): Files {
    const name = objectName(check.at("secretName"), from.secretName);
    const key = dataKey(check.at("secretKey"), from.secretKey ?? path);
    return secretFiles("receiver-auth", "auth", name, [{ key, path }]);
}

function secretFiles(name: string, folder: string, secretName: string, items: { key: string; path: string }[]): Files {
    // Not with a subPath, which a kubelet never refreshes.
    return { volume: { name, secret: { secretName, items, defaultMode: 0o440 } }, mountPath: `${DIRECTORY}/${folder}` };
}

function cors(check: Check, args: pulumi.Unwrap<CollectorReceiverCorsArgs> | undefined, authorized: boolean): object {
    if (args === undefined) return {};
    const at = check.at("allowedOrigins");
    const origins = at.list(args.allowedOrigins, '["https://shop.example.com"]');
    if (origins.length === 0) {
        const problem = "is empty, so no page could send; name one, e.g. https://shop.example.com, or leave cors out";
        throw at.error(problem);
    }
    if (origins.some((origin) => origin.includes("@"))) {
        const problem = "holds a user or a password, which no browser sends, and whoever reads ConfigMaps could read";
        throw at.error(`${problem}; write scheme and host alone`);
    }
    const wrong = origins.find((origin) => !/^(\*|https?:\/\/[^/\s$?#]+)$/.test(origin));
    if (wrong !== undefined) {
        const problem = `"${wrong}" is not an origin; write scheme and host without a path, e.g. https://shop.example.com`;
        throw at.error(problem);
    }
    // Once one header is listed, the Collector allows those alone, and every exporter's Content-Type needs to be.
    const needed = ["Content-Type", ...(authorized ? ["Authorization"] : []), ...(args.allowedHeaders ?? [])];
    return {
        cors: {
            // In a fixed order, since another would be another configuration, and so replace the pods.
            allowed_origins: [...origins].sort(),
            allowed_headers: [...new Set(needed)].sort(),
            max_age: check.at("maxAgeSeconds").wholeNumber(args.maxAgeSeconds ?? 7200, 0),
        },
    };
}

/** A request is held whole, next to the queues; the memory limiter only sees it once it is there. */
function requestSize(check: Check, sizeMiB: number, memoryMiB: number): number {
    check.wholeNumber(sizeMiB);
    const most = Math.floor(memoryMiB / 4);
    if (sizeMiB <= most) return sizeMiB;
    const problem = `${sizeMiB} MiB is more than a quarter of memoryMiB, ${memoryMiB}: one request could end the pod; give at most ${most}, or more memory`;
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
            `${check.component}: ${check.path}.${name}: senders show it unencrypted; add ${check.path}.tls, unless a mesh encrypts`,
        );
    }
    const counted = distribution !== CollectorDistribution.Dynatrace;
    if (auth.scheme === "Bearer" && counted && before(version, BEARER_READS_AGAIN)) {
        warnings.push(
            `${check.component}: ${check.path}.bearer: another token in the Secret counts after a restart only; ` +
                `${BEARER_READS_AGAIN} and later read it at once`,
        );
    }
    return warnings;
}

function before(version: string, oldest: string): boolean {
    return semver.lt(semver.coerce(version) ?? "0.0.0", oldest);
}
