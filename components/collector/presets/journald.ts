import { type Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import { type CollectArgs, JournalPriority } from "../args-collect";
import type { ConfigPlan } from "../config-plan";
import { fieldVariable, type Fragment, hostFolder } from "../fragment";
import { escapeDollars } from "../own-config";
import { variable, VARIABLES } from "../places";
import { checkpointFolder } from "./container-logs";
import { NODE_ROOT } from "./host-metrics";

/** Syslog's levels, from 0 on, as OpenTelemetry's. */
const SEVERITIES = { fatal: ["0"], error3: ["1"], error2: ["2"], error: ["3"], warn: ["4"], info2: ["5"] };

/** What is kept of an entry besides its message, and under which name. */
const KEPT = { _SYSTEMD_UNIT: "systemd.unit", SYSLOG_IDENTIFIER: "syslog.identifier", _PID: "process.pid" };

/**
 * A node's journal, read by the node's own program: it alone is sure to know the journal's format. It runs below the node's `/`.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/journaldreceiver
 */
export function journald({ collect, name, namespace }: ConfigPlan): Fragment {
    if (collect.journald === undefined) return {};
    const { units = [], priority = JournalPriority.Info, directory, journalctlPath } = collect.journald;
    const checkpoints = checkpointFolder(name, namespace);
    const host = hostFolder("host", "/", NODE_ROOT, { readOnly: true, mountPropagation: "HostToContainer" });
    const node = variable(VARIABLES.nodeName);
    const config = {
        root_path: NODE_ROOT,
        journalctl_path: escapeDollars(journalctlPath ?? "/usr/bin/journalctl"),
        ...(directory === undefined ? {} : { directory: escapeDollars(directory) }),
        ...(units.length === 0 ? {} : { units: escapeDollars([...units].sort()) }),
        priority,
        start_at: "end",
        convert_message_bytes: true,
        storage: checkpoints.storage,
        retry_on_failure: { enabled: true },
        resource: { "host.name": node, "k8s.node.name": node },
        operators: OPERATORS,
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
}

/** The message becomes the record's body; the journal's many fields of its own are left out. */
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

/** @throws InputError for a level that is none, and for paths that are not the node's. */
export function checkJournald(check: Check, { journald: args }: CollectArgs): void {
    if (args === undefined) return;
    const { priority = JournalPriority.Info, directory, journalctlPath } = args;
    check.at("collect.journald.priority").oneOf(priority, JournalPriority);
    for (const [field, path] of Object.entries({ directory, journalctlPath })) {
        if (path === undefined || path.startsWith("/")) continue;
        const problem = `"${path}" is not an absolute path of the node; begin it with /, or leave it out`;
        throw check.at(`collect.journald.${field}`).error(problem);
    }
}
