import * as pulumi from "@pulumi/pulumi";

import { ENDPOINT_FIELDS, type EndpointArgs } from "../endpoint";
import { IngestToken } from "../ingest-token";
import { endpointFor } from "../ingest-token/api-url";
import { refuseDeletedWith } from "../ingest-token/checks";
import { TokenSecretDelivery, TOKEN_SETTINGS_FIELDS, type IngestTokenSettingsArgs } from "../ingest-token/args";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { childOptions, lift, warnAll } from "../shared/outputs";
import { Signal } from "../shared/signals";
import * as types from "../shared/types";
import type { OutSystemsLifeTimeFields, OutSystemsLifeTimeForm } from "./args";
import { lifeTimeFields, overlapFor, planStream } from "./settings";

export interface OutSystemsLogStreamArgs {
    /** Destination of the logs. OutSystems' cloud must be able to reach it. */
    endpoint: EndpointArgs;
    /** Version of LifeTime, e.g. `11.22.0`. It decides which form LifeTime shows. */
    lifeTimeVersion: pulumi.Input<string>;
    /**
     * The form that LifeTime shows. A configuration that was created before 11.22.0 keeps the old form.
     *
     * @default - `Dynatrace` for LifeTime 11.22.0 and later, `Other` for earlier versions
     */
    form?: pulumi.Input<OutSystemsLifeTimeForm | undefined>;
    /**
     * The token is typed into LifeTime, so no Secret is created. A replaced token stays valid for 7 days, or for the whole days between
     * `rotateAfterDays` and `expiresAfterDays` if these are fewer, unless `overlapDays` is set.
     *
     * @default - a token with only the scope `logs.ingest` is created
     */
    token?: IngestTokenSettingsArgs;
}

const FIELDS: Fields<OutSystemsLogStreamArgs> = {
    endpoint: ENDPOINT_FIELDS,
    lifeTimeVersion: Field.NoFallback,
    form: Field.Any,
    token: TOKEN_SETTINGS_FIELDS,
};

/**
 * Values to type into LifeTime so that OutSystems 11 streams its logs to Dynatrace: the fields of its form, and a token that can only ingest
 * logs.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { OutSystemsLogStream } from "pulumi-dynatrace-otlp";
 *
 * const logs = new OutSystemsLogStream("outsystems", { endpoint: { environment: "abc12345" }, lifeTimeVersion: "11.22.0" });
 * export const lifeTime = logs.fields; // pulumi stack output lifeTime --show-secrets
 * ```
 */
export class OutSystemsLogStream extends pulumi.ComponentResource {
    /** Values to type into LifeTime, by the name of the field. A secret, because it holds the token. */
    public readonly fields: pulumi.Output<OutSystemsLifeTimeFields>;
    /** The form, as its field Destination names it. */
    public readonly destination: pulumi.Output<OutSystemsLifeTimeForm>;
    /** Full URL that receives the logs; the same in both forms. */
    public readonly url: pulumi.Output<string>;
    /** `Api-Token` and the token, for the field of the token; the same in both forms. A secret. */
    public readonly authorization: pulumi.Output<string>;
    /** Public id of the token, safe to show. All records that arrive with the token have it as `dt.auth.origin`. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** When the token expires, ISO 8601; undefined for a token without expiry, and for a given token. */
    public readonly expiresAt: pulumi.Output<string | undefined>;

    /** Whether a value is an `OutSystemsLogStream`, also one of another copy of this package. */
    public static override isInstance(obj: unknown): obj is OutSystemsLogStream {
        return isInstanceOf(obj, types.OutSystemsLogStream);
    }

    constructor(name: string, args: OutSystemsLogStreamArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without arguments: Pulumi would write them to the state unchanged, including a token.
        super(types.OutSystemsLogStream, name, {}, opts);

        const check = Check.of("OutSystemsLogStream", name, opts, FIELDS);
        check.contains(this, "IngestToken", "token", ["endpoint"]);
        const given = checkArguments(check, args);
        const { endpoint, lifeTimeVersion, form } = given;
        const plan = lift({ endpoint, lifeTimeVersion, form }, (plain) => planStream(check, plain));
        const settings = tokenSettings(check, given.token);
        refuseDeletedWith(check, settings, opts);
        plan.apply(({ warnings }) => warnAll(warnings, this));
        const token = new IngestToken(
            `${name}-ingest`,
            { ...settings, ...endpointFor(settings, endpoint), signals: [Signal.Logs] },
            childOptions(this, opts),
        );

        this.authorization = pulumi.secret(pulumi.all([token.scheme, token.token]).apply((parts) => parts.join(" ")));
        this.fields = pulumi.secret(
            pulumi.all([plan, this.authorization]).apply(([plain, text]) => lifeTimeFields(plain, text)),
        );
        this.destination = plan.form;
        this.url = plan.url;
        this.tokenId = token.tokenId;
        this.expiresAt = token.expiresAt;
        this.registerOutputs({
            fields: this.fields,
            destination: this.destination,
            url: this.url,
            authorization: this.authorization,
            tokenId: this.tokenId,
            expiresAt: this.expiresAt,
        });
    }
}

/** Settings of a token without a Secret, because LifeTime reads no Secret. */
function tokenSettings(check: Check, settings: IngestTokenSettingsArgs = {}): IngestTokenSettingsArgs {
    for (const field of ["existingSecret", "secretDelivery", "secret"] as const) {
        if (settings[field] === undefined) continue;
        throw check.at(`token.${field}`).error("has no effect, because LifeTime reads no Secret; leave it out");
    }
    const { rotateAfterDays, expiresAfterDays, token, overlapDays } = settings;
    const asGiven = token !== undefined || overlapDays !== undefined;
    return {
        ...settings,
        overlapDays: asGiven ? overlapDays : lift({ rotateAfterDays, expiresAfterDays }, overlapFor),
        secretDelivery: TokenSecretDelivery.None,
    };
}
