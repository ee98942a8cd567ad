import * as pulumi from "@pulumi/pulumi";

import type { ActiveGateRouteArgs } from "./args";
import { checkArguments } from "./checks";
import { type Place, placeOf } from "./place";
import { makeDynaKube, makeStandalone } from "./resources";
import { trustedCertificates } from "./tls";
import type { EndpointArgs } from "../endpoint";
import { lift, warnAll } from "../shared/outputs";
import type { Route } from "../endpoint/route";
import { Check } from "../shared/check";
import * as types from "../shared/types";

/**
 * An ActiveGate that takes OTLP on the way to Dynatrace: one that exists, one that the Dynatrace Operator runs, or one run here.
 * What it gives out goes to `OtlpCollector` or `TelemetryPipeline` as their `endpoint`.
 *
 * Throws an `InputError` where the arguments cannot work; warns where they work in some clusters only.
 *
 * @example
 * ```ts
 * import { ActiveGateKind, ActiveGateRoute, TelemetryPipeline } from "pulumi-dynatrace-otlp";
 *
 * const route = new ActiveGateRoute("dynakube", {
 *     kind: ActiveGateKind.DynaKube,
 *     environment: "abc12345",
 *     tls: { certificatePem, privateKeyPem },
 *     dynakube: { tokens: { apiToken, dataIngestToken } },
 * });
 * new TelemetryPipeline("telemetry", { endpoint: route.endpoint });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/dynatrace-activegate
 */
export class ActiveGateRoute extends pulumi.ComponentResource {
    /** Base URL for OTLP through the ActiveGate, without `/v1/...`. */
    public readonly otlpBaseUrl: pulumi.Output<string>;
    /** Environment id. */
    public readonly environmentId: pulumi.Output<string>;
    /** By which way senders reach it: 443 at a Service of the cluster is another port at the pod. */
    public readonly route: pulumi.Output<Route>;
    /** Host that senders connect to. */
    public readonly host: pulumi.Output<string>;
    /** TCP port that senders connect to. */
    public readonly port: pulumi.Output<number>;
    /** CA certificates that senders have to trust, in PEM form; undefined if none are known. */
    public readonly caCertificatePem: pulumi.Output<string | undefined>;
    /** OTLP/HTTP base URL of the Collector that the Operator runs for `telemetryIngest`; undefined without one. */
    public readonly operatorCollectorEndpoint: pulumi.Output<string | undefined>;

    /** The route, as the components that send take it. */
    public get endpoint(): EndpointArgs {
        return {
            environment: this.environmentId,
            route: this.route,
            host: this.host,
            port: this.port,
            caCertificatePem: this.caCertificatePem as pulumi.Output<string>,
        };
    }

    constructor(name: string, args: ActiveGateRouteArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, a given token included.
        super(types.ActiveGateRoute, name, {}, opts);

        const check = Check.of("ActiveGateRoute", name, opts);
        checkArguments(check, args);
        const { kind, environment, host, port, namespace } = args;
        const place: pulumi.Output<Place> = lift({ kind, environment, host, port, namespace }, (plain) =>
            placeOf(check, name, plain),
        );
        this.caCertificatePem = trustedCertificates(check, args);
        place.warnings.apply((warnings) => warnAll(warnings, this));

        // Pulumi does not hand a component's dependsOn down to its children.
        const making = { check, name, args, place, parent: this, dependsOn: opts?.dependsOn };
        const dynaKube = args.dynakube && makeDynaKube(making, args.dynakube);
        if (args.standalone) makeStandalone(making, args.standalone);

        this.otlpBaseUrl = place.endpoint.otlpUrl;
        this.environmentId = place.endpoint.environmentId;
        this.route = place.endpoint.route;
        this.host = place.endpoint.host;
        this.port = place.endpoint.port;
        this.operatorCollectorEndpoint = pulumi.output(dynaKube?.collectorEndpoint).apply((url) => url || undefined);
        this.registerOutputs({
            otlpBaseUrl: this.otlpBaseUrl,
            environmentId: this.environmentId,
            route: this.route,
            host: this.host,
            port: this.port,
            caCertificatePem: this.caCertificatePem,
            operatorCollectorEndpoint: this.operatorCollectorEndpoint,
        });
    }
}
