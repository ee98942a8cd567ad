import { publicTokenId } from "../dynatrace/redact";

/** Why a record did not arrive, for `{field}: {problem}; {wayOut}`. */
export interface Finding {
    /** Argument to look at. */
    field: string;
    problem: string;
    wayOut: string;
    /** Whether it may pass by itself within seconds. */
    retry: boolean;
}

/** What was sent, and how, as far as it explains an answer. */
export interface Context {
    otlpUrl: string;
    /** A route of an endpoint, or `collector`. */
    route: string;
    /** The token itself; in no text. */
    token?: string;
    /** The token for a reader, without its secret. */
    tokenName: string;
    scheme: string;
    /** Whether CA certificates were given. */
    hasCa: boolean;
    timeoutSeconds: number;
}

/** The arguments that hold the parts of the address. */
export interface AddressFields {
    address: string;
    port: string;
    ca: string;
}

/** How a reader tells a token from others. */
export function tokenNameOf(token: string | undefined): string {
    if (token === undefined) return "no token";
    const id = publicTokenId(token);
    return id === undefined ? "the token" : `the token ${id}`;
}

export function isPlatformToken({ token = "" }: Context): boolean {
    return token.startsWith("dt0s16.");
}

/** Whether an ActiveGate stands behind the URL. */
export function isGate({ route }: Context): boolean {
    return route === "activegate" || route === "container-activegate";
}

export function fieldsOf({ route }: Context): AddressFields {
    if (route === "collector") {
        return { address: "collector.url", port: "collector.url", ca: "collector.ca" };
    }
    const address = route === "saas" ? "endpoint.environment" : "endpoint.host";
    return { address, port: "endpoint.port", ca: "endpoint.ca" };
}
