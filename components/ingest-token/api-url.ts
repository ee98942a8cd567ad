import * as pulumi from "@pulumi/pulumi";

import { parseApiUrl } from "../../providers/dynatrace/api-url";
import { ambientApiUrl, type SettingsSources, URL_SOURCES } from "../../providers/dynatrace/settings";
import type { Endpoint } from "../endpoint";
import { EndpointRoute } from "../endpoint/route";
import { type Check } from "../shared/check";
import { lift, plainResult, warnAll } from "../shared/outputs";
import type { IngestTokenSettingsArgs } from "./args";

/** URLs from an endpoint, which are undefined where the URL comes from the environment variables or the configuration instead. */
const FROM_ENDPOINT = new WeakMap<object, PlainUrl>();

/** A URL that is known when the program runs; undefined for that of the environment variables or the configuration. */
export interface PlainUrl {
    known: boolean;
    apiUrl?: string;
}

/**
 * Token settings with the API URL of the endpoint that the data goes to.
 *
 * SaaS and Managed create tokens where they receive data. The API of an ActiveGate may not be reachable from where `pulumi up` runs, so
 * with an ActiveGate the URL comes from the environment variables or the configuration.
 */
export function withMintingUrl(
    settings: IngestTokenSettingsArgs,
    endpoint: pulumi.Output<Endpoint>,
): IngestTokenSettingsArgs {
    if (!createsToken(settings) || settings.apiUrl !== undefined) return { ...settings };
    const direct: string[] = [EndpointRoute.Saas, EndpointRoute.Managed];
    const urlOf = ({ route, apiUrl: url }: Pick<Endpoint, "route" | "apiUrl">) =>
        direct.includes(route) ? url : undefined;
    const apiUrl = endpoint.apply(urlOf);
    const plain = plainResult(endpoint);
    FROM_ENDPOINT.set(apiUrl, isEndpoint(plain) ? { known: true, apiUrl: urlOf(plain) } : { known: false });
    return { ...settings, apiUrl };
}

/** Whether the URL comes from `withMintingUrl`, so that undefined is no mistake. */
export function comesFromEndpoint(apiUrl: unknown): boolean {
    return typeof apiUrl === "object" && apiUrl !== null && FROM_ENDPOINT.has(apiUrl);
}

/** The URL, if it is known when the program runs. */
export function plainUrl(apiUrl: pulumi.Input<string | undefined>): PlainUrl {
    if (apiUrl === undefined || typeof apiUrl === "string") return { known: true, apiUrl };
    return FROM_ENDPOINT.get(apiUrl) ?? { known: false };
}

function isEndpoint(value: unknown): value is Pick<Endpoint, "route" | "apiUrl"> {
    return typeof value === "object" && value !== null && "route" in value && "apiUrl" in value;
}

/** Whether the component creates a token. */
export function createsToken({ token, existingSecret }: IngestTokenSettingsArgs): boolean {
    return token === undefined && existingSecret === undefined;
}

/**
 * The API URL as the provider of the token gets it; undefined where the provider reads the environment variables or the configuration.
 *
 * @throws InputError if the URL is missing or cannot be repaired. The error of the provider would name a resource that is not in the
 * program.
 */
export function checkedApiUrl(
    check: Check,
    apiUrl: pulumi.Input<string | undefined>,
    resource: pulumi.Resource,
): pulumi.Output<string | undefined> {
    return lift({ apiUrl }, (plain) => {
        const { url, warning } = usableUrl(check, plain.apiUrl, programSources());
        if (warning !== undefined) warnAll([warning], resource);
        return url;
    });
}

/**
 * @param sources of a URL that is not given; undefined where this process cannot see them.
 * @throws InputError as above.
 */
export function usableUrl(
    check: Check,
    given: string | undefined,
    sources: SettingsSources | undefined,
): { url?: string; warning?: string } {
    const found = given === undefined ? sources && ambientApiUrl(sources) : undefined;
    const text = given ?? found?.value;
    if (text === undefined) {
        if (sources === undefined) return {};
        return check.fail(
            `is missing; give the URL, or set ${URL_SOURCES}, e.g. to https://{environment}.live.dynatrace.com/api`,
        );
    }
    const { url, problem, warning } = parseApiUrl(check.text(text));
    const origin = found === undefined ? "" : ` (from ${found.source})`;
    if (problem !== undefined) check.fail(`${problem}${origin}`);
    if (warning !== undefined) return { url, warning: check.warning(`${warning}${origin}`) };
    return { url: given };
}

/** Undefined in an inline program of the Automation API and under mocks: the engine and its providers may run with other variables. */
function programSources(): SettingsSources | undefined {
    if (!/[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run/.test(require.main?.filename ?? "")) return undefined;
    return { env: process.env, config: { get: stackConfig } };
}

/** The stack's configuration by `namespace:key`. */
function stackConfig(name: string): string | undefined {
    const [namespace, key = ""] = name.split(":");
    return new pulumi.Config(namespace).get(key);
}
