import type { KindDetails, TokenRecord, TokenSeed } from "../types";
import { isoDate, parseDate } from "./dates";
import { newTokenText, publicPart, sha256 } from "./secret";
import { loadState, saveState, type StoredToken } from "./state-file";

export const defaultOwner = "platform.engineer@example.com";

const prefixOf = { access: "dt0c01", platform: "dt0s16", activeGate: "dt0g02" } as const;

/** The tokens of the environment. It knows secrets only for as long as it takes to hand them out. */
export class TokenStore {
    private readonly tokens = new Map<string, StoredToken>();

    constructor(
        private readonly environmentId: string,
        private readonly now: () => number,
        private readonly stateFile?: string,
    ) {
        const state = stateFile ? loadState(stateFile) : undefined;
        if (state && state.environmentId !== environmentId) {
            throw new Error(
                `stateFile: ${stateFile} belongs to environment ${state.environmentId}, not ${environmentId}`,
            );
        }
        for (const token of state?.tokens ?? []) this.tokens.set(token.id, token);
    }

    create(seed: TokenSeed): { id: string; token: string; record: TokenRecord } {
        const kind = seed.kind ?? "access";
        const { id, token } = newTokenText(prefixOf[kind]);
        const stored: StoredToken = {
            id,
            sha256: sha256(token),
            name: seed.name ?? "seeded",
            kind,
            enabled: seed.enabled ?? true,
            owner: seed.owner ?? defaultOwner,
            scopes: [...new Set(seed.scopes ?? [])],
            personalAccessToken: seed.personalAccessToken ?? false,
            ...detailsOf(seed),
            creationDate: isoDate(this.now()),
            ...(seed.expirationDate !== undefined && { expirationDate: this.expiry(seed.expirationDate) }),
        };
        this.tokens.set(id, stored);
        this.save();
        return { id, token, record: visible(stored) };
    }

    /** By whole token; undefined when the secret is not the right one. */
    bySecret(token: string): TokenRecord | undefined {
        const stored = this.tokens.get(publicPart(token) ?? "");
        return stored && stored.sha256 === sha256(token) ? visible(stored) : undefined;
    }

    byId(id: string): TokenRecord | undefined {
        const stored = this.tokens.get(id);
        return stored && visible(stored);
    }

    all(): TokenRecord[] {
        return [...this.tokens.values()].map(visible);
    }

    /** Moves the expiry, which only platform tokens allow. */
    setExpiry(id: string, expirationDate: string): boolean {
        const stored = this.tokens.get(id);
        if (!stored) return false;
        stored.expirationDate = this.expiry(expirationDate);
        this.save();
        return true;
    }

    update(id: string, change: { name?: string; scopes?: string[]; enabled?: boolean }): boolean {
        const stored = this.tokens.get(id);
        if (!stored) return false;
        if (change.enabled !== undefined) stored.enabled = change.enabled;
        if (change.name !== undefined) stored.name = change.name;
        if (change.scopes !== undefined) stored.scopes = [...new Set(change.scopes)];
        if (change.name !== undefined || change.scopes !== undefined) stored.modifiedDate = isoDate(this.now());
        this.save();
        return true;
    }

    delete(id: string): boolean {
        const deleted = this.tokens.delete(id);
        if (deleted) this.save();
        return deleted;
    }

    /** Notes the use of a token; kept in the state file with the next change or `save`. */
    used(id: string, ipAddress: string): void {
        const stored = this.tokens.get(id);
        if (!stored) return;
        stored.lastUsedDate = isoDate(this.now());
        stored.lastUsedIpAddress = ipAddress;
    }

    isExpired({ expirationDate }: TokenRecord): boolean {
        return expirationDate !== undefined && Date.parse(expirationDate) <= this.now();
    }

    save(): void {
        if (!this.stateFile) return;
        saveState(this.stateFile, { version: 1, environmentId: this.environmentId, tokens: [...this.tokens.values()] });
    }

    private expiry(text: string): string {
        const at = parseDate(text, this.now());
        if (at === undefined) throw new Error(`expirationDate: ${text} is not a date; use now+30d or ISO 8601`);
        return isoDate(at);
    }
}

function detailsOf({ userUuid, resource, tags, activeGateType, seedToken }: TokenSeed): KindDetails {
    const details = { userUuid, resource, tags, activeGateType, seedToken };
    return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

function visible(stored: StoredToken): TokenRecord {
    const record: TokenRecord & { sha256?: string } = { ...stored, scopes: [...stored.scopes] };
    delete record.sha256;
    return record;
}
