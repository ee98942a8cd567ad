import { isLoopback } from "../dynatrace/api-url";
import { DynatraceSettingsError } from "../dynatrace/errors";
import { repairHost } from "../dynatrace/host";

/** Where a OneAgent on the same host takes lines, without a token. */
export const ONEAGENT_URL = "http://localhost:14499/metrics/ingest";

/** An address that takes lines, and what signs them. */
export interface Target {
    url: string;
    headers: Record<string, string>;
    oneAgent: boolean;
    /** What was repaired in the URL. */
    warning?: string;
}

/**
 * Checks where lines go, before any is sent.
 *
 * @throws DynatraceSettingsError that names what is wrong; the token is not in it.
 */
export function targetOf(url: string, token: string | undefined): Target {
    const fail = (field: string, problem: string): never => {
        throw new DynatraceSettingsError(`MetricsClient: ${field}: ${problem}`);
    };
    const given = URL.canParse(url) ? new URL(url) : fail("url", `is not a URL; write ${FORMS}`);
    const { url: parsed, warning } = repairHost(given);
    if (parsed.search || parsed.username || parsed.password) fail("url", "holds a query or a user; leave them out");
    const local = isLoopback(parsed.hostname);
    if (parsed.protocol !== "https:" && !(parsed.protocol === "http:" && local)) {
        fail("url", `${parsed.protocol}// would send unencrypted; write https://`);
    }
    const oneAgent = local && parsed.pathname === "/metrics/ingest";
    if (!oneAgent && !parsed.pathname.endsWith("/api/v2/metrics/ingest")) {
        fail("url", `${parsed.pathname} takes no metric lines; write ${FORMS}`);
    }
    if (oneAgent && token !== undefined) fail("token", "is not for the OneAgent, which needs none; leave it out");
    if (!oneAgent && token === undefined) fail("token", "is missing; give one with the scope metrics.ingest");
    if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
        fail("token", "is empty or holds blanks; give the token alone, without Api-Token");
    }
    const scheme = token?.startsWith("dt0s16.") ? "Bearer" : "Api-Token";
    return {
        url: warning === undefined ? url : parsed.href,
        oneAgent,
        headers: token === undefined ? {} : { Authorization: `${scheme} ${token}` },
        warning: warning && `MetricsClient: url: ${warning}`,
    };
}

const FORMS =
    "https://{environment}.live.dynatrace.com/api/v2/metrics/ingest, https://{host}/e/{environment}/api/v2/metrics/ingest " +
    `or ${ONEAGENT_URL}`;
