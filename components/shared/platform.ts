import type { types } from "@pulumi/kubernetes";

import type { Check } from "./check";

/** The kind of cluster that pods run in. */
export const ClusterPlatform = {
    /** Any cluster that no other value names. */
    Kubernetes: "kubernetes",
    /** Red Hat OpenShift. The cluster chooses the user and group of each pod, and SELinux is on. */
    OpenShift: "openshift",
    /** Google Kubernetes Engine in mode Autopilot. Pods can read `/var/log` of their node and nothing else. */
    GkeAutopilot: "gkeAutopilot",
    /** Amazon EKS with AWS Fargate. Each pod has a node of its own, and there are no DaemonSets. */
    EksFargate: "eksFargate",
    /** Minikube. */
    Minikube: "minikube",
} as const;
export type ClusterPlatform = (typeof ClusterPlatform)[keyof typeof ClusterPlatform];

/** @throws InputError for an unknown platform. */
export function platformOf(check: Check, platform?: ClusterPlatform): ClusterPlatform {
    return check.at("platform").oneOf(platform ?? ClusterPlatform.Kubernetes, ClusterPlatform);
}

type Ids = Pick<types.input.core.v1.PodSecurityContext, "runAsUser" | "runAsGroup" | "fsGroup">;

/**
 * The user and group of a pod that uses nothing of its node. OpenShift admits only the range of the namespace, and sets all three fields
 * itself (SecurityContextConstraints `restricted-v2`).
 *
 * @see https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/authentication_and_authorization/managing-pod-security-policies
 */
export function idsOn(platform: ClusterPlatform, ids: Ids): Ids {
    return platform === ClusterPlatform.OpenShift ? {} : ids;
}
