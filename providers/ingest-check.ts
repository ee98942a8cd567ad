import * as pulumi from "@pulumi/pulumi";

import type { CheckedSignal } from "./ingest-check/state";
import { InstalledResource } from "./shim";

/** Arguments of an {@link IngestProbe}, checked already. */
export interface IngestProbeArgs {
    /** Who asks, for the error text, e.g. `IngestCheck("telemetry")`. */
    component: pulumi.Input<string>;
    /** Base URL for OTLP, without `/v1/...`. */
    otlpUrl: pulumi.Input<string>;
    /** What stands behind the URL: a route of an endpoint, or `collector`. */
    route: pulumi.Input<string>;
    /** CA certificates to trust in addition to those of the system, in PEM form. @default - only those of the system */
    caCertificatePem?: pulumi.Input<string | undefined>;
    /** The token; what is recorded is a hash. @default - sent without one */
    token?: pulumi.Input<string | undefined>;
    /** The word before the token. */
    scheme: pulumi.Input<string>;
    signals: pulumi.Input<CheckedSignal[]>;
    /** For one request. */
    timeoutSeconds: pulumi.Input<number>;
    /** Requests for one signal, the first included. */
    attempts: pulumi.Input<number>;
    /** Any text; a change sends again. @default - none */
    trigger?: pulumi.Input<string | undefined>;
}

/**
 * One record for each signal, sent when this is created, and again when what it is sent with changes. Only for `IngestCheck`.
 */
export class IngestProbe extends InstalledResource {
    /** When the records were taken, ISO 8601. */
    declare public readonly checkedAt: pulumi.Output<string>;
    /** Trace id of the span and the log record, by which they can be found. */
    declare public readonly traceId: pulumi.Output<string>;
    /** Public id of the token; undefined for one that has none. */
    declare public readonly tokenId: pulumi.Output<string | undefined>;

    constructor(name: string, args: IngestProbeArgs, opts?: pulumi.CustomResourceOptions) {
        const token = pulumi.secret(args.token);
        super(
            "IngestCheck",
            name,
            { ...args, token, checkedAt: undefined, traceId: undefined, tokenId: undefined, applied: undefined },
            pulumi.mergeOptions({ additionalSecretOutputs: ["token"] }, opts),
        );
    }
}
