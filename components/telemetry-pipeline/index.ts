import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { OtlpCollector } from "../collector";
import { readsNode } from "../collector/features";
import { type CollectorSettingsArgs, TokenFrom } from "../collector/args";
import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../endpoint";
import type { EnvironmentVariable } from "../application-pods/exporter-env";
import { IngestCheck, type IngestCheckSettingsArgs } from "../ingest-check";
import { IngestToken } from "../ingest-token";
import { SecretDelivery, type TokenSettingsArgs } from "../ingest-token/args";
import { Check } from "../shared/check";
import { lift, warnAll } from "../shared/outputs";
import { commonLabels, kubernetesName } from "../shared/kubernetes";
import { withMintingUrl } from "../ingest-token/api-url";
import { normalizeSignals, type Signal } from "../shared/signals";
import { type RouteFacts, routeDiagram } from "./route-diagram";
import * as types from "../shared/types";

export interface TelemetryPipelineArgs {
    /** Where the data goes. */
    endpoint: EndpointArgs;
    /** Signals that are taken and sent on; the token gets exactly their scopes. @default - traces, metrics and logs */
    signals?: pulumi.Input<pulumi.Input<Signal>[]>;
    /**
     * Namespace that exists already. Whether it is given must be known when the program runs.
     *
     * @default - a namespace with the component's name is made, with Pod Security `restricted`, or `privileged` where `collector` reads the node
     */
    namespace?: pulumi.Input<string>;
    /**
     * With `tokenFrom` `file`, a Secret made here is named `{name}-ingest` unless another name is given, and keeps that name.
     *
     * @default - a token is made and delivered in a Secret
     */
    token?: TokenSettingsArgs;
    /** @default - one pod of the Dynatrace Collector with 512 MiB */
    collector?: CollectorSettingsArgs;
    /**
     * Sends one record of each signal to Dynatrace once all is deployed, from where `pulumi up` runs, and fails the `up` with what to do if
     * one is not taken. Whether it is given must be known when the program runs.
     *
     * @default - nothing is sent
     */
    ingestCheck?: IngestCheckSettingsArgs;
}

/**
 * Everything from an application's SDK to Dynatrace: a token with the least scopes, a Secret, a Collector that sends with it.
 *
 * Throws an `InputError` where the arguments cannot work.
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
    /** Base URL that applications in the cluster send OTLP over HTTP to; the SDK appends `/v1/...`. */
    public readonly otlpEndpoint: pulumi.Output<string>;
    /** The same over gRPC. */
    public readonly grpcEndpoint: pulumi.Output<string>;
    /** Environment variables for the containers of applications. */
    public readonly appEnv: pulumi.Output<EnvironmentVariable[]>;
    /** The token, a secret, for a delivery of your own; undefined for a Secret made elsewhere. */
    public readonly token: pulumi.Output<string | undefined>;
    /** Public id of the token, safe to show. */
    public readonly tokenId: pulumi.Output<string | undefined>;
    /** Name of the Secret that holds the token. */
    public readonly secretName: pulumi.Output<string>;
    /** What flows where over which port, as a Mermaid flowchart. */
    public readonly routeDiagram: pulumi.Output<string>;

    constructor(name: string, args: TelemetryPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, a given token included.
        super(types.TelemetryPipeline, name, {}, opts);

        const check = Check.of("TelemetryPipeline", name, opts);
        checkDelivery(check, args.token);
        const endpoint: pulumi.Output<Endpoint> = lift(args.endpoint, (plain) =>
            resolveEndpoint(check.at("endpoint"), plain),
        );
        const { namespace, dependsOn } = this.namespaceFor(check, name, args);

        const token = new IngestToken(
            `${name}-ingest`,
            { ...withMintingUrl(withLastingSecret(check, name, args), endpoint), signals: args.signals, namespace },
            { parent: this, dependsOn },
        );
        const collector = new OtlpCollector(
            `${name}-collector`,
            { ...args.collector, endpoint: args.endpoint, signals: args.signals, namespace, token },
            { parent: this, dependsOn },
        );

        if (args.ingestCheck !== undefined) {
            const { endpoint: to, signals, ingestCheck } = args;
            const what = { ...ingestCheck, endpoint: to, signals, token: token.token, scheme: token.scheme };
            new IngestCheck(`${name}-check`, what, { parent: this, dependsOn: [collector] });
        }

        pulumi.output(args.token?.overlapDays).apply((overlapDays) => {
            warnAll(overlapWarnings(check, args.collector?.tokenFrom, overlapDays), this);
        });

        this.otlpEndpoint = collector.httpEndpoint;
        this.grpcEndpoint = collector.grpcEndpoint;
        this.appEnv = collector.appEnv;
        this.token = token.token;
        this.tokenId = token.tokenId;
        this.secretName = token.secretName;
        this.routeDiagram = pulumi
            .all([endpoint, collector.httpEndpoint, args.signals])
            .apply(([to, via, signals]) =>
                routeDiagram({ to, via, signals: normalizeSignals(check, signals) } as RouteFacts),
            );
        this.registerOutputs({
            otlpEndpoint: this.otlpEndpoint,
            grpcEndpoint: this.grpcEndpoint,
            appEnv: this.appEnv,
            token: this.token,
            tokenId: this.tokenId,
            secretName: this.secretName,
            routeDiagram: this.routeDiagram,
        });
    }

    private namespaceFor(
        check: Check,
        name: string,
        args: TelemetryPipelineArgs,
    ): { namespace: pulumi.Input<string>; dependsOn: pulumi.Resource[] } {
        if (args.namespace !== undefined) return { namespace: args.namespace, dependsOn: [] };
        const namespace = kubernetesName(check, name);
        const created = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: namespace,
                    labels: {
                        ...commonLabels(namespace, "telemetry"),
                        "pod-security.kubernetes.io/enforce": readsNode(args.collector ?? {})
                            ? "privileged"
                            : "restricted",
                        "pod-security.kubernetes.io/enforce-version": "latest",
                    },
                },
            },
            { parent: this },
        );
        return { namespace, dependsOn: [created] };
    }
}

/** A mounted file follows its Secret only as long as that keeps its name. */
function withLastingSecret(check: Check, name: string, args: TelemetryPipelineArgs): TokenSettingsArgs {
    const { token = {}, collector } = args;
    const { existingSecret, secretName, secretDelivery = SecretDelivery.Managed } = token;
    const named = existingSecret !== undefined || secretName !== undefined;
    if (collector?.tokenFrom !== TokenFrom.File || named || secretDelivery !== SecretDelivery.Managed)
        return { ...token };
    return { ...token, secretName: `${kubernetesName(check, name)}-ingest` };
}

/** What a kubelet may take to bring another token into a mounted file, with room to spare. */
const KUBELET_MINUTES = 5;
const MINUTES_A_DAY = 24 * 60;

/** What is wrong with an overlap, one sentence each. */
export function overlapWarnings(check: Check, tokenFrom?: TokenFrom, overlapDays?: number): string[] {
    if (tokenFrom !== TokenFrom.File || overlapDays === undefined) return [];
    if (overlapDays * MINUTES_A_DAY >= KUBELET_MINUTES) return [];
    return [
        check
            .at("token.overlapDays")
            .warning(`${overlapDays} is less than the ${KUBELET_MINUTES} minutes within which a mounted file `) +
            `changes, and what is sent with a deleted token is lost; use ${KUBELET_MINUTES}/${MINUTES_A_DAY} or more, or leave it out`,
    ];
}

/** The Collector reads its token from a Secret. */
function checkDelivery(check: Check, token: TokenSettingsArgs | undefined): void {
    if (token?.secretDelivery !== SecretDelivery.None) return;
    throw check
        .at("token.secretDelivery")
        .error(
            "none leaves the Collector without a token; use managed, or referenced with the name of a Secret that something else fills",
        );
}
