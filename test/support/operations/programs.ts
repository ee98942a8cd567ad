import type { ProgramResource } from "./stack";

/** A token that can send metrics. */
export function token(name: string, args: object = {}, opts: ProgramResource["opts"] = {}): ProgramResource {
    return { kind: "ApiToken", name, args: { scopes: ["metrics.ingest"], ...args }, opts };
}

/** An IngestToken that can send metrics, without a Secret. */
export function ingestToken(name: string, args: object = {}, opts: ProgramResource["opts"] = {}): ProgramResource {
    return { kind: "IngestToken", name, args: { signals: ["metrics"], secretDelivery: "none", ...args }, opts };
}

/** A platform token that can send metrics. */
export function platformToken(name: string, args: object = {}, opts: ProgramResource["opts"] = {}): ProgramResource {
    const scopes = ["openpipeline:metrics:ingest"];
    return { kind: "PlatformToken", name, args: { scopes, environments: ["abc12345"], ...args }, opts };
}

/** A token of an ActiveGate. */
export function activeGateToken(
    name: string,
    args: Record<string, unknown> = {},
    opts: ProgramResource["opts"] = {},
): ProgramResource {
    return { kind: "ActiveGateToken", name, args, opts };
}

/** Waits some seconds. */
export function wait(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
