import type { Emulator, EmulatorOptions } from "../../emulator";
import { MetricsClient, type MetricsClientOptions, type SendOutcome } from "../../providers/metrics";
import { start } from "./emulator-helpers";
import { JumpingClock } from "./providers-support";

/** A Dynatrace and a client with a token for metrics, on a clock on which a wait takes no time. */
export async function bench(
    options: Partial<MetricsClientOptions> = {},
    emulated: EmulatorOptions = {},
): Promise<{ emulator: Emulator; client: MetricsClient; clock: JumpingClock; token: string }> {
    const clock = new JumpingClock();
    const emulator = await start({ now: clock.now, ...emulated });
    const { token } = emulator.createToken({ scopes: ["metrics.ingest"] });
    const client = new MetricsClient({ url: emulator.metricsIngestUrl, token, clock, ...options });
    return { emulator, client, clock, token };
}

/** The lines that Dynatrace has, as they were sent. */
export const arrivedLines = (emulator: Emulator): string[] => emulator.arrived().lines.map(({ line }) => line);

/** Each line is in exactly one place of an outcome. */
export function accountedFor(outcome: SendOutcome): number {
    const { accepted, invalid, invalidUnnamed, inDoubt, notAccepted } = outcome;
    return accepted + invalid.length + invalidUnnamed + inDoubt.length + notAccepted.length;
}

/** Data lines, each of its own; every hundredth is none, each for another reason. */
export function linesWithBadOnes(count: number): { lines: string[]; bad: number[] } {
    const reasons = ["shop.a one", "1shop.a 1", "shop.a,City=x 1", "shop.a count,5", "ab 1"];
    const bad: number[] = [];
    const lines = Array.from({ length: count }, (_, i) => {
        if (i % 100 !== 57) return `shop.orders,order="${i}" count,delta=1`;
        bad.push(i);
        return reasons[bad.length % reasons.length] as string;
    });
    return { lines, bad };
}
