import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { AiGatewayExporterArgs } from "./args";
import { type CheckedPlan, planGateway, profileOf } from "./plan";
import { type GatewayDescription, describeGateway } from "./description";
import type { AiGatewayField, GatewayResource } from "./settings";
import { EXPORTER_TOKEN_REVISION } from "../application-pods/exporter-env";
import { lift, warnAll } from "../shared/outputs";
import { commonLabels, shortHash } from "../shared/kubernetes";
import type { TokenReferenceArgs } from "../shared/secrets";
import { Check } from "../shared/check";
import * as types from "../shared/types";

/**
 * An AI gateway's telemetry on its way to Dynatrace: everything that the gateway has to be told, in the form in which it takes it, and what it
 * reads in the cluster. Prompts and answers are kept back by the gateway's own switch and, on the way through a Collector, by that as well.
 *
 * Throws an `InputError` where the arguments cannot work, e.g. for a gateway that Dynatrace does not understand.
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
 *     ownConfig: { model_list: [{ model_name: "gpt", litellm_params: { model: "openai/gpt-4o-mini", api_key: "os.environ/OPENAI_API_KEY" } }] },
 * });
 * const container = { name: "litellm", image, env: exporter.env };
 * ```
 *
 * @see https://docs.dynatrace.com/docs/observe/dynatrace-for-ai-observability
 */
export class AiGatewayExporter extends pulumi.ComponentResource {
    /** For `containers[].env` of the gateway. Tokens are references, and stand before the variables that use them. */
    public readonly env: pulumi.Output<k8s.types.input.core.v1.EnvVar[]>;
    /** For `spec.volumes`; empty without `caCertificate`. */
    public readonly volumes: pulumi.Output<k8s.types.input.core.v1.Volume[]>;
    /** For `containers[].volumeMounts`; empty without `caCertificate`. */
    public readonly volumeMounts: pulumi.Output<k8s.types.input.core.v1.VolumeMount[]>;
    /** For the pod template's metadata: change with the token and so restart the pods. */
    public readonly podAnnotations: pulumi.Output<Record<string, string>>;
    /** For the gateway's own chart; empty where it has none, or one that takes none of this. */
    public readonly helmValues: pulumi.Output<Record<string, unknown>>;
    /** For a dashboard or for code, in the words and the order of the gateway. */
    public readonly fields: pulumi.Output<AiGatewayField[]>;
    /** The gateway's file; undefined where it has none. */
    public readonly file: pulumi.Output<string | undefined>;
    /** Its key in the ConfigMap. */
    public readonly fileName: pulumi.Output<string | undefined>;
    /** Name of the ConfigMap with the file, another one for each content; undefined without `namespace`. */
    public readonly configMapName: pulumi.Output<string | undefined>;
    /** What has to be done by hand, one sentence each. */
    public readonly notes: pulumi.Output<string[]>;

    constructor(name: string, args: AiGatewayExporterArgs, opts?: pulumi.ComponentResourceOptions) {
        super(types.AiGatewayExporter, name, {}, opts);

        const check = Check.of("AiGatewayExporter", name, opts);
        const profile = profileOf(check, args.gateway);
        const inputs = { ...args, token: referenceOf(args.token), collectorToken: referenceOf(args.collectorToken) };
        const described: pulumi.Output<Described> = lift(inputs, (plain) => {
            const plan = planGateway(check, name, plain);
            return { plan, ...describeGateway(plan, plain) };
        });
        described.plan.warnings.apply((warnings) => warnAll(warnings, this));

        // Pulumi does not hand a component's dependsOn down to its children.
        const child = { parent: this, dependsOn: opts?.dependsOn };
        const makes = args.namespace !== undefined;
        if (makes && profile.resource !== undefined) createResource(name, profile.resource, described, child);
        else if (makes && profile.fileName !== undefined) createConfigMap(name, profile.fileName, described, child);

        this.env = described.env;
        this.volumes = described.volumes;
        this.volumeMounts = described.volumeMounts;
        this.podAnnotations = tokenAnnotation(args);
        this.helmValues = described.helmValues;
        this.fields = described.fields;
        this.file = described.fileText as pulumi.Output<string | undefined>;
        this.fileName = pulumi.output(profile.fileName);
        this.configMapName = described.configMapName as pulumi.Output<string | undefined>;
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

function createConfigMap(
    name: string,
    fileName: string,
    described: pulumi.Output<Described>,
    opts: pulumi.CustomResourceOptions,
): void {
    const metadata = {
        name: described.configMapName as pulumi.Output<string>,
        namespace: described.plan.namespace as pulumi.Output<string>,
        labels: described.plan.name.apply((plain) => commonLabels(plain, "ai-gateway")),
    };
    const data = { [fileName]: described.fileText as pulumi.Output<string> };
    new k8s.core.v1.ConfigMap(`${name}-config`, { metadata, data }, opts);
}

function createResource(
    name: string,
    { apiVersion, kind, fields, labels, annotations, clusterWide }: GatewayResource,
    described: pulumi.Output<Described>,
    opts: pulumi.CustomResourceOptions,
): void {
    const metadata = {
        name: described.plan.name,
        ...(clusterWide ? {} : { namespace: described.plan.namespace }),
        labels: described.plan.name.apply((plain) => ({ ...commonLabels(plain, "ai-gateway"), ...labels })),
        ...(annotations === undefined ? {} : { annotations }),
    };
    const body = described.resource as pulumi.Output<Record<string, unknown>>;
    const content = Object.fromEntries(fields.map((field) => [field, body[field]]));
    new k8s.apiextensions.CustomResource(`${name}-resource`, { apiVersion, kind, metadata, ...content }, opts);
}

/** Of an `IngestToken` what is needed of it: of a resource as a whole Pulumi does not wait for its outputs. */
function referenceOf(token: TokenReferenceArgs | undefined): TokenReferenceArgs | undefined {
    if (token === undefined) return undefined;
    const { secretName, secretKey, scheme } = token;
    return { secretName, secretKey, scheme };
}

function tokenAnnotation({ token, collectorToken }: AiGatewayExporterArgs): pulumi.Output<Record<string, string>> {
    const read = token ?? collectorToken;
    return pulumi.all([read?.secretName, read?.revision]).apply(([secretName, revision]): Record<string, string> => {
        if (secretName === undefined) return {};
        return { [EXPORTER_TOKEN_REVISION]: shortHash(`${secretName} ${revision ?? ""}`) };
    });
}
