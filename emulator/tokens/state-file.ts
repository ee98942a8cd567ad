import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { z } from "zod";

/** A token as it is kept: the secret only as its sha256. */
export interface StoredToken {
    id: string;
    sha256: string;
    name: string;
    kind: "access" | "platform" | "activeGate";
    enabled: boolean;
    owner: string;
    scopes: string[];
    personalAccessToken: boolean;
    creationDate: string;
    expirationDate?: string;
    modifiedDate?: string;
    lastUsedDate?: string;
    lastUsedIpAddress?: string;
    userUuid?: string;
    resource?: string[];
    tags?: string[];
    activeGateType?: "ENVIRONMENT" | "CLUSTER";
    seedToken?: boolean;
}

/** What a state file holds. */
export interface State {
    version: 1;
    environmentId: string;
    tokens: StoredToken[];
}

const storedToken: z.ZodType<StoredToken> = z.object({
    id: z.string(),
    sha256: z.string().length(64),
    name: z.string(),
    kind: z.enum(["access", "platform", "activeGate"]),
    enabled: z.boolean(),
    owner: z.string(),
    scopes: z.array(z.string()),
    personalAccessToken: z.boolean(),
    creationDate: z.string(),
    expirationDate: z.string().optional(),
    modifiedDate: z.string().optional(),
    lastUsedDate: z.string().optional(),
    lastUsedIpAddress: z.string().optional(),
    userUuid: z.string().optional(),
    resource: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
    activeGateType: z.enum(["ENVIRONMENT", "CLUSTER"]).optional(),
    seedToken: z.boolean().optional(),
});

const state: z.ZodType<State> = z.object({
    version: z.literal(1),
    environmentId: z.string(),
    tokens: z.array(storedToken),
});

/** @returns undefined when there is no such file. @throws when it is not a state file of the emulator. */
export function loadState(file: string): State | undefined {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
    }
    try {
        return state.parse(JSON.parse(text));
    } catch {
        throw new Error(`stateFile: ${file} is not a state file of the emulator; move it away or name another one`);
    }
}

/** Writes beside and renames, so that a crash leaves the old state or the new one. */
export function saveState(file: string, value: State): void {
    const beside = `${file}.${process.pid}.tmp`;
    const handle = openSync(beside, "w", 0o600);
    try {
        writeSync(handle, JSON.stringify(value, null, 2) + "\n");
        fsyncSync(handle);
        closeSync(handle);
        renameSync(beside, file);
    } catch (error) {
        rmSync(beside, { force: true });
        throw error;
    }
}
