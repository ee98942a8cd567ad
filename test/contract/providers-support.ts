import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";
import type { AccessTokenInputs } from "../../providers/tokens/kinds/access-api";
import { actualTokenName, newMark, parseTokenName } from "../../providers/tokens/names";
import type { TokenOutputs as Outputs } from "../../providers/tokens/state";
import type { Properties } from "../../providers/properties";
import { Run, type RunOptions } from "../../providers/run";
import { createRuntimes, type Kind, type ResourceRuntime, runtimesOf } from "../../providers/runtime";
import type { Clock } from "../../providers/dynatrace/limits";

/** What the state holds of an access token. */
export type TokenOutputs = Outputs<AccessTokenInputs>;

/** Of the one token resource that most tests are about. */
export const KEY = "0a1b2c3d";

/** A clock on which a wait takes no time: it jumps ahead. The emulator goes by the same. */
export class JumpingClock implements Clock {
    private ahead = 0;
    readonly waits: number[] = [];
    now = (): number => Date.now() + this.ahead;
    random = (): number => 0;
    sleep = async (milliseconds: number): Promise<void> => {
        this.ahead += milliseconds;
        this.waits.push(milliseconds);
    };
}

/** A runtime in front of an emulator, the way the engine drives it: check before create, diff before update. */
export class Bench {
    private constructor(
        readonly emulator: Emulator,
        readonly clock: JumpingClock,
        private readonly runtimes: Record<Kind, ResourceRuntime>,
        /** What the runtime told whoever runs it. */
        readonly said: string[],
        /** As the stack's TokenOwner recorded it. */
        readonly mark: string,
    ) {}

    get runtime(): ResourceRuntime {
        return this.runtimes.ApiToken;
    }

    get owners(): ResourceRuntime {
        return this.runtimes.TokenOwner;
    }

    /** The owner as the state holds it. */
    get owner(): { mark: string; place: string; address: { apiUrl: string } } {
        return { mark: this.mark, place: "environment", address: { apiUrl: this.emulator.apiUrl } };
    }

    static async start(emulated: EmulatorOptions = {}, options: RunOptions = {}): Promise<Bench> {
        const clock = new JumpingClock();
        const emulator = await startEmulator({ now: clock.now, ...emulated });
        const env = { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken };
        const said: string[] = [];
        const say = (line: string): void => void said.push(line);
        const run = new Run({ env, clock, say, ...options });
        const mark = newMark();
        run.newMarks.add(mark);
        return new Bench(emulator, clock, runtimesOf(run), said, mark);
    }

    /** Another process of the same stack: its own settings, nothing remembered. */
    another(env: Record<string, string> = this.env(), options: RunOptions = {}): ResourceRuntime {
        return this.next(env, options).runtime;
    }

    /** A later run of the same stack, in front of the same Dynatrace. */
    next(env: Record<string, string> = this.env(), options: RunOptions = {}): Bench {
        const said: string[] = [];
        const say = (line: string): void => void said.push(line);
        const runtimes = createRuntimes({ env, clock: this.clock, say, ...options });
        return new Bench(this.emulator, this.clock, runtimes, said, this.mark);
    }

    private env(): Record<string, string> {
        return { DYNATRACE_API_URL: this.emulator.apiUrl, DYNATRACE_API_TOKEN: this.emulator.bootstrapToken };
    }

    async check(inputs: object = {}): Promise<Properties> {
        const { inputs: checked, failures } = await this.runtime.check(
            {},
            { ...INPUTS, mark: this.mark, key: KEY, ...inputs },
        );
        if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
        return checked;
    }

    async create(inputs: object = {}): Promise<{ id: string; outs: TokenOutputs }> {
        const { id, outs } = await this.runtime.create(await this.check(inputs));
        return { id, outs: outs as unknown as TokenOutputs };
    }

    /** What the program does once the engine has recorded a token. */
    async confirm(): Promise<void> {
        const { apiUrl, bootstrapToken } = this.emulator;
        const headers = { authorization: `Api-Token ${bootstrapToken}`, "content-type": "application/json" };
        for (const { id, name, scopes, enabled } of this.tokens()) {
            const parts = parseTokenName(name);
            if (!parts?.unrecorded) continue;
            const body = JSON.stringify({ name: actualTokenName({ ...parts, unrecorded: false }), scopes, enabled });
            await fetch(`${apiUrl}/v2/apiTokens/${id}`, { method: "PUT", headers, body });
        }
    }

    /** Tokens other than the bootstrap token. */
    tokens() {
        return this.emulator.tokens().filter(({ id }) => !this.emulator.bootstrapToken.startsWith(id));
    }

    /** `METHOD path` of the calls so far, with ids cut. */
    calls(): string[] {
        return this.emulator
            .requests()
            .map(({ method, path }) => `${method} ${path.replace(/\/dt0c01\.\w+$/, "/{id}")}`.replace("/api/v2", ""));
    }
}

export const INPUTS = { scopes: ["logs.ingest", "metrics.ingest"], tokenName: "shop-prod-checkout" };

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
    try {
        await promise;
    } catch (error) {
        return error as Error & Record<string, unknown>;
    }
    throw new Error("was not rejected");
}
