import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { EXPORTER_TOKEN_REVISION } from "../application-pods/exporter-env";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { isInstanceOf } from "../shared/is-instance";
import { commonLabels, shortHash } from "../shared/kubernetes";
import { type ChildOptions, childOptions, lift, warnAll } from "../shared/outputs";
import { refParts } from "../shared/references";
import type { TokenReferenceArgs } from "../shared/token-reference";
import * as types from "../shared/types";
import { AI_GATEWAY_EXPORTER_FIELDS, type AiGatewayExporterArgs } from "./args";
import { describeGateway, type GatewayDescription } from "./description";
import { type CheckedPlan, planGateway, profileOf } from "./plan";
import type { AiGatewayField, GatewayProfile, GatewayResource } from "./settings";

/**
 * Sends the telemetry of an AI gateway to Dynatrace: the gateway's settings in the form that the gateway reads, and the object that it reads
 * in the cluster. The gateway's own switch protects prompts and answers and, on the route through a Collector, the Collector does so too.
 *
 * Throws an `InputError` for arguments that cannot work, e.g. for a gateway that cannot send to Dynatrace.
 *
 * @example
 * ```ts
 * import { AiGateway, AiGatewayExporter, TelemetryPipeline } from "pulumi-dynatrace-otlp";
 *
 * const telemetry = new TelemetryPipeline("ai", { endpoint: { environment: "abc12345" } });
 * const exporter = new AiGatewayExporter("litellm", {
 *     gateway: AiGateway.LiteLlm,
 *     collectorUrl: telemetry.otlpEndpoint,
 *     namespace: "ai",
 *     extraConfig: { model_list: [{ model_name: "gpt", litellm_params: { model: "openai/gpt-4o-mini", api_key: "os.environ/OPENAI_API_KEY" } }] },
 * });
 * const container = { name: "litellm", image, env: exporter.env };
 * ```
 *
 * @see https://docs.dynatrace.com/docs/observe/dynatrace-for-ai-observability
 */
export class AiGatewayExporter extends pulumi.ComponentResource {
    /** For `containers[].env` of the gateway. Tokens are references, and come before the variables that use them. */
    public readonly env: pulumi.Output<k8s.types.input.core.v1.EnvVar[]>;
    /** For `spec.volumes`; empty without `ca`. */
    public readonly volumes: pulumi.Output<k8s.types.input.core.v1.Volume[]>;
    /** For `containers[].volumeMounts`; empty without `ca`. */
    public readonly volumeMounts: pulumi.Output<k8s.types.input.core.v1.VolumeMount[]>;
    /** For the pod template's metadata. They change with the token, which restarts the pods. */
    public readonly podAnnotations: pulumi.Output<Record<string, string>>;
    /** Values for the gateway's own Helm chart; empty if it has no chart, or no such values. */
    public readonly helmValues: pulumi.Output<Record<string, unknown>>;
    /** For a dashboard or for code, with the names and in the order of the gateway. */
    public readonly fields: pulumi.Output<AiGatewayField[]>;
    /** The gateway's configuration file; undefined if it has none. */
    public readonly file: pulumi.Output<string | undefined>;
    /** Its key in the ConfigMap. */
    public readonly fileName: pulumi.Output<string | undefined>;
    /** Name of the ConfigMap with the file, which changes with its content; undefined without `namespace`. */
    public readonly configMapName: pulumi.Output<string | undefined>;
    /** Manual steps, one sentence each. */
    public readonly notes: pulumi.Output<string[]>;

    /** Whether a value is an `AiGatewayExporter`, also one of another copy of this package. */
    public static override isInstance(obj: unknown): obj is AiGatewayExporter {
        return isInstanceOf(obj, types.AiGatewayExporter);
    }

    constructor(name: string, args: AiGatewayExporterArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.AiGatewayExporter, name, {}, opts);

        const check = Check.of("AiGatewayExporter", name, opts, AI_GATEWAY_EXPORTER_FIELDS);
        const given = checkArguments(check, args);
        const profile = profileOf(check, given.gateway);
        const described = describe(check, name, given);
        described.plan.warnings.apply((warnings) => warnAll(warnings, this));
        if (given.namespace !== undefined) createObject(name, profile, described, childOptions(this, opts));

        this.env = described.env;
        this.volumes = described.volumes;
        this.volumeMounts = described.volumeMounts;
        this.podAnnotations = tokenAnnotation(given);
        this.helmValues = described.helmValues;
        this.fields = described.fields;
        this.file = described.apply(({ fileText }) => fileText);
        this.fileName = pulumi.output(profile.fileName);
        this.configMapName = described.apply(({ configMapName }) => configMapName);
        this.notes = described.notes;
        this.registerOutputs({
            env: this.env,
            volumes: this.volumes,
            volumeMounts: this.volumeMounts,
            podAnnotations: this.podAnnotations,
            helmValues: this.helmValues,
            fields: this.fields,
            file: this.file,
            fileName: this.fileName,
            configMapName: this.configMapName,
            notes: this.notes,
        });
    }
}

interface Described extends GatewayDescription {
    plan: CheckedPlan;
}

function describe(check: Check, name: string, args: AiGatewayExporterArgs): pulumi.Output<Described> {
    const inputs = { ...args, token: referenceOf(args.token), collectorToken: referenceOf(args.collectorToken) };
    return lift(inputs, (plain) => {
        const plan = planGateway(check, name, plain);
        return { plan, ...describeGateway(plan, plain) };
    });
}

/** Creates the object that the gateway reads: its custom resource, or a ConfigMap with its file. */
function createObject(
    name: string,
    { resource, fileName }: GatewayProfile,
    described: pulumi.Output<Described>,
    child: ChildOptions,
): void {
    if (resource !== undefined) createResource(name, resource, described, child);
    else if (fileName !== undefined) createConfigMap(name, fileName, described, child);
}

function createConfigMap(
    name: string,
    fileName: string,
    described: pulumi.Output<Described>,
    child: ChildOptions,
): void {
    const metadata = {
        name: described.apply(({ configMapName }) => configMapName),
        namespace: described.plan.apply(({ namespace }) => namespace),
        labels: described.plan.name.apply((plain) => commonLabels(plain, "ai-gateway")),
    };
    const data = { [fileName]: described.apply(({ fileText = "" }) => fileText) };
    new k8s.core.v1.ConfigMap(`${name}-config`, { metadata, data }, child);
}

function createResource(
    name: string,
    { apiVersion, kind, fields, labels, annotations, clusterWide }: GatewayResource,
    described: pulumi.Output<Described>,
    child: ChildOptions,
): void {
    const metadata = {
        name: described.plan.name,
        ...(clusterWide ? {} : { namespace: described.plan.namespace }),
        labels: described.plan.name.apply((plain) => ({ ...commonLabels(plain, "ai-gateway"), ...labels })),
        ...(annotations === undefined ? {} : { annotations }),
    };
    const content = Object.fromEntries(
        fields.map((field) => [field, described.apply(({ resource }) => resource?.[field])]),
    );
    new k8s.apiextensions.CustomResource(`${name}-resource`, { apiVersion, kind, metadata, ...content }, child);
}

/** The outputs of an `IngestToken`: Pulumi does not wait for the outputs of a resource that is an argument as a whole. */
function referenceOf(token: TokenReferenceArgs | undefined): TokenReferenceArgs | undefined {
    if (token === undefined) return undefined;
    const { secret, scheme } = token;
    return { secret, scheme };
}

function tokenAnnotation({ token, collectorToken }: AiGatewayExporterArgs): pulumi.Output<Record<string, string>> {
    const read = token ?? collectorToken;
    const { name } = refParts(read?.secret);
    return pulumi.all([name, read?.revision]).apply(([secretName, revision]): Record<string, string> => {
        if (secretName === undefined) return {};
        return { [EXPORTER_TOKEN_REVISION]: shortHash(`${secretName} ${revision ?? ""}`) };
    });
}
