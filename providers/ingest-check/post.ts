import { Agent } from "node:https";
import { getCACertificates, rootCertificates } from "node:tls";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import axios from "axios";

import type { Headers } from "../dynatrace/limits";
import { lowerCaseHeaders } from "../dynatrace/transport";
import { codeOf, messageOf } from "../thrown";

/** A message and where it goes. */
export interface Post {
    /** Full URL, as `https://abc12345.live.dynatrace.com/api/v2/otlp/v1/traces`. */
    url: string;
    /** Binary protobuf, not compressed. */
    body: Buffer;
    /** Value of the header. */
    authorization?: string;
    caCertificatePem?: string;
    timeoutMs: number;
}

/** An answer of any status. */
export interface Answer {
    status: number;
    headers: Headers;
    body: Buffer;
}

/** No answer. */
export interface NoAnswer {
    status?: undefined;
    /** Node's code, as `ECONNREFUSED`. */
    code: string;
    message: string;
}

/** Largest reply read, in bytes. */
const MAX_BODY = 1024 * 1024;
const compress = promisify(gzip);

/**
 * Sends OTLP over HTTP as protobuf, compressed. Whatever happens becomes a value: axios's own errors hold the token. Follows no
 * redirect, which could carry the token to another host. Honours HTTPS_PROXY and NO_PROXY.
 */
export async function post({
    url,
    body,
    authorization,
    caCertificatePem,
    timeoutMs,
}: Post): Promise<Answer | NoAnswer> {
    const signal = AbortSignal.timeout(timeoutMs);
    const agent = new Agent({ ca: caCertificatePem === undefined ? undefined : [...systemCa(), caCertificatePem] });
    try {
        const reply = await axios.request<ArrayBuffer>({
            method: "POST",
            url,
            data: await compress(body),
            headers: {
                "Content-Type": "application/x-protobuf",
                "Content-Encoding": "gzip",
                "User-Agent": "pulumi-dynatrace-otlp",
                ...(authorization === undefined ? {} : { Authorization: authorization }),
            },
            httpsAgent: agent,
            responseType: "arraybuffer",
            maxRedirects: 0,
            maxContentLength: MAX_BODY,
            validateStatus: () => true,
            signal,
        });
        return { status: reply.status, headers: lowerCaseHeaders(reply.headers), body: Buffer.from(reply.data) };
    } catch (error) {
        if (signal.aborted) return { code: "ETIMEDOUT", message: `no answer within ${timeoutMs / 1000} s` };
        return { code: codeOf(error) ?? "UNKNOWN", message: messageOf(error) };
    } finally {
        agent.destroy();
    }
}

/** Node before 22.15 cannot tell which certificates it trusts beyond those that it was built with. */
function systemCa(): readonly string[] {
    return typeof getCACertificates === "function" ? getCACertificates("default") : rootCertificates;
}
