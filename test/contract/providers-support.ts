import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";
import { createRuntime, type ApiTokenRuntime, type RuntimeOptions } from "../../providers/api-token-runtime";
import type { Properties, TokenOutputs } from "../../providers/api-token-state";
import type { Clock } from "../../providers/dynatrace/limits";

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
        readonly runtime: ApiTokenRuntime,
    ) {}

    static async start(emulated: EmulatorOptions = {}, options: RuntimeOptions = {}): Promise<Bench> {
        const clock = new JumpingClock();
        const emulator = await startEmulator({ now: clock.now, ...emulated });
        const env = { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken };
        return new Bench(emulator, clock, createRuntime({ env, clock, ...options }));
    }

    /** Another process of the same stack: its own settings, nothing remembered. */
    another(env: Record<string, string>, options: RuntimeOptions = {}): ApiTokenRuntime {
        return createRuntime({ env, clock: this.clock, ...options });
    }

    async check(inputs: object = {}): Promise<Properties> {
        const { inputs: checked, failures } = await this.runtime.check({}, { ...INPUTS, ...inputs });
        if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
        return checked;
    }

    async create(inputs: object = {}): Promise<{ id: string; outs: TokenOutputs }> {
        return this.runtime.create(await this.check(inputs));
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

export const INPUTS = { scopes: ["logs.ingest", "metrics.ingest"], tokenName: "shop-prod-checkout-abc123" };

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
    try {
        await promise;
    } catch (error) {
        return error as Error & Record<string, unknown>;
    }
    throw new Error("was not rejected");
}
