import { type ConfigPlan, Tier } from "./config-plan";
import type { Fragment } from "./fragment";
import { VARIABLES } from "./places";
import { METADATA_HOSTS } from "./steps/resource-detection";

/** What the receiver needs besides its own settings: who may send, and the files for that. */
export function receiver({ tier, receiver: plan }: ConfigPlan): Fragment {
    if (tier === Tier.Second) return {};
    const { extensions, volumes, volumeMounts } = plan;
    return { extensions, volumes, volumeMounts, groupFiles: volumes.length > 0 };
}

/** Certificates of one's own, for the pods that connect to Dynatrace. */
export function trust({ tier, trust: plan }: ConfigPlan): Fragment {
    if (tier === Tier.First) return {};
    const { volumes, volumeMounts, podAnnotations } = plan;
    return { volumes, volumeMounts, podAnnotations };
}

/** The way through a proxy. A kubelet and a cloud's metadata service are asked without it. */
export function proxy({ proxy: plan, collect, enrichment }: ConfigPlan): Fragment {
    if (plan === undefined) return {};
    const direct = [
        ...(enrichment.resourceDetection === undefined ? [] : METADATA_HOSTS),
        ...(collect.kubeletMetrics ? [`$(${VARIABLES.nodeIp})`] : []),
    ];
    const env = plan.env.map((item) =>
        item.name === "NO_PROXY" ? { ...item, value: [item.value as string, ...direct].join(",") } : item,
    );
    return { env, podAnnotations: plan.podAnnotations };
}
