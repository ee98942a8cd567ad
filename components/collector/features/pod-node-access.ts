import type { Feature } from "./feature";

/** Lets the user's own volumes and containers use the node. The manifests of the pods render them. */
export const podNodeAccess: Feature = {
    name: "pod-node-access",
    argument: "pods.allowNodeAccess",
    asked: ({ pods }) => pods?.allowNodeAccess === true,
    privileged: true,
    on: () => false,
    render: () => ({}),
};
