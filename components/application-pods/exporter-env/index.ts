import * as pulumi from "@pulumi/pulumi";

import { type Endpoint, type EndpointArgs, resolveEndpoint } from "../../endpoint";
import {
    type CollectorTokenArgs,
    type ExporterEnv,
    type ExporterEnvArgs,
    ExporterProtocol,
    ExporterVia,
    HeaderEncoding,
} from "./args";
import {
    downwardAttributes,
    downwardVariables,
    encodeAttributes,
    mergeAttributes,
    RESOURCE_ATTRIBUTES,
} from "./attributes";
import { checkCollectorUrl, checkShape, COMPONENT } from "./checks";
import { derive, onto } from "./later";
import { checkedCa, checkedCertificate, checkedReference, checkedText } from "./references";
import {
    caVolumes,
    collectorVariables,
    type Credential,
    CREDENTIALS,
    directVariables,
    ownCertificateVolumes,
    SERVICE_NAME,
} from "./variables";
import { Check, InputError } from "../../shared/check";
import { shortHash } from "../../shared/kubernetes";
import { Route } from "../../endpoint/route";
import { normalizeSignals, type Signal } from "../../shared/signals";
import { checkScheme, DEFAULT_SECRET_KEY, type TokenReferenceArgs } from "../../shared/secrets";

/** One environment variable of a container, in Kubernetes' form. */
export interface EnvironmentVariable {
    name: string;
    value: string;
}

/** Annotation of pods that changes with the token they read from their environment, and so restarts them. */
export const EXPORTER_TOKEN_REVISION = "dynatrace-otlp/exporter-token-revision";

/** The same for a certificate of the application's own. */
export const EXPORTER_CERTIFICATE_REVISION = "dynatrace-otlp/exporter-certificate-revision";

/** Routes that each way takes; a Collector has a route of its own. */
const ROUTES: Record<Exclude<ExporterVia, "collector">, Route[]> = {
    direct: [Route.Saas, Route.Managed],
    activegate: [Route.ActiveGate, Route.ContainerActiveGate],
};

/**
 * Environment variables that make an OpenTelemetry SDK send to a Collector, as OTLP over HTTP with delta metrics.
 *
 * @param httpEndpoint base URL of the Collector, without `/v1/...`.
 * @param signals what the Collector takes; the others are switched off in the SDK.
 * @see https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/
 */
export function collectorEnv(httpEndpoint: string, signals: Signal[]): EnvironmentVariable[] {
    return collectorVariables(httpEndpoint, ExporterProtocol.Http, signals, false) as EnvironmentVariable[];
}

/**
 * All that a pod needs for its OpenTelemetry SDK to send: variables, and for a private CA a volume. The lists are plain,
 * so that they can be spread into a container; what is not known yet is an Output in them.
 *
 * @throws InputError where the arguments cannot work, at once or, for what comes as an Output, when it is known.
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
    checkShape(args);
    const signals = normalizeSignals(new Check(COMPONENT), args.signals);
    const exporter = args.via === ExporterVia.Collector ? toCollector(args, signals) : toDynatrace(args, signals);
    const files = [
        caVolumes(checkedCa(args.caCertificate)),
        ownCertificateVolumes(checkedCertificate(args.clientCertificate)),
    ];
    return {
        env: [...exporter, ...identity(args)],
        volumes: files.flatMap(({ volumes }) => volumes),
        volumeMounts: files.flatMap(({ volumeMounts }) => volumeMounts),
        podAnnotations: revisions(args),
    };
}

function toCollector(args: ExporterEnvArgs, signals: Signal[]): ExporterEnv["env"] {
    const protocol = args.protocol ?? ExporterProtocol.Http;
    const url = onto(args.collectorUrl ?? "", (plain) => checkCollectorUrl(plain, protocol, args));
    return collectorVariables(url, protocol, signals, args.caCertificate !== undefined, {
        ownCertificate: args.clientCertificate !== undefined,
        credential: credentialOf(args),
        headerEncoding: args.headerEncoding,
    });
}

function credentialOf({ collectorToken, collectorPassword }: ExporterEnvArgs): Credential | undefined {
    if (collectorToken !== undefined) {
        const ref = checkedReference("collectorToken", collectorToken, CREDENTIALS.Bearer.defaultKey);
        return { scheme: "Bearer", ...ref };
    }
    if (collectorPassword === undefined) return undefined;
    const ref = checkedReference("collectorPassword", collectorPassword, CREDENTIALS.Basic.defaultKey);
    return { scheme: "Basic", ...ref };
}

function toDynatrace(args: ExporterEnvArgs, signals: Signal[]): ExporterEnv["env"] {
    const endpoint = derive(args.endpoint as EndpointArgs, (plain) => endpointFor(args, plain));
    void onto(endpoint, (plain) => plain.warnings.forEach((warning) => void pulumi.log.warn(warning)));
    const token = args.token as TokenReferenceArgs;
    return directVariables({
        endpoint,
        token: checkedReference("token", token, DEFAULT_SECRET_KEY),
        scheme: onto(token.scheme as pulumi.Input<string>, (scheme) =>
            checkScheme(new Check(COMPONENT, "token.scheme"), scheme),
        ),
        signals,
        headerEncoding: args.headerEncoding ?? HeaderEncoding.Raw,
        ownCa: args.caCertificate !== undefined,
        pastProxy: args.via === ExporterVia.ActiveGate,
    });
}

/** Who sends: the service's name, and the attributes last, after the variables that they refer to. */
function identity(args: ExporterEnvArgs): ExporterEnv["env"] {
    const fromPod = args.kubernetesAttributes ?? true;
    const given = derive(args.resourceAttributes ?? {}, (plain) => encodeAttributes(new Check(COMPONENT), plain));
    const attributes = onto(given, (text) => mergeAttributes(text, fromPod ? downwardAttributes() : ""));
    return [
        ...(args.serviceName === undefined
            ? []
            : [{ name: SERVICE_NAME, value: checkedText("serviceName", args.serviceName) }]),
        ...(fromPod ? downwardVariables() : []),
        ...(attributes === "" ? [] : [{ name: RESOURCE_ATTRIBUTES, value: attributes }]),
    ];
}

/** What changes with what a pod reads when it starts. */
function revisions(args: ExporterEnvArgs): ExporterEnv["podAnnotations"] {
    const shown = args.token ?? args.collectorToken ?? args.collectorPassword;
    // Without a revision this would tell no more than the volume does, which names the Secret.
    const own = args.clientCertificate?.revision === undefined ? undefined : args.clientCertificate;
    return {
        ...(shown && { [EXPORTER_TOKEN_REVISION]: revisionOf(shown) }),
        ...(own && { [EXPORTER_CERTIFICATE_REVISION]: revisionOf(own) }),
    };
}

function revisionOf({ secretName, revision }: CollectorTokenArgs): pulumi.Input<string> {
    return derive({ secretName, revision }, (plain) => shortHash(`${plain.secretName} ${plain.revision ?? ""}`));
}

function endpointFor(args: ExporterEnvArgs, plain: pulumi.Unwrap<EndpointArgs>): Endpoint {
    const endpoint = resolveEndpoint(new Check(COMPONENT, "endpoint"), plain);
    if (endpoint.route === Route.OneAgent) {
        throw new InputError(
            COMPONENT,
            "endpoint.route",
            "oneagent listens on its own host only, which a pod cannot reach; use another route",
        );
    }
    const via = args.via as Exclude<ExporterVia, "collector">;
    if (!ROUTES[via].includes(endpoint.route)) {
        throw new InputError(
            COMPONENT,
            "via",
            `"${via}" contradicts endpoint, which is route ${endpoint.route}; via "${via}" takes ${ROUTES[via].join(" and ")}`,
        );
    }
    // For pods the certificate comes from caCertificate, so what the endpoint says about its own field misleads.
    const warnings = endpoint.warnings.filter((text) => !text.includes("caCertificatePem"));
    if (endpoint.privateCaExpected && args.caCertificate === undefined) {
        warnings.push(
            `${COMPONENT}: caCertificate is not given: an ActiveGate presents a certificate of its own unless one from a ` +
                "public CA was installed; without its CA every export fails with a TLS error",
        );
    }
    return { ...endpoint, warnings };
}
