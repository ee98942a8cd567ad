import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../kubernetes-names";
import { DEFAULT_SECRET_KEY, type TokenReferenceArgs } from "../token-reference";
import { TokenFrom } from "./args";
import { fragmentsOf } from "./fragments";
import { ENV, TOKEN_FILE } from "./places";
import type { CollectorPlan } from "./collector-plan";
import { type PodPlan, planPods } from "./pod-fields";
import { usesToken } from "./presets/self-telemetry";

/** Annotation of the pods that changes with the token and so restarts them. The name of the ConfigMap does that for the configuration. */
export const TOKEN_REVISION = "dynatrace-otlp/token-revision";

/** What comes into the pods from elsewhere: the token, by reference, and variables. */
export interface Delivery {
    token: TokenReferenceArgs;
    /** @default `environment` */
    from?: TokenFrom;
    /** Variables of one's own. @default [] */
    variables?: pulumi.Input<types.input.core.v1.EnvVar[]>;
    /** All keys of Secrets and ConfigMaps as variables. @default [] */
    variableSources?: pulumi.Input<types.input.core.v1.EnvFromSource[]>;
    /** What one's own pods have besides. @default - nothing */
    pods?: pulumi.Input<PodPlan>;
}

/** What the token's delivery adds to the pods; all but the annotations only where they send with the token. */
export interface TokenParts {
    annotations: pulumi.Output<Record<string, string>>;
    podSecurityContext: types.input.core.v1.PodSecurityContext;
    env: types.input.core.v1.EnvVar[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    volumes: types.input.core.v1.Volume[];
}

/** All that is delivered. */
export interface DeliveredParts extends TokenParts {
    /** In every pod, whether it sends with the token or not. */
    variables: pulumi.Output<types.input.core.v1.EnvVar[]>;
    variableSources: pulumi.Output<types.input.core.v1.EnvFromSource[]>;
    pods: pulumi.Output<PodPlan>;
}

/** @param group that the container runs as. */
export function deliveredParts(
    plan: pulumi.Output<CollectorPlan>,
    { token, from = TokenFrom.Environment, variables = [], variableSources = [], pods = planPods("") }: Delivery,
    group: number,
): DeliveredParts {
    const parts = from === TokenFrom.File ? fromFile(plan, token, group) : fromEnvironment(plan, token);
    return {
        ...parts,
        variables: pulumi.output(variables) as unknown as DeliveredParts["variables"],
        variableSources: pulumi.output(variableSources) as unknown as DeliveredParts["variableSources"],
        pods: pulumi.output(pods) as unknown as DeliveredParts["pods"],
    };
}

/** Annotations that do not come from the token. */
function ownAnnotations(plan: CollectorPlan): Record<string, string> {
    return { ...fragmentsOf(plan).podAnnotations, ...plan.podAnnotations };
}

function fromEnvironment(plan: pulumi.Output<CollectorPlan>, token: TokenReferenceArgs): TokenParts {
    const secretKeyRef = { name: token.secretName, key: token.secretKey ?? DEFAULT_SECRET_KEY };
    return {
        annotations: pulumi
            .all([plan, token.secretName, token.revision])
            .apply(([plain, secretName, revision]): Record<string, string> => ({
                ...ownAnnotations(plain as unknown as CollectorPlan),
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
        annotations: plan.apply(ownAnnotations),
        // Files of a Secret belong to root; this gives them to the container's group.
        podSecurityContext: { fsGroup: group },
        env: [],
        // Not with a subPath, which a kubelet never refreshes.
        volumeMounts: [{ name: "token", mountPath: TOKEN_FILE.directory, readOnly: true }],
        volumes: [{ name: "token", secret }],
    };
}
