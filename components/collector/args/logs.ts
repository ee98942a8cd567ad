import { Field, type Fields } from "../../shared/fields";

/** Selects the pods whose container logs are read. */
export const CollectorContainerLogsOf = {
    /** Every pod. */
    Every: "every",
    /** Pods annotated `"true"`. */
    Annotated: "annotated",
    /** Every pod except pods annotated `"false"`. */
    NotExcluded: "notExcluded",
} as const;
export type CollectorContainerLogsOf = (typeof CollectorContainerLogsOf)[keyof typeof CollectorContainerLogsOf];

/** Joins lines that belong to one record, e.g. a stack trace. If several rules select a line, the first rule applies. */
export interface CollectorMultilineLogsArgs {
    /** Regular expression of Go (RE2) that matches the first line of a record. Each record ends before the next first line. */
    firstLine: string;
    /** Namespace of the containers. @default - all */
    namespace?: string;
    /** Prefix of the pod names, e.g. the name of a Deployment. @default - all */
    podPrefix?: string;
    /** Name of the container. @default - all */
    container?: string;
}

export const MULTILINE_LOGS_FIELDS: Fields<CollectorMultilineLogsArgs> = {
    firstLine: Field.Any,
    namespace: Field.Any,
    podPrefix: Field.Any,
    container: Field.Any,
};

/**
 * How log lines that are JSON objects become records: the body from the message, the severity from the level, time and trace context from
 * the usual fields. All other fields become attributes. Without a message, the body stays the whole line. A line that is not a JSON
 * object passes unchanged, also a line with a whole number of more than 64 bits, which would lose digits.
 *
 * Usual fields are e.g. `message`, `msg`; `level`, `severity`, `log.level`; `time`, `timestamp`, `ts`; `trace_id`, `traceId`,
 * `dd.trace_id`; `span_id`, `spanId`. Levels can be names or the numbers of pino and Bunyan.
 */
export interface CollectorJsonLogsArgs {
    /** Field with the message, tried before the usual fields. @default - the usual fields */
    messageField?: string;
    /** Field with the level, tried before the usual fields. @default - the usual fields */
    levelField?: string;
    /**
     * Field with the time, tried before the usual fields: RFC 3339, or a Unix time in seconds, milliseconds, microseconds or nanoseconds. A
     * time that is more than 24 hours old or more than 10 minutes ahead stays an attribute, because Dynatrace would drop the record.
     *
     * @default - the usual fields
     */
    timeField?: string;
}

export const JSON_LOGS_FIELDS: Fields<CollectorJsonLogsArgs> = {
    messageField: Field.Any,
    levelField: Field.Any,
    timeField: Field.Any,
};

/** Logs that containers write to standard output. */
export interface CollectorContainerLogsArgs {
    /**
     * Namespaces whose container logs are read. The Collector's own pods are never read. Cannot be combined with `exceptNamespaces`.
     *
     * @default - `collect.namespaces`
     */
    namespaces?: string[];
    /** Namespaces whose container logs are not read. @default [] */
    exceptNamespaces?: string[];
    /**
     * Selects the pods whose container logs are read, by annotation. `annotated` and `notExcluded` need
     * `processing.kubernetesAttributes`.
     *
     * @default `every`
     */
    pods?: CollectorContainerLogsOf;
    /** Annotation for `pods`, with the value `"true"` or `"false"`. @default `io.opentelemetry.discovery.logs/enabled` */
    annotation?: string;
    /**
     * Rules that join lines to records. An incomplete record waits up to 5 seconds for more lines, and is lost if the pod is killed.
     *
     * @default [] - each line is a record
     * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/recombine.md
     */
    multiline?: CollectorMultilineLogsArgs[];
    /** Parses lines that are JSON objects. `{}` turns it on. @default - each line is text */
    json?: CollectorJsonLogsArgs;
    /**
     * Longest record in bytes, 32,768 to 500,000. A longer line becomes several records. Each of them except the last has the attribute
     * `log.split: true`.
     *
     * @default 500000
     */
    maxLineBytes?: number;
    /**
     * The nodes use the Docker runtime, as minikube and Docker Desktop can. Also mounts the node's `/var/lib/docker/containers` read-only,
     * where Docker keeps the files, and joins the parts of 16 kB in which Docker writes a line.
     *
     * @default false; true with platform `minikube`
     * @see https://docs.docker.com/engine/logging/drivers/json-file/
     */
    dockerRuntime?: boolean;
}

export const CONTAINER_LOGS_FIELDS: Fields<CollectorContainerLogsArgs> = {
    namespaces: Field.NoFallback,
    exceptNamespaces: Field.Any,
    pods: Field.Any,
    annotation: Field.Any,
    multiline: [MULTILINE_LOGS_FIELDS],
    json: JSON_LOGS_FIELDS,
    maxLineBytes: Field.Any,
    dockerRuntime: Field.Any,
};

/** Log files on each node that belong together. */
export interface CollectorNodeLogsArgs {
    /** Name, e.g. `nginx`. The read positions are stored under this name, so a new name reads the files again. */
    name: string;
    /**
     * Absolute paths of files on the node, e.g. `/var/log/nginx/*.log`. `*` matches any text without a slash, `**` any directories. The
     * last rotated file, e.g. `access.log.1`, is read too, so that no line is lost while the Collector is away. Compressed files and
     * container logs are never read.
     */
    include: string[];
    /** Absolute paths of files that are not read, nor their last rotated file. @default [] */
    exclude?: string[];
    /** Reads existing files from their start when the Collector sees them for the first time, not from their end. @default false */
    fromStart?: boolean;
    /**
     * Regular expression of Go (RE2) that matches the first line of a record. Each record ends before the next first line, or after 5
     * seconds without a new line.
     *
     * @default - each line is a record
     */
    firstLine?: string;
    /** Parses lines that are JSON objects. `{}` turns it on. @default - each line is text */
    json?: CollectorJsonLogsArgs;
    /**
     * Longest record in bytes, 32,768 to 500,000. A longer line becomes several records. Each of them except the last has the attribute
     * `log.split: true`.
     *
     * @default 500000
     */
    maxLineBytes?: number;
}

export const NODE_LOGS_FIELDS: Fields<CollectorNodeLogsArgs> = {
    name: Field.NoFallback,
    include: Field.NoFallback,
    exclude: Field.NoFallback,
    fromStart: Field.Any,
    firstLine: Field.Any,
    json: JSON_LOGS_FIELDS,
    maxLineBytes: Field.Any,
};

/** Syslog levels, most severe first. Each level includes the levels before it. */
export const JournalPriority = {
    Emergency: "emerg",
    Alert: "alert",
    Critical: "crit",
    Error: "err",
    Warning: "warning",
    Notice: "notice",
    Info: "info",
    Debug: "debug",
} as const;
export type JournalPriority = (typeof JournalPriority)[keyof typeof JournalPriority];

/** The systemd journal of each node. */
export interface CollectorJournaldArgs {
    /** Units to read, e.g. `kubelet.service`. @default - all */
    units?: string[];
    /** Least severe level to read. @default `info` */
    priority?: JournalPriority;
    /** Journal directory on the node. Many nodes only have `/run/log/journal`. @default - the directory that the node's journalctl uses */
    directory?: string;
    /** Path of `journalctl` on the node. @default `/usr/bin/journalctl` */
    journalctlPath?: string;
    /** Parses messages that are JSON objects. `{}` turns it on. @default - each message is text */
    json?: CollectorJsonLogsArgs;
}

export const JOURNALD_FIELDS: Fields<CollectorJournaldArgs> = {
    units: Field.Any,
    priority: Field.Any,
    directory: Field.Any,
    journalctlPath: Field.Any,
    json: JSON_LOGS_FIELDS,
};
