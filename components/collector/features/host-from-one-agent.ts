import { CollectorMode } from "../args";
import { type Feature, hostFolder } from "./feature";

/** Directory where OneAgent writes the attributes of its host. */
const ENRICHMENT_DIRECTORY = "/var/lib/dynatrace/enrichment";
const VOLUME = "oneagent-enrichment";

/**
 * Attributes of the host, from OneAgent on the same node.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor
 */
export const hostFromOneAgent: Feature = {
    name: "host-from-one-agent",
    argument: "processing.enrichment.hostFromOneAgent",
    optionalComponents: [["processors", "resource_detection"]],
    volumeNames: [VOLUME],
    privileged: true,
    refusedOn: {
        gkeAutopilot:
            "needs /var/lib/dynatrace of the node, but Autopilot mounts only folders below /var/log; remove it",
    },
    asked: ({ processing }) => processing?.enrichment?.hostFromOneAgent === true,
    on: ({ enrichment }) => enrichment.hostFromOneAgent,
    check(check, { mode, enrichment }) {
        if (!enrichment.hostFromOneAgent || mode === CollectorMode.DaemonSet) return;
        const problem = "would add the Collector's own host to the data of every sender";
        check
            .at("processing.enrichment.hostFromOneAgent")
            .fail(`${problem}; set mode to daemonSet, or remove hostFromOneAgent`);
    },
    render({ names, signals }) {
        const config = { detectors: ["dynatrace"], override: false };
        return {
            processors: [{ id: `${names.resourceDetectionProcessor}/dynatrace`, signals, config }],
            // Without OneAgent the directory is empty, and no attributes are added.
            ...hostFolder(VOLUME, ENRICHMENT_DIRECTORY, ENRICHMENT_DIRECTORY, {
                type: "DirectoryOrCreate",
                readOnly: true,
            }),
        };
    },
};
