import * as pulumi from "@pulumi/pulumi";

import { parseApiUrl } from "../../providers/dynatrace/api-url";
import { ambientApiUrl, type SettingsSources, URL_SOURCES } from "../../providers/dynatrace/settings";
import { type Endpoint, type EndpointArgs, isSaasHost, resolveEndpoint } from "../endpoint";
import { EndpointRoute } from "../endpoint/route";
import { type Check } from "../shared/check";
import { type Computed, computed, lift, warnAll } from "../shared/outputs";
import type { IngestTokenSettingsArgs } from "./args";

/** Routes whose API also creates tokens. */
const DIRECT: readonly string[] = [EndpointRoute.Saas, EndpointRoute.Managed];

/**
 * Base URL of the API that creates tokens for an endpoint, ends with `/api`; undefined if it does not follow from the endpoint.
 *
 * SaaS and Managed create tokens where they receive data. The API of an ActiveGate may not be reachable from where `pulumi up` runs, so
 * with an ActiveGate the URL comes from the environment variables or the configuration.
 *
 * @param check check of the endpoint.
 * @returns a plain value if all arguments are plain, otherwise an Output.
 * @throws InputError for an endpoint that cannot work.
 */
export function apiUrlOfEndpoint(check: Check, endpoint: EndpointArgs): Computed<string | undefined> {
    return computed(addressOf(endpoint), (plain) => apiUrlOf(resolveEndpoint(check, plain)));
}

/** The arguments that decide the URL. */
function addressOf({ environment, route, host, port }: EndpointArgs): EndpointArgs {
    return { environment, route, host, port };
}

function apiUrlOf({ route, apiUrl }: Endpoint): string | undefined {
    return DIRECT.includes(route) ? apiUrl : undefined;
}

/** The endpoint for an `IngestToken` with these settings; nothing if it creates no token. */
export function endpointFor(settings: IngestTokenSettingsArgs, endpoint: EndpointArgs): { endpoint?: EndpointArgs } {
    return createsToken(settings) ? { endpoint } : {};
}

/** Whether the component creates a token. */
export function createsToken({ token, existingSecret }: IngestTokenSettingsArgs): boolean {
    return token === undefined && existingSecret === undefined;
}

/**
 * The API URL as the provider of the token gets it; undefined where the provider reads the environment variables or the configuration.
 *
 * @param check check of all arguments.
 * @returns a plain value if the arguments that decide it are plain, otherwise an Output.
 * @throws InputError if the URL is missing, cannot be repaired, or names another environment than the endpoint. The error of the
 * provider would name a resource that is not in the program.
 */
export function checkedApiUrl(
    check: Check,
    { apiUrl, endpoint }: { apiUrl?: pulumi.Input<string | undefined>; endpoint?: EndpointArgs },
    resource: pulumi.Resource,
): Computed<string | undefined> {
    if (endpoint !== undefined) {
        lift({ apiUrl, where: addressOf(endpoint) }, (plain) => {
            const resolved = resolveEndpoint(check.at("endpoint"), plain.where);
            checkAgreement(check.at("apiUrl"), plain.apiUrl, resolved.environmentId);
            // A component around this one shows them.
            if (check.fullPath === "" && apiUrlOf(resolved) !== undefined) warnAll(resolved.warnings, resource);
        });
    }
    const given =
        apiUrl === undefined && endpoint !== undefined ? apiUrlOfEndpoint(check.at("endpoint"), endpoint) : apiUrl;
    const wayOut = endpoint === undefined && check.fullPath === "" ? "give endpoint or the URL" : "give the URL";
    return computed({ given }, (plain) => {
        const { url, warning } = usableUrl(check.at("apiUrl"), plain.given, programSources(resource), wayOut);
        if (warning !== undefined) warnAll([warning], resource);
        return url;
    });
}

/** @throws InputError if the URL names an environment, and the endpoint another one. */
function checkAgreement(check: Check, apiUrl: string | undefined, environmentId: string): void {
    const named = apiUrl === undefined ? undefined : environmentIn(apiUrl);
    if (named === undefined || environmentId === "" || named === environmentId.toLowerCase()) return;
    check.fail(
        `names the environment ${named}, but endpoint names ${environmentId}, which would reject the token; ` +
            "remove apiUrl, or correct one of the two",
    );
}

/** The id of the environment in a URL; undefined if the URL does not name it, e.g. the URL of a proxy. */
function environmentIn(apiUrl: string): string | undefined {
    const { url } = parseApiUrl(apiUrl);
    if (url === undefined) return undefined;
    const { hostname, pathname } = new URL(url);
    const inPath = /\/e\/([^/]+)/.exec(pathname)?.[1];
    return (inPath ?? (isSaasHost(hostname) ? hostname.split(".")[0] : undefined))?.toLowerCase();
}

/**
 * @param sources of a URL that is not given; undefined where this process cannot see them.
 * @param wayOut what to do without a URL.
 * @throws InputError as above.
 */
export function usableUrl(
    check: Check,
    given: string | undefined,
    sources: SettingsSources | undefined,
    wayOut = "give the URL",
): { url?: string; warning?: string } {
    const found = given === undefined ? sources && ambientApiUrl(sources) : undefined;
    const text = given ?? found?.value;
    if (text === undefined) {
        if (sources === undefined) return {};
        return check.fail(
            `is missing; ${wayOut}, or set ${URL_SOURCES}, e.g. to https://{environment}.live.dynatrace.com/api`,
        );
    }
    const { url, problem, warning } = parseApiUrl(check.text(text));
    const origin = found === undefined ? "" : ` (from ${found.source})`;
    if (problem !== undefined) check.fail(`${problem}${origin}`);
    if (warning !== undefined) return { url, warning: check.warning(`${warning}${origin}`) };
    return { url: given };
}

/** Selects the provider of tokens, which is a provider of dynamic resources. */
const DYNAMIC = "pulumi-nodejs:dynamic:Resource";

/**
 * The settings that the provider of the tokens of a component reads. Undefined where this process cannot see them: in an inline program of
 * the Automation API and under mocks, because the engine and its providers may run with other variables, and for a component with its own
 * provider.
 */
export function programSources(component: pulumi.Resource): SettingsSources | undefined {
    if (component.getProvider(DYNAMIC) !== undefined) return undefined;
    if (!/[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run/.test(require.main?.filename ?? "")) return undefined;
    return { env: process.env, config: { get: stackConfig } };
}

/** The stack's configuration by `namespace:key`. */
function stackConfig(name: string): string | undefined {
    const [namespace, key = ""] = name.split(":");
    return new pulumi.Config(namespace).get(key);
}
