import type * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../shared/fields";
import { IP_FAMILY_FIELDS, type IpFamilyArgs } from "../shared/ip-families";
import type { ClusterPlatform } from "../shared/platform";

/** The two tokens with which an ActiveGate authenticates, as values or in a Secret. */
export interface StandaloneActiveGateTokensArgs {
    /** Tenant token, from the environment's connectivity information. @default - in the Secret */
    tenantToken?: pulumi.Input<string | undefined>;
    /** ActiveGate token, `dt0g02.…`. @default - in the Secret */
    authToken?: pulumi.Input<string | undefined>;
    /** Secret with the keys `tenant-token` and `auth-token`. @default - made from the two tokens */
    secretName?: pulumi.Input<string | undefined>;
    /** Any string that changes with the content of that Secret; a change restarts the pods. @default - no restart */
    revision?: pulumi.Input<string | undefined>;
}

/** The image of a standalone ActiveGate. @see https://gallery.ecr.aws/dynatrace/dynatrace-activegate */
export interface ActiveGateImageArgs {
    /** The image's tag, e.g. `1.337.36.20260526-135434`. It has no default, because the supported versions change every month. */
    version: pulumi.Input<string>;
    /** Image without tag. @default `public.ecr.aws/dynatrace/dynatrace-activegate` */
    repository?: pulumi.Input<string | undefined>;
    /** @default `IfNotPresent` */
    pullPolicy?: pulumi.Input<string | undefined>;
    /** @default - a public image */
    pullSecretName?: pulumi.Input<string | undefined>;
}

/** Network access to a standalone ActiveGate. */
export interface ActiveGateNetworkPolicyArgs {
    /** Creates a NetworkPolicy. Must be known when the program runs. @default true */
    enabled?: boolean;
    /** Names of the namespaces whose pods may send; not an empty list. @default - every namespace of the cluster */
    fromNamespaces?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

/** Settings of a standalone ActiveGate. */
export interface StandaloneActiveGateArgs extends IpFamilyArgs {
    /**
     * The kind of cluster. With `openshift`, the cluster chooses the user and group. `eksFargate` needs `storage.ephemeral` or
     * `storage.storageClassName`. Must be known when the program runs.
     *
     * @default `kubernetes`
     */
    platform?: ClusterPlatform;
    tokens: StandaloneActiveGateTokensArgs;
    image: pulumi.Input<ActiveGateImageArgs>;
    /** Addresses that it connects to, as one string from the environment's connectivity information, e.g. `https://abc12345.live.dynatrace.com:443`. */
    communicationEndpoints: pulumi.Input<string>;
    /** Additional modules, e.g. `MSGrouter`. The modules for OTLP and for metric lines are always enabled. @default [] */
    modules?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** UID of the namespace kube-system, from which the ActiveGate derives its id. @default - read from the cluster */
    clusterId?: pulumi.Input<string | undefined>;
    /** Also listens without TLS on pod port 9998 and Service port 80. Tokens then cross the network in plain text. @default false */
    plainHttp?: pulumi.Input<boolean | undefined>;
    networkPolicy?: ActiveGateNetworkPolicyArgs;
    /** Pods that may be unavailable at the same time while nodes are drained. Whether it is set must be known when the program runs. @default - no PodDisruptionBudget */
    maxUnavailablePods?: pulumi.Input<number | undefined>;
}

export const STANDALONE_FIELDS: Fields<StandaloneActiveGateArgs> = {
    ...IP_FAMILY_FIELDS,
    platform: Field.Any,
    tokens: {
        tenantToken: Field.Secret,
        authToken: Field.Secret,
        secretName: Field.NoFallback,
        revision: Field.Any,
    },
    image: {
        version: Field.NoFallback,
        repository: Field.NoFallback,
        pullPolicy: Field.Any,
        pullSecretName: Field.Any,
    },
    communicationEndpoints: Field.NoFallback,
    modules: Field.Any,
    clusterId: Field.NoFallback,
    plainHttp: Field.Any,
    networkPolicy: { enabled: Field.Any, fromNamespaces: Field.NoFallback },
    maxUnavailablePods: Field.NoFallback,
};
