import type * as pulumi from "@pulumi/pulumi";

import { resolveEndpoint } from "../endpoint";
import { caVolumes } from "../application-pods/exporter-env/variables";
import { type Check } from "../shared/check";
import { dataKey, kubernetesName, kubernetesNamespace, objectName } from "../shared/kubernetes";
import { plainUrl } from "../shared/url";
import { Route } from "../endpoint/route";
import { ALL_SIGNALS, normalizeSignals, type Signal } from "../shared/signals";
import {
    AuthorizationScheme,
    checkNoToken,
    checkScheme,
    checkTokenReference,
    DEFAULT_SECRET_KEY,
} from "../shared/secrets";
import { AiGateway, type AiGatewayExporterArgs, AiGatewayVia } from "./args";
import { planContent } from "../ai-content/steps";
import { Protection } from "../ai-content/args";
import { PROFILES } from "./profiles";
import type { GatewayPlan, GatewayProfile, HeaderPlan, Plain } from "./settings";

/** The arguments with everything in them known. */
export type GatewayInputs = pulumi.Unwrap<AiGatewayExporterArgs>;

/** A gateway's plan, and what looks wrong, one sentence each. */
export interface CheckedPlan extends GatewayPlan {
    warnings: string[];
}

/**
 * Where a gateway sends and what it hands on.
 *
 * @throws InputError for what cannot work, with the reason: a gateway that Dynatrace does not understand, prompts that nothing would keep back.
 */
export function planGateway(check: Check, name: string, args: GatewayInputs): CheckedPlan {
    const fail: Fail = (field, problem) => {
        throw check.at(field).error(problem);
    };
    const profile = profileOf(check, args.gateway);
    const direct = viaOf(args.via, fail) === AiGatewayVia.Direct;
    checkShape(args, profile, direct, fail);
    checkNames(check, args, profile, fail);
    const content = planContent(check, args.content);
    if (direct) checkDirect(args, profile, content.protection, fail);
    const where = direct ? toDynatrace(check, args, fail) : toCollector(check, args, profile, fail);
    const signals = signalsOf(check, args, profile, direct);
    return {
        check,
        name: kubernetesName(check, name),
        namespace:
            args.namespace === undefined ? undefined : kubernetesNamespace(check.at("namespace"), args.namespace),
        ...where,
        signals,
        capture: content.protection !== Protection.Drop,
        serviceName: args.serviceName ?? profile.serviceName,
        resourceAttributes: args.resourceAttributes ?? {},
        caPath: caVolumes(args.caCertificate).volumeMounts.length === 0 ? undefined : "/etc/dynatrace-otlp/ca.crt",
        gatewayName: args.gatewayName ?? "",
        ownConfig: (args.ownConfig ?? {}) as Plain,
        warnings: [...where.warnings, ...contentWarnings(check, args, profile, direct)],
    };
}

type Fail = (field: string, problem: string) => never;
type Where = Pick<CheckedPlan, "endpoint" | "baseUrl" | "tracesUrl" | "metricsUrl" | "logsUrl" | "header" | "warnings">;

/** @throws InputError for a name that stands for no gateway. */
export function profileOf(check: Check, gateway: string): GatewayProfile {
    const found = Object.values(AiGateway).find((it) => it === gateway);
    if (found !== undefined) return PROFILES[found];
    throw check.at("gateway").error(`"${gateway}" is not known; use ${Object.values(AiGateway).join(", ")}`);
}

function viaOf(via: string = AiGatewayVia.Collector, fail: Fail): AiGatewayVia {
    const known = Object.values(AiGatewayVia);
    return known.find((it) => it === via) ?? fail("via", `"${via}" is not known; use ${known.join(" or ")}`);
}

function checkShape(args: GatewayInputs, profile: GatewayProfile, direct: boolean, fail: Fail): void {
    const via = direct ? AiGatewayVia.Direct : AiGatewayVia.Collector;
    const needed = direct ? (["endpoint", "token"] as const) : (["collectorUrl"] as const);
    const useless = direct ? (["collectorUrl", "collectorToken"] as const) : (["endpoint", "token"] as const);
    if (direct && profile.notDirect !== undefined) {
        fail("via", `${profile.title} cannot send to Dynatrace itself: ${profile.notDirect}; use via "collector"`);
    }
    for (const field of needed) if (args[field] === undefined) fail(field, `is needed for via "${via}"; give it`);
    for (const field of useless)
        if (args[field] !== undefined) fail(field, `has no effect for via "${via}"; leave it out`);
    if (args.collectorToken !== undefined && profile.noCollectorToken) {
        fail(
            "collectorToken",
            `${profile.title} cannot take it from a Secret; leave it out, and let a network policy decide who sends`,
        );
    }
    const named = args.gateway === AiGateway.AgentgatewayKubernetes;
    if (named && args.gatewayName === undefined)
        fail("gatewayName", "is needed for the policy to refer to; give the Gateway's name");
    if (!named && args.gatewayName !== undefined)
        fail("gatewayName", `has no effect for ${profile.title}; leave it out`);
    if (args.ownConfig !== undefined && profile.fileName === undefined) {
        fail("ownConfig", `${profile.title} has no file that it could be a part of; leave it out`);
    }
    const { key, what } = profile.ownConfigNeeds ?? {};
    if (key !== undefined && args.namespace !== undefined && !holdsAny((args.ownConfig as Plain | undefined)?.[key])) {
        fail(`ownConfig.${key}`, `is missing, and ${profile.title}'s file would do nothing without it; give ${what}`);
    }
}

/** No argument holds a token, and what is named in the cluster can be there. */
function checkNames(check: Check, args: GatewayInputs, profile: GatewayProfile, fail: Fail): void {
    for (const field of ["token", "collectorToken"] as const) {
        const inNoSecret = profile.form && (args[field]?.secretName ?? "") === "";
        if (args[field] !== undefined && !inNoSecret) checkTokenReference(check.at(field), args[field]);
    }
    for (const [field, value] of Object.entries(args)) checkNoToken(check.at(field), value);
    if (args.gatewayName !== undefined) objectName(check.at("gatewayName"), args.gatewayName);
    if (args.caCertificate === undefined) return;
    const { configMapName, secretName, key } = args.caCertificate;
    if ((configMapName === undefined) === (secretName === undefined)) {
        fail("caCertificate", "names one ConfigMap or one Secret; give configMapName or secretName, not both");
    }
    if (configMapName !== undefined) objectName(check.at("caCertificate.configMapName"), configMapName);
    if (secretName !== undefined) objectName(check.at("caCertificate.secretName"), secretName);
    if (key !== undefined) dataKey(check.at("caCertificate.key"), key);
}

function holdsAny(value: unknown): boolean {
    return Array.isArray(value) && value.length > 0;
}

/** Without a Collector there is only the gateway's own switch between a prompt and Dynatrace. */
function checkDirect(args: GatewayInputs, profile: GatewayProfile, protection: Protection, fail: Fail): void {
    if (protection !== Protection.Off && protection !== Protection.Drop) {
        fail("content.protection", `${protection} is done by a Collector; use via "collector", or drop or off`);
    }
    if (protection === Protection.Drop && profile.contentSwitch === undefined) {
        fail(
            "content.protection",
            `${profile.title} has no switch that keeps prompts and answers out; use via "collector", or off to send them`,
        );
    }
    const { identity, keepKeys, extraKeys, extraIdentityKeys } = args.content ?? {};
    const given = Object.entries({ identity, keepKeys, extraKeys, extraIdentityKeys }).filter(
        ([, value]) => value !== undefined && value !== Protection.Off,
    );
    for (const [field] of given)
        fail(`content.${field}`, 'is done by a Collector; use via "collector", or leave it out');
}

function signalsOf(check: Check, args: GatewayInputs, profile: GatewayProfile, direct: boolean): Signal[] {
    const able = direct ? profile.directSignals : profile.signals;
    const asked = normalizeSignals(check, args.signals ?? able);
    const unable = asked.find((signal) => !able.includes(signal));
    if (unable === undefined) return asked;
    const reason =
        direct && profile.signals.includes(unable)
            ? `${profile.title} does not send ${unable} as Dynatrace takes them; use via "collector"`
            : `${profile.title} sends no ${unable}; it sends ${able.join(", ")}`;
    throw check.at("signals").error(reason);
}

function toDynatrace(check: Check, args: GatewayInputs, fail: Fail): Where {
    const endpoint = resolveEndpoint(check.at("endpoint"), args.endpoint ?? {});
    if (endpoint.route === Route.OneAgent) {
        fail(
            "endpoint.route",
            "oneagent listens on its own host only, which a gateway's pod cannot reach; use another route",
        );
    }
    if (args.endpoint?.caCertificatePem !== undefined && args.caCertificate === undefined) {
        fail(
            "endpoint.caCertificatePem",
            "is not where a pod can read it; put it in a ConfigMap in the gateway's namespace and name that in caCertificate",
        );
    }
    // What the endpoint says of its own field misleads here.
    const warnings = endpoint.warnings.filter((text) => !text.includes("caCertificatePem"));
    if (endpoint.privateCaExpected && args.caCertificate === undefined) {
        warnings.push(
            `${check.component}: caCertificate is not given: an ActiveGate presents a certificate of its own unless one from a ` +
                "public CA was installed; without its CA every export fails with a TLS error",
        );
    }
    const { otlpUrl: baseUrl, tracesUrl, metricsUrl = "", logsUrl = "" } = endpoint;
    const header = headerOf(check.at("token"), args.token, AuthorizationScheme.ApiToken);
    return { endpoint, baseUrl, tracesUrl, metricsUrl, logsUrl, header, warnings };
}

function toCollector(check: Check, args: GatewayInputs, profile: GatewayProfile, fail: Fail): Where {
    const baseUrl = checkCollectorUrl(check, args.collectorUrl, profile, fail);
    if (args.caCertificate !== undefined && baseUrl.startsWith("http:")) {
        const problem = "has no effect, since collectorUrl begins with http and nothing is encrypted";
        fail("caCertificate", `${problem}; give the Collector receiver.tls, and its https URL here, or leave it out`);
    }
    const [tracesUrl = "", metricsUrl = "", logsUrl = ""] = ALL_SIGNALS.map((signal) => `${baseUrl}/v1/${signal}`);
    const header = headerOf(check.at("collectorToken"), args.collectorToken, AuthorizationScheme.Bearer);
    return { baseUrl, tracesUrl, metricsUrl, logsUrl, header, warnings: [] };
}

function checkCollectorUrl(check: Check, url = "", profile: GatewayProfile, fail: Fail): string {
    const field = "collectorUrl";
    const parsed = plainUrl(check.at(field), url, "http://gateway.telemetry.svc:4318");
    if (/\/v1\/(traces|metrics|logs)\/?$/.test(parsed.pathname)) {
        fail(field, "ends with the path of one signal, which is appended here; leave out /v1/...");
    }
    if (parsed.port === "4317") fail(field, "port 4317 speaks gRPC; use 4318, which speaks HTTP");
    const inside = /(^|\.)(svc|local|internal|localhost)$/.test(parsed.hostname) || !parsed.hostname.includes(".");
    if (profile.hosted && (inside || parsed.protocol !== "https:")) {
        const problem = `${profile.title} does not run in the cluster and cannot reach it`;
        fail(field, `${problem}; give the https URL of an Ingress`);
    }
    return url.replace(/\/+$/, "");
}

function headerOf(check: Check, token: GatewayInputs["token"], usual: AuthorizationScheme): HeaderPlan | undefined {
    if (token === undefined) return undefined;
    // Empty for a form alone.
    const { secretName = "", secretKey = DEFAULT_SECRET_KEY } = token;
    return { secretName, secretKey, scheme: checkScheme(check.at("scheme"), token.scheme ?? usual) };
}

function contentWarnings(check: Check, args: GatewayInputs, profile: GatewayProfile, direct: boolean): string[] {
    if (!direct || args.content?.identity === Protection.Off) return [];
    return [
        check
            .at("content.identity")
            .warning(
                `without a Collector nothing takes out what ${profile.title} tells of users, keys and addresses; `,
            ) + 'use via "collector", or set it to off to say that it may be sent',
    ];
}
