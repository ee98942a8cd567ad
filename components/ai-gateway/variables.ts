import type { types } from "@pulumi/kubernetes";

import { ExporterProtocol, ExporterHeaderEncoding } from "../application-pods/exporter-env/args";
import { encodeAttributes, RESOURCE_ATTRIBUTES } from "../application-pods/exporter-env/attributes";
import {
    authorizationHeader,
    collectorVariables,
    directVariables,
    SERVICE_NAME,
    TOKEN,
} from "../application-pods/exporter-env/variables";
import { Signal } from "../shared/signals";
import { AuthorizationScheme, DEFAULT_SECRET_KEY } from "../shared/secrets";
import type { AiGatewayField, GatewayPlan } from "./settings";

type Variable = types.input.core.v1.EnvVar;

/** Variable with the whole value of the header, for gateways that read it from a variable. */
export const AUTHORIZATION = "DT_AUTHORIZATION";

/** OpenTelemetry's own switch for content. */
export const CAPTURE_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

/** Variables from their names and values; undefined values are omitted. */
export function variables(values: Record<string, string | undefined>): Variable[] {
    return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** The token comes first: Kubernetes expands $(NAME) only if NAME is defined earlier. */
export function tokenVariable({ header }: GatewayPlan): Variable[] {
    if (header === undefined) return [];
    return [{ name: TOKEN, valueFrom: { secretKeyRef: header.secret } }];
}

/** The token, and a variable with the whole value of the header. */
export function authorizationVariables(plan: GatewayPlan): Variable[] {
    if (plan.header === undefined) return [];
    return [...tokenVariable(plan), { name: AUTHORIZATION, value: `${plan.header.scheme} $(${TOKEN})` }];
}

/** `Authorization=Api-Token $(DT_API_TOKEN)`. Programs that do not decode need it raw, strict ones need it percent-encoded. */
export function headerValue(
    { header }: GatewayPlan,
    encoding: ExporterHeaderEncoding = ExporterHeaderEncoding.Raw,
): string | undefined {
    return header && authorizationHeader(header.scheme, encoding);
}

/** Resource attributes, for an SDK that reads OpenTelemetry's variables. */
export function identityVariables({ check, serviceName, resourceAttributes }: GatewayPlan): Variable[] {
    const attributes = encodeAttributes(check, resourceAttributes);
    return variables({
        [SERVICE_NAME]: serviceName,
        [RESOURCE_ATTRIBUTES]: attributes === "" ? undefined : attributes,
    });
}

/** All variables for an SDK that reads OpenTelemetry's variables. */
export function standardVariables(plan: GatewayPlan): Variable[] {
    return [...exporterVariables(plan), ...identityVariables(plan)];
}

function exporterVariables(plan: GatewayPlan): Variable[] {
    const { endpoint, header, signals, caPath } = plan;
    const ownCa = caPath !== undefined;
    if (endpoint === undefined) {
        const headers = variables({ OTEL_EXPORTER_OTLP_HEADERS: headerValue(plan) });
        const collector = collectorVariables(plan.baseUrl, ExporterProtocol.Http, signals, ownCa);
        return [...tokenVariable(plan), ...collector, ...headers];
    }
    return directVariables({
        endpoint,
        token: header?.secret ?? { name: "", key: DEFAULT_SECRET_KEY },
        scheme: header?.scheme ?? AuthorizationScheme.ApiToken,
        signals,
        headerEncoding: ExporterHeaderEncoding.Raw,
        ownCa,
        pastProxy: endpoint.privateCaExpected,
    });
}

/** The header, for a form or a file with one field for it. */
export function headerField(plan: GatewayPlan, name: string): AiGatewayField[] {
    if (plan.header === undefined) return [];
    const { scheme, secret } = plan.header;
    return [{ name, value: `${scheme} {token}`, ...(secret.name === "" ? {} : { secret }) }];
}

/** URL of a signal; undefined if the signal is not sent. */
export function urlOf(plan: GatewayPlan, signal: Signal): string | undefined {
    if (!plan.signals.includes(signal)) return undefined;
    return { traces: plan.tracesUrl, metrics: plan.metricsUrl, logs: plan.logsUrl }[signal];
}

/** A map without its undefined values. */
export function defined(values: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
