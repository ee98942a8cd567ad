import type * as pulumi from "@pulumi/pulumi";

import type { ExporterHeaderEncoding } from "../application-pods/exporter-env/args";
import { COLLECTOR_IMAGE_FIELDS, type CollectorImageArgs } from "../collector/args";
import { type CaCertificateArgs, OPTIONAL_CA_CERTIFICATE_FIELDS } from "../shared/ca";
import { Field, type Fields, type FieldTable } from "../shared/fields";
import { SECRET_KEY_REF_FIELDS, type SecretKeyRef } from "../shared/references";
import type { Signal } from "../shared/signals";

/** How a Collector selects the project of data. */
export const SentryRouting = {
    /** A pipeline for each project drops the data of other projects. Every distribution supports it. */
    Filter: "filter",
    /** The routing connector, which copies no data. The Dynatrace distribution does not contain it. */
    Connector: "connector",
} as const;
export type SentryRouting = (typeof SentryRouting)[keyof typeof SentryRouting];

/** What happens to span events, which Sentry drops. Dynatrace always receives them. */
export const SentrySpanEvents = {
    /** The first exception of a span becomes span attributes, which Sentry keeps; events are not sent. */
    ExceptionsAsAttributes: "exceptionsAsAttributes",
    /** Events are not sent. */
    Drop: "drop",
    /** Events are sent, for a Sentry version that keeps them. */
    Send: "send",
} as const;
export type SentrySpanEvents = (typeof SentrySpanEvents)[keyof typeof SentrySpanEvents];

/** A key or token in an existing Secret, in the namespace of the pods that use it. */
export interface SentrySecretArgs extends SecretKeyRef {
    /** Key in the Secret. */
    key: pulumi.Input<string>;
    /** Any string that changes with the content; a change restarts the pods. @default - pods read a change at their next restart */
    revision?: pulumi.Input<string | undefined>;
}

/** One project of Sentry. */
export interface SentryProjectArgs {
    /**
     * The DSN as Sentry shows it, `https://{public key}@o{organization}.ingest.sentry.io/{project id}`. Its key is stored in a Secret.
     * With `keySecret`: the DSN without the key, or the project's OTLP address.
     */
    dsn: pulumi.Input<string>;
    /** Existing Secret with the project's public key. Whether it is set must be known when the program runs. @default - the key in the DSN */
    keySecret?: SentrySecretArgs;
    /**
     * Values of the attribute that select this project's data, e.g. names of services; not an empty list.
     *
     * @default - the project's name in `projects`; all data, if it is the only project
     */
    values?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Also receives data that belongs to no other project. @default false */
    takesRest?: pulumi.Input<boolean | undefined>;
    /**
     * CA certificates of a self-hosted Sentry, as `pem`, because `extraConfig` cannot mount a Secret or ConfigMap.
     *
     * @default - the system's certificates
     */
    ca?: pulumi.Input<CaCertificateArgs | undefined>;
}

/**
 * All projects of an organization, with the contrib distribution's `sentry` exporter, which reads their keys from Sentry's API.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/sentryexporter
 */
export interface SentryOrganizationArgs {
    /** The organization's slug, as in `https://{slug}.sentry.io`. */
    slug: pulumi.Input<string>;
    /** URL of Sentry. @default `https://sentry.io` */
    url?: pulumi.Input<string | undefined>;
    /** Auth token that may read projects, e.g. of an internal integration. It is stored in a Secret. @default - `tokenSecret` is needed */
    token?: pulumi.Input<string | undefined>;
    /** Existing Secret with that token. Whether it is set must be known when the program runs. @default - `token` is needed */
    tokenSecret?: SentrySecretArgs;
    /** Slugs of projects by values of the attribute; not an empty map. @default - the value is the slug */
    projects?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
    /** Creates missing projects. Their first data is lost, and the token must be allowed to write projects. @default false */
    createsProjects?: pulumi.Input<boolean | undefined>;
}

export interface SentryExportArgs {
    /**
     * Projects by names that you choose, e.g. names of services. The names must be known when the program runs.
     *
     * @default - `organization` is needed
     */
    projects?: Record<string, SentryProjectArgs>;
    /** All projects of an organization, instead of `projects`. Needs the contrib distribution 0.145.0 or later. @default - `projects` is needed */
    organization?: SentryOrganizationArgs;
    /**
     * Signals that are sent to Sentry, which does not accept metrics over OTLP. The Collector must receive these signals too. Must be known
     * when the program runs.
     *
     * @default - traces and logs
     */
    signals?: Signal[];
    /** Resource attribute that selects the project. @default `service.name` */
    attribute?: pulumi.Input<string | undefined>;
    /** How the Collector selects the project. @default `connector` with the contrib distribution, otherwise `filter` */
    routing?: pulumi.Input<SentryRouting | undefined>;
    /** What happens to span events. @default `exceptionsAsAttributes` */
    spanEvents?: pulumi.Input<SentrySpanEvents | undefined>;
    /**
     * Sends each element of an array as a separate attribute, `key.0`, `key.1`. Sentry shows arrays, but cannot search them.
     *
     * @default false
     */
    searchableArrays?: pulumi.Input<boolean | undefined>;
    /**
     * Maximum size of all queues to Sentry together in MiB, at least 4 for each project and signal. The Collector's `memoryMiB` must be large
     * enough for them.
     *
     * @default 64, or 4 for each project and signal if that is more
     */
    queueMiB?: pulumi.Input<number | undefined>;
    /** Image of the Collector, which decides the names and the available components. @default - the default of `OtlpCollector` */
    image?: pulumi.Input<CollectorImageArgs | undefined>;
    /**
     * Name of the `OtlpCollector` in the same namespace. A NetworkPolicy allows its pods to connect to Sentry. With its `operator`, also set
     * `namespace`, which is part of the labels of those pods. Must be known when the program runs.
     *
     * @default - no NetworkPolicy
     */
    collectorName?: string;
    /** Namespace of the Secret and the NetworkPolicy. @default - the default namespace of the Kubernetes provider */
    namespace?: pulumi.Input<string | undefined>;
    /** Allows keys in plain text in rendered files, where `kubernetes:renderYamlToDirectory` is set. @default false */
    allowRenderedSecret?: boolean;
}

/** How application pods send to Sentry directly. */
export interface SentryPodArgs {
    /** Name of one of `projects`. @default - the only project */
    project?: string;
    /** Encoding of the header. @default `raw` */
    headerEncoding?: ExporterHeaderEncoding;
    /** Value of `OTEL_SERVICE_NAME`. @default - the SDK's own */
    serviceName?: pulumi.Input<string | undefined>;
    /** Does not set the exporters of signals that are not sent to Sentry, e.g. metrics. @default false, which disables them in the SDK */
    othersElsewhere?: boolean;
}

const SECRET_FIELDS: Fields<SentrySecretArgs> = {
    ...SECRET_KEY_REF_FIELDS,
    revision: Field.Any,
};

const PROJECT_FIELDS: Fields<SentryProjectArgs> = {
    dsn: Field.Secret,
    keySecret: SECRET_FIELDS,
    values: Field.NoFallback,
    takesRest: Field.Any,
    ca: OPTIONAL_CA_CERTIFICATE_FIELDS,
};

const ORGANIZATION_FIELDS: Fields<SentryOrganizationArgs> = {
    slug: Field.NoFallback,
    url: Field.NoFallback,
    token: Field.Secret,
    tokenSecret: SECRET_FIELDS,
    projects: Field.NoFallback,
    createsProjects: Field.Any,
};

const EXPORT_FIELDS: Fields<SentryExportArgs> = {
    projects: Field.Any,
    organization: ORGANIZATION_FIELDS,
    signals: Field.NoFallback,
    attribute: Field.NoFallback,
    routing: Field.Any,
    spanEvents: Field.NoFallback,
    searchableArrays: Field.Any,
    queueMiB: Field.Any,
    image: COLLECTOR_IMAGE_FIELDS,
    collectorName: Field.NoFallback,
    namespace: Field.NoFallback,
    allowRenderedSecret: Field.Any,
};

/** Fields of the arguments. The names of projects are the user's own. */
export function sentryExportFields(args: SentryExportArgs | undefined): FieldTable {
    const names = Object.keys(args?.projects ?? {});
    return { ...EXPORT_FIELDS, projects: Object.fromEntries(names.map((name) => [name, PROJECT_FIELDS])) };
}

export const SENTRY_POD_FIELDS: Fields<SentryPodArgs> = {
    project: Field.NoFallback,
    headerEncoding: Field.Any,
    serviceName: Field.Any,
    othersElsewhere: Field.Any,
};
