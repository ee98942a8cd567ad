/** A line and where it stood in what was given. */
export interface IndexedLine {
    /** From 0. */
    index: number;
    line: string;
}

/** What a request may hold. */
export interface BatchLimits {
    /** Bytes of the body before compression. */
    maxBytes: number;
    maxLines: number;
}

/** Lines in requests as full as the limits allow, in their order. A line larger than a request gets one of its own. */
export function batchesOf(lines: IndexedLine[], { maxBytes, maxLines }: BatchLimits): IndexedLine[][] {
    const batches: IndexedLine[][] = [];
    let bytes = 0;
    for (const line of lines) {
        const size = Buffer.byteLength(line.line) + 1;
        const last = batches.at(-1);
        if (last === undefined || last.length >= maxLines || bytes + size > maxBytes + 1) {
            batches.push([line]);
            bytes = size;
        } else {
            last.push(line);
            bytes += size;
        }
    }
    return batches;
}

/** The body of a request. */
export function bodyOf(batch: IndexedLine[]): Buffer {
    return Buffer.from(batch.map(({ line }) => line).join("\n"), "utf8");
}
