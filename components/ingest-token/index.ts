import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ENDPOINT_FIELDS, type EndpointArgs } from "../endpoint";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { commonLabels } from "../shared/kubernetes";
import { afterwards, type ChildOptions, childOptions } from "../shared/outputs";
import type { SecretKeyOutputs } from "../shared/references";
import type { AuthorizationScheme } from "../shared/secrets";
import type { Signal } from "../shared/signals";
import type { TokenReferenceArgs } from "../shared/token-reference";
import * as types from "../shared/types";
import { TOKEN_SETTINGS_FIELDS, type IngestTokenSettingsArgs } from "./args";
import {
    checkSources,
    makesSecret,
    refuseDeletedWith,
    refuseRenderedToken,
    type SecretNames,
    secretNames,
} from "./checks";
import { daysLeft, warnOfExpiry } from "./expiry";
import { createdSource, existingSource, givenSource, type TokenSource } from "./source";

export interface IngestTokenArgs extends IngestTokenSettingsArgs {
    /** Signals that may be sent with the token, which gets exactly the scopes for them. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
    /** Namespace of the Secret. @default - the default namespace of the Kubernetes provider */
    namespace?: pulumi.Input<string | undefined>;
    /**
     * Where the data goes. For SaaS and Managed, the token is created there. For an ActiveGate, whose API may not be reachable from where
     * `pulumi up` runs, `apiUrl` or its default applies. An `apiUrl` of another environment is an error.
     *
     * @default - `apiUrl` or its default applies
     */
    endpoint?: EndpointArgs;
}

const FIELDS: Fields<IngestTokenArgs> = {
    ...TOKEN_SETTINGS_FIELDS,
    signals: Field.NoFallback,
    namespace: Field.NoFallback,
    endpoint: ENDPOINT_FIELDS,
};

/** Whether the output `token` of a component has a value. Not known for a component of another copy of this package. */
const HOLDS_TEXT = new WeakMap<object, boolean>();

/** Whether a token reference is an `IngestToken` whose output `token` has a value; undefined if this is not known. */
export function holdsText(reference: object): boolean | undefined {
    return IngestToken.isInstance(reference) ? HOLDS_TEXT.get(reference) : false;
}

/**
 * A Dynatrace access token with exactly the scopes to ingest the given signals, delivered to the pods that send with it.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { IngestToken } from "pulumi-dynatrace-otlp";
 *
 * const token = new IngestToken("checkout", {
 *     endpoint: { environment: "abc12345" },
 *     signals: ["traces"],
 *     expiresAfterDays: 90,
 *     namespace: "shop",
 * });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens
 */
export class IngestToken extends pulumi.ComponentResource implements TokenReferenceArgs {
    /** Whether a value is an `IngestToken`. */
    public static override isInstance(obj: unknown): obj is IngestToken {
        return isInstanceOf(obj, types.IngestToken);
    }

    /** Public id of the token, safe to show; undefined for an existing Secret. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** The token itself, a secret; undefined for an existing Secret. */
    public readonly token: pulumi.Output<string | undefined>;
    /** When the token expires, ISO 8601; undefined for a token that never expires, and for one that was created elsewhere. */
    public readonly expiresAt: pulumi.Output<string | undefined>;
    /** Key of the Secret that holds the token. The name is empty with `secretDelivery: none`. */
    public readonly secret: SecretKeyOutputs;
    /** Changes with the token. Not a secret. */
    public readonly revision: pulumi.Output<string>;
    /** The word before the token in the Authorization header. */
    public readonly scheme: pulumi.Output<AuthorizationScheme>;

    /** Whole days until the token expires; undefined for a token that never expires, and for one that was created elsewhere. */
    public get daysLeft(): pulumi.Output<number | undefined> {
        return this.expiresAt.apply((at) => daysLeft(at, Date.now()));
    }

    constructor(name: string, args: IngestTokenArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        // Without the arguments: Pulumi would store them in the state in plain text, including a given token.
        super(types.IngestToken, name, {}, opts);

        const check = Check.of("IngestToken", name, opts, FIELDS);
        const given = checkArguments(check, args);
        checkSources(check, given);
        refuseDeletedWith(check, given, opts);
        const child = childOptions(this, afterwards(opts, refuseRenderedToken(check, this, given)));
        HOLDS_TEXT.set(this, given.existingSecret === undefined);
        const names = secretNames(check, given);
        const source = tokenSource(check, name, given, child);
        const secretName = makesSecret(given) ? createSecret(name, names, source, child) : names.name;

        this.tokenId = source.id;
        this.token = pulumi.secret(source.token);
        this.expiresAt = source.expiresAt;
        warnOfExpiry(check, source.expiresAt, given, this);
        this.scheme = source.scheme;
        this.secret = { name: secretName ?? pulumi.output(""), key: names.key };
        this.revision = pulumi.all([source.id, names.revision]).apply(([id, revision]) => revision ?? id ?? "");
        this.registerOutputs({
            tokenId: this.tokenId,
            token: this.token,
            expiresAt: this.expiresAt,
            secret: this.secret,
            revision: this.revision,
            scheme: this.scheme,
        });
    }
}

function tokenSource(check: Check, name: string, args: IngestTokenArgs, child: ChildOptions): TokenSource {
    if (args.existingSecret !== undefined) return existingSource(check, args.existingSecret);
    if (args.token !== undefined) return givenSource(check, args.token);
    return createdSource(check, name, args, child);
}

function createSecret(
    name: string,
    names: SecretNames,
    source: TokenSource,
    child: ChildOptions,
): pulumi.Output<string> {
    const secret = new k8s.core.v1.Secret(
        `${name}-secret`,
        {
            metadata: {
                name: names.name,
                namespace: names.namespace,
                labels: commonLabels(name, "ingest-token"),
            },
            type: "Opaque",
            stringData: pulumi.all([names.key, source.token]).apply(([key, token]) => ({ [key]: token ?? "" })),
        },
        { ...child, additionalSecretOutputs: ["data", "stringData"] },
    );
    // The cluster always returns a name. Pulumi's mocks return the inputs, which hold no generated name.
    const metadata: pulumi.Output<{ name?: string } | undefined> = secret.metadata;
    return metadata.apply((it) => it?.name ?? `${name}-secret`);
}
