import { repairHost } from "./host";
import { redact } from "./redact";

/** A base URL of the API, or what is wrong with the text. */
export interface ApiUrlResult {
    /** Scheme, host, port if not the scheme's own, path that ends with `/api`. */
    url?: string;
    /** What is wrong and what to write instead; holds neither token nor password. */
    problem?: string;
    /** What was repaired, where the text names the host of the web interface. */
    warning?: string;
}

const FORMS =
    "write https://{environment}.live.dynatrace.com/api, https://{your-domain}/e/{environment}/api " +
    "or https://{activegate}:9999/e/{environment}/api";

/**
 * Reads the base URL of the Dynatrace API; adds `/api` where only that is missing.
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens (base URLs)
 */
export function parseApiUrl(text: string): ApiUrlResult {
    const trimmed = text.trim();
    if (trimmed === "") return { problem: `is empty; ${FORMS}` };
    if (/^[a-z0-9-]+$/i.test(trimmed)) {
        return { problem: `"${trimmed}" is not a URL; write https://${trimmed}.live.dynatrace.com/api` };
    }
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) {
        const whole = parseApiUrl(`https://${trimmed}`);
        return { problem: `has no https:// in front; ${whole.url ? `write ${whole.url}` : FORMS}` };
    }
    let url: URL;
    try {
        url = new URL(trimmed);
    } catch {
        return { problem: `is not a URL; ${FORMS}` };
    }
    if (url.username || url.password || url.search || url.hash) {
        return { problem: `must not hold a user, a password, a query or a fragment; ${FORMS}` };
    }
    return checkParts(url);
}

function checkParts(given: URL): ApiUrlResult {
    const { url, warning } = repairHost(given);
    const path = url.pathname.replace(/\/+$/, "");
    const right = `${url.protocol}//${url.host}${apiPath(path)}`;
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
        const secure = right.replace(/^[a-z0-9+.-]+:/i, "https:");
        return { problem: `${url.protocol}// would send the bootstrap token unencrypted; write ${secure}` };
    }
    // What follows the host of the web interface is a page of it.
    if (warning !== undefined) return { url: right, warning };
    if (path === "" || path.endsWith("/api") || /\/e\/[^/]+$/.test(path)) return { url: right };
    return { problem: `${redact(`${url.origin}${path}`)} is not the base of the API; write ${right}` };
}

/** The part of a path up to `/api`; whatever follows, or stands in its place, is cut. */
function apiPath(path: string): string {
    const upToApi = /^(.*?\/api)(\/|$)/.exec(path)?.[1];
    return upToApi ?? `${/^(.*?\/e\/[^/]+)/.exec(path)?.[1] ?? ""}/api`;
}

export function isLoopback(hostname: string): boolean {
    return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}

/**
 * What names the environment behind a base URL, whatever the route to it: its id, or the host of a URL without an id.
 * A token lives in an environment, so another key needs another token; the same key behind another host does not.
 *
 * @throws TypeError for text that is not a URL.
 */
export function tenantKey(apiUrl: string): string {
    return tenantId(apiUrl) ?? new URL(apiUrl).hostname.toLowerCase();
}

/**
 * The id of the environment in a base URL: `/e/{id}`, or the label before `.live.`; undefined for other URLs, e.g. of a proxy.
 *
 * @throws TypeError for text that is not a URL.
 */
export function tenantId(apiUrl: string): string | undefined {
    const { hostname, pathname } = new URL(apiUrl);
    const inPath = /\/e\/([^/]+)/.exec(pathname)?.[1];
    const inHost = /^([^.]+)\.(live|sprint|dev)\./.exec(hostname)?.[1];
    return (inPath ?? inHost)?.toLowerCase();
}
