import * as path from "node:path";

import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, type PulumiTools, ROOT } from "../support/pulumi";
import { writeResults } from "../support/results";

jest.setTimeout(600_000);

const PROGRAM = path.join(ROOT, "test", "engine", "programs", "burst");

interface Figures {
    limit: string;
    work: string;
    tokens: number;
    /** Whether Dynatrace holds just the tokens it should. */
    done: boolean;
    duplicates: number;
    refused429: number;
    seconds: number;
    /** Time that the limit itself costs, without Pulumi's own. */
    leastSeconds: number;
}

interface Limit {
    name: string;
    options: EmulatorOptions;
    leastSeconds: (calls: number) => number;
}

const LATENCY = 200;
const LIMITS: Limit[] = [
    {
        name: "50 requests in 5 s",
        options: { latencyMs: LATENCY, rateLimit: { requests: 50, perSeconds: 5 } },
        // The first fifty pass at once, each further fifty in a window of its own.
        leastSeconds: (calls) => Math.max(0, Math.ceil(calls / 50) - 1) * 5,
    },
    {
        name: "20 in flight",
        options: { latencyMs: LATENCY, maxInFlight: 20 },
        leastSeconds: (calls) => (Math.ceil(calls / 20) * LATENCY) / 1000,
    },
];

/** What Pulumi itself needs at most for so many resources, on a small machine that does other work as well. */
const OVERHEAD = (tokens: number): number => 30 + tokens * 0.5;

const figures: Figures[] = [];
let tools: PulumiTools;
beforeAll(async () => void (tools = await findPulumi()));
afterAll(() => writeResults("burst", figures));

describe.each(LIMITS)("an API that allows $name and answers 429 beyond", ({ name: limit, options, leastSeconds }) => {
    describe.each([100, 200])("and a stack of %i tokens", (tokens) => {
        let emulator: Emulator;
        let project: PulumiProject;

        beforeAll(async () => {
            emulator = await startEmulator(options);
            const env = { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken };
            project = await PulumiProject.create({ tools, directory: PROGRAM, env });
            await project.set("tokens", String(tokens));
        });
        afterAll(async () => {
            project?.remove();
            await emulator?.stop();
        });

        const names = (): string[] => emulator.tokens().flatMap(({ name }) => /^burst-dev-token-\d+/.exec(name) ?? []);

        async function measure(
            work: string,
            calls: number,
            expected: number,
            step: () => Promise<unknown>,
        ): Promise<Figures> {
            emulator.reset();
            const started = Date.now();
            await step();
            const seconds = (Date.now() - started) / 1000;
            const duplicates = names().length - new Set(names()).size;
            const done = names().length === expected && duplicates === 0;
            const refused429 = emulator.requests().filter(({ status }) => status === 429).length;
            const measured = {
                limit,
                work,
                tokens,
                done,
                duplicates,
                refused429,
                seconds,
                leastSeconds: leastSeconds(calls),
            };
            figures.push(measured);
            // Waiting is done by the clock, not by asking again: no call is made but those needed and those refused.
            expect(emulator.requests().length).toBeLessThanOrEqual(calls + refused429);
            // The calls under way when a window is used up, and one a window after that.
            expect(refused429).toBeLessThanOrEqual(8 * Math.ceil(calls / 50));
            return measured;
        }

        const expectWell = ({ done, duplicates, seconds, leastSeconds: least }: Figures): void => {
            expect({ done, duplicates }).toEqual({ done: true, duplicates: 0 });
            // Each 429 costs a moment, as the gate opens with one call and then doubles.
            expect(seconds).toBeLessThan(least * 1.5 + OVERHEAD(tokens));
        };

        // One look at the bootstrap token; each token is created, and gets its final name once it is recorded.
        test("up makes each token once", async () => {
            expectWell(await measure("up", 2 * tokens + 1, tokens, () => project.up()));
        });

        test("a second up makes no call but the look at the bootstrap token", async () => {
            expectWell(await measure("no-op up", 1, tokens, () => project.upWithoutChanges()));
            expect(emulator.requests().map(({ path: at }) => at)).toEqual(["/api/v2/apiTokens/lookup"]);
        });

        test("refresh reads each token and finds nothing changed", async () => {
            expectWell(await measure("refresh", tokens, tokens, () => project.refresh("--expect-no-changes")));
        });

        test("destroy leaves none, for one listing beside the deletes", async () => {
            // The bootstrap token may not list ActiveGate tokens, which it is asked and looked at for.
            expectWell(await measure("destroy", tokens + 3, 0, () => project.destroy()));
            const lists = emulator.requests().filter(({ method, status }) => method === "GET" && status === 200);
            expect(lists).toHaveLength(1);
        });
    });
});
