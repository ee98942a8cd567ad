import { type Check } from "../shared/check";

/** Address at which a project of Sentry receives OTLP. It holds no secret. */
export interface SentryTarget {
    /** `https://{host}/api/{project id}/integration/otlp`, without `/v1/...`. */
    otlpUrl: string;
    host: string;
    /** TCP port. */
    port: number;
    projectId: string;
}

/** Parts of a DSN. */
export interface ParsedDsn {
    target: SentryTarget;
    /** Undefined for a DSN without key, and for an OTLP address. */
    publicKey?: string;
    warnings: string[];
}

const OTLP_PATH = "/integration/otlp";
const FORM =
    "copy the DSN from Settings > Projects > {project} > Client Keys (DSN); it looks like " +
    "https://{public key}@o{organization}.ingest.sentry.io/{project id}";
const CUT = "…";
const LEAKED = "treat it as leaked and revoke it";

/**
 * Parses the DSN of a project, with or without the key, or its OTLP address.
 *
 * @throws InputError for any other text. The error contains no key, password or token.
 * @see https://docs.sentry.io/concepts/key-terms/dsn-explainer/
 */
export function parseDsn(check: Check, text: string | undefined): ParsedDsn {
    const fail = (problem: string): never => {
        throw check.error(problem);
    };
    if (typeof text !== "string") return fail(`is missing; ${FORM}`);
    const url = parseUrl(text.trim(), fail);
    const shown = withoutKeys(`${url.protocol}//${url.host}${url.pathname}`);
    if (shown.includes(CUT)) fail(`${shown} holds what looks like a key in its host or path; ${FORM}`);
    checkHost(url, fail);
    const { prefix, projectId } = parsePath(url.pathname, shown, fail);
    if (url.search !== "" || url.hash !== "") {
        fail(`${shown} is followed by a query or a fragment; ${FORM}`);
    }
    const key = url.username === "" ? undefined : checkPublicKey(check, url.username);
    const about = check.warning(``);
    return {
        target: {
            otlpUrl: `${url.protocol}//${url.host}${prefix}/api/${projectId}${OTLP_PATH}`,
            host: url.hostname,
            port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
            projectId,
        },
        ...(key === undefined ? {} : { publicKey: key }),
        warnings: [
            ...(url.password === ""
                ? []
                : [`${about}holds the secret key of an old DSN, which is not needed; copy the DSN again without it`]),
            ...(url.protocol === "https:" || isLoopback(url.hostname)
                ? []
                : [
                      `${about}${shown} is not encrypted, so anyone on the network path can read the key; use https if Sentry supports it`,
                  ]),
        ],
    };
}

/**
 * The key of a project as Sentry shows it.
 *
 * @throws InputError if it is not one. The text is not in the error.
 */
export function checkPublicKey(check: Check, key: string): string {
    if (/^[0-9a-f]{32}$/i.test(key)) return key;
    const problem =
        key.length === 32
            ? "has a public key with other characters than 0-9 and a-f"
            : `has a public key of ${key.length} characters, but those of Sentry have 32`;
    throw check.error(`${problem}; copy the whole key again`);
}

function parseUrl(text: string, fail: (problem: string) => never): URL {
    if (text === "") return fail(`is empty; ${FORM}`);
    if (/sntry[a-z]_/i.test(text)) return fail(`holds an auth token of Sentry, not a DSN; ${LEAKED}, then ${FORM}`);
    if (/sentry_key\s*=/i.test(text)) return fail(`holds sentry_key, as in a header or another address; ${FORM}`);
    if (/^[0-9a-f]{32}$/i.test(text)) return fail(`is only the public key, without the address of Sentry; ${FORM}`);
    if (!URL.canParse(text) || !text.includes("://")) return fail(`is not a URL; ${FORM}`);
    const url = new URL(text);
    if (!/^https?:$/.test(url.protocol))
        return fail(`begins with ${withoutKeys(url.protocol)}// instead of https://; ${FORM}`);
    return url;
}

/** Sentry's own hosts receive data only at `ingest`. */
function checkHost({ hostname, protocol }: URL, fail: (problem: string) => never): void {
    if (!/(^|\.)sentry\.io$/.test(hostname)) return;
    const host = withoutKeys(hostname);
    if (!/(^|\.)ingest\.([a-z0-9-]+\.)?sentry\.io$/.test(hostname)) {
        fail(`${host} is Sentry's web interface, or an old host that does not accept OTLP; ${FORM}`);
    }
    if (protocol !== "https:") fail(`${host} accepts only https; ${FORM}`);
}

function parsePath(
    pathname: string,
    shown: string,
    fail: (problem: string) => never,
): { prefix: string; projectId: string } {
    const path = pathname.replace(/\/+$/, "");
    const otlp = /^(.*)\/api\/(\d+)\/integration\/otlp(\/v1\/[a-z]+)?$/.exec(path);
    if (otlp?.[3] === "/v1/metrics") fail(`${shown} is for metrics, which Sentry does not accept over OTLP; ${FORM}`);
    const dsn = /^(.*)\/(\d+)$/.exec(path);
    const [, prefix, projectId] = otlp ?? dsn ?? [];
    if (prefix === undefined || projectId === undefined) {
        return fail(`${shown} does not end with the id of a project, which is a number; ${FORM}`);
    }
    if (prefix.endsWith("/api")) fail(`${shown} is an address of Sentry's API; ${FORM}`);
    return { prefix, projectId };
}

/** Removes everything that looks like a key, because some addresses have a key in their path. */
function withoutKeys(text: string): string {
    return text.replace(/[0-9a-f]{32,}/gi, CUT);
}

function isLoopback(host: string): boolean {
    return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}
