/** What the emulator sends back. */
export interface Reply {
    status: number;
    headers?: Record<string, string>;
    body?: Buffer | string;
    /** How long the body comes after the headers. @default 0 */
    bodyDelayMs?: number;
}

/** One broken rule of a request, as Dynatrace lists it. */
export interface Violation {
    path: string;
    message: string;
    parameterLocation: "HEADER" | "PATH" | "PAYLOAD_BODY" | "QUERY";
    location?: string | null;
}

export function json(status: number, value: unknown): Reply {
    return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(value) };
}

/** A reply without body: 204, and the 404 of the token API. */
export function empty(status: number, headers?: Record<string, string>): Reply {
    return { status, headers };
}

export function html(status: number, body: string): Reply {
    return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

/** Dynatrace's ErrorEnvelope. */
export function envelope(status: number, message: string, violations?: Violation[]): Reply {
    const constraintViolations = violations?.map((violation) => ({ location: null, ...violation }));
    return json(status, { error: { code: status, message, ...(constraintViolations && { constraintViolations }) } });
}

export function violated(...violations: Violation[]): Reply {
    return envelope(400, "Constraints violated.", violations);
}

export function badBody(path: string, message: string): Reply {
    return violated({ path, message, parameterLocation: "PAYLOAD_BODY" });
}

export function badQuery(path: string, message: string): Reply {
    return violated({ path, message, parameterLocation: "QUERY" });
}
