import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { EnvironmentVariable } from "../application-pods/exporter-env";
import { OtlpCollector } from "../collector";
import { readsNode } from "../collector/features";
import { type CollectorSettingsArgs, SETTINGS_FIELDS } from "../collector/args";
import { ENDPOINT_FIELDS, type EndpointArgs, resolveEndpoint } from "../endpoint";
import { IngestCheck, INGEST_CHECK_SETTINGS_FIELDS, type IngestCheckSettingsArgs } from "../ingest-check";
import { IngestToken } from "../ingest-token";
import { apiUrlOfEndpoint, endpointFor } from "../ingest-token/api-url";
import { TOKEN_SETTINGS_FIELDS, type IngestTokenSettingsArgs } from "../ingest-token/args";
import { refuseRenderedToken } from "../ingest-token/checks";
import { checkBeforehand } from "../ingest-token/credentials";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { commonLabels, kubernetesName, namespaceName } from "../shared/kubernetes";
import { afterwards, type ChildOptions, childOptions, lift, warnAll } from "../shared/outputs";
import type { SecretKeyOutputs } from "../shared/references";
import { normalizeSignals, type Signal } from "../shared/signals";
import { TOKEN_REFERENCE_FIELDS, type TokenReferenceArgs } from "../shared/token-reference";
import * as types from "../shared/types";
import { routeDiagram } from "./route-diagram";
import {
    checkToken,
    deliveredToken,
    overlapWarnings,
    type PipelineToken,
    referencedToken,
    tokenForCheck,
    withLastingSecret,
} from "./token";

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

const FIELDS: Fields<TelemetryPipelineArgs> = {
    endpoint: ENDPOINT_FIELDS,
    signals: Field.NoFallback,
    namespace: Field.NoFallback,
    token: TOKEN_SETTINGS_FIELDS,
    tokenReference: TOKEN_REFERENCE_FIELDS,
    collector: SETTINGS_FIELDS,
    ingestCheck: INGEST_CHECK_SETTINGS_FIELDS,
};

/**
 * The whole route from an application's SDK to Dynatrace: a token with the fewest scopes, a Secret, and a Collector that sends with the
 * token.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { TelemetryPipeline } from "pulumi-dynatrace-otlp";
 *
 * const telemetry = new TelemetryPipeline("telemetry", { endpoint: { environment: "abc12345" } });
 * export const env = telemetry.appEnv;
 * ```
 */
export class TelemetryPipeline extends pulumi.ComponentResource {
    /** Whether a value is a `TelemetryPipeline`. */
    public static override isInstance(obj: unknown): obj is TelemetryPipeline {
        return isInstanceOf(obj, types.TelemetryPipeline);
    }

    /** Base URL that applications in the cluster send OTLP over HTTP to; the SDK appends `/v1/...`. */
    public readonly otlpEndpoint: pulumi.Output<string>;
    /** URL that applications in the cluster send OTLP over gRPC to. */
    public readonly grpcEndpoint: pulumi.Output<string>;
    /** Environment variables for the containers of applications. */
    public readonly appEnv: pulumi.Output<EnvironmentVariable[]>;
    /** The token, a secret, to deliver it in another way; undefined for an existing Secret, and for a reference that does not hold it. */
    public readonly token: pulumi.Output<string | undefined>;
    /** Public id of the token, safe to show; undefined where it is not known. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** Key of the Secret that holds the token. */
    public readonly secret: SecretKeyOutputs;
    /** What flows where over which port, as a Mermaid flowchart. */
    public readonly routeDiagram: pulumi.Output<string>;

    constructor(name: string, args: TelemetryPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without the arguments: Pulumi would store them in the state in plain text, including a given token.
        super(types.TelemetryPipeline, name, {}, opts);

        const check = Check.of("TelemetryPipeline", name, opts, FIELDS);
        const given = checkArguments(check, args);
        this.nameInnerErrors(check, given);
        checkToken(check, given);
        const within = afterwards(opts, this.refuseRenderedToken(check, given));
        const endpoint = lift(given.endpoint, (plain) => resolveEndpoint(check.at("endpoint"), plain));
        this.checkBeforehand(check, given);
        const namespace = this.namespaceFor(check, name, given, within);
        const token = this.tokenFor(check, name, given, namespace);
        const collector = this.createCollector(name, given, namespace, token);
        this.createIngestCheck(name, given, token, collector, within);
        warnOfOverlap(check, given, this);

        this.otlpEndpoint = collector.httpEndpoint;
        this.grpcEndpoint = collector.grpcEndpoint;
        this.appEnv = collector.appEnv;
        this.token = token.token;
        this.tokenId = token.tokenId;
        this.secret = token.secret;
        const signals = lift({ signals: given.signals }, (plain) => normalizeSignals(check, plain.signals));
        this.routeDiagram = pulumi
            .all([endpoint, collector.httpEndpoint, signals])
            .apply(([to, via, what]) => routeDiagram({ to, via, signals: what }));
        this.registerOutputs({
            otlpEndpoint: this.otlpEndpoint,
            grpcEndpoint: this.grpcEndpoint,
            appEnv: this.appEnv,
            token: this.token,
            tokenId: this.tokenId,
            secret: this.secret,
            routeDiagram: this.routeDiagram,
        });
    }

    /** Errors of the components in this one name this one, and the path in its arguments. */
    private nameInnerErrors(check: Check, { tokenReference }: TelemetryPipelineArgs): void {
        const token = { token: tokenReference === undefined ? "token" : "tokenReference" };
        check.contains(this, "IngestToken", "token", ["signals", "namespace", "endpoint"]);
        check.contains(this, "OtlpCollector", "collector", ["endpoint", "signals", "namespace"], token);
        check.contains(this, "IngestCheck", "ingestCheck", ["endpoint", "signals"], token);
    }

    private refuseRenderedToken(
        check: Check,
        { token = {}, tokenReference }: TelemetryPipelineArgs,
    ): pulumi.Output<pulumi.Resource[]> | undefined {
        return tokenReference === undefined ? refuseRenderedToken(check.at("token"), this, token) : undefined;
    }

    /** Whatever keeps the token from being created is an error before the namespace is created. */
    private checkBeforehand(check: Check, { token = {}, tokenReference, endpoint }: TelemetryPipelineArgs): void {
        if (tokenReference !== undefined) return;
        const inner = Check.of("IngestToken", "", { parent: this });
        checkBeforehand(inner, this, token, apiUrlOfEndpoint(check.at("endpoint"), endpoint));
    }

    private namespaceFor(
        check: Check,
        name: string,
        { namespace, collector }: TelemetryPipelineArgs,
        opts: pulumi.ComponentResourceOptions | undefined,
    ): PipelineNamespace {
        if (namespace !== undefined) {
            const checked = lift({ namespace }, (plain) => namespaceName(check.at("namespace"), plain.namespace));
            return { namespace: checked, child: childOptions(this, opts) };
        }
        const created = kubernetesName(check, name);
        const level = readsNode(collector ?? {}) ? "privileged" : "restricted";
        const resource = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: created,
                    labels: {
                        ...commonLabels(created, "telemetry"),
                        "pod-security.kubernetes.io/enforce": level,
                        "pod-security.kubernetes.io/enforce-version": "latest",
                    },
                },
            },
            childOptions(this, opts),
        );
        return { namespace: created, child: childOptions(this, opts, [resource]) };
    }

    private tokenFor(
        check: Check,
        name: string,
        args: TelemetryPipelineArgs,
        { namespace, child }: PipelineNamespace,
    ): PipelineToken {
        const { tokenReference, signals } = args;
        if (tokenReference !== undefined) {
            return referencedToken(Check.of("OtlpCollector", "", { parent: this }), tokenReference);
        }
        const settings = withLastingSecret(check, name, args);
        const where = endpointFor(settings, args.endpoint);
        return deliveredToken(new IngestToken(`${name}-ingest`, { ...settings, ...where, signals, namespace }, child));
    }

    private createCollector(
        name: string,
        { collector, endpoint, signals }: TelemetryPipelineArgs,
        { namespace, child }: PipelineNamespace,
        { reference: token }: PipelineToken,
    ): OtlpCollector {
        return new OtlpCollector(`${name}-collector`, { ...collector, endpoint, signals, namespace, token }, child);
    }

    private createIngestCheck(
        name: string,
        args: TelemetryPipelineArgs,
        delivered: PipelineToken,
        collector: OtlpCollector,
        opts: pulumi.ComponentResourceOptions | undefined,
    ): void {
        const { ingestCheck, endpoint, signals } = args;
        if (ingestCheck === undefined) return;
        const token = tokenForCheck(delivered, args);
        const what = { ...ingestCheck, endpoint, signals, token, scheme: delivered.scheme };
        new IngestCheck(`${name}-check`, what, childOptions(this, opts, [collector]));
    }
}

/** The namespace of everything in the pipeline, and the options of what is created in it. */
interface PipelineNamespace {
    namespace: pulumi.Input<string>;
    child: ChildOptions;
}

/** Logs a warning where the overlap is shorter than the kubelet needs to deliver the new token. */
function warnOfOverlap(check: Check, { token, collector }: TelemetryPipelineArgs, resource: pulumi.Resource): void {
    pulumi.output(token?.overlapDays).apply((overlapDays) => {
        warnAll(overlapWarnings(check, collector?.tokenFrom, overlapDays), resource);
    });
}
