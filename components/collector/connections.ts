import { type ConfigPlan, Tier } from "./config-plan";
import type { Fragment } from "./fragment";
import { VARIABLES } from "./places";

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

/** The way through a proxy. A kubelet is asked without it. */
export function proxy({ proxy: plan, collect }: ConfigPlan): Fragment {
    if (plan === undefined) return {};
    const env = plan.env.map((item) =>
        item.name === "NO_PROXY" && collect.kubeletMetrics
            ? { ...item, value: `${item.value as string},$(${VARIABLES.nodeIp})` }
            : item,
    );
    return { env, podAnnotations: plan.podAnnotations };
}
