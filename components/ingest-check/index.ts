import * as pulumi from "@pulumi/pulumi";

import { IngestProbe } from "../../providers/ingest-check";
import { ENDPOINT_FIELDS, type EndpointArgs } from "../endpoint";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { type ChildOptions, childOptions, lift, warnAll } from "../shared/outputs";
import type { AuthorizationScheme } from "../shared/secrets";
import type { Signal } from "../shared/signals";
import * as types from "../shared/types";
import {
    CHECK_COLLECTOR_FIELDS,
    type IngestCheckCollectorArgs,
    checkedToken,
    checkTarget,
    type CheckTarget,
    sending,
} from "./target";

/** How and when records are sent. */
export interface IngestCheckSettingsArgs {
    /** Seconds to wait for one request, at most 300. @default 10 */
    timeoutSeconds?: pulumi.Input<number | undefined>;
    /**
     * Requests for one signal, including the first, at most 20. A request is repeated where waiting may help: a new token needs a moment
     * until it works, an ActiveGate may be starting, a busy service says how long to wait.
     *
     * @default 5
     */
    attempts?: pulumi.Input<number | undefined>;
    /** Any string. Change it to send records again. @default - records are sent again when token, endpoint or signals change */
    trigger?: pulumi.Input<string | undefined>;
    /** Whether anything is sent. Must be known when the program runs. @default true */
    enabled?: boolean;
}

export const INGEST_CHECK_SETTINGS_FIELDS: Fields<IngestCheckSettingsArgs> = {
    timeoutSeconds: Field.Any,
    attempts: Field.Any,
    trigger: Field.Any,
    enabled: Field.NoFallback,
};

export interface IngestCheckArgs extends IngestCheckSettingsArgs {
    /** Where the data goes: the endpoint of the pipeline or Collector. @default - `collector` is required instead */
    endpoint?: EndpointArgs;
    /** Sends through a Collector that this machine reaches, instead of directly to `endpoint`. @default - directly to `endpoint` */
    collector?: IngestCheckCollectorArgs;
    /** The delivered token, e.g. the output `token` of an `IngestToken`. It is not recorded. @default - nothing is sent as authorization */
    token?: pulumi.Input<string | undefined>;
    /** The word before the token in the Authorization header. @default - `Bearer` for a platform token, `Api-Token` for any other */
    scheme?: pulumi.Input<AuthorizationScheme | undefined>;
    /** Signals of which one record each is sent. @default - all that the endpoint accepts */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
}

const FIELDS: Fields<IngestCheckArgs> = {
    ...INGEST_CHECK_SETTINGS_FIELDS,
    endpoint: ENDPOINT_FIELDS,
    collector: CHECK_COLLECTOR_FIELDS,
    token: Field.OptionalSecret,
    scheme: Field.Any,
    signals: Field.Any,
};

/**
 * Sends one small span, metric point and log record with the delivered token over the chosen route. If Dynatrace rejects one,
 * `pulumi up` fails and says what to do. Nothing is sent in a preview, or while token, endpoint, signals and `trigger` stay the same.
 *
 * The records are sent from where `pulumi up` runs. Name what must run before in `dependsOn`.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { IngestCheck, TelemetryPipeline } from "pulumi-dynatrace-otlp";
 *
 * const telemetry = new TelemetryPipeline("telemetry", { endpoint: { environment: "abc12345" } });
 * new IngestCheck("telemetry-check", { endpoint: { environment: "abc12345" }, token: telemetry.token });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
export class IngestCheck extends pulumi.ComponentResource {
    /** Whether a value is an `IngestCheck`. */
    public static override isInstance(obj: unknown): obj is IngestCheck {
        return isInstanceOf(obj, types.IngestCheck);
    }

    /** When the records were last accepted, ISO 8601; undefined if nothing is sent. */
    public readonly checkedAt: pulumi.Output<string | undefined>;
    /** Trace id of the last span and log record, to find them with; undefined if nothing is sent. */
    public readonly traceId: pulumi.Output<string | undefined>;

    constructor(name: string, args: IngestCheckArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without the arguments: Pulumi would store them in the state in plain text, including a given token.
        super(types.IngestCheck, name, {}, opts);

        const check = Check.of("IngestCheck", name, opts, FIELDS);
        const given = checkArguments(check, args);
        const { endpoint, collector, signals } = given;
        const target = lift({ endpoint, collector, signals }, (plain) => checkTarget(check, plain));
        target.warnings.apply((warnings) => warnAll(warnings, this));
        const sent =
            given.enabled === false ? undefined : createProbe(check, name, given, target, childOptions(this, opts));

        this.checkedAt = pulumi.output(sent?.checkedAt);
        this.traceId = pulumi.output(sent?.traceId);
        this.registerOutputs({ checkedAt: this.checkedAt, traceId: this.traceId });
    }
}

function createProbe(
    check: Check,
    name: string,
    { token: given, scheme, timeoutSeconds, attempts, trigger }: IngestCheckArgs,
    target: pulumi.Output<CheckTarget>,
    child: ChildOptions,
): IngestProbe {
    const how = lift({ timeoutSeconds, attempts }, (plain) => sending(check, plain));
    const checked = pulumi
        .all([{ given, scheme }, target])
        .apply(([plain, { requiresToken, otlpUrl }]) => checkedToken(check, plain, requiresToken, otlpUrl));
    return new IngestProbe(
        `${name}-probe`,
        {
            component: check.component,
            otlpUrl: target.otlpUrl,
            route: target.route,
            caCertificatePem: target.caCertificatePem,
            token: checked.token,
            // Pulumi treats what is derived from a secret as a secret, but the scheme is public.
            scheme: pulumi.unsecret(checked.scheme),
            signals: target.signals,
            timeoutSeconds: how.timeoutSeconds,
            attempts: how.attempts,
            trigger,
        },
        child,
    );
}
