import { type FeatureParts, hostFolder } from "./feature";

const CONTAINERS = "/var/lib/docker/containers";

/** Name of the volume with Docker's log files. */
export const DOCKER_VOLUME = "docker-logs";

/** Lines of Docker. Lines of other runtimes have the attribute `logtag`, and lines that cannot be parsed have no stream. */
const FROM_DOCKER = 'attributes["log.iostream"] != nil and attributes.logtag == nil';
const SOURCE = 'attributes["dynatrace-otlp.source"]';

/** With Docker, the files below `/var/log/pods` are links to files in this directory. */
export function dockerFolder(): Required<Pick<FeatureParts, "volumes" | "volumeMounts">> {
    return hostFolder(DOCKER_VOLUME, CONTAINERS, CONTAINERS, { readOnly: true });
}

/**
 * Operators that join the parts of a line. Docker writes a line in parts of 16 kB; only the last part ends with a line feed. Parts of both
 * streams can alternate in a file.
 *
 * @param maxBytes size from which the joined parts are sent as a record.
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/stanza/docs/operators/recombine.md
 */
export function dockerOperators(maxBytes: number): object[] {
    return [
        {
            id: "docker-source",
            type: "add",
            field: SOURCE,
            value: 'EXPR(attributes["log.file.path"] + attributes["log.iostream"])',
            if: FROM_DOCKER,
        },
        {
            id: "docker-parts",
            type: "recombine",
            if: FROM_DOCKER,
            combine_field: "body",
            combine_with: "",
            is_last_entry: String.raw`body endsWith "\n"`,
            source_identifier: SOURCE,
            max_log_size: maxBytes,
            max_batch_size: 0,
            max_unmatched_batch_size: 0,
            force_flush_period: "5s",
        },
        { id: "docker-source-end", type: "remove", field: SOURCE, if: `${SOURCE} != nil` },
        {
            id: "docker-line",
            type: "add",
            field: "body",
            value: String.raw`EXPR(trimSuffix(body, "\n"))`,
            if: FROM_DOCKER,
        },
    ];
}
