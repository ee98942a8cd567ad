import type { AccountClient } from "./dynatrace/account-client";
import type { DynatraceClient } from "./dynatrace/client";
import { Gate, systemClock, type Clock } from "./dynatrace/limits";
import type { SettingsSources } from "./dynatrace/settings";
import type { Probe, RunTokens, SeenToken } from "./tokens/state";

/** Environments and accounts to which the credentials of a run were sent, or may be sent. */
export interface OwnPlaces {
    /** Base URLs of the API. */
    readonly urls: Set<string>;
    /** UUID of the account. */
    account?: string;
}

/** What a test may replace in a run. */
export interface RunOptions {
    /** @default process.env */
    env?: Record<string, string | undefined>;
    clock?: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
    /** Prints lines in the output of `pulumi`. @default console.log */
    say?: (line: string) => void;
    /** Makes what calls to one address wait for. @default a plain Gate */
    gate?: () => Gate;
}

/**
 * One run of the provider's process: a `preview`, an `up`, a `refresh`, a `destroy`. Pulumi starts a process for each.
 *
 * In an `up` the engine asks `check` and `diff` of a resource before `create` and `delete`. But `--replace` and a taint skip `diff`,
 * and give `check` no old inputs: nothing follows from what a step was not told.
 */
export class Run {
    readonly sources: SettingsSources;
    readonly clock: Clock;
    readonly timeout?: number;
    readonly say: (line: string) => void;
    readonly newGate: () => Gate;
    /** By address and bootstrap token. */
    readonly clients = new Map<string, DynatraceClient>();
    /** By account and OAuth client. */
    readonly accountClients = new Map<string, AccountClient>();
    /** Where the credentials belong. */
    readonly ownPlaces: OwnPlaces = { urls: new Set() };
    /** All tokens of a kind in one place, as the first to ask saw them. */
    readonly listings = new Map<string, Promise<SeenToken[]>>();
    /** Whether address and credentials work, by place. */
    readonly probes = new Map<string, Promise<Probe>>();
    /** Kinds of places for which a line said that there are no credentials. */
    readonly missing = new Set<string>();
    /** Ownership marks created in this run: no earlier run can have left a token with one of them. */
    readonly newMarks = new Set<string>();
    /** What is known of the tokens of this stack. */
    readonly tokens: RunTokens = {
        recorded: new Map(),
        successors: new Map(),
        releases: new Map(),
        known: new Set(),
        created: new Set(),
        adopted: new Set(),
        deleted: new Set(),
    };

    constructor(options: RunOptions = {}) {
        this.sources = { env: options.env ?? process.env };
        this.clock = options.clock ?? systemClock;
        this.timeout = options.timeout;
        this.newGate = options.gate ?? (() => new Gate(this.clock));
        // Pulumi shows what a provider's process prints.
        this.say = options.say ?? ((line) => console.log(line));
    }
}
