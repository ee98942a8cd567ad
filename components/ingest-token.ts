import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ApiToken } from "../providers/api-token";
import { publicTokenId } from "../providers/dynatrace/redact";
import { InputError } from "./input-error";
import { lift } from "./inputs";
import { commonLabels } from "./kubernetes-names";
import { normalizeSignals, scopesFor, type Signal } from "./signals";
import {
    AuthorizationScheme,
    checkScheme,
    checkTokenText,
    DEFAULT_SECRET_KEY,
    schemeFor,
    type TokenReferenceArgs,
} from "./token-reference";

/** How a token gets to the pods that send with it. */
export const SecretDelivery = {
    /** A Secret made here, under a name of its own for each token, so that a new token restarts what uses it. */
    Managed: "managed",
    /** A Secret that something else fills, e.g. External Secrets; only its name is written here. For rendered manifests. */
    Referenced: "referenced",
} as const;
export type SecretDelivery = (typeof SecretDelivery)[keyof typeof SecretDelivery];

/** A Secret that holds a token already. */
export interface ExistingSecretArgs {
    name: pulumi.Input<string>;
    /** @default `token` */
    key?: pulumi.Input<string>;
    /** Anything that changes when the token in it does; a change restarts what uses it. @default - never restarts */
    revision?: pulumi.Input<string>;
    /** The word before the token in the Authorization header. @default `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme>;
}

/** Where a token comes from and how it is delivered. */
export interface TokenSettingsArgs {
    /** Days until Dynatrace refuses the token. A change makes a new token. @default - never */
    expiresAfterDays?: pulumi.Input<number>;
    /** What the token's name in Dynatrace starts with. @default `{project}-{stack}-{name}-{hash}` */
    tokenName?: pulumi.Input<string>;
    /**
     * Base URL of the API that makes the token, ends with `/api`.
     *
     * @default - DYNATRACE_API_URL, then DT_API_URL, then the stack's configuration dynatrace:apiUrl
     */
    apiUrl?: pulumi.Input<string>;
    /** A token that was made elsewhere. None is made then. @default - a token is made */
    token?: pulumi.Input<string>;
    /** A Secret that was made elsewhere. Neither token nor Secret is made then. @default - a token and a Secret are made */
    existingSecret?: ExistingSecretArgs;
    /** Must be known when the program runs. @default `managed` */
    secretDelivery?: SecretDelivery;
    /** Name of the Secret. Needed with `referenced`; with `managed` a change of token then replaces the Secret in place. @default - made from the component's name */
    secretName?: pulumi.Input<string>;
    /** @default `token` */
    secretKey?: pulumi.Input<string>;
}

export interface IngestTokenArgs extends TokenSettingsArgs {
    /** What may be sent with the token; it gets exactly the scopes these need. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
    /** Namespace of the Secret. @default - the Kubernetes provider's */
    namespace?: pulumi.Input<string>;
}

/**
 * A Dynatrace access token that can ingest the signals asked for and nothing else, delivered to where pods read it.
 *
 * Throws an `InputError` where the arguments contradict each other.
 *
 * @example
 * ```ts
 * const token = new IngestToken("checkout", { signals: ["traces"], expiresAfterDays: 90, namespace: "shop" });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens
 */
export class IngestToken extends pulumi.ComponentResource implements TokenReferenceArgs {
    /** Public id of the token, safe to show; undefined for a Secret made elsewhere. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** The token itself, a secret; undefined for a Secret made elsewhere. */
    public readonly token: pulumi.Output<string | undefined>;
    /** When Dynatrace refuses the token, ISO 8601; undefined for never, and for tokens made elsewhere. */
    public readonly expiresAt: pulumi.Output<string | undefined>;
    /** Name of the Secret that holds the token. */
    public readonly secretName: pulumi.Output<string>;
    /** Key in that Secret. */
    public readonly secretKey: pulumi.Output<string>;
    /** Changes when the token does; not a secret. */
    public readonly revision: pulumi.Output<string>;
    /** The word before the token in the Authorization header. */
    public readonly scheme: pulumi.Output<AuthorizationScheme>;

    constructor(name: string, args: IngestTokenArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, a given token included.
        super("dynatrace-otlp:index:IngestToken", name, {}, opts);

        const component = `IngestToken("${name}")`;
        checkSources(component, args);
        const source = this.tokenFor(component, name, args);
        const delivered = args.existingSecret ?? this.deliver(component, name, args, source, opts?.dependsOn);

        this.tokenId = source.id;
        this.token = pulumi.secret(source.token);
        this.expiresAt = source.expiresAt;
        this.scheme = source.scheme;
        this.secretName = pulumi.output(delivered.name);
        this.secretKey = pulumi.output(delivered.key).apply((key) => key ?? DEFAULT_SECRET_KEY);
        this.revision = pulumi
            .all([source.id, args.existingSecret?.revision])
            .apply(([id, revision]) => revision ?? id ?? "");
        this.registerOutputs({
            tokenId: this.tokenId,
            token: this.token,
            expiresAt: this.expiresAt,
            secretName: this.secretName,
            secretKey: this.secretKey,
            revision: this.revision,
            scheme: this.scheme,
        });
    }

    private tokenFor(component: string, name: string, args: IngestTokenArgs): TokenSource {
        if (args.existingSecret !== undefined) return existingSource(component, args.existingSecret);
        if (args.token !== undefined) return givenSource(component, args.token);
        const minted = new ApiToken(
            `${name}-token`,
            {
                scopes: lift({ signals: args.signals }, ({ signals }) =>
                    scopesFor(normalizeSignals(component, signals)),
                ),
                expiresAfterDays: args.expiresAfterDays,
                tokenName: args.tokenName,
                apiUrl: args.apiUrl,
            },
            { parent: this },
        );
        return {
            id: minted.tokenId,
            token: minted.token,
            expiresAt: minted.expiresAt,
            scheme: pulumi.output(AuthorizationScheme.ApiToken),
        };
    }

    private deliver(
        component: string,
        name: string,
        args: IngestTokenArgs,
        source: TokenSource,
        dependsOn: pulumi.ResourceOptions["dependsOn"],
    ): Delivered {
        const key = args.secretKey ?? DEFAULT_SECRET_KEY;
        if (args.secretDelivery === SecretDelivery.Referenced) {
            if (args.secretName === undefined) {
                throw new InputError(
                    component,
                    "secretName",
                    "is needed with secretDelivery referenced: the name of the Secret that something else fills with the token",
                );
            }
            return { name: args.secretName, key };
        }
        const secret = new k8s.core.v1.Secret(
            `${name}-secret`,
            {
                metadata: {
                    name: args.secretName,
                    namespace: args.namespace,
                    labels: commonLabels(name, "ingest-token"),
                },
                type: "Opaque",
                stringData: pulumi.all([key, source.token]).apply(([k, token]) => ({ [k]: token ?? "" })),
            },
            // Pulumi does not hand a component's dependsOn down to its children.
            { parent: this, dependsOn, additionalSecretOutputs: ["data", "stringData"] },
        );
        return { name: secret.metadata.name, key };
    }
}

interface TokenSource {
    id: pulumi.Output<string | undefined>;
    token: pulumi.Output<string | undefined>;
    expiresAt: pulumi.Output<string | undefined>;
    scheme: pulumi.Output<AuthorizationScheme>;
}

interface Delivered {
    name: pulumi.Input<string>;
    key?: pulumi.Input<string>;
}

const NOTHING: pulumi.Output<undefined> = pulumi.output(undefined);

function givenSource(component: string, given: pulumi.Input<string>): TokenSource {
    const token = lift({ given }, (plain) => checkTokenText(component, "token", plain.given));
    const publicPart = <T>(pick: (text: string) => T): pulumi.Output<T> =>
        pulumi.unsecret(token.apply(pick)) as pulumi.Output<T>;
    return {
        id: publicPart(publicTokenId),
        token: pulumi.secret(token),
        expiresAt: NOTHING,
        scheme: publicPart(schemeFor),
    };
}

function existingSource(component: string, existing: ExistingSecretArgs): TokenSource {
    const scheme = lift({ scheme: existing.scheme }, (plain) =>
        checkScheme(component, "existingSecret.scheme", plain.scheme),
    );
    return { id: NOTHING, token: NOTHING, expiresAt: NOTHING, scheme };
}

/** One source and one delivery: two would leave it open which of them counts. */
function checkSources(component: string, args: IngestTokenArgs): void {
    const conflict = (field: string, problem: string): never => {
        throw new InputError(component, field, problem);
    };
    if (args.secretDelivery !== undefined && !Object.values(SecretDelivery).includes(args.secretDelivery)) {
        conflict("secretDelivery", `"${String(args.secretDelivery)}" is not known; use managed or referenced`);
    }
    if (args.existingSecret !== undefined) {
        for (const field of [
            "token",
            "secretName",
            "secretKey",
            "secretDelivery",
            "expiresAfterDays",
            "tokenName",
        ] as const) {
            if (args[field] !== undefined) conflict(field, "has no effect beside existingSecret; keep one of the two");
        }
    }
    if (args.token !== undefined) {
        for (const field of ["expiresAfterDays", "tokenName", "apiUrl"] as const) {
            if (args[field] !== undefined)
                conflict(field, "is only for a token made here, but token gives one; keep one of the two");
        }
    }
}
