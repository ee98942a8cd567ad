import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ENDPOINT_FIELDS, type EndpointArgs } from "../endpoint";
import { EndpointRoute } from "../endpoint/route";
import { IngestToken } from "../ingest-token";
import { endpointFor } from "../ingest-token/api-url";
import { TOKEN_SETTINGS_FIELDS, type IngestTokenSettingsArgs } from "../ingest-token/args";
import { refuseDeletedWith, refuseRenderedToken } from "../ingest-token/checks";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { Field, type Fields } from "../shared/fields";
import { isInstanceOf } from "../shared/is-instance";
import { kubernetesName, namespaceName } from "../shared/kubernetes";
import { afterwards, type ChildOptions, childOptions, lift, warnAll } from "../shared/outputs";
import type { SecretKeyOutputs } from "../shared/references";
import { Signal } from "../shared/signals";
import * as types from "../shared/types";
import { METRICS_CRON_JOB_FIELDS, type MetricsCronJobArgs, type MetricsVariable } from "./args";
import { type CronJobParts, type CronJobPlan, cronJobSpec, networkPolicySpec, planCronJob } from "./cron-job";
import { checkGiven, curlCommand, metricsEndpoint, variables } from "./plan";

export interface MetricsIngestArgs {
    /** Destination of the lines. With route `oneagent` no token is created; that route must be known when the program runs. */
    endpoint: EndpointArgs;
    /** Existing namespace of the Secret and the CronJob. @default - the default namespace of the Kubernetes provider */
    namespace?: pulumi.Input<string | undefined>;
    /** The token. @default - a token with only the scope `metrics.ingest` is created and delivered in a Secret */
    token?: IngestTokenSettingsArgs;
    /** Runs a script on a schedule and sends its output. Whether it is set must be known when the program runs. @default - no CronJob */
    cronJob?: MetricsCronJobArgs;
}

const FIELDS: Fields<MetricsIngestArgs> = {
    endpoint: ENDPOINT_FIELDS,
    namespace: Field.NoFallback,
    token: TOKEN_SETTINGS_FIELDS,
    cronJob: METRICS_CRON_JOB_FIELDS,
};

/**
 * Sends metric lines to Dynatrace without an OpenTelemetry SDK: URL, token and, optionally, a CronJob.
 *
 * Throws an `InputError` for arguments that cannot work.
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
    /** Full URL that receives lines. */
    public readonly url: pulumi.Output<string>;
    /** For `containers[].env`: `DT_METRICS_INGEST_URL`, and `DT_API_TOKEN` by reference if the route needs a token and there is a Secret. */
    public readonly env: pulumi.Output<MetricsVariable[]>;
    /** A shell command that sends one line. It reads these variables. */
    public readonly curl: pulumi.Output<string>;
    /** Key of the Secret that holds the token; undefined for the OneAgent. */
    public readonly secret: SecretKeyOutputs | undefined;
    /** The token, a secret; undefined for the OneAgent and for an existing Secret. */
    public readonly token: pulumi.Output<string | undefined>;
    /** Public id of the token, safe to show. */
    public readonly tokenId: pulumi.Output<string | undefined>;

    /** Whether a value is a `MetricsIngest`, also one of another copy of this package. */
    public static override isInstance(obj: unknown): obj is MetricsIngest {
        return isInstanceOf(obj, types.MetricsIngest);
    }

    constructor(name: string, args: MetricsIngestArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without arguments: Pulumi would write them to the state unchanged, including a token.
        super(types.MetricsIngest, name, {}, opts);

        const check = Check.of("MetricsIngest", name, opts, FIELDS);
        check.contains(this, "IngestToken", "token", ["namespace", "endpoint"]);
        const given = checkArguments(check, args);
        const oneAgent = given.endpoint?.route === EndpointRoute.OneAgent;
        if (!oneAgent) refuseDeletedWith(check, given.token ?? {}, opts);
        checkGiven(check, oneAgent, given);
        const endpoint = lift({ where: given.endpoint }, ({ where }) => metricsEndpoint(check, where, oneAgent));
        endpoint.apply(({ warnings }) => warnAll(warnings, this));
        const namespace = namespaceOf(check, given);
        const cronJob = given.cronJob && planned(check, name, given.endpoint, given.cronJob);

        const allowed = oneAgent ? undefined : refuseRenderedToken(check.at("token"), this, given.token ?? {});
        const child = childOptions(this, afterwards(opts, allowed));
        const token = oneAgent ? undefined : createToken(name, given, child);
        this.url = endpoint.metricsIngestUrl;
        this.env = pulumi.all([this.url, token?.secret]).apply(([url, secret]) => variables(url, secret));
        if (cronJob !== undefined && token !== undefined) {
            createCronJob(name, namespace, cronJob, { env: this.env, scheme: token.scheme }, child);
        }

        this.curl = pulumi.output(token?.scheme).apply(curlCommand);
        this.secret = token?.secret;
        this.token = pulumi.secret(token?.token);
        this.tokenId = pulumi.output(token?.tokenId);
        this.registerOutputs({
            url: this.url,
            env: this.env,
            curl: this.curl,
            secret: this.secret,
            token: this.token,
            tokenId: this.tokenId,
        });
    }
}

function namespaceOf(check: Check, { namespace }: MetricsIngestArgs): pulumi.Output<string> | undefined {
    if (namespace === undefined) return undefined;
    return lift({ namespace }, (plain) => namespaceName(check.at("namespace"), plain.namespace));
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

function createToken(
    name: string,
    { namespace, endpoint, token = {} }: MetricsIngestArgs,
    child: ChildOptions,
): IngestToken {
    const settings = { ...token, ...endpointFor(token, endpoint) };
    return new IngestToken(`${name}-ingest`, { ...settings, signals: [Signal.Metrics], namespace }, child);
}

function createCronJob(
    name: string,
    namespace: pulumi.Output<string> | undefined,
    plan: pulumi.Output<CronJobPlan>,
    { env, scheme }: Pick<CronJobParts, "env" | "scheme">,
    child: ChildOptions,
): void {
    const files = new k8s.core.v1.ConfigMap(
        `${name}-files`,
        { metadata: { namespace, labels: plan.labels }, data: plan.files },
        child,
    );
    const metadata = { name, namespace, labels: plan.labels };
    const policy = plan.apply(networkPolicySpec);
    new k8s.networking.v1.NetworkPolicy(`${name}-network`, { metadata, spec: policy }, child);
    const spec = cronJobSpec(plan, { configMapName: files.metadata.name, env, scheme });
    new k8s.batch.v1.CronJob(`${name}-cron`, { metadata, spec }, child);
}
