import type { Feature } from "./feature";

/** Opens the Collector's ports on the node. The pod manifests render the ports. */
export const hostPorts: Feature = {
    name: "host-ports",
    argument: "network.hostPorts",
    asked: ({ network }) => network?.hostPorts === true,
    privileged: true,
    refusedOn: {
        gkeAutopilot:
            "Autopilot opens no ports on nodes; remove it, and send to the Service, which leads to the pod on the same node",
    },
    on: () => false,
    render: () => ({}),
};
