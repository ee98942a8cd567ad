import { FaultyWire, Moment, type Point } from "../faults";
import { findCommand, killAll } from "../faults-processes";
import { token, wait } from "./programs";
import type { Plan } from "./scenario";

const POST: Point = { method: "POST", path: /\/v2\/apiTokens$/, moment: Moment.After };
const DELETE: Point = { method: "DELETE", path: /\/v2\/apiTokens\//, moment: Moment.Before };

/** Runs that somebody ends. test/engine/orphans-*.test.ts has the exact points. */
export const INTERRUPTED: Plan[] = [
    {
        rows: ["ApiToken: up, and the engine is killed", "ApiToken: destroy, interrupted by SIGINT"],
        run: async (it) => {
            const stack = await it.stack("cut");
            const wire = await FaultyWire.start(it.bench.emulator.url);
            try {
                stack.env = { DYNATRACE_API_URL: wire.apiUrl };
                await it.row("ApiToken: up, and the engine is killed", [], async () => {
                    const held = wire.hold(POST);
                    const running = stack.attempt("up", [], [token("one"), token("two")]);
                    await Promise.race([held.reached, running]);
                    killAll(findCommand(stack.configFile).engine);
                    held.release("pass");
                    expect((await running).code).not.toBe(0);
                    await stack.command("cancel", "--yes", "--stack", stack.stack);
                    await stack.up();
                    await stack.use("one", "two");
                });
                await it.settle(stack);
                await it.row("ApiToken: destroy, interrupted by SIGINT", [], async () => {
                    const held = wire.hold(DELETE);
                    const running = stack.attempt("destroy");
                    await Promise.race([held.reached, running]);
                    process.kill(Number(findCommand(stack.configFile).engine[0]), "SIGINT");
                    // The engine has to hear of it before the call ends.
                    await wait(2);
                    held.release("pass");
                    // The engine finishes the step at hand, and may have had time for the others.
                    await running;
                });
                await stack.up();
                await it.settle(stack);
                await it.destroy(stack);
            } finally {
                await wire.stop();
            }
        },
    },
];
