import { isIP } from "node:net";

import { type Check } from "./check";
import { checkNoToken } from "./secrets";

/**
 * Checks a URL without secrets. It is stored in plain text in pods, ConfigMaps and the state.
 *
 * @param example a valid URL for the error.
 * @throws InputError unless the URL uses http or https and has no user, password, query, fragment and token. The error does not contain it.
 */
export function plainUrl(check: Check, text: string | undefined, example = "https://example.com"): URL {
    const fail = (problem: string): never => {
        throw check.error(`${problem}; write e.g. ${example}`);
    };
    if (typeof text !== "string" || text === "") return fail("is missing");
    const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return fail("is not a URL with http:// or https://");
    if (url.username !== "" || url.password !== "") {
        return fail(
            "holds a user or a password before the host, which anyone who can read pods or the state could read",
        );
    }
    if (/[?#]/.test(text))
        return fail("holds a query or a fragment, which is not part of this URL and could be a secret");
    checkNoToken(check, text);
    return url;
}

/**
 * `host:port` of a listener. A host with a colon gets brackets: an IPv6 address, or a variable that can hold one. A listener accepts
 * brackets around an IPv4 address too, but a URL does not.
 *
 * @see https://pkg.go.dev/net#JoinHostPort
 */
export function joinHostPort(host: string, port: number): string {
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Host name, optionally with `*.` as its first label. @throws InputError for a URL, a port or an IP address. */
export function hostName(check: Check, host: string | undefined): string {
    const way = "write the name in lower case, without scheme, port and path, e.g. otlp.example.com";
    if (typeof host !== "string") throw check.error(`is missing; ${way}`);
    const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    if (host.length <= 253 && isIP(host) === 0 && new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`).test(host))
        return host;
    throw check.error(`"${host}" is not a host name; ${way}`);
}
