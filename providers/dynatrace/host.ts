/**
 * The host that answers to the API and to telemetry where a text names the one of the web interface; undefined for every other host.
 *
 * It follows the rule of the Dynatrace Operator: a bare id before `.apps.` gets `.live.` instead, `abc.live` or `abc.sprint` loses
 * `.apps.`. A host outside Dynatrace stays as it is, because OpenShift puts its routes under `*.apps.{cluster domain}`.
 *
 * @param hostname in lower case, without a port.
 * @see https://github.com/Dynatrace/dynatrace-operator (its conversion of API URLs)
 */
export function hostBehindWebInterface(hostname: string): string | undefined {
    const [, before, domain] = /^(.+)\.apps\.(dynatrace(?:labs)?\.com)$/.exec(hostname) ?? [];
    if (before === undefined || domain === undefined) return undefined;
    return before.includes(".") ? `${before}.${domain}` : `${before}.live.${domain}`;
}

/** A URL whose host was checked, and what to say where the host was repaired. */
export interface RepairedUrl {
    url: URL;
    warning?: string;
}

/** The same URL at the host that answers to the API and to telemetry. @see {@link hostBehindWebInterface} */
export function repairHost(given: URL): RepairedUrl {
    const host = hostBehindWebInterface(given.hostname);
    if (host === undefined) return { url: given };
    const url = new URL(given);
    url.hostname = host;
    const warning = `${given.hostname} is the web interface, which answers 404 to the API and to telemetry; ${host} is used instead`;
    return { url, warning };
}
