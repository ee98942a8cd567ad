import { VARIABLES } from "../constants";
import type { Feature } from "./feature";
import { kubeletMetrics } from "./kubelet-metrics";
import { METADATA_HOSTS, resourceDetection } from "./resource-detection";

/** Environment variables of an HTTP proxy. The kubelet and the cloud's metadata service are reached without the proxy. */
export const proxy: Feature = {
    name: "proxy",
    argument: "network.proxy",
    on: (plan) => plan.proxy !== undefined,
    render(plan) {
        const direct = [
            ...(resourceDetection.on(plan) ? METADATA_HOSTS : []),
            ...(kubeletMetrics.on(plan) ? [`$(${VARIABLES.nodeIp})`] : []),
        ];
        const env = (plan.proxy?.env ?? []).map((item) =>
            item.name === "NO_PROXY" ? { ...item, value: [item.value as string, ...direct].join(",") } : item,
        );
        return { env, podAnnotations: plan.proxy?.podAnnotations };
    },
};
