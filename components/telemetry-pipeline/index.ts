import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { EnvironmentVariable } from "../application-pods/exporter-env";
import { OtlpCollector } from "../collector";
import { readsNode } from "../collector/features";
import { resolveEndpoint } from "../endpoint";
import { IngestCheck } from "../ingest-check";
import { IngestToken } from "../ingest-token";
import { apiUrlOfEndpoint, endpointFor } from "../ingest-token/api-url";
import { refuseDeletedWith, refuseRenderedToken } from "../ingest-token/checks";
import { checkBeforehand } from "../ingest-token/credentials";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { isInstanceOf } from "../shared/is-instance";
import { commonLabels, kubernetesName, namespaceName } from "../shared/kubernetes";
import { afterwards, type ChildOptions, childOptions, lift, warnAll } from "../shared/outputs";
import type { SecretKeyOutputs } from "../shared/references";
import { normalizeSignals } from "../shared/signals";
import * as types from "../shared/types";
import { TELEMETRY_PIPELINE_FIELDS, type TelemetryPipelineArgs } from "./args";
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
    /**
     * Environment variables for the containers of applications. They do not name the pod. Use `exporterEnv` if another pod forwards the data,
     * e.g. an Ingress controller or a proxy of a mesh.
     */
    public readonly appEnv: pulumi.Output<EnvironmentVariable[]>;
    /** The token, a secret, to deliver it in another way; undefined for an existing Secret, and for a reference that does not hold it. */
    public readonly token: pulumi.Output<string | undefined>;
    /** Public id of the token, safe to show; undefined where it is not known. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** Key of the Secret that holds the token. */
    public readonly secret: SecretKeyOutputs;
    /** The roles and bindings that the Collector needs, as YAML for `kubectl apply`; see `collector.rbac`. */
    public readonly roles: pulumi.Output<string>;
    /** What flows where over which port, as a Mermaid flowchart. */
    public readonly routeDiagram: pulumi.Output<string>;

    constructor(name: string, args: TelemetryPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without the arguments: Pulumi would store them in the state in plain text, including a given token.
        super(types.TelemetryPipeline, name, {}, opts);

        const check = Check.of("TelemetryPipeline", name, opts, TELEMETRY_PIPELINE_FIELDS);
        const given = checkArguments(check, args);
        this.nameInnerErrors(check, given);
        checkToken(check, given);
        if (given.tokenReference === undefined) refuseDeletedWith(check, given.token ?? {}, opts);
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
        this.roles = collector.roles;
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
            roles: this.roles,
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
