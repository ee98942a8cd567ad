import type { Check } from "../shared/check";
import { ClusterPlatform } from "../shared/platform";
import { CollectorMode, type CollectorSettingsArgs } from "./args";
import { FEATURES } from "./features";

/** @throws InputError for arguments that the platform rejects. */
export function checkPlatform(check: Check, platform: ClusterPlatform, args: CollectorSettingsArgs): void {
    if (platform === ClusterPlatform.EksFargate && args.mode === CollectorMode.DaemonSet) {
        check
            .at("mode")
            .fail(
                "Fargate runs no DaemonSets; use mode deployment, and sidecarContainer in pods that need their own Collector",
            );
    }
    if (platform === ClusterPlatform.GkeAutopilot && args.network?.networkPolicy?.cilium !== undefined) {
        check
            .at("network.networkPolicy.cilium")
            .fail("GKE takes no CiliumNetworkPolicy; remove it to get a NetworkPolicy");
    }
    for (const feature of FEATURES) {
        const problem = feature.refusedOn?.[platform];
        if (feature.argument === undefined || problem === undefined || feature.asked?.(args) !== true) continue;
        check.at(feature.argument).fail(problem);
    }
}
