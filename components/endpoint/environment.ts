import { repairHost } from "../../providers/dynatrace/host";
import { type Check } from "../shared/check";
import type { EndpointRoute } from "./route";

/** What `environment` says. */
export interface ParsedEnvironment {
    environmentId: string;
    /** Missing when the text is a bare environment id. */
    host?: string;
    /** Missing when the text names no port. */
    port?: number;
    /** Missing when the text does not say. */
    route?: EndpointRoute;
    warnings: string[];
}

const FORMS =
    "give an environment id like abc12345, or a URL like https://abc12345.live.dynatrace.com, " +
    "https://managed.example.com/e/{environment} or https://activegate.example.com:9999/e/{environment}";

/** An environment id of Managed or of Dynatrace for Government. It has no SaaS host. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads the environment id from an id, a host, or a URL of the web interface, of the API or of OTLP.
 *
 * @throws InputError with the right form when the text cannot be read. The error repeats neither query nor user.
 */
export function parseEnvironment(check: Check, text: string | undefined): ParsedEnvironment {
    const input = typeof text === "string" ? text.trim() : "";
    if (input === "") throw check.error(`is missing; ${FORMS}`);
    if (/dt0[a-z]\d\d\./i.test(input)) {
        throw check.error(`holds a token; ${FORMS}. Treat that token as leaked and revoke it`);
    }
    if (/^[a-z0-9][a-z0-9-]*$/i.test(input)) {
        return { environmentId: input, route: UUID.test(input) ? "managed" : undefined, warnings: [] };
    }

    const { url, warning } = repairHost(parseUrl(check, input));
    const shown = `${url.protocol}//${url.host}${url.pathname}`;
    const port = url.port === "" ? undefined : Number(url.port);
    const path = /^\/e\/([^/]+)/.exec(url.pathname);
    const host = url.hostname;
    const warnings = warning === undefined ? [] : [check.warning(warning)];

    if (/(^|\.)dynatrace(labs)?\.com$/.test(host)) {
        const environmentId = host.split(".")[0] ?? "";
        if (host.split(".").length < 4 || environmentId === "") {
            throw check.error(`${shown} names no environment; ${FORMS}`);
        }
        return { environmentId, host, port, route: "saas", warnings };
    }
    if (path?.[1] !== undefined) {
        if (!/^[a-z0-9-]+$/i.test(path[1])) {
            throw check.error(`"${path[1]}" in ${shown} is not an environment id; ${FORMS}`);
        }
        return { environmentId: path[1], host, port, route: routeOf(host, port), warnings };
    }
    throw check.error(
        `${shown} names no environment; behind your own host the id is in the path: https://${url.host}/e/{environment}`,
    );
}

function parseUrl(check: Check, input: string): URL {
    const text = input.includes("://") ? input : `https://${input}`;
    let url: URL;
    try {
        url = new URL(text);
    } catch {
        throw check.error(`is neither an environment id nor a URL; ${FORMS}`);
    }
    if (url.protocol !== "https:") {
        throw check.error(`${url.protocol}// is not accepted: Dynatrace takes https only; ${FORMS}`);
    }
    if (url.username !== "" || url.password !== "") {
        throw check.error(`holds a user or password before the host; ${FORMS}`);
    }
    return url;
}

function routeOf(host: string, port: number | undefined): EndpointRoute {
    if (/\.svc(\.|$)/.test(host)) return "container-activegate";
    return port === undefined || port === 443 ? "managed" : "activegate";
}
