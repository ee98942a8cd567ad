import * as pulumi from "@pulumi/pulumi";

import { IngestProbe } from "../../providers/ingest-check";
import type { EndpointArgs } from "../endpoint";
import { type CheckCollectorArgs, checkedToken, checkTarget, type CheckTarget, sending } from "./target";
import { lift } from "../shared/outputs";
import type { Signal } from "../shared/signals";
import type { AuthorizationScheme } from "../shared/secrets";
import { Check } from "../shared/check";
import * as types from "../shared/types";

/** How and when records are sent. */
export interface IngestCheckSettingsArgs {
    /** Seconds for one request, 300 at most. @default 10 */
    timeoutSeconds?: pulumi.Input<number>;
    /**
     * Requests for one signal, the first included, 20 at most, where waiting may help: a new token takes a moment to work, an
     * ActiveGate may be starting, a busy service says how long to wait.
     *
     * @default 5
     */
    attempts?: pulumi.Input<number>;
    /** Any text; when it changes, records are sent again. @default - only when token, endpoint or signals change */
    trigger?: pulumi.Input<string>;
    /** Whether anything is sent at all. Must be known when the program runs. @default true */
    enabled?: boolean;
}

export interface IngestCheckArgs extends IngestCheckSettingsArgs {
    /** Where the data goes: the same as that of the pipeline or Collector. @default - `collector` is needed in its place */
    endpoint?: EndpointArgs;
    /** Sends through a Collector that this machine reaches, in place of straight to `endpoint`. @default - straight to `endpoint` */
    collector?: CheckCollectorArgs;
    /** The token that was delivered, e.g. the output `token` of an `IngestToken`. It is not recorded. @default - sent without one */
    token?: pulumi.Input<string | undefined>;
    /** The word before the token in the Authorization header. @default - `Bearer` for a platform token, else `Api-Token` */
    scheme?: pulumi.Input<AuthorizationScheme>;
    /** One record of each is sent. @default - all that the endpoint takes */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
}

/**
 * Sends one small span, metric point and log record with the token that was delivered, over the route that was chosen, and fails the
 * `up` with what to do if one is not taken. A preview sends nothing, nor does an `up` in which token, endpoint and `trigger` stay.
 *
 * It sends from where `pulumi up` runs. Give `dependsOn` what has to run before it.
 *
 * Throws an `InputError` where the arguments cannot work.
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
    /** When the records were taken last, ISO 8601; undefined if nothing is sent. */
    public readonly checkedAt: pulumi.Output<string | undefined>;
    /** Trace id of the span and the log record sent last, by which to find them; undefined if nothing is sent. */
    public readonly traceId: pulumi.Output<string | undefined>;

    constructor(name: string, args: IngestCheckArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, a given token included.
        super(types.IngestCheck, name, {}, opts);

        const check = Check.of("IngestCheck", name, opts);
        const { endpoint, collector, signals } = args;
        const target: pulumi.Output<CheckTarget> = lift({ endpoint, collector, signals }, (plain) =>
            checkTarget(check, plain),
        );
        const sent = args.enabled === false ? undefined : this.send(check, name, args, target, opts?.dependsOn);

        this.checkedAt = pulumi.output(sent?.checkedAt);
        this.traceId = pulumi.output(sent?.traceId);
        this.registerOutputs({ checkedAt: this.checkedAt, traceId: this.traceId });
    }

    private send(
        check: Check,
        name: string,
        { token: given, scheme, timeoutSeconds, attempts, trigger }: IngestCheckArgs,
        target: pulumi.Output<CheckTarget>,
        dependsOn: pulumi.ResourceOptions["dependsOn"],
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
                // Not the token, so as public as any word.
                scheme: pulumi.unsecret(checked.scheme),
                signals: target.signals,
                timeoutSeconds: how.timeoutSeconds,
                attempts: how.attempts,
                trigger,
            },
            // Pulumi does not hand a component's dependsOn down to its children.
            { parent: this, dependsOn },
        );
    }
}
