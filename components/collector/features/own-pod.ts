import { variable } from "../constants";
import { type Feature, fieldVariable } from "./feature";

const ATTRIBUTES = [
    { key: "k8s.namespace.name", name: "K8S_NAMESPACE", fieldPath: "metadata.namespace" },
    { key: "k8s.node.name", name: "K8S_NODE_NAME", fieldPath: "spec.nodeName" },
    { key: "k8s.pod.name", name: "K8S_POD_NAME", fieldPath: "metadata.name" },
    { key: "k8s.pod.uid", name: "K8S_POD_UID", fieldPath: "metadata.uid" },
];

/** Attributes of the sidecar's own pod. All its data comes from this pod, so it needs no right to read the cluster. */
export const ownPod: Feature = {
    name: "own-pod",
    components: [["processors", "resource"]],
    on: (plan) => plan.ownPod,
    render({ signals }) {
        const attributes = ATTRIBUTES.map(({ key, name }) => ({ key, value: variable(name), action: "insert" }));
        return {
            processors: [{ id: "resource/pod", signals, config: { attributes } }],
            env: ATTRIBUTES.map(({ name, fieldPath }) => fieldVariable(name, fieldPath)),
        };
    },
};
