import type { types } from "@pulumi/kubernetes";

import { ExporterProtocol, HeaderEncoding } from "../application-pods/exporter-env/args";
import { encodeAttributes, RESOURCE_ATTRIBUTES } from "../application-pods/exporter-env/attributes";
import {
    authorizationHeader,
    collectorVariables,
    directVariables,
    SERVICE_NAME,
    TOKEN,
} from "../application-pods/exporter-env/variables";
import { Signal } from "../shared/signals";
import { AuthorizationScheme } from "../shared/secrets";
import type { AiGatewayField, GatewayPlan } from "./settings";

type Variable = types.input.core.v1.EnvVar;

/** Variable with the whole value of the header, for gateways that take it from one. */
export const AUTHORIZATION = "DT_AUTHORIZATION";

/** OpenTelemetry's own switch for content, in the form of its conventions. */
export const CAPTURE_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

/** Variables from their names and values; what is undefined is left out. */
export function variables(values: Record<string, string | undefined>): Variable[] {
    return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** The token, first: Kubernetes expands $(NAME) only where NAME stands further up. */
export function tokenVariable({ header }: GatewayPlan): Variable[] {
    if (header === undefined) return [];
    return [{ name: TOKEN, valueFrom: { secretKeyRef: { name: header.secretName, key: header.secretKey } } }];
}

/** The whole value of the header in a variable of its own. */
export function authorizationVariables(plan: GatewayPlan): Variable[] {
    if (plan.header === undefined) return [];
    return [...tokenVariable(plan), { name: AUTHORIZATION, value: `${plan.header.scheme} $(${TOKEN})` }];
}

/** `Authorization=Api-Token $(DT_API_TOKEN)`. Programs that do not decode want it raw, strict ones percent-encoded. */
export function headerValue(
    { header }: GatewayPlan,
    encoding: HeaderEncoding = HeaderEncoding.Raw,
): string | undefined {
    return header && authorizationHeader(header.scheme, encoding);
}

/** Who sends, for an SDK that heeds OpenTelemetry's variables. */
export function identityVariables({ check, serviceName, resourceAttributes }: GatewayPlan): Variable[] {
    const attributes = encodeAttributes(check, resourceAttributes);
    return variables({
        [SERVICE_NAME]: serviceName,
        [RESOURCE_ATTRIBUTES]: attributes === "" ? undefined : attributes,
    });
}

/** Everything for an SDK that heeds OpenTelemetry's variables. */
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
        token: { secretName: header?.secretName ?? "", secretKey: header?.secretKey },
        scheme: header?.scheme ?? AuthorizationScheme.ApiToken,
        signals,
        headerEncoding: HeaderEncoding.Raw,
        ownCa,
        pastProxy: endpoint.privateCaExpected,
    });
}

/** The one header that a form or a file has a field for. */
export function headerField(plan: GatewayPlan, name: string): AiGatewayField[] {
    if (plan.header === undefined) return [];
    const { scheme, secretName, secretKey } = plan.header;
    const secret = secretName === "" ? {} : { secret: { secretName, secretKey } };
    return [{ name, value: `${scheme} {token}`, ...secret }];
}

/** URLs by signal, for those that are sent. */
export function urlOf(plan: GatewayPlan, signal: Signal): string | undefined {
    if (!plan.signals.includes(signal)) return undefined;
    return { traces: plan.tracesUrl, metrics: plan.metricsUrl, logs: plan.logsUrl }[signal];
}

/** A map without what is undefined in it. */
export function defined(values: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
