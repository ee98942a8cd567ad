import type { Feature } from "./feature";

/** Allows the user's volumes and containers to use the node. The pod manifests render them. */
export const podNodeAccess: Feature = {
    name: "pod-node-access",
    argument: "pods.allowNodeAccess",
    asked: ({ pods }) => pods?.allowNodeAccess === true,
    privileged: true,
    refusedOn: { eksFargate: "Fargate gives pods no access to their node; remove it" },
    on: () => false,
    render: () => ({}),
};
