import type { ConfigPlan } from "../config-plan";
import { fieldVariable, type Fragment, hostFolder } from "../fragment";
import { escapeDollar } from "../ottl";
import { variable } from "../places";

/** Where OneAgent leaves what it knows of its host. */
const ENRICHMENT_DIRECTORY = "/var/lib/dynatrace/enrichment";

/** The stack's attributes. An application's own attribute wins. */
export function stackAttributes({ resourceAttributes, signals }: ConfigPlan): Fragment {
    const keys = Object.keys(resourceAttributes).sort();
    if (keys.length === 0) return {};
    const attributes = keys.map((key) => ({
        key,
        value: escapeDollar(resourceAttributes[key] ?? ""),
        action: "insert",
    }));
    return { processors: [{ id: "resource", signals, config: { attributes } }] };
}

/** What a pod knows of itself, for a Collector beside the application in the same pod. */
const OWN_POD = [
    { key: "k8s.namespace.name", variable: "K8S_NAMESPACE", fieldPath: "metadata.namespace" },
    { key: "k8s.node.name", variable: "K8S_NODE_NAME", fieldPath: "spec.nodeName" },
    { key: "k8s.pod.name", variable: "K8S_POD_NAME", fieldPath: "metadata.name" },
    { key: "k8s.pod.uid", variable: "K8S_POD_UID", fieldPath: "metadata.uid" },
];

/** The pod's own attributes, which need no right to read the cluster. */
export function ownPod({ ownPod: enabled, signals }: ConfigPlan): Fragment {
    if (!enabled) return {};
    const attributes = OWN_POD.map(({ key, variable: name }) => ({ key, value: variable(name), action: "insert" }));
    return {
        processors: [{ id: "resource/pod", signals, config: { attributes } }],
        env: OWN_POD.map(({ variable: name, fieldPath }) => fieldVariable(name, fieldPath)),
    };
}

/**
 * The host as OneAgent on the same node knows it.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor
 */
export function hostFromOneAgent({ enrichment, names, signals }: ConfigPlan): Fragment {
    if (!enrichment.hostFromOneAgent) return {};
    const config = { detectors: ["dynatrace"], override: false };
    return {
        processors: [{ id: `${names.resourceDetectionProcessor}/dynatrace`, signals, config }],
        // Without OneAgent the folder is empty, and nothing is added.
        ...hostFolder("oneagent-enrichment", ENRICHMENT_DIRECTORY, ENRICHMENT_DIRECTORY, {
            type: "DirectoryOrCreate",
            readOnly: true,
        }),
    };
}
