import {
    Gate,
    GIVE_UP_AFTER,
    MAX_CONCURRENT,
    waitAskedFor,
    type Clock,
    type Headers,
} from "../../providers/dynatrace/limits";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** A clock that jumps to the next sleeper as soon as nothing else is to be done. */
class FakeClock implements Clock {
    private at = NOW;
    private sleepers: { at: number; wake: () => void }[] = [];
    now = () => this.at;
    random = () => 0;
    sleep = (milliseconds: number) =>
        new Promise<void>((wake) => void this.sleepers.push({ at: this.at + milliseconds, wake }));

    async runUntil(done: Promise<unknown>): Promise<void> {
        let finished = false;
        void done.finally(() => (finished = true));
        while (!finished) {
            for (let turns = 0; turns < 20; turns++) await Promise.resolve();
            const next = this.sleepers.sort((a, b) => a.at - b.at).shift();
            if (finished) return;
            if (!next) throw new Error("nothing left that could make progress");
            this.at = next.at;
            next.wake();
        }
    }
}

type Refusal = { refused: Headers } | "through";

/** A call as the client makes it, of 10 ms, against something that decides. */
async function call(gate: Gate, clock: Clock, decide: () => Refusal): Promise<"through" | "given up"> {
    for (let first = false; ; first = true) {
        await gate.enter(first);
        await clock.sleep(10);
        const answer = decide();
        if (answer === "through") {
            gate.leave("through");
            return answer;
        }
        if (!gate.leaveRefused(answer.refused)) return "given up";
    }
}

/** An API that lets so many calls through in a window, and says when the next one starts. */
function windowed(clock: Clock, requests: number, seconds: number, header: (endsAt: number) => Headers) {
    let endsAt = 0;
    let used = 0;
    const counts = { refused: 0 };
    const decide = (): Refusal => {
        if (clock.now() >= endsAt) [endsAt, used] = [clock.now() + seconds * 1000, 0];
        if (++used <= requests) return "through";
        counts.refused++;
        return { refused: header(endsAt) };
    };
    return { counts, decide };
}

describe("the gate", () => {
    it.each([
        ["microseconds", (at: number) => ({ "x-ratelimit-reset": String(at * 1000) })],
        ["milliseconds", (at: number) => ({ "x-ratelimit-reset": String(at) })],
        ["seconds", (at: number) => ({ "x-ratelimit-reset": String(Math.ceil(at / 1000)) })],
    ])(
        "gets 200 calls through an API of 50 in 5 s in about the least time, with the reset in %s",
        async (_unit, header) => {
            const clock = new FakeClock();
            const gate = new Gate(clock);
            const api = windowed(clock, 50, 5, header);
            const all = Promise.all(Array.from({ length: 200 }, () => call(gate, clock, api.decide)));
            await clock.runUntil(all);
            expect(new Set(await all)).toEqual(new Set(["through"]));
            expect(clock.now() - NOW).toBeGreaterThanOrEqual(15_000);
            expect(clock.now() - NOW).toBeLessThan(19_000);
            expect(api.counts.refused).toBeLessThanOrEqual(4 * MAX_CONCURRENT);
        },
    );

    it("gets them through without any header too", async () => {
        const clock = new FakeClock();
        const gate = new Gate(clock);
        const api = windowed(clock, 50, 5, () => ({}));
        const all = Promise.all(Array.from({ length: 200 }, () => call(gate, clock, api.decide)));
        await clock.runUntil(all);
        expect(new Set(await all)).toEqual(new Set(["through"]));
        expect(clock.now() - NOW).toBeLessThan(35_000);
    });

    it("never has more calls under way than its limit", async () => {
        const clock = new FakeClock();
        const gate = new Gate(clock);
        let active = 0;
        let most = 0;
        const one = async () => {
            await gate.enter(false);
            most = Math.max(most, ++active);
            await clock.sleep(10);
            active--;
            gate.leave("through");
        };
        await clock.runUntil(Promise.all(Array.from({ length: 100 }, one)));
        expect(most).toBe(MAX_CONCURRENT);
    });

    it("gives all calls up together when nothing gets through, not one after another", async () => {
        const clock = new FakeClock();
        const gate = new Gate(clock);
        const all = Promise.all(Array.from({ length: 200 }, () => call(gate, clock, () => ({ refused: {} }))));
        await clock.runUntil(all);
        expect(new Set(await all)).toEqual(new Set(["given up"]));
        expect(clock.now() - NOW).toBeGreaterThanOrEqual(GIVE_UP_AFTER);
        expect(clock.now() - NOW).toBeLessThan(GIVE_UP_AFTER + 65_000);
        // The next one, later, is as patient as the first.
        const later = clock.now();
        const again = call(gate, clock, () => (clock.now() - later < 60_000 ? { refused: {} } : "through"));
        await clock.runUntil(again);
        expect(await again).toBe("through");
    });

    it("does not spin on a reset that is always just now", async () => {
        const clock = new FakeClock();
        const gate = new Gate(clock);
        let calls = 0;
        const one = call(gate, clock, () => {
            calls++;
            return clock.now() - NOW < 20_000
                ? { refused: { "x-ratelimit-reset": String(clock.now() / 1000) } }
                : "through";
        });
        await clock.runUntil(one);
        expect(calls).toBeLessThan(12);
    });
});

describe("waitAskedFor", () => {
    it.each([
        [{ "retry-after": "7" }, 7_000],
        [{ "retry-after": "Sat, 21 Nov 2026 12:00:09 GMT" }, 9_000],
        [{ "x-ratelimit-reset": String((NOW + 5_000) * 1000) }, 5_000],
        [{ "x-ratelimit-reset": String(NOW + 5_000) }, 5_000],
        [{ "x-ratelimit-reset": String(NOW / 1000 + 5) }, 5_000],
        [{ "x-ratelimit-reset": "12" }, 12_000],
        [{ "x-ratelimit-reset": String((NOW - 5_000) * 1000) }, 0],
        // The server's clock is ten minutes ahead of ours: its own Date counts.
        [{ "x-ratelimit-reset": String(NOW / 1000 + 605), date: "Sat, 21 Nov 2026 12:10:00 GMT" }, 5_000],
        [{ "retry-after": "soon", "x-ratelimit-reset": "soon" }, undefined],
        [{}, undefined],
    ])("reads %j as %s ms", (headers, wait) => {
        expect(waitAskedFor(headers, NOW)).toBe(wait);
    });
});
