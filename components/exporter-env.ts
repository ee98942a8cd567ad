import * as pulumi from "@pulumi/pulumi";

import { type Endpoint, type EndpointArgs, resolveEndpoint, Route } from "./endpoint";
import {
    type ExporterEnv,
    type ExporterEnvArgs,
    ExporterProtocol,
    ExporterVia,
    HeaderEncoding,
} from "./exporter-env/args";
import {
    downwardAttributes,
    downwardVariables,
    encodeAttributes,
    mergeAttributes,
    RESOURCE_ATTRIBUTES,
} from "./exporter-env/attributes";
import { derive, onto } from "./exporter-env/later";
import { caVolumes, collectorVariables, directVariables, SERVICE_NAME } from "./exporter-env/variables";
import { InputError } from "./input-error";
import { shortHash } from "./kubernetes-names";
import { normalizeSignals, type Signal } from "./signals";
import { checkScheme, type TokenReferenceArgs } from "./token-reference";

/** One environment variable of a container, in Kubernetes' form. */
export interface EnvironmentVariable {
    name: string;
    value: string;
}

/** Annotation of pods that changes with the token they read from their environment, and so restarts them. */
export const EXPORTER_TOKEN_REVISION = "dynatrace-otlp/exporter-token-revision";

const COMPONENT = "exporterEnv";

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
 * const otlp = exporterEnv({ via: "collector", collectorUrl: telemetry.otlpEndpoint, serviceName: "checkout" });
 * const container = { name: "checkout", image, env: [...otlp.env, { name: "PORT", value: "8080" }] };
 * ```
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function exporterEnv(args: ExporterEnvArgs): ExporterEnv {
    checkShape(args);
    const signals = normalizeSignals(COMPONENT, args.signals);
    const exporter = args.via === ExporterVia.Collector ? toCollector(args, signals) : toDynatrace(args, signals);
    return {
        env: [...exporter, ...identity(args)],
        ...caVolumes(args.caCertificate),
        podAnnotations: args.token === undefined ? {} : { [EXPORTER_TOKEN_REVISION]: tokenRevision(args.token) },
    };
}

function toCollector(args: ExporterEnvArgs, signals: Signal[]): ExporterEnv["env"] {
    const protocol = args.protocol ?? ExporterProtocol.Http;
    const url = onto(args.collectorUrl ?? "", (plain) => checkCollectorUrl(plain, protocol));
    return collectorVariables(url, protocol, signals, args.caCertificate !== undefined);
}

function toDynatrace(args: ExporterEnvArgs, signals: Signal[]): ExporterEnv["env"] {
    const endpoint = derive(args.endpoint as EndpointArgs, (plain) => endpointFor(args, plain));
    void onto(endpoint, (plain) => plain.warnings.forEach((warning) => void pulumi.log.warn(warning)));
    const token = args.token as TokenReferenceArgs;
    return directVariables({
        endpoint,
        token,
        scheme: onto(token.scheme as pulumi.Input<string>, (scheme) => checkScheme(COMPONENT, "token.scheme", scheme)),
        signals,
        headerEncoding: args.headerEncoding ?? HeaderEncoding.Raw,
        ownCa: args.caCertificate !== undefined,
        pastProxy: args.via === ExporterVia.ActiveGate,
    });
}

/** Who sends: the service's name, and the attributes last, after the variables that they refer to. */
function identity(args: ExporterEnvArgs): ExporterEnv["env"] {
    const fromPod = args.kubernetesAttributes ?? true;
    const given = derive(args.resourceAttributes ?? {}, (plain) => encodeAttributes(COMPONENT, plain));
    const attributes = onto(given, (text) => mergeAttributes(text, fromPod ? downwardAttributes() : ""));
    return [
        ...(args.serviceName === undefined ? [] : [{ name: SERVICE_NAME, value: args.serviceName }]),
        ...(fromPod ? downwardVariables() : []),
        ...(attributes === "" ? [] : [{ name: RESOURCE_ATTRIBUTES, value: attributes }]),
    ];
}

function tokenRevision(token: TokenReferenceArgs): pulumi.Input<string> {
    const { secretName, revision } = token;
    return derive({ secretName, revision }, (plain) => shortHash(`${plain.secretName} ${plain.revision ?? ""}`));
}

// Checks. Which arguments are given is known at once, what they hold perhaps later.

function checkShape(args: ExporterEnvArgs): void {
    const fail = (field: string, problem: string): never => {
        throw new InputError(COMPONENT, field, problem);
    };
    checkEnum("via", args.via, ExporterVia);
    checkEnum("protocol", args.protocol ?? ExporterProtocol.Http, ExporterProtocol);
    checkEnum("headerEncoding", args.headerEncoding ?? HeaderEncoding.Raw, HeaderEncoding);
    const toCollector = args.via === ExporterVia.Collector;
    const needed = toCollector ? (["collectorUrl"] as const) : (["endpoint", "token"] as const);
    const useless = toCollector ? (["endpoint", "token", "headerEncoding"] as const) : (["collectorUrl"] as const);
    for (const field of needed) if (args[field] === undefined) fail(field, `is needed for via "${args.via}"; give it`);
    for (const field of useless) {
        if (args[field] !== undefined) fail(field, `has no effect for via "${args.via}"; leave it out`);
    }
    if (!toCollector && args.protocol === ExporterProtocol.Grpc) {
        fail("protocol", 'Dynatrace takes no gRPC; leave it out, or send to a Collector with via "collector"');
    }
    const { configMapName, secretName } = args.caCertificate ?? { configMapName: "" };
    if ((configMapName === undefined) === (secretName === undefined)) {
        fail("caCertificate", "names one ConfigMap or one Secret; give configMapName or secretName, not both");
    }
    if (args.endpoint?.caCertificatePem !== undefined && args.caCertificate === undefined) {
        fail(
            "endpoint.caCertificatePem",
            "is not where a pod can read it; put it in a ConfigMap in the pods' namespace and name that in caCertificate",
        );
    }
}

function checkEnum(field: string, value: string, known: Record<string, string>): void {
    if (!Object.values(known).includes(value)) {
        throw new InputError(COMPONENT, field, `"${value}" is not known; use ${Object.values(known).join(", ")}`);
    }
}

function checkCollectorUrl(url: string, protocol: ExporterProtocol): string {
    const fail = (problem: string): never => {
        throw new InputError(COMPONENT, "collectorUrl", problem);
    };
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
        return fail("is not a URL; it looks like http://gateway.telemetry.svc:4318");
    }
    if (/\/v1\/(traces|metrics|logs)\/?$/.test(parsed.pathname)) {
        return fail("ends with the path of one signal, and the SDK appends that itself; leave out /v1/...");
    }
    const wrongPort = protocol === ExporterProtocol.Grpc ? "4318" : "4317";
    if (parsed.port === wrongPort) {
        return fail(`port ${wrongPort} does not speak ${protocol}; use ${wrongPort === "4318" ? 4317 : 4318}`);
    }
    return url;
}

function endpointFor(args: ExporterEnvArgs, plain: pulumi.Unwrap<EndpointArgs>): Endpoint {
    const endpoint = resolveEndpoint(COMPONENT, plain);
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
