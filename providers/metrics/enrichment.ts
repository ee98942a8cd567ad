import { readFileSync } from "node:fs";
import * as path from "node:path";

import { isDimensionKey } from "./lines";

/** Where the files are looked for. */
export interface EnrichmentOptions {
    /** @default `/var/lib/dynatrace/enrichment`, on Windows `%ProgramData%\dynatrace\enrichment` */
    directory?: string;
    /** A name that OneAgent answers in the processes it watches; no such file exists. @default - the name that OneAgent knows */
    virtualFile?: string;
}

const VIRTUAL_FILE = "dt_metadata_e617c525669e072eebe3d0f08212e8f2.json";

/**
 * What OneAgent and the Dynatrace Operator know of this process, pod and host, as dimensions of metric lines. Empty where neither is.
 * Reads files, so ask once and keep it.
 *
 * @example
 * ```ts
 * import { gaugeLine, oneAgentDimensions } from "pulumi-dynatrace-otlp/metrics";
 *
 * const line = gaugeLine("shop.load", 0.8, { dimensions: { ...oneAgentDimensions(), shop: "north" } });
 * ```
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/extend-dynatrace/extend-data
 */
export function oneAgentDimensions(options: EnrichmentOptions = {}): Record<string, string> {
    const directory = options.directory ?? defaultDirectory();
    // Of the same key the wider one wins, as in Dynatrace's own readers: process, then pod, then host.
    const files = [
        textOf(options.virtualFile ?? VIRTUAL_FILE)?.trim(),
        path.join(directory, "dt_metadata.json"),
        path.join(directory, "dt_host_metadata.json"),
    ];
    const found = files.flatMap((file) => Object.entries(file === undefined ? {} : objectOf(textOf(file))));
    return Object.fromEntries(
        found.flatMap(([key, value]): [string, string][] => {
            const name = key.toLowerCase();
            return isDimensionKey(name) && ["string", "number", "boolean"].includes(typeof value)
                ? [[name, String(value)]]
                : [];
        }),
    );
}

function defaultDirectory(): string {
    return process.platform === "win32"
        ? path.join(process.env["ProgramData"] ?? "C:\\ProgramData", "dynatrace", "enrichment")
        : "/var/lib/dynatrace/enrichment";
}

/** OneAgent's own file can be opened, but neither listed nor looked at. */
function textOf(file: string): string | undefined {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return undefined;
    }
}

function objectOf(text: string | undefined): object {
    try {
        const value: unknown = JSON.parse(text ?? "{}");
        return typeof value === "object" && value !== null ? value : {};
    } catch {
        return {};
    }
}
