import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type ExporterEnv, type ExporterVariable, ExporterHeaderEncoding } from "../application-pods/exporter-env/args";
import { derive } from "../application-pods/exporter-env/later";
import { SERVICE_NAME } from "../application-pods/exporter-env/variables";
import { shortHash } from "../shared/kubernetes";
import { ALL_SIGNALS, type Signal } from "../shared/signals";
import type { SentryPodArgs } from "./args";
import { keyVariable, TOKEN_VARIABLE } from "./fragment";
import { TOKEN_KEY } from "./plan";

/** A reference to a secret, and a string that changes with it. */
export interface SecretPlace {
    name: pulumi.Input<string>;
    key: pulumi.Input<string>;
    revision?: pulumi.Input<string | undefined>;
}

/** Pod annotation that changes with an existing Secret, which restarts the pods. */
export const SENTRY_REVISION = "dynatrace-otlp/sentry-revision";

/** Variable of an application's pods that holds the key of its project. */
const PUBLIC_KEY = "SENTRY_PUBLIC_KEY";

/** Settings of a Collector's pods: one variable for each project, or one for an organization. */
export function collectorPods(places: Record<string, SecretPlace>): ExporterEnv {
    const env = variablesOf(places).map(([name, place]) => ({ name, valueFrom: reference(place) }));
    return {
        env,
        volumes: [],
        volumeMounts: [],
        podAnnotations: revision(variablesOf(places).map(([, place]) => place)),
    };
}

function variablesOf(places: Record<string, SecretPlace>): [string, SecretPlace][] {
    const entries = Object.entries(places).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([name, place]) => [name === TOKEN_KEY ? TOKEN_VARIABLE : keyVariable(name), place]);
}

/** The URL of a signal, which SDKs use unchanged. */
export type SentryUrls = (signal: Signal) => pulumi.Input<string>;

/**
 * Settings of application pods that send to a project of Sentry directly. Each signal has its own variables: some SDKs would merge them with
 * headers for all signals, others would not.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function applicationPods(
    urls: SentryUrls,
    signals: Signal[],
    place: SecretPlace,
    args: SentryPodArgs,
): ExporterEnv {
    const header = authHeader(args.headerEncoding ?? ExporterHeaderEncoding.Raw);
    const perSignal = signals.flatMap((signal): ExporterVariable[] => {
        const prefix = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
        return [
            { name: `${prefix}_ENDPOINT`, value: urls(signal) },
            { name: `${prefix}_PROTOCOL`, value: "http/protobuf" },
            { name: `${prefix}_HEADERS`, value: header },
            { name: `${prefix}_COMPRESSION`, value: "gzip" },
        ];
    });
    const switches = ALL_SIGNALS.filter((signal) => signals.includes(signal) || !args.othersElsewhere).map(
        (signal) => ({
            name: `OTEL_${signal.toUpperCase()}_EXPORTER`,
            value: signals.includes(signal) ? "otlp" : "none",
        }),
    );
    return {
        env: [
            // Kubernetes expands $(NAME) only if NAME is defined earlier.
            { name: PUBLIC_KEY, valueFrom: reference(place) },
            ...perSignal,
            ...switches,
            ...(args.serviceName === undefined ? [] : [{ name: SERVICE_NAME, value: args.serviceName }]),
        ],
        volumes: [],
        volumeMounts: [],
        podAnnotations: revision([place]),
    };
}

/** `x-sentry-auth=sentry sentry_key=$(SENTRY_PUBLIC_KEY)`: Kubernetes inserts the key. Only the first `=` separates name and value. */
export function authHeader(encoding: ExporterHeaderEncoding): string {
    const value = "sentry sentry_key=";
    const encoded = encoding === ExporterHeaderEncoding.Percent ? encodeURIComponent(value) : value;
    return `x-sentry-auth=${encoded}$(${PUBLIC_KEY})`;
}

function reference({ name, key }: SecretPlace): types.input.core.v1.EnvVarSource {
    return { secretKeyRef: { name, key } };
}

/** The component's own Secret gets a new name with a new key, which restarts the pods without this annotation. */
function revision(places: SecretPlace[]): Record<string, pulumi.Input<string>> {
    const revisions = places.flatMap((place) => (place.revision === undefined ? [] : [place.revision]));
    if (revisions.length === 0) return {};
    return { [SENTRY_REVISION]: derive(revisions, (plain) => shortHash(plain.join(" "))) };
}
