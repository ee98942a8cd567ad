import { resolveAccount } from "../providers/account-input";
import { ambientAddress } from "../providers/dynatrace/account";
import { parseApiUrl } from "../providers/dynatrace/api-url";
import type { DynatraceClient } from "../providers/dynatrace/client";
import { DynatraceAuthError } from "../providers/dynatrace/errors";
import { Gate, type Clock } from "../providers/dynatrace/limits";
import { ambientApiUrl, bootstrapToken, findBootstrapToken, type Setting } from "../providers/dynatrace/settings";
import type { Properties } from "../providers/properties";
import { Run } from "../providers/run";
import { clientFor } from "../providers/run-client";
import { TokenPlace } from "../providers/tokens/kind";
import type { SeenToken } from "../providers/tokens/state";
import { allKinds, type AnyKind } from "../providers/tokens/kinds";
import { addressIn, missingCredentials } from "../providers/tokens/place";
import { StoppedError, UsageError, type Io } from "./command";
import { counted } from "./table";

/** Milliseconds between two lines that say how far long work is. */
const PROGRESS_EVERY = 2_000;

/** For the usage of each command that calls Dynatrace. */
export const SETTINGS_USAGE = `Settings, from the environment alone; a stack's configuration is not read:
  DYNATRACE_API_TOKEN, else DT_API_TOKEN   the bootstrap token, for access tokens and ActiveGate tokens
  DYNATRACE_API_URL, else DT_API_URL       https://{environment}.live.dynatrace.com/api, https://{domain}/e/{environment}/api
  DYNATRACE_ACCOUNT_UUID, DYNATRACE_CLIENT_ID, DYNATRACE_CLIENT_SECRET, or the same with DT_
                                           the account and its OAuth client, for platform tokens
A kind of token without credentials is not looked at; a line on standard error says which, and why.
`;

/** An environment, as a command reaches it. */
export interface Api {
    client: DynatraceClient;
    /** Base URL. */
    url: string;
    /** The bootstrap token and the variable it stands in. */
    token: Setting;
}

/** One kind of token in one place, as a command reaches it. */
export interface Shelf {
    kind: AnyKind;
    api: ReturnType<AnyKind["api"]>;
    /** Base URL of the environment or the account. */
    url: string;
}

/** A kind of token that a command does not look at. */
export interface NotLookedAt {
    kind: AnyKind["name"];
    why: string;
}

/** Everything that the settings give access to. */
export interface Access {
    /** Undefined without a URL or a bootstrap token. */
    environment?: Api;
    shelves: Shelf[];
    notLookedAt: NotLookedAt[];
}

/** All tokens of one kind in one place. */
export interface Listed extends Shelf {
    tokens: SeenToken[];
}

/**
 * Connects to the environment and to the account that the settings name; no call is made. Once `io.stop` is aborted, calls under way
 * are finished and those that wait for their turn fail with a StoppedError.
 *
 * @param given base URL from the command line.
 * @throws UsageError if the settings give access to no kind of token, DynatraceSettingsError for credentials that cannot work.
 */
export function connectAll(io: Io, given: string | undefined): Access {
    const missing: Partial<Record<TokenPlace, string>> = {};
    const where = environmentOf(io, given);
    if (where.url === undefined) missing.environment = where.missing;
    // What is recorded is not at hand: the URL is that of the command.
    const env = where.url === undefined ? io.env : { ...io.env, DYNATRACE_API_URL: where.url };
    const run = runOf(io, env);
    const account = accountOf(run);
    missing.account = account.missing;

    const addresses = {
        environment: { apiUrl: where.url },
        account: addressIn(TokenPlace.Account, account.address ?? {}),
    };
    const shelves: Shelf[] = [];
    const notLookedAt: NotLookedAt[] = [];
    for (const kind of allKinds()) {
        const why = missing[kind.place];
        if (why !== undefined) {
            notLookedAt.push({ kind: kind.name, why });
            continue;
        }
        const api = kind.api(addresses[kind.place] ?? {}, run);
        shelves.push({ kind, api, url: kind.place === TokenPlace.Account ? api.listId : (where.url ?? "") });
    }
    if (shelves.length === 0) throw new UsageError(missing.environment ?? "");
    if (where.url === undefined) return { shelves, notLookedAt };
    const environment = { client: clientFor(where.url, run), url: where.url, token: bootstrapToken(run.sources) };
    return { environment, shelves, notLookedAt };
}

function runOf(io: Io, env: Io["env"]): Run {
    const gate = () => new StoppableGate(io.clock, io.stop);
    return new Run({ env, clock: io.clock, gate, say: (line) => io.err(`${line}\n`) });
}

/**
 * All tokens of all kinds that the credentials may list; says how far it is when that takes long. A kind that the bootstrap token may
 * not list is added to `notLookedAt`.
 *
 * @throws DynatraceApiError if no kind can be listed, or for another refusal than a missing scope.
 */
export async function listAll(access: Access, io: Io): Promise<Listed[]> {
    const progress = progressOf(io);
    const listed: Listed[] = [];
    let refusal: unknown;
    for (const shelf of access.shelves) {
        try {
            const tokens = await shelf.api.list((read) => progress(`read ${counted(read, shelf.kind.noun)}`));
            listed.push({ ...shelf, tokens });
        } catch (error) {
            const lacksScope = error instanceof DynatraceAuthError && error.status === 403;
            if (!lacksScope || shelf.kind.place === TokenPlace.Account) throw error;
            refusal ??= error;
            access.notLookedAt.push({ kind: shelf.kind.name, why: lacking(shelf.kind.scopes.read) });
        }
    }
    if (listed.length === 0) throw refusal;
    return listed;
}

/** Leaves out kinds of tokens, which are then not looked at. @param why why a kind is left out; undefined if it is not. */
export function leaveOut(access: Access, why: (kind: AnyKind) => string | undefined): void {
    for (const { kind } of access.shelves) {
        const reason = why(kind);
        if (reason !== undefined) access.notLookedAt.push({ kind: kind.name, why: reason });
    }
    access.shelves = access.shelves.filter(({ kind }) => why(kind) === undefined);
}

/** Why tokens are not looked at if the bootstrap token does not hold a scope. */
export function lacking(scope: string): string {
    return `the bootstrap token lacks ${scope}`;
}

/** One line with the kinds of tokens that the command did not check, and the reasons. Empty if it checked all kinds. */
export function notLookedAtText(notLookedAt: NotLookedAt[]): string {
    if (notLookedAt.length === 0) return "";
    return `not looked at: ${notLookedAt.map(({ kind, why }) => `${nounOf(kind)}s (${why})`).join(", ")}\n`;
}

function nounOf(name: AnyKind["name"]): string {
    const noun = allKinds().find((kind) => kind.name === name)?.noun ?? name;
    return noun === "token" ? "access token" : noun;
}

/** Tells how far long work is, a line every few seconds; nothing for short work. */
export function progressOf(io: Io): (line: string) => void {
    let last = io.clock.now();
    return (line) => {
        const now = io.clock.now();
        if (now - last < PROGRESS_EVERY) return;
        last = now;
        io.err(`${line}\n`);
    };
}

/** The URL of the environment, or what is missing. @throws UsageError for a URL that cannot work. */
function environmentOf(io: Io, given: string | undefined): { url: string } | { url?: undefined; missing: string } {
    const found = given === undefined ? ambientApiUrl({ env: io.env }) : { value: given, source: "--api-url" };
    if (!found) return { missing: "there is no URL; set DYNATRACE_API_URL or DT_API_URL, or give --api-url" };
    const { url, problem, warning } = parseApiUrl(found.value);
    if (url === undefined) throw new UsageError(`${found.source}: ${problem}`);
    if (warning !== undefined) io.err(`${found.source}: ${warning}\n`);
    if (findBootstrapToken({ env: io.env }) === undefined) {
        return { missing: "there is no bootstrap token; set DYNATRACE_API_TOKEN or DT_API_TOKEN" };
    }
    return { url };
}

/** The account's address, or what is missing. @throws UsageError for an address that cannot work. */
function accountOf({ sources }: Run): { address?: Properties; missing?: string } {
    if (missingCredentials(TokenPlace.Account, sources) !== undefined) {
        return { missing: "no OAuth client in DYNATRACE_CLIENT_ID and DYNATRACE_CLIENT_SECRET" };
    }
    if (ambientAddress(sources, "accountUuid") === undefined) return { missing: "no DYNATRACE_ACCOUNT_UUID" };
    const address: Properties = {};
    const [wrong] = resolveAccount(address, sources);
    if (wrong) throw new UsageError(`${wrong.field}: ${wrong.problem}`);
    return { address };
}

/** Lets nobody in any more once the program is to stop. */
class StoppableGate extends Gate {
    private readonly stopped: Promise<never>;

    constructor(
        clock: Clock,
        private readonly stop: AbortSignal,
    ) {
        super(clock);
        this.stopped = new Promise((_, reject) => {
            stop.addEventListener("abort", () => reject(new StoppedError()), { once: true });
        });
        this.stopped.catch(() => undefined);
    }

    override enter(first: boolean): Promise<void> {
        if (this.stop.aborted) return Promise.reject(new StoppedError());
        return Promise.race([super.enter(first), this.stopped]);
    }
}
