import { isIP } from "node:net";
import { parseDate } from "./tokens/dates";
import type { EmulatorOptions } from "./types";

/** The options with their defaults. */
export type Settings = Readonly<
    Required<Omit<EmulatorOptions, "stateFile" | "rateLimit" | "maxInFlight">> &
        Pick<EmulatorOptions, "stateFile" | "rateLimit" | "maxInFlight">
>;

/** @throws Error naming the option, what is wrong and the way out. */
export function settingsOf(options: EmulatorOptions): Settings {
    const route = options.route ?? "saas";
    const settings: Settings = {
        environmentId: "abc12345",
        route,
        tls: route === "activegate",
        tlsNames: [],
        port: 0,
        host: "127.0.0.1",
        bootstrapToken: {},
        latencyMs: 0,
        missingScopeStatus: 403,
        account: {},
        putExpirationDate: "ignore",
        now: Date.now,
        ...withoutUndefined(options),
    };
    check(settings);
    return settings;
}

/** Base without `/api`. */
export function baseUrl(settings: Settings, port: number): string {
    const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
    return `${settings.tls ? "https" : "http"}://${host}:${port}${pathPrefix(settings)}`;
}

/** What stands before `/api` in every path. */
export function pathPrefix(settings: Settings): string {
    return settings.route === "activegate" ? `/e/${settings.environmentId}` : "";
}

export function isLoopback(host: string): boolean {
    return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function check({ environmentId, route, host, port, rateLimit, maxInFlight, latencyMs, bootstrapToken, now }: Settings) {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(environmentId)) {
        throw new Error(`environmentId: ${environmentId} is not an environment id; use letters, digits and dashes`);
    }
    if (route !== "saas" && route !== "activegate") {
        throw new Error(`route: ${String(route)} is not known; use saas or activegate`);
    }
    if (!isLoopback(host)) {
        throw new Error(`host: ${host} is not a loopback address; use 127.0.0.1, ::1 or localhost`);
    }
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
        throw new Error(`port: ${port} is not a TCP port; use 0 for any free one`);
    }
    if (rateLimit && !(rateLimit.requests > 0 && rateLimit.perSeconds > 0)) {
        throw new Error("rateLimit: requests and perSeconds must be positive; leave rateLimit out for none");
    }
    if (maxInFlight !== undefined && !(maxInFlight > 0)) {
        throw new Error(`maxInFlight: ${maxInFlight} is not positive; leave it out for no limit`);
    }
    if (!(latencyMs >= 0)) throw new Error(`latencyMs: ${latencyMs} is negative`);
    const { expirationDate } = bootstrapToken;
    if (expirationDate !== undefined && parseDate(expirationDate, now()) === undefined) {
        throw new Error(`bootstrapToken.expirationDate: ${expirationDate} is not a date; use now+30d or ISO 8601`);
    }
}

function withoutUndefined(options: EmulatorOptions): EmulatorOptions {
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
