import type { Attributes, Plain } from "../types";
import type { AnyValue, KeyValue, Scope } from "./messages";

/** OTLP attributes as plain JSON. */
export function plainAttributes(attributes: KeyValue[] | undefined): Attributes {
    return Object.fromEntries((attributes ?? []).map(({ key = "", value }) => [key, plainValue(value)]));
}

export function plainValue(value: AnyValue | undefined): Plain {
    if (!value) return null;
    if (value.stringValue !== undefined) return value.stringValue;
    if (value.boolValue !== undefined) return value.boolValue;
    if (value.intValue !== undefined) return integer(value.intValue);
    if (value.doubleValue !== undefined)
        return Number.isFinite(value.doubleValue) ? value.doubleValue : String(value.doubleValue);
    if (value.bytesValue !== undefined) return Buffer.from(value.bytesValue).toString("base64");
    if (value.arrayValue) return value.arrayValue.values.map(plainValue);
    if (value.kvlistValue) return plainAttributes(value.kvlistValue.values);
    return null;
}

export function plainScope(scope: Scope | undefined): { name: string; version: string } {
    return { name: scope?.name ?? "", version: scope?.version ?? "" };
}

export function hex(bytes: Buffer | undefined): string {
    return bytes ? Buffer.from(bytes).toString("hex") : "";
}

/** Milliseconds since the epoch; 0 when there is no time. */
export function millis(unixNano: string | undefined): number {
    return Number(BigInt(unixNano ?? "0") / 1_000_000n);
}

function integer(text: string): Plain {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : text;
}
