import { DynatraceClient, type ListedToken } from "../providers/dynatrace/client";
import { parseApiUrl } from "../providers/dynatrace/api-url";
import { Gate, type Clock } from "../providers/dynatrace/limits";
import { ambientApiUrl, bootstrapToken, findBootstrapToken, type Setting } from "../providers/dynatrace/settings";
import { StoppedError, UsageError, type Io } from "./command";

/** Milliseconds between two lines that say how far long work is. */
const PROGRESS_EVERY = 2_000;

/** For the usage of each command that calls Dynatrace. */
export const SETTINGS_USAGE = `Settings, from the environment alone; a stack's configuration is not read:
  DYNATRACE_API_TOKEN, else DT_API_TOKEN   the bootstrap token
  DYNATRACE_API_URL, else DT_API_URL       https://{environment}.live.dynatrace.com/api, https://{domain}/e/{environment}/api
`;

/** Dynatrace, as a command reaches it. */
export interface Api {
    client: DynatraceClient;
    /** Base URL. */
    url: string;
    /** The bootstrap token and the variable it stands in. */
    token: Setting;
}

/**
 * Connects to the environment that the settings name; no call is made. Once `io.stop` is aborted, calls under way are finished
 * and those that wait for their turn fail with a StoppedError.
 *
 * @param given base URL from the command line.
 * @throws UsageError for a setting that is missing, DynatraceSettingsError for a token that cannot work.
 */
export function connect(io: Io, given: string | undefined): Api {
    const url = urlOf(io, given);
    if (findBootstrapToken({ env: io.env }) === undefined) {
        throw new UsageError("there is no bootstrap token; set DYNATRACE_API_TOKEN or DT_API_TOKEN");
    }
    const token = bootstrapToken({ env: io.env });
    const gate = new StoppableGate(io.clock, io.stop);
    return { client: new DynatraceClient({ apiUrl: url, token, gate, clock: io.clock }), url, token };
}

/** All tokens of the environment; says how far it is when that takes long. */
export function listTokens({ client }: Api, io: Io): Promise<ListedToken[]> {
    const progress = progressOf(io);
    return client.listTokens((read) => progress(`read ${read} tokens`));
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

function urlOf(io: Io, given: string | undefined): string {
    const found = given === undefined ? ambientApiUrl({ env: io.env }) : { value: given, source: "--api-url" };
    if (!found) throw new UsageError("there is no URL; set DYNATRACE_API_URL or DT_API_URL, or give --api-url");
    const { url, problem, warning } = parseApiUrl(found.value);
    if (url === undefined) throw new UsageError(`${found.source}: ${problem}`);
    if (warning !== undefined) io.err(`${found.source}: ${warning}\n`);
    return url;
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
