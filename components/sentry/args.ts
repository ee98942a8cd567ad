import type * as pulumi from "@pulumi/pulumi";

import type { CollectorImageArgs } from "../collector/args";
import type { HeaderEncoding } from "../application-pods/exporter-env/args";
import type { Signal } from "../shared/signals";

/** How a Collector tells the projects apart. */
export const SentryRouting = {
    /** A pipeline for each project, which drops what belongs to others. Any distribution can do it. */
    Filter: "filter",
    /** The routing connector, which copies nothing. Not in the Dynatrace distribution. */
    Connector: "connector",
} as const;
export type SentryRouting = (typeof SentryRouting)[keyof typeof SentryRouting];

/** What happens to the events of spans, which Sentry drops. Dynatrace gets them in any case. */
export const SentrySpanEvents = {
    /** The first exception of a span becomes attributes of the span, which Sentry keeps; events are not sent. */
    ExceptionsAsAttributes: "exceptionsAsAttributes",
    /** Events are not sent. */
    Drop: "drop",
    /** Events are sent, for a Sentry that keeps them. */
    Send: "send",
} as const;
export type SentrySpanEvents = (typeof SentrySpanEvents)[keyof typeof SentrySpanEvents];

/** A key or token in a Secret that was made elsewhere, in the namespace of the pods that use it. */
export interface SentrySecretArgs {
    secretName: pulumi.Input<string>;
    /** Key in the Secret. */
    key: pulumi.Input<string>;
    /** Anything that changes when the content does: pods read it when they start. @default - a change waits for the next restart */
    revision?: pulumi.Input<string>;
}

/** One project of Sentry. */
export interface SentryProjectArgs {
    /**
     * The DSN as Sentry shows it, `https://{public key}@o{organization}.ingest.sentry.io/{project id}`; its key goes into a Secret.
     * With `keySecret`: the same without the key, or the project's OTLP address.
     */
    dsn: pulumi.Input<string>;
    /** Where the project's public key lies already. Whether it is given must be known when the program runs. @default - taken from the DSN */
    keySecret?: SentrySecretArgs;
    /**
     * Values of the attribute that make data this project's, e.g. names of services.
     *
     * @default - the project's name here; all data, if it is the only project
     */
    values?: pulumi.Input<pulumi.Input<string>[]>;
    /** Takes what belongs to no other project as well. @default false */
    takesRest?: pulumi.Input<boolean>;
    /** CA certificates of a Sentry of your own, in PEM form. @default - the system's */
    caCertificatePem?: pulumi.Input<string>;
}

/**
 * All projects of an organization, by the contrib distribution's `sentry` exporter, which asks Sentry's API for their keys.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/sentryexporter
 */
export interface SentryOrganizationArgs {
    /** The organization's slug, as in `https://{slug}.sentry.io`. */
    slug: pulumi.Input<string>;
    /** @default `https://sentry.io` */
    url?: pulumi.Input<string>;
    /** Auth token that may read projects, e.g. of an internal integration; it goes into a Secret. @default - `tokenSecret` is needed then */
    token?: pulumi.Input<string>;
    /** Where that token lies already. Whether it is given must be known when the program runs. @default - `token` is needed then */
    tokenSecret?: SentrySecretArgs;
    /** Slugs of projects by values of the attribute. @default - the value is the slug */
    projects?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Makes a project that is missing; its first data is lost meanwhile, and the token must be able to write projects. @default false */
    createsProjects?: pulumi.Input<boolean>;
}

export interface SentryExportArgs {
    /**
     * Projects by a name of your own, e.g. the service's. Their names must be known when the program runs.
     *
     * @default - `organization` is needed then
     */
    projects?: Record<string, SentryProjectArgs>;
    /** In place of `projects`. Needs the contrib distribution 0.145.0 or later. @default - `projects` is needed then */
    organization?: SentryOrganizationArgs;
    /**
     * What goes to Sentry; it takes no metrics over OTLP. The Collector has to take these signals as well. Must be known when the program
     * runs.
     *
     * @default - traces and logs
     */
    signals?: Signal[];
    /** Resource attribute by which data belongs to a project. @default `service.name` */
    attribute?: pulumi.Input<string>;
    /** @default `connector` with the contrib distribution, else `filter` */
    routing?: pulumi.Input<SentryRouting>;
    /** @default `exceptionsAsAttributes` */
    spanEvents?: pulumi.Input<SentrySpanEvents>;
    /**
     * Sends each element of an array as an attribute of its own, `key.0`, `key.1`: Sentry shows arrays, but cannot search them.
     *
     * @default false
     */
    searchableArrays?: pulumi.Input<boolean>;
    /**
     * MiB that all queues to Sentry hold at most while it does not answer, at least 4 a project and signal. The Collector's `memoryMiB` has
     * to have room for them.
     *
     * @default 64, or 4 a project and signal if that is more
     */
    queueMiB?: pulumi.Input<number>;
    /** The image of the Collector: it decides names, and what can be done. @default - as of `OtlpCollector` */
    image?: pulumi.Input<CollectorImageArgs>;
    /**
     * Name of the `OtlpCollector` in the same namespace, whose pods get leave to reach Sentry by a NetworkPolicy. With its `operator`,
     * give `namespace` as well, which is in the labels of those pods. Must be known when the program runs.
     *
     * @default - no NetworkPolicy
     */
    collectorName?: string;
    /** Namespace of the Secret and the NetworkPolicy. @default - the Kubernetes provider's */
    namespace?: pulumi.Input<string>;
    /** Writes keys into rendered files in the clear, where `kubernetes:renderYamlToDirectory` is set. @default false */
    allowRenderedSecret?: boolean;
}

/** How pods send to Sentry themselves. */
export interface SentryPodArgs {
    /** One of `projects`. @default - the only one */
    project?: string;
    /** @default `raw` */
    headerEncoding?: HeaderEncoding;
    /** Value of `OTEL_SERVICE_NAME`. @default - the SDK's own */
    serviceName?: pulumi.Input<string>;
    /** Leaves metrics, and other signals that do not go to Sentry, as they are set elsewhere. @default false, which switches them off in the SDK */
    othersElsewhere?: boolean;
}
