import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { caCertificate } from "../shared/ca";
import type { Check } from "../shared/check";
import { objectName } from "../shared/kubernetes";
import { secretKeyRef } from "../shared/references";
import { Signal } from "../shared/signals";
import {
    type CollectorKafkaArgs,
    CollectorKafkaMechanism,
    CollectorKafkaOffset,
    type CollectorKafkaTlsArgs,
    type CollectorKafkaTopicsArgs,
} from "./args/kafka";
import { escapeDollar } from "./config/ottl";
import { KAFKA_VARIABLES, variable } from "./constants";

/** A broker. */
export interface Broker {
    host: string;
    port: number;
}

/** Parts of the configuration and the pods for Kafka. */
export interface KafkaPlan {
    brokers: Broker[];
    signals: Signal[];
    /** The receiver. */
    config: object;
    env: types.input.core.v1.EnvVar[];
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    warnings: string[];
}

const DIRECTORY = "/etc/otelcol-receiver";

const OTLP = ["otlp_proto", "otlp_json"];
/** @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/kafkareceiver#supported-encodings */
const ENCODINGS: Record<Signal, string[]> = {
    traces: [...OTLP, "jaeger_proto", "jaeger_json", "zipkin_proto", "zipkin_json", "zipkin_thrift"],
    metrics: OTLP,
    logs: [...OTLP, "text", "json", "raw"],
};

/** Records that could not be queued are read again. Records that cannot be decoded are skipped, because they would block their partition. */
const READ_UNTIL_QUEUED = {
    message_marking: { after: true, on_error: false, on_permanent_error: true },
    error_backoff: { enabled: true, initial_interval: "1s", max_interval: "30s", max_elapsed_time: "0s" },
};

/**
 * Plans the Kafka receiver.
 *
 * @param defaultGroup the consumer group, unless one is given.
 * @param accepted signals of the Collector.
 * @throws InputError for invalid brokers, topics and references.
 */
export function planKafka(
    check: Check,
    defaultGroup: string,
    accepted: Signal[],
    args?: pulumi.Unwrap<CollectorKafkaArgs>,
): KafkaPlan | undefined {
    if (args === undefined) return undefined;
    const brokers = check
        .at("brokers")
        .nonEmpty(args.brokers, '["kafka-0.kafka.svc:9092"]', "nothing can be read")
        .map((text, index) => broker(check.at("brokers").at(index), text));
    const signals = Object.values(Signal).filter((signal) => args[signal] !== undefined);
    if (signals.length === 0) check.fail('has no topics; set traces, metrics or logs, e.g. { topics: ["otlp_logs"] }');
    const { groupId = defaultGroup, initialOffset = CollectorKafkaOffset.Latest } = args;
    const tls = args.tls && tlsParts(check.at("tls"), args.tls);
    const sasl = saslParts(check.at("sasl"), args);
    return {
        brokers,
        signals,
        config: {
            brokers: brokers.map(({ host, port }) => `${host}:${port}`),
            group_id: escapeDollar(check.at("groupId").text(groupId)),
            initial_offset: check.at("initialOffset").oneOf(initialOffset, CollectorKafkaOffset),
            ...Object.fromEntries(
                signals.map((signal) => [signal, topics(check.at(signal), accepted, signal, args[signal])]),
            ),
            ...(tls === undefined ? {} : { tls: tls.settings }),
            ...(sasl === undefined ? {} : { auth: { sasl: sasl.settings } }),
            ...READ_UNTIL_QUEUED,
        },
        env: sasl?.env ?? [],
        volumes: tls?.volumes ?? [],
        volumeMounts: (tls?.mounts ?? []).map((it) => ({ ...it, readOnly: true })),
        warnings: sasl === undefined || tls !== undefined ? [] : [unencrypted(check, sasl.settings.mechanism)],
    };
}

function unencrypted(check: Check, mechanism: string): string {
    const what = mechanism === CollectorKafkaMechanism.Plain ? "the password and all data are" : "all data is";
    return check.at("sasl").warning(`${what} transmitted unencrypted; set ${check.path}.tls, unless a mesh encrypts`);
}

function broker(check: Check, text: string): Broker {
    const [, host = "", port = ""] = /^([A-Za-z0-9][A-Za-z0-9.-]*):(\d{1,5})$/.exec(check.text(text)) ?? [];
    if (host === "" || Number(port) < 1 || Number(port) > 65535) {
        check.fail(`"${text}" is not a broker; write host and port, e.g. kafka-0.kafka.svc:9092`);
    }
    return { host, port: Number(port) };
}

function topics(
    check: Check,
    accepted: Signal[],
    signal: Signal,
    args: Partial<pulumi.Unwrap<CollectorKafkaTopicsArgs>> = {},
): object {
    if (!accepted.includes(signal)) {
        check.fail(`reads ${signal}, but signals does not contain ${signal}; add ${signal}, or remove it`);
    }
    const names = check
        .at("topics")
        .nonEmpty(args.topics ?? [], `["otlp_${signal === "traces" ? "spans" : signal}"]`, "nothing is read");
    names.forEach((name, index) => {
        const at = check.at("topics").at(index);
        if (/^(\^.+|[A-Za-z0-9._-]{1,249})$/.test(at.text(name))) return;
        at.fail(
            `"${name}" is not the name of a topic; use letters, digits, ".", "_" and "-", or start a pattern with "^"`,
        );
    });
    const { encoding = "otlp_proto" } = args;
    const known = Object.fromEntries(ENCODINGS[signal].map((it) => [it, it]));
    return { topics: names.map(escapeDollar), encoding: check.at("encoding").oneOf(encoding, known) };
}

interface TlsParts {
    settings: object;
    volumes: types.input.core.v1.Volume[];
    mounts: { name: string; mountPath: string }[];
}

function tlsParts(check: Check, args: pulumi.Unwrap<CollectorKafkaTlsArgs>): TlsParts {
    const ca = caCertificate(check.at("ca"), args.ca);
    if (ca?.pem !== undefined) {
        check
            .at("ca.pem")
            .fail("cannot be used, because the Collector reads this CA from a file; set secret or configMap");
    }
    const { secret, configMap } = ca ?? {};
    const reference = secret ?? configMap;
    const items = [{ key: reference?.key ?? "", path: "ca.crt" }];
    const source =
        secret === undefined
            ? { configMap: { name: reference?.name, items } }
            : { secret: { secretName: secret.name, items, defaultMode: 0o440 } };
    const own = args.clientSecretName && objectName(check.at("clientSecretName"), args.clientSecretName);
    const keys = ["tls.crt", "tls.key"].map((key) => ({ key, path: key }));
    const [caFolder, ownFolder] = [`${DIRECTORY}/kafka-ca`, `${DIRECTORY}/kafka-client`];
    return {
        settings: {
            ...(reference === undefined ? {} : { ca_file: `${caFolder}/ca.crt` }),
            ...(own === undefined ? {} : { cert_file: `${ownFolder}/tls.crt`, key_file: `${ownFolder}/tls.key` }),
            ...(reference === undefined && own === undefined ? {} : { reload_interval: "5m" }),
        },
        volumes: [
            ...(reference === undefined ? [] : [{ name: "kafka-ca", ...source }]),
            ...(own === undefined
                ? []
                : [{ name: "kafka-client", secret: { secretName: own, items: keys, defaultMode: 0o440 } }]),
        ],
        mounts: [
            ...(reference === undefined ? [] : [{ name: "kafka-ca", mountPath: caFolder }]),
            ...(own === undefined ? [] : [{ name: "kafka-client", mountPath: ownFolder }]),
        ],
    };
}

interface SaslParts {
    settings: { mechanism: string; username: string; password: string };
    env: types.input.core.v1.EnvVar[];
}

function saslParts(check: Check, { sasl }: pulumi.Unwrap<CollectorKafkaArgs>): SaslParts | undefined {
    if (sasl === undefined) return undefined;
    const username = secretKeyRef(check.at("username"), sasl.username, "username");
    const password = secretKeyRef(check.at("password"), sasl.password, "password");
    const mechanism = sasl.mechanism ?? CollectorKafkaMechanism.ScramSha512;
    return {
        settings: {
            mechanism: check.at("mechanism").oneOf(mechanism, CollectorKafkaMechanism),
            username: variable(KAFKA_VARIABLES.username),
            password: variable(KAFKA_VARIABLES.password),
        },
        env: [
            { name: KAFKA_VARIABLES.username, valueFrom: { secretKeyRef: username } },
            { name: KAFKA_VARIABLES.password, valueFrom: { secretKeyRef: password } },
        ],
    };
}
