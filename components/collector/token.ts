import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../shared/kubernetes";
import { combine, lift } from "../shared/outputs";
import { refParts, type SecretKeyOutputs } from "../shared/references";
import {
    type AuthorizationScheme,
    checkScheme,
    checkSecretKey,
    checkSecretName,
    DEFAULT_SECRET_KEY,
} from "../shared/secrets";
import { checkTokenReference, type TokenReferenceArgs } from "../shared/token-reference";
import { CollectorTokenFrom } from "./args";
import { featureParts } from "./features";
import { ENV, TOKEN_FILE } from "./constants";
import type { CollectorPlan } from "./plan-types";
import { type PodPlan, planPods } from "./pod-fields";
import { usesToken } from "./features/self-telemetry";
import { Check } from "../shared/check";

/** Annotation of the pods that changes with the token and restarts them. For the configuration, the ConfigMap's name does this. */
export const TOKEN_REVISION = "dynatrace-otlp/token-revision";

/** A validated reference to a token, with defaults. */
export interface CheckedToken {
    secret: SecretKeyOutputs;
    revision: pulumi.Output<string | undefined>;
    scheme: pulumi.Output<AuthorizationScheme>;
}

/** Inputs for the pods: how they read the token, variables, and pod fields. */
export interface Delivery {
    token: CheckedToken;
    /** @default `environment` */
    from?: CollectorTokenFrom;
    /** Further environment variables. @default [] */
    variables?: pulumi.Output<types.input.core.v1.EnvVar[]>;
    /** Secrets and ConfigMaps whose keys become variables. @default [] */
    variableSources?: pulumi.Output<types.input.core.v1.EnvFromSource[]>;
    /** Further fields of the pods. @default - none */
    pods?: pulumi.Output<PodPlan>;
}

/** Parts of the pods for the token. Pods that do not send with the token only get the annotations. */
export interface TokenParts {
    annotations: pulumi.Output<Record<string, string>>;
    podSecurityContext: types.input.core.v1.PodSecurityContext;
    env: types.input.core.v1.EnvVar[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    volumes: types.input.core.v1.Volume[];
}

/** All pod inputs. */
export interface DeliveredParts extends TokenParts {
    /** Variables of every pod, including pods without the token. */
    variables: pulumi.Output<types.input.core.v1.EnvVar[]>;
    variableSources: pulumi.Output<types.input.core.v1.EnvFromSource[]>;
    pods: pulumi.Output<PodPlan>;
}

/** Checks each value as soon as it is known. @throws InputError if no pod could read the token. */
export function checkedToken(check: Check, token: TokenReferenceArgs): CheckedToken {
    if (typeof token !== "object" || token === null) checkTokenReference(check.at("token"), undefined);
    const { secret, revision, scheme } = token;
    const { name, key } = refParts(secret);
    const at = check.at("token.secret");
    return {
        secret: {
            name: lift(name, (text) => checkSecretName(at.at("name"), text)),
            key: lift(key, (text = DEFAULT_SECRET_KEY) => checkSecretKey(at.at("key"), text)),
        },
        scheme: lift(scheme, (word) => checkScheme(check.at("token.scheme"), word)),
        revision: lift(revision, (text) => text),
    };
}

/** @param group group that the container runs as. */
export function deliveredParts(
    plan: pulumi.Output<CollectorPlan>,
    {
        token,
        from = CollectorTokenFrom.Environment,
        variables = lift(undefined, () => []),
        variableSources = lift(undefined, () => []),
        pods = lift(undefined, () => planPods(new Check(""), {})),
    }: Delivery,
    group: number,
): DeliveredParts {
    const parts = from === CollectorTokenFrom.File ? fromFile(plan, token, group) : fromEnvironment(plan, token);
    return { ...parts, variables, variableSources, pods };
}

/** Annotations that do not depend on the token. */
function ownAnnotations(plan: CollectorPlan): Record<string, string> {
    return { ...featureParts(plan).podAnnotations, ...plan.podAnnotations };
}

function fromEnvironment(plan: pulumi.Output<CollectorPlan>, token: CheckedToken): TokenParts {
    return {
        annotations: combine(plan, revisionOf(token), (plain, revision): Record<string, string> => ({
            ...ownAnnotations(plain),
            ...(usesToken(plain) ? { [TOKEN_REVISION]: shortHash(revision) } : {}),
        })),
        podSecurityContext: {},
        env: [{ name: ENV.token, valueFrom: { secretKeyRef: token.secret } }],
        volumeMounts: [],
        volumes: [],
    };
}

/** A string that changes with the token. */
function revisionOf({ secret, revision }: CheckedToken): pulumi.Output<string> {
    return combine(secret.name, revision, (name, text) => `${name} ${text ?? ""}`);
}

/** No part may change with the token, or the pods would restart. */
function fromFile(plan: pulumi.Output<CollectorPlan>, token: CheckedToken, group: number): TokenParts {
    const secret = {
        secretName: token.secret.name,
        // Only the token's key: another tool may have added other keys to the Secret.
        items: [{ key: token.secret.key, path: TOKEN_FILE.name }],
        defaultMode: 0o440,
    };
    return {
        annotations: plan.apply(ownAnnotations),
        // Files of a Secret belong to root. fsGroup gives the container's group access.
        podSecurityContext: { fsGroup: group },
        env: [],
        // Without subPath: a kubelet never updates files mounted with subPath.
        volumeMounts: [{ name: "token", mountPath: TOKEN_FILE.directory, readOnly: true }],
        volumes: [{ name: "token", secret }],
    };
}
