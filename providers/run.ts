import type { AccountClient } from "./dynatrace/account-client";
import type { DynatraceClient } from "./dynatrace/client";
import { systemClock, type Clock } from "./dynatrace/limits";
import type { SettingsSources } from "./dynatrace/settings";

/** What a run may be given in place of the real thing, by a test. */
export interface RunOptions {
    /** @default process.env */
    env?: Record<string, string | undefined>;
    clock?: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
    /** Takes lines for whoever reads the output of `pulumi`. @default console.log */
    say?: (line: string) => void;
}

/** A token as a list shows it, of any kind. */
export interface Listed {
    id: string;
    name: string;
    /** ISO 8601; undefined for a token that was never used. */
    lastUsedDate?: string;
}

/** A token that serves on while its successor is handed out. */
export interface Predecessor {
    tokenId: string;
    actualName: string;
    apiUrl: string;
    /** ISO 8601; absent for never. */
    expiresAt?: string;
}

/** What is known of a token in the state, told apart by its mark. */
export interface Recorded extends Predecessor {
    /** Predecessors of its own that still serve. */
    retiring: Predecessor[];
}

/** How a predecessor is to go; undefined days: it is left to expire. */
export interface Handover {
    overlapDays?: number;
}

/**
 * One run of the provider's process: a `preview`, an `up`, a `refresh`, a `destroy`. Pulumi starts a process for each, and asks
 * `check` and `diff` of a resource in the same process before it creates or deletes.
 */
export class Run {
    readonly sources: SettingsSources;
    readonly clock: Clock;
    readonly timeout?: number;
    readonly say: (line: string) => void;
    /** By address and bootstrap token. */
    readonly clients = new Map<string, DynatraceClient>();
    /** By account and OAuth client. */
    readonly accountClients = new Map<string, AccountClient>();
    /** All tokens of an address, as the first to ask saw them. */
    readonly listings = new Map<string, Promise<Listed[]>>();
    /** Marks made in this run: nothing can have been left behind under them by an earlier one. */
    readonly newMarks = new Set<string>();
    /** Inputs, as recorded, of the ApiTokens in the state, by mark. */
    readonly recordedInputs = new Map<string, Record<string, unknown>>();
    /** ApiTokens in the state, by mark. */
    readonly recorded = new Map<string, Recorded>();
    /** What becomes of tokens whose successor is recorded or has been made, by id. */
    readonly handovers = new Map<string, Handover>();

    constructor(options: RunOptions = {}) {
        this.sources = { env: options.env ?? process.env };
        this.clock = options.clock ?? systemClock;
        this.timeout = options.timeout;
        // Pulumi shows what a provider's process prints.
        this.say = options.say ?? ((line) => console.log(line));
    }
}
