import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { featureParts } from "../features";
import type { PodInputs } from "../pod-inputs";
import type { ManifestContext } from "./context";

/** The account that the pods run under, unless an existing one is named. */
export function createServiceAccount(
    { name, args, plan, options }: ManifestContext,
    { pods, accountAnnotations: annotations }: Pick<PodInputs, "pods" | "accountAnnotations">,
): pulumi.Resource[] {
    if (args.serviceAccount?.existingName !== undefined) return [];
    const account = {
        metadata: { name: plan.accountName, namespace: plan.namespace, labels: plan.labels, annotations },
        // Pods request the token themselves, except those that the Operator creates.
        automountServiceAccountToken: plan.apply(
            (plain) => plain.operator !== undefined && featureParts(plain).apiServer,
        ),
        imagePullSecrets: args.operator === undefined ? undefined : pods.imagePullSecrets,
    };
    return [new k8s.core.v1.ServiceAccount(`${name}-account`, account, options)];
}
