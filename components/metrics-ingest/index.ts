import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { Endpoint, EndpointArgs } from "../endpoint";
import { IngestToken } from "../ingest-token";
import type { TokenSettingsArgs } from "../ingest-token/args";
import { lift, warnAll } from "../shared/outputs";
import { kubernetesName } from "../shared/kubernetes";
import type { MetricsCronJobArgs, MetricsVariable } from "./args";
import { type CronJobPlan, cronJobSpec, networkPolicySpec, planCronJob } from "./cron-job";
import { checkShape, curlCommand, metricsEndpoint, variables } from "./plan";
import { withMintingUrl } from "../ingest-token/api-url";
import { Route } from "../endpoint/route";
import { Signal } from "../shared/signals";
import { Check } from "../shared/check";
import * as types from "../shared/types";

export interface MetricsIngestArgs {
    /** Where the lines go. With route `oneagent` no token is made; that route must be plain text. */
    endpoint: EndpointArgs;
    /** Namespace of the Secret and the CronJob; it exists already. @default - the Kubernetes provider's */
    namespace?: pulumi.Input<string>;
    /** @default - a token with the scope `metrics.ingest` alone is made and delivered in a Secret */
    token?: TokenSettingsArgs;
    /** Runs a script on a schedule and sends what it prints. Its arguments must be given when the program runs. @default - none */
    cronJob?: MetricsCronJobArgs;
}

/**
 * All that sends metric lines to Dynatrace without an OpenTelemetry SDK: address, token, and on demand a CronJob.
 *
 * Throws an `InputError` where the arguments cannot work.
 *
 * @example
 * ```ts
 * import { MetricsIngest } from "pulumi-dynatrace-otlp";
 *
 * const metrics = new MetricsIngest("shop-metrics", {
 *     endpoint: { environment: "abc12345" },
 *     cronJob: { schedule: "*\/5 * * * *", script: 'echo "shop.queue.length gauge,$(curl -s http://shop/queue)"', egressPorts: [80] },
 * });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-post-datapoints
 */
export class MetricsIngest extends pulumi.ComponentResource {
    /** Full URL that takes lines. */
    public readonly url: pulumi.Output<string>;
    /** For `containers[].env`: `DT_METRICS_INGEST_URL`, and `DT_API_TOKEN` by reference unless the route needs none or there is no Secret. */
    public readonly env: pulumi.Output<MetricsVariable[]>;
    /** A command that sends one line, for a shell with these variables. */
    public readonly curl: pulumi.Output<string>;
    /** Name of the Secret that holds the token; undefined for the OneAgent. */
    public readonly secretName: pulumi.Output<string | undefined>;
    /** Key in that Secret. */
    public readonly secretKey: pulumi.Output<string | undefined>;
    /** The token, a secret; undefined for the OneAgent and for a Secret made elsewhere. */
    public readonly token: pulumi.Output<string | undefined>;
    /** Public id of the token, safe to show. */
    public readonly tokenId: pulumi.Output<string | undefined>;

    constructor(name: string, args: MetricsIngestArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, a given token included.
        super(types.MetricsIngest, name, {}, opts);

        const check = Check.of("MetricsIngest", name, opts);
        const oneAgent = (args.endpoint as EndpointArgs | undefined)?.route === Route.OneAgent;
        checkShape(check, oneAgent, args);
        const endpoint = this.endpointFor(check, args.endpoint, oneAgent);
        const cronJob = args.cronJob && planned(check, name, args.endpoint, args.cronJob);

        const token = oneAgent ? undefined : this.tokenFor(name, args, endpoint, opts?.dependsOn);
        this.url = endpoint.metricsIngestUrl;
        this.env = pulumi
            .all([this.url, token?.secretName, token?.secretKey])
            .apply(([url, secretName, secretKey]) => variables(url, secretName, secretKey));
        if (cronJob !== undefined && token !== undefined) {
            this.makeCronJob(name, args.namespace, cronJob, token, opts?.dependsOn);
        }

        this.curl = pulumi.output(token?.scheme).apply(curlCommand);
        this.secretName = pulumi.output(token?.secretName);
        this.secretKey = pulumi.output(token?.secretKey);
        this.token = pulumi.secret(token?.token);
        this.tokenId = pulumi.output(token?.tokenId);
        this.registerOutputs({
            url: this.url,
            env: this.env,
            curl: this.curl,
            secretName: this.secretName,
            secretKey: this.secretKey,
            token: this.token,
            tokenId: this.tokenId,
        });
    }

    private endpointFor(check: Check, args: EndpointArgs, oneAgent: boolean): pulumi.Output<Endpoint> {
        const endpoint: pulumi.Output<Endpoint> = lift(args, (plain) => metricsEndpoint(check, plain, oneAgent));
        endpoint.apply(({ warnings }) => warnAll(warnings, this));
        return endpoint;
    }

    private tokenFor(
        name: string,
        { namespace, token = {} }: MetricsIngestArgs,
        endpoint: pulumi.Output<Endpoint>,
        dependsOn: pulumi.ResourceOptions["dependsOn"],
    ): IngestToken {
        const settings = withMintingUrl(token, endpoint);
        return new IngestToken(
            `${name}-ingest`,
            { ...settings, signals: [Signal.Metrics], namespace },
            { parent: this, dependsOn },
        );
    }

    private makeCronJob(
        name: string,
        namespace: pulumi.Input<string> | undefined,
        plan: pulumi.Output<CronJobPlan>,
        token: IngestToken,
        dependsOn: pulumi.ResourceOptions["dependsOn"],
    ): void {
        const child = { parent: this, dependsOn };
        const files = new k8s.core.v1.ConfigMap(
            `${name}-files`,
            { metadata: { namespace, labels: plan.labels }, data: plan.files },
            child,
        );
        new k8s.networking.v1.NetworkPolicy(
            `${name}-network`,
            { metadata: { name, namespace, labels: plan.labels }, spec: plan.apply(networkPolicySpec) },
            child,
        );
        new k8s.batch.v1.CronJob(
            `${name}-cron`,
            {
                metadata: { name, namespace, labels: plan.labels },
                spec: cronJobSpec(plan, { configMapName: files.metadata.name, env: this.env, scheme: token.scheme }),
            },
            child,
        );
    }
}

function planned(
    check: Check,
    name: string,
    where: EndpointArgs,
    cronJob: MetricsCronJobArgs,
): pulumi.Output<CronJobPlan> {
    kubernetesName(check, name);
    return lift({ where, cronJob }, (plain) =>
        planCronJob(check, name, metricsEndpoint(check, plain.where, false), plain.cronJob),
    );
}
