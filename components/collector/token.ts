import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../shared/kubernetes";
import { combine, lift } from "../shared/outputs";
import {
    type AuthorizationScheme,
    checkScheme,
    checkSecretKey,
    checkSecretName,
    checkTokenReference,
    DEFAULT_SECRET_KEY,
    type TokenReferenceArgs,
} from "../shared/secrets";
import { CollectorTokenFrom } from "./args";
import { featureParts } from "./features";
import { ENV, TOKEN_FILE } from "./constants";
import type { CollectorPlan } from "./plan-types";
import { type PodPlan, planPods } from "./pod-fields";
import { usesToken } from "./features/self-telemetry";
import { Check } from "../shared/check";

/** Annotation of the pods that changes with the token and so restarts them. The name of the ConfigMap does that for the configuration. */
export const TOKEN_REVISION = "dynatrace-otlp/token-revision";

/** A reference to a token that pods can read, with its defaults. */
export interface CheckedToken {
    secretName: pulumi.Output<string>;
    secretKey: pulumi.Output<string>;
    revision: pulumi.Output<string | undefined>;
    scheme: pulumi.Output<AuthorizationScheme>;
}

/** What is added to the pods: the token, by reference, and variables. */
export interface Delivery {
    token: CheckedToken;
    /** @default `environment` */
    from?: CollectorTokenFrom;
    /** Further variables. @default [] */
    variables?: pulumi.Output<types.input.core.v1.EnvVar[]>;
    /** All keys of Secrets and ConfigMaps as variables. @default [] */
    variableSources?: pulumi.Output<types.input.core.v1.EnvFromSource[]>;
    /** Further fields of the pods. @default - none */
    pods?: pulumi.Output<PodPlan>;
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

/** Each value is checked on its own, when it is known. @throws InputError if no pod could read a token by it. */
export function checkedToken(check: Check, token: TokenReferenceArgs): CheckedToken {
    if (typeof token !== "object" || token === null) checkTokenReference(check.at("token"), undefined);
    const { secretName, secretKey, revision, scheme } = token;
    return {
        secretName: lift(secretName, (name) => checkSecretName(check.at("token.secretName"), name)),
        secretKey: lift(secretKey, (key = DEFAULT_SECRET_KEY) => checkSecretKey(check.at("token.secretKey"), key)),
        scheme: lift(scheme, (word) => checkScheme(check.at("token.scheme"), word)),
        revision: lift(revision, (text) => text),
    };
}

/** @param group that the container runs as. */
export function deliveredParts(
    plan: pulumi.Output<CollectorPlan>,
    {
        token,
        from = CollectorTokenFrom.Environment,
        variables = lift(undefined, () => []),
        variableSources = lift(undefined, () => []),
        pods = lift(undefined, () => planPods(new Check("", "pods"))),
    }: Delivery,
    group: number,
): DeliveredParts {
    const parts = from === CollectorTokenFrom.File ? fromFile(plan, token, group) : fromEnvironment(plan, token);
    return { ...parts, variables, variableSources, pods };
}

/** Annotations that do not come from the token. */
function ownAnnotations(plan: CollectorPlan): Record<string, string> {
    return { ...featureParts(plan).podAnnotations, ...plan.podAnnotations };
}

function fromEnvironment(plan: pulumi.Output<CollectorPlan>, token: CheckedToken): TokenParts {
    const secretKeyRef = { name: token.secretName, key: token.secretKey };
    return {
        annotations: combine(plan, revisionOf(token), (plain, revision): Record<string, string> => ({
            ...ownAnnotations(plain),
            ...(usesToken(plain) ? { [TOKEN_REVISION]: shortHash(revision) } : {}),
        })),
        podSecurityContext: {},
        env: [{ name: ENV.token, valueFrom: { secretKeyRef } }],
        volumeMounts: [],
        volumes: [],
    };
}

/** A text that changes with the token. */
function revisionOf({ secretName, revision }: CheckedToken): pulumi.Output<string> {
    return combine(secretName, revision, (name, text) => `${name} ${text ?? ""}`);
}

/** Nothing here changes with the token, or the pods would restart. */
function fromFile(plan: pulumi.Output<CollectorPlan>, token: CheckedToken, group: number): TokenParts {
    const secret = {
        secretName: token.secretName,
        // The one key alone: a Secret made elsewhere may hold more.
        items: [{ key: token.secretKey, path: TOKEN_FILE.name }],
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
