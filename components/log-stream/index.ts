import * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import { IngestToken } from "../ingest-token";
import { SecretDelivery, type TokenSettingsArgs } from "../ingest-token/args";
import { Check } from "../shared/check";
import { lift, warnAll } from "../shared/outputs";
import type { LifeTimeFields, LifeTimeForm } from "./args";
import { lifeTimeFields, overlapFor, planStream, type StreamPlan } from "./settings";
import { withMintingUrl } from "../ingest-token/api-url";
import { Signal } from "../shared/signals";
import * as types from "../shared/types";

export interface OutSystemsLogStreamArgs {
    /** Where the logs go; OutSystems' cloud must be able to reach it. */
    endpoint: EndpointArgs;
    /** Version of LifeTime, e.g. `11.22.0`. It decides which form LifeTime has. */
    lifeTimeVersion: pulumi.Input<string>;
    /**
     * The form that LifeTime shows: a configuration that was made before 11.22.0 keeps the old one.
     *
     * @default - `Dynatrace` for LifeTime 11.22.0 and later, `Other` before
     */
    form?: pulumi.Input<LifeTimeForm>;
    /**
     * The token is typed into LifeTime, so no Secret is made. For the same reason a token that was replaced serves on for 7 days, or for the whole
     * days between `rotateAfterDays` and `expiresAfterDays` if these are fewer, unless `overlapDays` says otherwise.
     *
     * @default - a token with the scope `logs.ingest` alone is made
     */
    token?: TokenSettingsArgs;
}

/**
 * What to type into LifeTime so that OutSystems 11 streams its logs to Dynatrace: the fields of its form, and a token that may do nothing
 * but that.
 *
 * Throws an `InputError` where the arguments cannot work.
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
    /** What to type into LifeTime, by the name of the field. A secret: the token is in it. */
    public readonly fields: pulumi.Output<LifeTimeFields>;
    /** Which form that is, as its field Destination says. */
    public readonly destination: pulumi.Output<LifeTimeForm>;
    /** Full URL that takes the logs; the same in both forms. */
    public readonly url: pulumi.Output<string>;
    /** `Api-Token` and the token, as in the field for it; the same in both forms. A secret. */
    public readonly authorization: pulumi.Output<string>;
    /** Public id of the token, safe to show; all records that arrive with it bear it as `dt.auth.origin`. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** When Dynatrace refuses the token, ISO 8601; undefined for never, and for a token made elsewhere. */
    public readonly expiresAt: pulumi.Output<string | undefined>;

    constructor(name: string, args: OutSystemsLogStreamArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, a given token included.
        super(types.OutSystemsLogStream, name, {}, opts);

        const check = Check.of("OutSystemsLogStream", name, opts);
        const { endpoint, lifeTimeVersion, form } = args;
        const plan: pulumi.Output<StreamPlan> = lift({ endpoint, lifeTimeVersion, form }, (plain) =>
            planStream(check, plain),
        );
        const settings = tokenSettings(check, args.token);
        plan.apply(({ warnings }) => warnAll(warnings, this));
        const token = new IngestToken(
            `${name}-ingest`,
            { ...withMintingUrl(settings, plan.endpoint), signals: [Signal.Logs] },
            { parent: this, dependsOn: opts?.dependsOn },
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

/** LifeTime reads no Secret, so all that is about one has no place here. */
function tokenSettings(check: Check, settings: TokenSettingsArgs = {}): TokenSettingsArgs {
    for (const field of ["existingSecret", "secretDelivery", "secretName", "secretKey"] as const) {
        if (settings[field] !== undefined) {
            throw check.at(`token.${field}`).error("is of no use: LifeTime reads no Secret; leave it out");
        }
    }
    const { rotateAfterDays, expiresAfterDays, token, overlapDays } = settings;
    const asGiven = token !== undefined || overlapDays !== undefined;
    const lifetime = { rotateAfterDays, expiresAfterDays };
    return {
        ...settings,
        overlapDays: asGiven ? overlapDays : (lift(lifetime, overlapFor) as pulumi.Output<number>),
        secretDelivery: SecretDelivery.None,
    };
}
