import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { createRuntimes, type ResourceRuntime } from "../../providers/runtime";
import type { Properties } from "../../providers/properties";
import type { IngestCheckOutputs } from "../../providers/ingest-check/state";
import { failureOf, JumpingClock } from "./providers-support";

export const ALL_SCOPES = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];

/** The steps of an IngestCheck, driven the way the engine does it. A wait takes no time; `clock.waits` has them. */
export class Checks {
    readonly clock = new JumpingClock();
    readonly runtime: ResourceRuntime = createRuntimes({ env: {}, clock: this.clock, say: () => undefined })
        .IngestCheck;

    async create(inputs: object): Promise<IngestCheckOutputs> {
        const { inputs: checked, failures } = await this.runtime.check({}, inputs as Properties);
        expect(failures).toEqual([]);
        return (await this.runtime.create(checked)).outs as unknown as IngestCheckOutputs;
    }

    /** The text that the `up` fails with. */
    async failure(inputs: object): Promise<string> {
        return (await failureOf(this.create(inputs))).message;
    }
}

/** What a component hands over for a target; a token's secret is the caller's. */
export function inputsFor(otlpUrl: string, more: object = {}): Properties {
    return {
        component: 'IngestCheck("check")',
        otlpUrl,
        route: "saas",
        scheme: "Api-Token",
        signals: ["traces", "metrics", "logs"],
        timeoutSeconds: 5,
        attempts: 3,
        ...more,
    };
}

const running: Emulator[] = [];

export async function emulated(checks: Checks, options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = await startEmulator({ now: checks.clock.now, ...options });
    running.push(emulator);
    return emulator;
}

export async function stopEmulators(): Promise<void> {
    await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
}
