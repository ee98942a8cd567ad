import type { Feature } from "./feature";

/** Opens the Collector's ports on the node. The manifests of the pods render the ports. */
export const hostPorts: Feature = {
    name: "host-ports",
    argument: "hostPorts",
    asked: (args) => args.hostPorts === true,
    privileged: true,
    on: () => false,
    render: () => ({}),
};
