import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";
import type { Properties } from "../../providers/properties";
import { Run, type RunOptions } from "../../providers/run";
import { type Kind, type ResourceRuntime, runtimesOf } from "../../providers/runtime";
import { newMark } from "../../providers/tokens/names";
import { JumpingClock, KEY } from "./providers-support";

export const DAY = 24 * 3600_000;

/** A resource as the state holds it. */
export interface Made {
    id: string;
    outs: Properties;
}

/** What the two kinds differ in, for the bench. */
export interface BenchKind {
    kind: Kind;
    inputs: object;
    emulated?: EmulatorOptions;
    env(emulator: Emulator): Record<string, string>;
}

export const PLATFORM: BenchKind = {
    kind: "PlatformToken",
    inputs: {
        scopes: ["openpipeline:metrics:ingest", "openpipeline:logs:ingest"],
        tokenName: "shop-prod-checkout",
        userUuid: "1e1e1e1e-bbbb-4ccc-8ddd-123456789abc",
        environments: ["abc12345"],
        expiresAfterDays: 90,
    },
    env: ({ account }) => ({
        DYNATRACE_CLIENT_ID: account.clientId,
        DYNATRACE_CLIENT_SECRET: account.clientSecret,
        DYNATRACE_ACCOUNT_UUID: account.accountUuid,
        DYNATRACE_ACCOUNT_API_URL: account.apiUrl,
        DYNATRACE_SSO_URL: account.ssoUrl,
    }),
};

export const ACTIVE_GATE: BenchKind = {
    kind: "ActiveGateToken",
    inputs: { tokenName: "shop-prod-edge" },
    emulated: {
        bootstrapToken: {
            scopes: ["activeGateTokenManagement.write", "activeGateTokenManagement.read", "InstallerDownload"],
        },
    },
    env: (emulator) => ({ DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken }),
};

/** A runtime in front of an emulator, the way the engine drives it: check before create, diff before update. */
export class OtherBench {
    readonly said: string[] = [];
    private readonly run: Run;
    private readonly runtimes: Record<Kind, ResourceRuntime>;

    private constructor(
        readonly of: BenchKind,
        readonly emulator: Emulator,
        readonly clock: JumpingClock,
        /** As the stack's TokenOwner recorded it. */
        private readonly mark: string,
        env: Record<string, string>,
        options: RunOptions = {},
    ) {
        const say = (line: string): void => void this.said.push(line);
        this.run = new Run({ env, clock, say, ...options });
        this.runtimes = runtimesOf(this.run);
    }

    static async start(of: BenchKind, emulated: EmulatorOptions = {}, options: RunOptions = {}): Promise<OtherBench> {
        const clock = new JumpingClock();
        const emulator = await startEmulator({ now: clock.now, ...of.emulated, ...emulated });
        const bench = new OtherBench(of, emulator, clock, newMark(), of.env(emulator), options);
        bench.run.newMarks.add(bench.mark);
        return bench;
    }

    /** A later run of the same stack, in front of the same Dynatrace. */
    next(env: Record<string, string> = {}, options: RunOptions = {}): OtherBench {
        const whole = { ...this.of.env(this.emulator), ...env };
        return new OtherBench(this.of, this.emulator, this.clock, this.mark, whole, options);
    }

    get runtime(): ResourceRuntime {
        return this.runtimes[this.of.kind];
    }

    /** What a `destroy` does with the owner. */
    async deleteOwner(): Promise<void> {
        const { apiUrl, account } = this.emulator;
        const inAccount = { accountUuid: account.accountUuid, accountApiUrl: account.apiUrl, ssoUrl: account.ssoUrl };
        const isPlatform = this.of.kind === "PlatformToken";
        const place = isPlatform
            ? { place: "account", address: inAccount }
            : { place: "environment", address: { apiUrl } };
        await this.runtimes.TokenOwner.delete(this.mark, { mark: this.mark, ...place });
    }

    async check(inputs: object = {}): Promise<Properties> {
        const news = { ...this.of.inputs, mark: this.mark, key: KEY, ...inputs };
        const { inputs: checked, failures } = await this.runtime.check({}, news);
        if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
        return checked;
    }

    async create(inputs: object = {}): Promise<Made> {
        return this.runtime.create(await this.check(inputs));
    }

    /** What an `up` does with a token that is in the state. */
    async up(recorded: Made, inputs: object = {}): Promise<Made> {
        const olds = await this.check(inputs);
        const { inputs: news } = await this.runtime.check(olds, olds);
        const { changes, replaces } = await this.runtime.diff(recorded.id, recorded.outs, news);
        if (!changes) return recorded;
        if (replaces.length === 0) {
            return { id: recorded.id, outs: (await this.runtime.update(recorded.id, recorded.outs, news)).outs };
        }
        const successor = await this.runtime.create(news);
        await this.runtime.delete(recorded.id, recorded.outs);
        return successor;
    }

    async refresh(recorded: Made): Promise<Made> {
        const { id, props } = await this.runtime.read(recorded.id, recorded.outs);
        return { id, outs: props };
    }

    /** Tokens other than the bootstrap token. */
    tokens() {
        return this.emulator.tokens().filter(({ id }) => !this.emulator.bootstrapToken.startsWith(id));
    }

    ids(): string[] {
        return this.tokens().map(({ id }) => id);
    }
}
