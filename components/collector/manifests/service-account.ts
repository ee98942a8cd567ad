import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { callsApiServer } from "../features";
import type { PodInputs } from "../pod-inputs";
import type { ManifestContext } from "./context";

/** The pods' ServiceAccount, unless the arguments name an existing one. */
export function createServiceAccount(
    { name, args, plan, options }: ManifestContext,
    { pods, accountAnnotations: annotations }: Pick<PodInputs, "pods" | "accountAnnotations">,
): pulumi.Resource[] {
    if (args.pods?.serviceAccount?.existingName !== undefined) return [];
    const account = {
        metadata: { name: plan.accountName, namespace: plan.namespace, labels: plan.labels, annotations },
        // Only pods of the Operator use the automatic mount. Other pods request the token themselves.
        automountServiceAccountToken: plan.apply((plain) => plain.operator !== undefined && callsApiServer(plain)),
        imagePullSecrets: args.operator === undefined ? undefined : pods.imagePullSecrets,
    };
    return [new k8s.core.v1.ServiceAccount(`${name}-account`, account, options)];
}
