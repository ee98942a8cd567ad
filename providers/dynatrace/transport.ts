import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

import axios, { type AxiosInstance } from "axios";

import type { Headers } from "./limits";
import { causeOf, codeOf, messageOf, systemCallOf } from "../thrown";

/** One request to the API. */
export interface ApiRequest {
    method: "GET" | "POST" | "PUT" | "DELETE";
    /** Below the base URL, as `/v2/apiTokens`. */
    path: string;
    query?: Record<string, string>;
    /** Sent as JSON. */
    body?: object;
    /** Sent as a form, instead of `body`. */
    form?: Record<string, string>;
    headers?: Record<string, string>;
    /** Milliseconds. @default - the timeout of the client */
    timeout?: number;
}

/** An answer of any status. */
export interface Answer {
    status: number;
    headers: Headers;
    text: string;
}

/** No answer. */
export interface Failure {
    status?: undefined;
    /** Node's code, as `ECONNRESET`. */
    code: string;
    message: string;
    /** Whether the server may have acted on the request. */
    maybeSent: boolean;
}

/** Largest body read, in bytes: a page of 1000 tokens is a fifth of a megabyte. */
const MAX_BODY = 16 * 1024 * 1024;
/** Default for the time from the first byte sent to the last received, in milliseconds. */
export const DEFAULT_TIMEOUT = 30_000;

const NEVER_CONNECTED = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ERR_INVALID_URL"];

/** Codes of a certificate that Node does not trust. */
export function isCertificateError(code: string): boolean {
    return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code);
}

/** Connections shared by all clients of the process. */
const agents = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
};

/**
 * Sends requests to one address, and turns whatever happens into a value: axios's own errors hold the headers,
 * and so the token. Follows no redirect, which could carry the token to another host. Honours HTTPS_PROXY and NO_PROXY.
 */
export class Transport {
    private readonly http: AxiosInstance;

    constructor(
        baseUrl: string,
        headers: Record<string, string>,
        private readonly timeout: number = DEFAULT_TIMEOUT,
    ) {
        this.http = axios.create({
            ...agents,
            baseURL: baseUrl,
            headers: {
                ...headers,
                Accept: "application/json",
                "User-Agent": "pulumi-dynatrace-otlp",
            },
            maxRedirects: 0,
            maxContentLength: MAX_BODY,
            responseType: "text",
            transformResponse: (body: unknown) => body,
            validateStatus: () => true,
        });
    }

    async send(request: ApiRequest): Promise<Answer | Failure> {
        // axios's own timeout starts anew with every byte that arrives.
        const timeout = request.timeout ?? this.timeout;
        const signal = AbortSignal.timeout(timeout);
        try {
            const reply = await this.http.request<unknown>({
                method: request.method,
                url: request.path,
                params: request.query,
                data: request.form ? new URLSearchParams(request.form) : request.body,
                headers: request.headers,
                signal,
            });
            return {
                status: reply.status,
                headers: lowerCaseHeaders(reply.headers),
                text: typeof reply.data === "string" ? reply.data : "",
            };
        } catch (error) {
            return failureOf(error, signal.aborted ? `no answer within ${timeout / 1000} s` : undefined);
        }
    }
}

/** Headers of a reply by their names in lower case. */
export function lowerCaseHeaders(headers: object): Headers {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function failureOf(error: unknown, timedOut: string | undefined): Failure {
    if (timedOut) return { code: "ETIMEDOUT", message: timedOut, maybeSent: true };
    const code = codeOf(error) ?? "UNKNOWN";
    const connecting = systemCallOf(causeOf(error)) === "connect";
    const neverSent = connecting || NEVER_CONNECTED.includes(code) || isCertificateError(code);
    return { code, message: messageOf(error), maybeSent: !neverSent };
}
