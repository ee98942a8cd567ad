import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { CollectorNodeLogsArgs } from "../args/logs";
import { escapeDollars } from "../config/ottl";
import { CHECKPOINT_DIRECTORY, CONFIG_DIRECTORY, QUEUE_DIRECTORY, TOKEN_FILE, variable, VARIABLES } from "../constants";
import { checkpointFolder, CHECKPOINTS_VOLUME } from "./checkpoints";
import { type Feature, fieldVariable, hostFolder } from "./feature";
import { jsonOperators, LEAST_LINE_BYTES, LOG_BODY_BYTES, longLineOperator } from "./log-lines";
import { NODE_ROOT } from "./node-root";
import { checkPattern } from "./pattern";

/** Most directories of a node that are mounted. */
const MOST_DIRECTORIES = 16;
const volumeName = (index: number): string => `node-logs-${index + 1}`;

/** Files that other features read, and compressed files. */
const NEVER_READ = [
    ...["/var/log/pods/**", "/var/log/containers/**", "/var/lib/docker/containers/**"],
    ...["gz", "xz", "bz2", "zst", "zip"].map((type) => `/**/*.${type}`),
];
const CONTAINER_LOGS = /^(\/var\/log\/(pods|containers)|\/var\/lib\/docker\/containers)(\/|$)/;

/** Directories that the Collector's container has itself. A directory of the node cannot be mounted there, above or below. */
const OCCUPIED = [
    ...["/bin", "/dev", "/etc/pki", "/etc/ssl", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr"],
    ...["/run/secrets", "/var/run/secrets", NODE_ROOT, CONFIG_DIRECTORY, TOKEN_FILE.directory],
    ...[CHECKPOINT_DIRECTORY, QUEUE_DIRECTORY],
];

/**
 * Log files on the nodes. Files of other users than root need the capability to read them.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/filelog
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/filelogreceiver
 */
export const nodeLogs: Feature = {
    name: "node-logs",
    argument: "collect.nodeLogs",
    signal: Signal.Logs,
    perNode: true,
    components: [
        ["receivers", "file_log"],
        ["extensions", "file_storage"],
    ],
    volumeNames: [...Array.from({ length: MOST_DIRECTORIES }, (_, index) => volumeName(index)), CHECKPOINTS_VOLUME],
    privileged: true,
    refusedOn: {
        gkeAutopilot:
            "needs a Linux capability that Autopilot does not allow; remove it, and read the nodes' logs in Cloud Logging",
    },
    asked: ({ collect }) => (collect?.nodeLogs ?? []).length > 0,
    on: ({ collect }) => (collect.nodeLogs ?? []).length > 0,
    check(check, { collect: { nodeLogs: groups = [] } }) {
        const at = check.at("collect.nodeLogs");
        at.list(groups, '[{ name: "nginx", include: ["/var/log/nginx/*.log"] }]');
        groups.forEach((group, index) => checkGroup(at.at(index), group, groups.slice(0, index)));
        if (directories(groups).length > MOST_DIRECTORIES) {
            at.fail(
                `needs more than ${MOST_DIRECTORIES} directories of the node; use patterns with a common directory`,
            );
        }
    },
    render(plan) {
        const { collect, names } = plan;
        const { nodeLogs: groups = [] } = collect;
        const checkpoints = checkpointFolder(plan);
        const node = variable(VARIABLES.nodeName);
        const folders = directories(groups).map((path, index) =>
            hostFolder(volumeName(index), path, path, { readOnly: true, mountPropagation: "HostToContainer" }),
        );
        return {
            extensions: checkpoints.extensions,
            receivers: groups.map((group) => ({
                id: `${names.fileLogReceiver}/node-${group.name}`,
                signal: Signal.Logs,
                config: {
                    ...receiverConfig(group),
                    ...checkpoints.receiver,
                    resource: { "host.name": node, "k8s.node.name": node },
                },
            })),
            env: [fieldVariable(VARIABLES.nodeName, "spec.nodeName")],
            volumes: [...folders.flatMap(({ volumes }) => volumes), ...checkpoints.volumes],
            volumeMounts: [...folders.flatMap(({ volumeMounts }) => volumeMounts), ...checkpoints.volumeMounts],
            root: true,
            capabilities: ["DAC_READ_SEARCH"],
        };
    },
};

function receiverConfig(group: CollectorNodeLogsArgs): object {
    const { include, exclude = [], firstLine, fromStart = false, json, maxLineBytes = LOG_BODY_BYTES } = group;
    const multiline = { multiline: { line_start_pattern: firstLine }, force_flush_period: "5s" };
    return escapeDollars({
        include: include.flatMap(withRotated),
        exclude: [...NEVER_READ, ...exclude.flatMap(withRotated)],
        start_at: fromStart ? "beginning" : "end",
        include_file_path: true,
        max_log_size: maxLineBytes,
        ...(firstLine === undefined ? {} : multiline),
        retry_on_failure: { enabled: true },
        operators: [longLineOperator(maxLineBytes), ...jsonOperators(json)],
    });
}

/**
 * The pattern, and the names that logrotate gives to its last file: `app.log.1`, or `app.log-20261129`. The receiver knows a renamed file
 * by its content, so it reads no line twice.
 */
function withRotated(pattern: string): string[] {
    return pattern.endsWith("*") ? [pattern] : [pattern, `${pattern}.1`, `${pattern}-????????`];
}

/** Directories to mount, without those below another. */
function directories(groups: CollectorNodeLogsArgs[]): string[] {
    const all = [...new Set(groups.flatMap(({ include }) => include.map(directoryOf)))].sort();
    return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`)));
}

/** The directory of all files that a pattern can match. */
function directoryOf(pattern: string): string {
    const segments = pattern.split("/").slice(0, -1);
    const first = segments.findIndex((segment) => /[*?[\]{}]/.test(segment));
    return (first === -1 ? segments : segments.slice(0, first)).join("/");
}

function checkGroup(check: Check, group: CollectorNodeLogsArgs, before: CollectorNodeLogsArgs[]): void {
    const { name, include, exclude = [], firstLine, maxLineBytes } = group;
    const named = check.at("name");
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(named.text(name))) {
        named.fail(`"${name}" is not a name; use lower case letters, digits and hyphens, e.g. nginx`);
    }
    if (before.some((other) => other.name === name)) {
        named.fail(`"${name}" is used twice, so read positions would be mixed up; give each entry its own name`);
    }
    const included = check.at("include");
    const example = '["/var/log/nginx/*.log"]';
    if (included.list(include, example).length === 0) included.fail(`is empty; give at least one, e.g. ${example}`);
    include.forEach((pattern, index) => checkInclude(included.at(index), pattern));
    const excluded = check.at("exclude");
    excluded
        .list(exclude, '["/var/log/nginx/debug*"]')
        .forEach((pattern, index) => absolute(excluded.at(index), pattern));
    if (firstLine !== undefined) checkPattern(check.at("firstLine"), firstLine, "would start a record at each line");
    if (maxLineBytes !== undefined)
        check.at("maxLineBytes").wholeNumber(maxLineBytes, LEAST_LINE_BYTES, LOG_BODY_BYTES);
}

function checkInclude(check: Check, pattern: string): void {
    absolute(check, pattern);
    const directory = directoryOf(pattern);
    if (CONTAINER_LOGS.test(pattern)) {
        check.fail(`"${pattern}" is a log of containers; use collect.containerLogs`);
    }
    const occupied = OCCUPIED.find(
        (path) => directory === path || path.startsWith(`${directory}/`) || directory.startsWith(`${path}/`),
    );
    if (occupied === undefined) return;
    const problem = `needs the node's ${directory === "" ? "/" : directory}, but the container has its own ${occupied}`;
    check.fail(`"${pattern}" ${problem}; start the pattern with a directory of logs, e.g. /var/log/nginx/*.log`);
}

function absolute(check: Check, pattern: string): void {
    const segments = check.text(pattern).split("/");
    if (segments[0] === "" && segments.length > 1 && !segments.includes("..") && segments.at(-1) !== "") return;
    check.fail(`"${pattern}" is not an absolute path of files on the node; write e.g. /var/log/nginx/*.log`);
}
