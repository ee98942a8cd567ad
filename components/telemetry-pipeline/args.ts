import type * as pulumi from "@pulumi/pulumi";

import { type CollectorSettingsArgs, SETTINGS_FIELDS } from "../collector/args";
import { ENDPOINT_FIELDS, type EndpointArgs } from "../endpoint";
import { INGEST_CHECK_SETTINGS_FIELDS, type IngestCheckSettingsArgs } from "../ingest-check";
import { type IngestTokenSettingsArgs, TOKEN_SETTINGS_FIELDS } from "../ingest-token/args";
import { Field, type Fields } from "../shared/fields";
import type { Signal } from "../shared/signals";
import { TOKEN_REFERENCE_FIELDS, type TokenReferenceArgs } from "../shared/token-reference";

export interface TelemetryPipelineArgs {
    /** Where the data goes. */
    endpoint: EndpointArgs;
    /** Signals that are received and sent on; the token gets exactly the scopes for them. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[] | undefined>;
    /**
     * An existing namespace. Whether it is given must be known when the program runs.
     *
     * @default - a namespace with the component's name is created, with Pod Security `restricted`, or `privileged` where `collector` reads the node
     */
    namespace?: pulumi.Input<string | undefined>;
    /**
     * The token. With `tokenFrom` `file`, a Secret that is created here is named `{name}-ingest` unless another name is given, and keeps
     * that name.
     *
     * @default - a token is created and delivered in a Secret
     */
    token?: IngestTokenSettingsArgs;
    /**
     * A token that is created elsewhere, instead of `token`: an `ExternalTokenSecret`, an `IngestToken`, or the key of any Secret. The
     * Secret must be in the namespace of the pipeline. Whether it is given must be known when the program runs.
     *
     * @default - the token that `token` describes
     */
    tokenReference?: TokenReferenceArgs;
    /** The Collector. @default - one pod of the Dynatrace Collector with 512 MiB */
    collector?: CollectorSettingsArgs;
    /**
     * Sends one record of each signal to Dynatrace when everything is deployed, from where `pulumi up` runs. If Dynatrace rejects a record,
     * `pulumi up` fails and says what to do. With `tokenReference`, this needs an `IngestToken`, because no other reference holds the
     * token. Whether it is given must be known when the program runs.
     *
     * @default - nothing is sent
     */
    ingestCheck?: IngestCheckSettingsArgs;
}

/** How the arguments are checked. */
export const TELEMETRY_PIPELINE_FIELDS: Fields<TelemetryPipelineArgs> = {
    endpoint: ENDPOINT_FIELDS,
    signals: Field.NoFallback,
    namespace: Field.NoFallback,
    token: TOKEN_SETTINGS_FIELDS,
    tokenReference: TOKEN_REFERENCE_FIELDS,
    collector: SETTINGS_FIELDS,
    ingestCheck: INGEST_CHECK_SETTINGS_FIELDS,
};
