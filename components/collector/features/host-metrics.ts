import { Signal } from "../../shared/signals";
import { variable, VARIABLES } from "../constants";
import { type Feature, fieldVariable } from "./feature";
import { metricsInterval } from "./metrics-interval";
import { NODE_ROOT, NODE_ROOT_VOLUME, nodeRoot } from "./node-root";

/** File systems without a disk. */
const VIRTUAL_FILE_SYSTEMS =
    "autofs binfmt_misc bpf cgroup2 configfs debugfs devpts devtmpfs fusectl hugetlbfs mqueue nsfs overlay proc pstore rpc_pipefs " +
    "securityfs selinuxfs squashfs sysfs tmpfs tracefs";

/** Metrics of each node. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/hostmetricsreceiver */
export const hostMetrics: Feature = {
    name: "host-metrics",
    argument: "collect.hostMetrics",
    signal: Signal.Metrics,
    perNode: true,
    components: [
        ["receivers", "host_metrics"],
        ["processors", "resource"],
    ],
    volumeNames: [NODE_ROOT_VOLUME],
    privileged: true,
    refusedOn: {
        gkeAutopilot:
            "needs the node's /, but Autopilot mounts only folders below /var/log; use collect.kubeletMetrics",
    },
    asked: ({ collect }) => Boolean(collect?.hostMetrics),
    on: ({ collect }) => Boolean(collect.hostMetrics),
    render({ collect, names }) {
        const config = {
            collection_interval: metricsInterval(collect),
            root_path: NODE_ROOT,
            scrapers: {
                cpu: {},
                disk: {},
                filesystem: {
                    exclude_fs_types: { fs_types: VIRTUAL_FILE_SYSTEMS.split(" "), match_type: "strict" },
                    // The kubelet reports the volumes of pods, so they are excluded here.
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
                    // Without these attributes, the series of all nodes would be one series.
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
            ...nodeRoot(),
        };
    },
};
