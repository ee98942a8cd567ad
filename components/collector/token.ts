import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../kubernetes-names";
import { DEFAULT_SECRET_KEY, type TokenReferenceArgs } from "../token-reference";
import { TokenFrom } from "./args";
import { ENV, TOKEN_FILE } from "./places";
import type { CollectorPlan } from "./plan";
import { usesToken } from "./presets/self-telemetry";

/** Annotation of the pods that changes with the token and so restarts them. The name of the ConfigMap does that for the configuration. */
export const TOKEN_REVISION = "dynatrace-otlp/token-revision";

/** What the token's delivery adds to the pods; all but the annotations only where they send with the token. */
export interface TokenParts {
    annotations: pulumi.Output<Record<string, string>>;
    podSecurityContext: types.input.core.v1.PodSecurityContext;
    env: types.input.core.v1.EnvVar[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    volumes: types.input.core.v1.Volume[];
}

/** @param group that the container runs as. */
export function tokenParts(
    plan: pulumi.Output<CollectorPlan>,
    from: TokenFrom,
    token: TokenReferenceArgs,
    group: number,
): TokenParts {
    return from === TokenFrom.File ? fromFile(plan, token, group) : fromEnvironment(plan, token);
}

function fromEnvironment(plan: pulumi.Output<CollectorPlan>, token: TokenReferenceArgs): TokenParts {
    const secretKeyRef = { name: token.secretName, key: token.secretKey ?? DEFAULT_SECRET_KEY };
    return {
        annotations: pulumi
            .all([plan, token.secretName, token.revision])
            .apply(([plain, secretName, revision]): Record<string, string> => ({
                ...plain.podAnnotations,
                ...(usesToken(plain as unknown as CollectorPlan)
                    ? { [TOKEN_REVISION]: shortHash(`${secretName} ${revision ?? ""}`) }
                    : {}),
            })),
        podSecurityContext: {},
        env: [{ name: ENV.token, valueFrom: { secretKeyRef } }],
        volumeMounts: [],
        volumes: [],
    };
}

/** Nothing here changes with the token, or the pods would restart. */
function fromFile(plan: pulumi.Output<CollectorPlan>, token: TokenReferenceArgs, group: number): TokenParts {
    const secret = {
        secretName: token.secretName,
        // The one key alone: a Secret made elsewhere may hold more.
        items: [{ key: token.secretKey ?? DEFAULT_SECRET_KEY, path: TOKEN_FILE.name }],
        defaultMode: 0o440,
    };
    return {
        annotations: plan.podAnnotations,
        // Files of a Secret belong to root; this gives them to the container's group.
        podSecurityContext: { fsGroup: group },
        env: [],
        // Not with a subPath, which a kubelet never refreshes.
        volumeMounts: [{ name: "token", mountPath: TOKEN_FILE.directory, readOnly: true }],
        volumes: [{ name: "token", secret }],
    };
}
