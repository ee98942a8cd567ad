import type * as pulumi from "@pulumi/pulumi";

import { resolveEndpoint } from "../endpoint";
import { checkCaSource } from "../application-pods/exporter-env/checks";
import { caVolumes } from "../application-pods/exporter-env/variables";
import { type CaCertificate, caCertificate } from "../shared/ca";
import { type Check } from "../shared/check";
import { kubernetesName, kubernetesNamespace, objectName } from "../shared/kubernetes";
import { plainUrl } from "../shared/url";
import { EndpointRoute } from "../endpoint/route";
import { ALL_SIGNALS, normalizeSignals, type Signal } from "../shared/signals";
import { AuthorizationScheme, checkScheme, DEFAULT_SECRET_KEY } from "../shared/secrets";
import { checkTokenReference } from "../shared/token-reference";
import { AiGateway, type AiGatewayExporterArgs, AiGatewayVia } from "./args";
import { planContent } from "../ai-content/steps";
import { AiContentProtection } from "../ai-content/args";
import { PROFILES } from "./profiles";
import type { GatewayPlan, GatewayProfile, HeaderPlan } from "./settings";

/** The arguments with everything in them known. */
export type GatewayInputs = pulumi.Unwrap<AiGatewayExporterArgs>;

/** A gateway's plan, with warnings, one sentence each. */
export interface CheckedPlan extends GatewayPlan {
    /** Where the CA certificates are. */
    ca?: CaCertificate;
    warnings: string[];
}

/**
 * Decides where a gateway sends its telemetry and which content it sends.
 *
 * @throws InputError for arguments that cannot work, e.g. a gateway that cannot send to Dynatrace, or prompts that nothing would protect.
 */
export function planGateway(check: Check, name: string, args: GatewayInputs): CheckedPlan {
    const profile = profileOf(check, args.gateway);
    const direct = check.at("via").oneOf(args.via ?? AiGatewayVia.Collector, AiGatewayVia) === AiGatewayVia.Direct;
    checkShape(check, args, profile, direct);
    checkNames(check, args, profile);
    const ca = args.ca && caCertificate(check.at("ca"), args.ca);
    const content = planContent(check, args.content, "content", false);
    if (direct) checkDirect(check, args, profile, content.protection);
    const where = direct ? toDynatrace(check, args) : toCollector(check, args, profile);
    const signals = signalsOf(check, args, profile, direct);
    return {
        check,
        name: kubernetesName(check, name),
        namespace:
            args.namespace === undefined ? undefined : kubernetesNamespace(check.at("namespace"), args.namespace),
        ...where,
        signals,
        capture: content.protection !== AiContentProtection.Drop,
        serviceName: args.serviceName ?? profile.serviceName,
        resourceAttributes: args.resourceAttributes ?? {},
        ca,
        caPath: caVolumes(ca).volumeMounts.length === 0 ? undefined : "/etc/dynatrace-otlp/ca.crt",
        gatewayName: args.gatewayName ?? "",
        extraConfig: args.extraConfig ?? {},
        warnings: [...where.warnings, ...contentWarnings(check, args, profile, direct)],
    };
}

type Where = Pick<CheckedPlan, "endpoint" | "baseUrl" | "tracesUrl" | "metricsUrl" | "logsUrl" | "header" | "warnings">;

/** @throws InputError for an unknown gateway. */
export function profileOf(check: Check, gateway: string | undefined): GatewayProfile {
    const found = Object.values(AiGateway).find((it) => it === gateway);
    if (found !== undefined) return PROFILES[found];
    const problem = gateway === undefined ? "is missing" : `"${String(gateway)}" is not known`;
    throw check.at("gateway").error(`${problem}; use ${Object.values(AiGateway).join(", ")}`);
}

function checkShape(check: Check, args: GatewayInputs, profile: GatewayProfile, direct: boolean): void {
    const via = direct ? AiGatewayVia.Direct : AiGatewayVia.Collector;
    const needed = direct ? (["endpoint", "token"] as const) : (["collectorUrl"] as const);
    const useless = direct ? (["collectorUrl", "collectorToken"] as const) : (["endpoint", "token"] as const);
    if (direct && profile.notDirect !== undefined) {
        check
            .at("via")
            .fail(`${profile.title} cannot send to Dynatrace itself: ${profile.notDirect}; use via "collector"`);
    }
    for (const field of needed)
        if (args[field] === undefined) check.at(field).fail(`is needed for via "${via}"; give it`);
    for (const field of useless)
        if (args[field] !== undefined) check.at(field).fail(`has no effect for via "${via}"; leave it out`);
    if (args.collectorToken !== undefined && profile.noCollectorToken) {
        check
            .at("collectorToken")
            .fail(
                `${profile.title} cannot read it from a Secret; leave it out, and restrict senders by a NetworkPolicy`,
            );
    }
    const named = args.gateway === AiGateway.AgentgatewayKubernetes;
    if (named && args.gatewayName === undefined)
        check.at("gatewayName").fail("is needed for the policy to refer to; give the Gateway's name");
    if (!named && args.gatewayName !== undefined)
        check.at("gatewayName").fail(`has no effect for ${profile.title}; leave it out`);
    if (args.extraConfig !== undefined && profile.fileName === undefined) {
        check.at("extraConfig").fail(`${profile.title} has no configuration file; leave it out`);
    }
    const { key, what } = profile.extraConfigNeeds ?? {};
    if (key !== undefined && args.namespace !== undefined && !holdsAny(args.extraConfig?.[key])) {
        check
            .at(`extraConfig.${key}`)
            .fail(`is missing, and ${profile.title}'s file would do nothing without it; give ${what}`);
    }
}

/** Checks the names of objects in the cluster. */
function checkNames(check: Check, args: GatewayInputs, profile: GatewayProfile): void {
    for (const field of ["token", "collectorToken"] as const) {
        const inNoSecret = profile.form && (args[field]?.secret?.name ?? "") === "";
        if (args[field] !== undefined && !inNoSecret) checkTokenReference(check.at(field), args[field]);
    }
    if (args.gatewayName !== undefined) objectName(check.at("gatewayName"), args.gatewayName);
    checkCaSource(check, args.ca, args.endpoint, "gateway's pod");
}

function holdsAny(value: unknown): boolean {
    return Array.isArray(value) && value.length > 0;
}

/** Without a Collector, only the gateway's own switch protects prompts. */
function checkDirect(
    check: Check,
    args: GatewayInputs,
    profile: GatewayProfile,
    protection: AiContentProtection,
): void {
    if (protection !== AiContentProtection.Off && protection !== AiContentProtection.Drop) {
        check
            .at("content.protection")
            .fail(`${protection} needs a Collector; use via "collector", or protection drop or off`);
    }
    if (protection === AiContentProtection.Drop && profile.contentSwitch === undefined) {
        check
            .at("content.protection")
            .fail(
                `${profile.title} has no switch that removes prompts and answers; use via "collector", or off to send them`,
            );
    }
    const { identity, keepKeys, extraKeys, extraIdentityKeys } = args.content ?? {};
    const given = Object.entries({ identity, keepKeys, extraKeys, extraIdentityKeys }).filter(
        ([, value]) => value !== undefined && value !== AiContentProtection.Off,
    );
    for (const [field] of given)
        check.at(`content.${field}`).fail('needs a Collector; use via "collector", or leave it out');
}

function signalsOf(check: Check, args: GatewayInputs, profile: GatewayProfile, direct: boolean): Signal[] {
    const able = direct ? profile.directSignals : profile.signals;
    const asked = normalizeSignals(check, args.signals ?? able);
    const unable = asked.find((signal) => !able.includes(signal));
    if (unable === undefined) return asked;
    const reason =
        direct && profile.signals.includes(unable)
            ? `${profile.title} does not send ${unable} in a form that Dynatrace accepts; use via "collector"`
            : `${profile.title} does not send ${unable}; it sends ${able.join(", ")}`;
    throw check.at("signals").error(reason);
}

function toDynatrace(check: Check, args: GatewayInputs): Where {
    const endpoint = resolveEndpoint(check.at("endpoint"), args.endpoint ?? {});
    if (endpoint.route === EndpointRoute.OneAgent) {
        check
            .at("endpoint.route")
            .fail("oneagent listens only on its own host, which the gateway's pod cannot reach; use another route");
    }
    // The pod reads ca, so a warning about endpoint.ca would mislead.
    const warnings = endpoint.warnings.filter((text) => !text.includes("endpoint.ca is not given"));
    if (endpoint.privateCaExpected && args.ca === undefined) {
        warnings.push(
            `${check.component}: ca is not given: an ActiveGate presents its own certificate unless one from a ` +
                "public CA was installed; without its CA every export fails with a TLS error",
        );
    }
    const { otlpUrl: baseUrl, tracesUrl, metricsUrl = "", logsUrl = "" } = endpoint;
    const header = headerOf(check.at("token"), args.token, AuthorizationScheme.ApiToken);
    return { endpoint, baseUrl, tracesUrl, metricsUrl, logsUrl, header, warnings };
}

function toCollector(check: Check, args: GatewayInputs, profile: GatewayProfile): Where {
    const baseUrl = checkCollectorUrl(check, args.collectorUrl, profile);
    if (args.ca !== undefined && baseUrl.startsWith("http:")) {
        const problem = "has no effect, because collectorUrl begins with http and is not encrypted";
        check.at("ca").fail(`${problem}; set receiver.tls of the Collector and use its https URL, or leave it out`);
    }
    const [tracesUrl = "", metricsUrl = "", logsUrl = ""] = ALL_SIGNALS.map((signal) => `${baseUrl}/v1/${signal}`);
    const header = headerOf(check.at("collectorToken"), args.collectorToken, AuthorizationScheme.Bearer);
    return { baseUrl, tracesUrl, metricsUrl, logsUrl, header, warnings: [] };
}

function checkCollectorUrl(check: Check, url = "", profile: GatewayProfile): string {
    const field = "collectorUrl";
    const parsed = plainUrl(check.at(field), url, "http://gateway.telemetry.svc:4318");
    if (/\/v1\/(traces|metrics|logs)\/?$/.test(parsed.pathname)) {
        check.at(field).fail("ends with the path of one signal, which the exporter appends; leave out /v1/...");
    }
    if (parsed.port === "4317") check.at(field).fail("port 4317 is for gRPC; use port 4318 for HTTP");
    const inside = /(^|\.)(svc|local|internal|localhost)$/.test(parsed.hostname) || !parsed.hostname.includes(".");
    if (profile.hosted && (inside || parsed.protocol !== "https:")) {
        const problem = `${profile.title} does not run in the cluster and cannot reach it`;
        check.at(field).fail(`${problem}; give the https URL of an Ingress`);
    }
    return url.replace(/\/+$/, "");
}

function headerOf(check: Check, token: GatewayInputs["token"], usual: AuthorizationScheme): HeaderPlan | undefined {
    if (token === undefined) return undefined;
    // Empty only for a gateway that is configured in a form.
    const { name = "", key = DEFAULT_SECRET_KEY } = token.secret ?? {};
    return { secret: { name, key }, scheme: checkScheme(check.at("scheme"), token.scheme ?? usual) };
}

function contentWarnings(check: Check, args: GatewayInputs, profile: GatewayProfile, direct: boolean): string[] {
    if (!direct || args.content?.identity === AiContentProtection.Off) return [];
    return [
        check
            .at("content.identity")
            .warning(
                `without a Collector nothing removes the users, keys and addresses that ${profile.title} sends; `,
            ) + 'use via "collector", or set it to off to allow them',
    ];
}
