import type { AccountClient } from "./dynatrace/account-client";
import type { DynatraceClient } from "./dynatrace/client";
import { systemClock, type Clock } from "./dynatrace/limits";
import type { SettingsSources } from "./dynatrace/settings";

/** What a test may replace in a run. */
export interface RunOptions {
    /** @default process.env */
    env?: Record<string, string | undefined>;
    clock?: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
    /** Prints lines in the output of `pulumi`. @default console.log */
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

/** What is known of a token in the state, by its ownership mark. */
export interface Recorded extends Predecessor {
    /** Its predecessors that still work. */
    retiring: Predecessor[];
}

/** How a rotation ends for the predecessor; without days, it is left to expire. */
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
    /** Ownership marks created in this run: no earlier run can have left a token with one of them. */
    readonly newMarks = new Set<string>();
    /** Inputs, as recorded, of the ApiTokens in the state, by mark. */
    readonly recordedInputs = new Map<string, Record<string, unknown>>();
    /** ApiTokens in the state, by mark. */
    readonly recorded = new Map<string, Recorded>();
    /** What happens to tokens whose successor is recorded or was created, by id. */
    readonly handovers = new Map<string, Handover>();

    constructor(options: RunOptions = {}) {
        this.sources = { env: options.env ?? process.env };
        this.clock = options.clock ?? systemClock;
        this.timeout = options.timeout;
        // Pulumi shows what a provider's process prints.
        this.say = options.say ?? ((line) => console.log(line));
    }
}
