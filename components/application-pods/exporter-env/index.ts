import * as pulumi from "@pulumi/pulumi";

import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../../endpoint";
import { EndpointRoute } from "../../endpoint/route";
import { checkArguments } from "../../shared/arguments";
import { Check } from "../../shared/check";
import { shortHash } from "../../shared/kubernetes";
import { refParts } from "../../shared/references";
import { checkScheme, DEFAULT_SECRET_KEY } from "../../shared/secrets";
import { normalizeSignals, type Signal } from "../../shared/signals";
import {
    EXPORTER_ENV_FIELDS,
    type ExporterEnv,
    type ExporterEnvArgs,
    ExporterProtocol,
    ExporterVia,
    ExporterHeaderEncoding,
} from "./args";
import {
    downwardAttributes,
    downwardVariables,
    encodeAttributes,
    mergeAttributes,
    RESOURCE_ATTRIBUTES,
} from "./attributes";
import { checkCollectorUrl, checkShape } from "./checks";
import { derive, onto } from "./later";
import { checkedCa, checkedCertificate, checkedReference } from "./references";
import {
    caVolumes,
    collectorVariables,
    type Credential,
    CREDENTIALS,
    directVariables,
    ownCertificateVolumes,
    SERVICE_NAME,
} from "./variables";

/** One environment variable of a container, in Kubernetes' form. */
export interface EnvironmentVariable {
    name: string;
    value: string;
}

/** Annotation of pods that changes with the token in their environment, which restarts the pods. */
export const EXPORTER_TOKEN_REVISION = "dynatrace-otlp/exporter-token-revision";

/** The same for the client certificate of the application. */
export const EXPORTER_CERTIFICATE_REVISION = "dynatrace-otlp/exporter-certificate-revision";

/** Routes of each `via`; a Collector has its own route. */
const ROUTES: Record<Exclude<ExporterVia, "collector">, EndpointRoute[]> = {
    direct: [EndpointRoute.Saas, EndpointRoute.Managed],
    activegate: [EndpointRoute.ActiveGate, EndpointRoute.ContainerActiveGate],
};

/**
 * Environment variables that make an OpenTelemetry SDK send to a Collector, as OTLP over HTTP with delta metrics.
 *
 * @param httpEndpoint base URL of the Collector, without `/v1/...`.
 * @param signals that the Collector accepts; the SDK's exporters of the others are disabled.
 * @see https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/
 */
export function collectorEnv(httpEndpoint: string, signals: Signal[]): EnvironmentVariable[] {
    return collectorVariables(httpEndpoint, ExporterProtocol.Http, signals, false) as EnvironmentVariable[];
}

/**
 * Everything that a pod needs for its OpenTelemetry SDK to send: variables, and a volume for a private CA. The lists are plain, so that
 * they can be spread into a container; values that are not known yet are Outputs in them.
 *
 * @throws InputError for arguments that cannot work: immediately, or when the value of an Output is known.
 *
 * @example
 * ```ts
 * import { exporterEnv, TelemetryPipeline } from "pulumi-dynatrace-otlp";
 *
 * const telemetry = new TelemetryPipeline("telemetry", { endpoint: { environment: "abc12345" } });
 * const otlp = exporterEnv({ via: "collector", collectorUrl: telemetry.otlpEndpoint, serviceName: "checkout" });
 * const container = { name: "checkout", image, env: [...otlp.env, { name: "PORT", value: "8080" }] };
 * ```
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function exporterEnv(args: ExporterEnvArgs): ExporterEnv {
    const check = new Check("exporterEnv", "", EXPORTER_ENV_FIELDS);
    const given = checkArguments(check, args);
    checkShape(check, given);
    const signals = normalizeSignals(check, given.signals);
    const exporter =
        given.via === ExporterVia.Collector ? toCollector(check, given, signals) : toDynatrace(check, given, signals);
    const files = [
        caVolumes(checkedCa(check.at("ca"), given.ca)),
        ownCertificateVolumes(checkedCertificate(check.at("clientCertificate"), given.clientCertificate)),
    ];
    return {
        env: [...exporter, ...identity(check, given)],
        volumes: files.flatMap(({ volumes }) => volumes),
        volumeMounts: files.flatMap(({ volumeMounts }) => volumeMounts),
        podAnnotations: revisions(given),
    };
}

function toCollector(check: Check, args: ExporterEnvArgs, signals: Signal[]): ExporterEnv["env"] {
    const protocol = args.protocol ?? ExporterProtocol.Http;
    const url = onto(args.collectorUrl, (plain) => checkCollectorUrl(check, plain, protocol, args));
    return collectorVariables(url, protocol, signals, args.ca !== undefined, {
        ownCertificate: args.clientCertificate !== undefined,
        credential: credentialOf(check, args),
        headerEncoding: args.headerEncoding,
    });
}

function credentialOf(check: Check, { collectorToken, collectorPassword }: ExporterEnvArgs): Credential | undefined {
    if (collectorToken !== undefined) {
        const at = check.at("collectorToken.secret");
        return { scheme: "Bearer", secret: checkedReference(at, collectorToken.secret, CREDENTIALS.Bearer.defaultKey) };
    }
    if (collectorPassword === undefined) return undefined;
    const at = check.at("collectorPassword.secret");
    return { scheme: "Basic", secret: checkedReference(at, collectorPassword.secret, CREDENTIALS.Basic.defaultKey) };
}

function toDynatrace(check: Check, args: ExporterEnvArgs, signals: Signal[]): ExporterEnv["env"] {
    const { endpoint: given = {}, token } = args;
    const endpoint = derive(given, (plain) => endpointFor(check, args, plain));
    void onto(endpoint, (plain) => plain.warnings.forEach((warning) => void pulumi.log.warn(warning)));
    return directVariables({
        endpoint,
        token: checkedReference(check.at("token.secret"), token?.secret, DEFAULT_SECRET_KEY),
        scheme: onto(token?.scheme, (scheme) => checkScheme(check.at("token.scheme"), scheme)),
        signals,
        headerEncoding: args.headerEncoding ?? ExporterHeaderEncoding.Raw,
        ownCa: args.ca !== undefined,
        pastProxy: args.via === ExporterVia.ActiveGate,
    });
}

/** Who sends: the service's name, and the attributes last, after the variables that they refer to. */
function identity(check: Check, args: ExporterEnvArgs): ExporterEnv["env"] {
    const fromPod = args.kubernetesAttributes ?? true;
    const given = derive(args.resourceAttributes ?? {}, (plain) => encodeAttributes(check, plain));
    const attributes = onto(given, (text) => mergeAttributes(text, fromPod ? downwardAttributes() : ""));
    return [
        ...(args.serviceName === undefined
            ? []
            : [{ name: SERVICE_NAME, value: onto(args.serviceName, (text) => text ?? "") }]),
        ...(fromPod ? downwardVariables() : []),
        ...(attributes === "" ? [] : [{ name: RESOURCE_ATTRIBUTES, value: attributes }]),
    ];
}

/** Annotations that change with what a pod reads when it starts. */
function revisions(args: ExporterEnvArgs): ExporterEnv["podAnnotations"] {
    const shown = args.token ?? args.collectorToken ?? args.collectorPassword;
    // The volume already names the Secret, so only a revision adds something.
    const { secretName, revision } = args.clientCertificate ?? {};
    return {
        ...(shown && { [EXPORTER_TOKEN_REVISION]: revisionOf(refParts(shown.secret).name, shown.revision) }),
        ...(revision !== undefined && { [EXPORTER_CERTIFICATE_REVISION]: revisionOf(secretName, revision) }),
    };
}

function revisionOf(
    secretName: pulumi.Input<string | undefined>,
    revision: pulumi.Input<string | undefined>,
): pulumi.Input<string> {
    return derive({ secretName, revision }, (plain) => shortHash(`${plain.secretName ?? ""} ${plain.revision ?? ""}`));
}

function endpointFor(check: Check, args: ExporterEnvArgs, plain: pulumi.Unwrap<EndpointArgs>): Endpoint {
    const endpoint = resolveEndpoint(check.at("endpoint"), plain);
    if (endpoint.route === EndpointRoute.OneAgent) {
        check
            .at("endpoint.route")
            .fail("oneagent listens on its own host only, which a pod cannot reach; use another route");
    }
    const routes = args.via === ExporterVia.Collector ? [] : ROUTES[args.via];
    if (!routes.includes(endpoint.route)) {
        check
            .at("via")
            .fail(
                `"${args.via}" contradicts endpoint, which is route ${endpoint.route}; via "${args.via}" is for ${routes.join(" and ")}`,
            );
    }
    // A pod reads the certificate from ca, so the warning about the endpoint's field would mislead.
    const warnings = endpoint.warnings.filter((text) => !text.includes("endpoint.ca is not given"));
    if (endpoint.privateCaExpected && args.ca === undefined) {
        warnings.push(
            `${check.component}: ca is not given: an ActiveGate presents its own certificate unless one from a ` +
                "public CA was installed; without its CA every export fails with a TLS error",
        );
    }
    return { ...endpoint, warnings };
}
