import { Signal } from "../../shared/signals";
import { JournalPriority } from "../args/logs";
import { escapeDollars } from "../config/ottl";
import { variable, VARIABLES } from "../constants";
import { checkpointFolder, CHECKPOINTS_VOLUME } from "./checkpoints";
import { type Feature, fieldVariable } from "./feature";
import { jsonOperators } from "./log-lines";
import { NODE_ROOT, NODE_ROOT_VOLUME, nodeRoot } from "./node-root";

/** OpenTelemetry severities and their syslog levels. */
const SEVERITIES = { fatal: ["0"], error3: ["1"], error2: ["2"], error: ["3"], warn: ["4"], info2: ["5"] };

/** Journal fields to keep, in addition to the message, and their attributes. */
const KEPT = { _SYSTEMD_UNIT: "systemd.unit", SYSLOG_IDENTIFIER: "syslog.identifier", _PID: "process.pid" };

/** The message becomes the body of the record. All other journal fields are dropped. */
const OPERATORS = [
    {
        id: "journal-priority",
        type: "severity_parser",
        parse_from: "body.PRIORITY",
        mapping: { ...SEVERITIES, info: ["6"], debug: ["7"] },
        overwrite_text: true,
        if: "body.PRIORITY != nil",
    },
    ...Object.entries(KEPT).map(([from, to]) => ({
        id: `journal-${to}`,
        type: "move",
        from: `body.${from}`,
        to: `attributes["${to}"]`,
        if: `body.${from} != nil`,
    })),
    { id: "journal-message", type: "move", from: "body.MESSAGE", to: "body", if: "body.MESSAGE != nil" },
];

/**
 * Reads the journal of each node with the node's own `journalctl`, because another version may not know the journal's format. The program
 * runs with the node's root directory as its root.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/journaldreceiver
 */
export const journald: Feature = {
    name: "journald",
    argument: "collect.journald",
    settings: [
        "collect.journald.units",
        "collect.journald.priority",
        "collect.journald.directory",
        "collect.journald.journalctlPath",
    ],
    signal: Signal.Logs,
    perNode: true,
    components: [
        ["receivers", "journald"],
        ["extensions", "file_storage"],
    ],
    volumeNames: [NODE_ROOT_VOLUME, CHECKPOINTS_VOLUME],
    privileged: true,
    refusedOn: {
        gkeAutopilot:
            "needs the node's /, but Autopilot mounts only folders below /var/log; remove it, and read the nodes' logs in Cloud Logging",
    },
    asked: ({ collect }) => Boolean(collect?.journald),
    on: ({ collect }) => Boolean(collect.journald),
    check(check, { collect: { journald: args } }) {
        if (args === undefined) return;
        const at = check.at("collect.journald");
        const { priority = JournalPriority.Info, directory, journalctlPath } = args;
        at.at("priority").oneOf(priority, JournalPriority);
        for (const [field, path] of Object.entries({ directory, journalctlPath })) {
            if (path === undefined || path.startsWith("/")) continue;
            at.at(field).fail(`"${path}" is not an absolute path on the node; start it with /, or remove it`);
        }
    },
    render(plan) {
        const { collect } = plan;
        const { units = [], priority = JournalPriority.Info, directory, journalctlPath, json } = collect.journald ?? {};
        const checkpoints = checkpointFolder(plan);
        const host = nodeRoot();
        const node = variable(VARIABLES.nodeName);
        const config = {
            root_path: NODE_ROOT,
            journalctl_path: escapeDollars(journalctlPath ?? "/usr/bin/journalctl"),
            ...(directory === undefined ? {} : { directory: escapeDollars(directory) }),
            ...(units.length === 0 ? {} : { units: escapeDollars([...units].sort()) }),
            priority,
            start_at: "end",
            // Without it, journalctl returns no message that is longer than 4 kB.
            all: true,
            convert_message_bytes: true,
            ...checkpoints.receiver,
            retry_on_failure: { enabled: true },
            resource: { "host.name": node, "k8s.node.name": node },
            operators: [...OPERATORS, ...jsonOperators(json)],
        };
        return {
            extensions: checkpoints.extensions,
            receivers: [{ id: "journald", signal: Signal.Logs, config }],
            env: [fieldVariable(VARIABLES.nodeName, "spec.nodeName")],
            volumes: [...checkpoints.volumes, ...host.volumes],
            volumeMounts: [...checkpoints.volumeMounts, ...host.volumeMounts],
            root: true,
            capabilities: ["SYS_CHROOT"],
        };
    },
};
