import * as path from "node:path";

import { dynamicBytes } from "../../bench/tokens/state-bytes.cjs";
import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";

jest.setTimeout(180_000);

const PROGRAM = path.join(ROOT, "bench", "tokens", "programs", "ours");
const TOKENS = 20;
/** Bytes of state for each token, with its share of the owner, as `pulumi stack export` prints them. */
const MOST_BYTES = 6_000;

/** `npm run bench:tokens` measures the time. Here only what does not depend on the machine is checked. */
describe("what a token costs", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator();
        const env = { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken };
        project = await PulumiProject.create({ tools: await findPulumi(), directory: PROGRAM, env });
        await project.set("count", String(TOKENS));
    });
    afterAll(async () => {
        project?.remove();
        await emulator?.stop();
    });

    /** Calls by method and path, without ids. */
    const calls = (): Record<string, number> => {
        const counts: Record<string, number> = {};
        for (const { method, path: at } of emulator.requests()) {
            const call = `${method} ${at.replace(/dt0c01\.\w+/, "{id}")}`;
            counts[call] = (counts[call] ?? 0) + 1;
        }
        return counts;
    };

    test("up: two calls and at most 6,000 bytes of state for each token", async () => {
        emulator.reset();
        await project.up();
        expect(calls()).toEqual({
            "POST /api/v2/apiTokens/lookup": 1,
            "POST /api/v2/apiTokens": TOKENS,
            "PUT /api/v2/apiTokens/{id}": TOKENS,
        });
        const bytes = dynamicBytes(await project.exportState()) / TOKENS;
        expect(bytes).toBeGreaterThan(1_000);
        expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    });

    test("an up without changes: one call for all tokens", async () => {
        emulator.reset();
        await project.upWithoutChanges();
        expect(calls()).toEqual({ "POST /api/v2/apiTokens/lookup": 1 });
    });

    test("destroy: one call for each token, and a listing of each kind", async () => {
        emulator.reset();
        await project.destroy();
        expect(calls()).toEqual({
            "DELETE /api/v2/apiTokens/{id}": TOKENS,
            "GET /api/v2/apiTokens": 1,
            "GET /api/v2/activeGateTokens": 1,
            "POST /api/v2/apiTokens/lookup": 1,
        });
    });
});
