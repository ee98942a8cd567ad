import * as pulumi from "@pulumi/pulumi";

import type { EndpointArgs } from "../endpoint";
import type { EndpointRoute } from "../endpoint/route";
import { checkArguments } from "../shared/arguments";
import type { CaCertificate } from "../shared/ca";
import { Check } from "../shared/check";
import { isInstanceOf } from "../shared/is-instance";
import { afterwards, lift, warnAll } from "../shared/outputs";
import { refuseRendered } from "../shared/rendering";
import * as types from "../shared/types";
import { ACTIVE_GATE_ROUTE_FIELDS, type ActiveGateRouteArgs } from "./args";
import { checkGiven } from "./checks";
import { placeOf } from "./place";
import { createDynaKube, createStandalone } from "./resources";
import { trustedCertificates } from "./tls";

/**
 * An ActiveGate that receives OTLP and forwards it to Dynatrace: an existing one, one that the Dynatrace Operator runs, or a StatefulSet.
 * Use its output `endpoint` as the `endpoint` of `OtlpCollector` or `TelemetryPipeline`.
 *
 * Throws an `InputError` for arguments that cannot work. Warns about arguments that work only in some clusters.
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
    /** Kind of the route. A NetworkPolicy needs it, because a Service of the cluster forwards port 443 to another port of the pod. */
    public readonly route: pulumi.Output<EndpointRoute>;
    /** Host that senders connect to. */
    public readonly host: pulumi.Output<string>;
    /** TCP port that senders connect to. */
    public readonly port: pulumi.Output<number>;
    /** CA certificates that senders must trust; undefined if none are known. */
    public readonly ca: pulumi.Output<CaCertificate | undefined>;
    /** OTLP/HTTP base URL of the Collector that the Operator runs for `telemetryIngest`; undefined without one. */
    public readonly operatorCollectorEndpoint: pulumi.Output<string | undefined>;

    /** The route, for `endpoint` of the components that send. */
    public get endpoint(): EndpointArgs {
        return {
            environment: this.environmentId,
            route: this.route,
            host: this.host,
            port: this.port,
            ca: this.ca,
        };
    }

    /** Whether a value is an `ActiveGateRoute`, also one of another copy of this package. */
    public static override isInstance(obj: unknown): obj is ActiveGateRoute {
        return isInstanceOf(obj, types.ActiveGateRoute);
    }

    constructor(name: string, args: ActiveGateRouteArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without arguments: Pulumi would write them to the state unchanged, including a token.
        super(types.ActiveGateRoute, name, {}, opts);

        const check = Check.of("ActiveGateRoute", name, opts, ACTIVE_GATE_ROUTE_FIELDS);
        const given = checkArguments(check, args);
        const [refused] = checkGiven(check, given);
        const allowed = refused && refuseRendered(this, (setting) => refused.check.fail(refused.problem(setting)));
        const { kind, environment, host, port, namespace, dynakube, standalone } = given;
        const place = lift({ kind, environment, host, port, namespace }, (plain) => placeOf(check, name, plain));
        const ca = trustedCertificates(check, given);
        place.warnings.apply((warnings) => warnAll(warnings, this));

        const context = { check, name, args: given, place, parent: this, opts: afterwards(opts, allowed) };
        const dynaKube = dynakube && createDynaKube(context, dynakube);
        if (standalone) createStandalone(context, standalone);

        this.otlpBaseUrl = place.endpoint.otlpUrl;
        this.environmentId = place.endpoint.environmentId;
        this.route = place.endpoint.route;
        this.host = place.endpoint.host;
        this.port = place.endpoint.port;
        this.ca = ca;
        this.operatorCollectorEndpoint = pulumi.output(dynaKube?.collectorEndpoint).apply((url) => url || undefined);
        this.registerOutputs({
            otlpBaseUrl: this.otlpBaseUrl,
            environmentId: this.environmentId,
            route: this.route,
            host: this.host,
            port: this.port,
            ca: this.ca,
            operatorCollectorEndpoint: this.operatorCollectorEndpoint,
        });
    }
}
