import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { limits } from "../limits";
import { codeOf } from "../thrown";
import { Refuse } from "./refuse";
import { envelope } from "./reply";

const unzip = promisify(gunzip);

/** The body as sent; undefined when it is larger than anything the API takes (it is read to its end all the same). */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    let size = 0;
    const sent: AsyncIterable<Buffer> = request;
    for await (const chunk of sent) {
        size += chunk.length;
        if (size <= limits.hardBodyBytes) chunks.push(chunk);
        else chunks.length = 0;
    }
    return size <= limits.hardBodyBytes ? Buffer.concat(chunks) : undefined;
}

/** Media type without parameters, lower case. */
export function mediaType(request: IncomingMessage): string {
    return (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** `gzip`, `identity`, or whatever else the client claims. */
export function contentEncoding(request: IncomingMessage): string {
    return (request.headers["content-encoding"] ?? "identity").trim().toLowerCase() || "identity";
}

/** @throws Refuse with 413 above a limit, 415 for a compression other than gzip, 400 when gzip is broken. */
export async function decodedBody(
    request: IncomingMessage,
    raw: Buffer | undefined,
    { compressedBytes, bytes }: { compressedBytes: number; bytes: number },
): Promise<Buffer> {
    const encoding = contentEncoding(request);
    if (encoding !== "gzip" && encoding !== "identity") {
        throw new Refuse(envelope(415, `Content encoding ${encoding} is not supported, use gzip or none.`));
    }
    if (!raw || raw.length > (encoding === "gzip" ? compressedBytes : bytes)) throw tooLarge(bytes);
    if (encoding === "identity") return raw;
    try {
        return await unzip(raw, { maxOutputLength: bytes });
    } catch (error) {
        if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw tooLarge(bytes);
        throw new Refuse(envelope(400, "The gzip body could not be decompressed."));
    }
}

function tooLarge(bytes: number): Refuse {
    return new Refuse(envelope(413, `Payload too large: the limit is ${bytes} bytes.`));
}
