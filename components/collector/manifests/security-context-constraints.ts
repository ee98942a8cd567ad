import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { ClusterPlatform } from "../../shared/platform";
import { featureParts, readsNode } from "../features";
import type { ManifestContext } from "./context";

const ANY = { type: "RunAsAny" };
const VOLUMES = [
    ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "hostPath"],
    ...["persistentVolumeClaim", "projected", "secret"],
];

/**
 * Lets the Collector's ServiceAccount run pods that use their node, on OpenShift. `restricted-v2` admits all other pods of the Collector.
 *
 * @see https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/authentication_and_authorization/managing-pod-security-policies
 */
export function createSecurityContextConstraints({ name, args, plan, options }: ManifestContext): pulumi.Resource[] {
    if (args.platform !== ClusterPlatform.OpenShift || !readsNode(args) || args.rbac?.create === false) return [];
    // The user's own volumes and containers may use the node in any way.
    const free = args.pods?.allowNodeAccess === true;
    const object = {
        apiVersion: "security.openshift.io/v1",
        kind: "SecurityContextConstraints",
        metadata: { name: plan.clusterRoleName, labels: plan.labels },
        // The default of OpenShift. The field is required.
        priority: 0,
        allowHostDirVolumePlugin: true,
        allowHostIPC: false,
        allowHostNetwork: false,
        allowHostPID: false,
        allowHostPorts: plan.hostPorts.apply((hostPorts) => free || hostPorts),
        allowPrivilegedContainer: free,
        allowPrivilegeEscalation: free,
        allowedCapabilities: free ? ["*"] : plan.apply((plain) => featureParts(plain).capabilities),
        defaultAddCapabilities: [],
        requiredDropCapabilities: free ? [] : ["ALL"],
        readOnlyRootFilesystem: false,
        runAsUser: ANY,
        fsGroup: ANY,
        supplementalGroups: ANY,
        seLinuxContext: ANY,
        seccompProfiles: free ? ["*"] : ["runtime/default"],
        volumes: free ? ["*"] : VOLUMES,
        users: plan.apply(({ namespace, accountName }) => [`system:serviceaccount:${namespace}:${accountName}`]),
        groups: [],
    };
    return [new k8s.apiextensions.CustomResource(`${name}-scc`, object, options)];
}
