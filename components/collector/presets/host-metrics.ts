import { Signal } from "../../shared/signals";
import type { ConfigPlan } from "../config-plan";
import { fieldVariable, type Fragment, hostFolder } from "../fragment";
import { variable, VARIABLES } from "../places";

/** Where the node's `/` is mounted. */
export const NODE_ROOT = "/hostfs";

/** File systems that are no disk. */
const VIRTUAL_FILE_SYSTEMS =
    "autofs binfmt_misc bpf cgroup2 configfs debugfs devpts devtmpfs fusectl hugetlbfs mqueue nsfs overlay proc pstore rpc_pipefs " +
    "securityfs selinuxfs squashfs sysfs tmpfs tracefs";

/**
 * A node's own metrics.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/hostmetricsreceiver
 */
export function hostMetrics({ collect, names }: ConfigPlan): Fragment {
    if (!collect.hostMetrics) return {};
    const config = {
        collection_interval: `${collect.metricsIntervalSeconds ?? 60}s`,
        root_path: NODE_ROOT,
        scrapers: {
            cpu: {},
            disk: {},
            filesystem: {
                exclude_fs_types: { fs_types: VIRTUAL_FILE_SYSTEMS.split(" "), match_type: "strict" },
                // Volumes of pods are the kubelet's to report.
                exclude_mount_points: {
                    // `$$` is a `$` that the Collector does not expand.
                    mount_points: ["^/(dev|proc|sys|run|var/lib/kubelet|var/lib/containerd)(/|$$)"],
                    match_type: "regexp",
                },
            },
            load: {},
            memory: {},
            network: {},
            paging: {},
            processes: {},
        },
    };
    return {
        receivers: [{ id: names.hostMetricsReceiver, signal: Signal.Metrics, config }],
        processors: [
            {
                // Or the series of all nodes would be one.
                id: "resource/node",
                signals: [Signal.Metrics],
                config: {
                    attributes: ["host.name", "k8s.node.name"].map((key) => ({
                        key,
                        value: variable(VARIABLES.nodeName),
                        action: "insert",
                    })),
                },
            },
        ],
        env: [fieldVariable(VARIABLES.nodeName, "spec.nodeName")],
        ...hostFolder("host", "/", NODE_ROOT, { readOnly: true, mountPropagation: "HostToContainer" }),
    };
}
