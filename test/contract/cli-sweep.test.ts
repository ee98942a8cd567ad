import { utimesSync } from "node:fs";

import { UsageError } from "../../bin/command";
import { sweepCommand } from "../../bin/sweep";
import { CliBench, DAY, exported, recordedToken } from "./cli-support";

jest.setTimeout(60_000);

const PREFIX = "shop-prod-";
const SWEEP = ["--stack-prefix", PREFIX, "--yes"];

let bench: CliBench;
afterEach(() => bench.stop());

describe("a sweep of an environment with thousands of tokens", () => {
    test("deletes the orphaned tokens of the stack, and nothing else", async () => {
        bench = await CliBench.start();
        for (let i = 0; i < 2_600; i++) bench.emulator.createToken({ name: `somebody-else-${i}` });
        const orphans = [bench.made(`${PREFIX}checkout`), bench.made(`${PREFIX}billing`, { daysAgo: 400 })];
        const overlapOver = bench.made(`${PREFIX}checkout`, { until: bench.now() - DAY / 24 });
        await bench.use(overlapOver);

        const recorded = bench.made(`${PREFIX}quiet`);
        const replaced = bench.made(`${PREFIX}quiet`, { until: bench.now() - DAY });
        const pendingDelete = bench.made(`${PREFIX}quiet`);
        const deleting = bench.made(`${PREFIX}quiet`);
        const used = bench.made(`${PREFIX}checkout`);
        await bench.use(used);
        const survivors = [
            ...[recorded, replaced, pendingDelete, deleting, used],
            bench.made("shop-staging-checkout"),
            bench.made(`my-${PREFIX}checkout`),
            bench.made(`${PREFIX}new`, { daysAgo: 0.9 }),
            bench.made(`${PREFIX}serving`, { until: bench.now() + DAY / 24 }),
            bench.seed(`${PREFIX}by-hand`, 30),
            bench.seed(`${PREFIX}01234567-89AB0123-01234567`, 30),
        ];
        const state = bench.file(
            "state.json",
            exported(
                [
                    { urn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::s", type: "pulumi:pulumi:Stack" },
                    recordedToken(recorded.id, { retiring: [{ tokenId: replaced.id, actualName: "x", apiUrl: "y" }] }),
                    recordedToken(pendingDelete.id, {}, { delete: true }),
                ],
                [recordedToken(deleting.id)],
            ),
        );
        const before = bench.emulator.tokens().length;

        const { code, out, err } = await bench.run(sweepCommand, [...SWEEP, "--keep-state", state]);

        expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^not looked at: [^\n]*\n$/) });
        expect(bench.exist(...orphans, overlapOver)).toEqual([false, false, false]);
        expect(bench.exist(...survivors)).toEqual(survivors.map(() => true));
        expect(bench.emulator.tokens()).toHaveLength(before - 3);
        expect(out).toMatch(/^3 orphaned tokens in http:\/\/127\.0\.0\.1:\d+\/api$/m);
        expect(out).toMatch(new RegExp(`^${overlapOver.id} .* replaced, overlap over$`, "m"));
        expect(out).toMatch(
            /^kept 9 tokens: 4 in a given state; 1 younger than [^;]*; 1 replaced, overlap not over; 1 used[^;]*; 2 with a name that/m,
        );
        expect(out).toContain("deleted 3 of 3 orphaned tokens\n");
        const pages = bench.emulator.requests().filter(({ method }) => method === "GET");
        expect(pages).toHaveLength(3);

        const again = await bench.run(sweepCommand, [...SWEEP, "--keep-state", state]);
        expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^no orphaned tokens in /) });
    });

    test("waits out a limit of 50 calls in 5 s, and says how far it is", async () => {
        bench = await CliBench.start({ rateLimit: { requests: 50, perSeconds: 5 } });
        for (let i = 0; i < 2_500; i++) bench.emulator.createToken({ name: `somebody-else-${i}` });
        const orphans = Array.from({ length: 180 }, () => bench.made(`${PREFIX}checkout`));
        const { code, out, err } = await bench.run(sweepCommand, [...SWEEP, "--keep-none"]);
        expect(code).toBe(0);
        expect(out).toContain("deleted 180 of 180 orphaned tokens\n");
        expect(bench.exist(...orphans)).not.toContain(true);
        expect(err).toMatch(/^\d+ of 180$/m);
    });
});

test("a stack's mark alone finds its tokens, whatever their prefix", async () => {
    bench = await CliBench.start();
    const own = [bench.made("shop-a", { mark: "01234567" }), bench.made("other-b", { mark: "01234567" })];
    const foreign = bench.made("shop-a", { mark: "76543210" });
    const { code } = await bench.run(sweepCommand, ["--mark", "01234567", "--include-used", "--keep-none", "--yes"]);
    expect([code, bench.exist(...own, foreign)]).toEqual([0, [false, false, true]]);
});

describe("what is never deleted", () => {
    test("the token that signs the calls, whatever its name", async () => {
        bench = await CliBench.start();
        const own = bench.made(`${PREFIX}bootstrap`, { scopes: ["apiTokens.read", "apiTokens.write"] });
        const env = { DT_API_URL: bench.emulator.apiUrl, DT_API_TOKEN: own.token };
        const { code } = await bench.run(sweepCommand, [...SWEEP, "--include-used", "--keep-none"], { env });
        expect([code, bench.exist(own), bench.deletes()]).toEqual([0, [true], 0]);
    });

    test("a token made after the state was written, as that cannot name it", async () => {
        bench = await CliBench.start();
        const [older, newer] = [bench.made(`${PREFIX}a`, { daysAgo: 5 }), bench.made(`${PREFIX}a`, { daysAgo: 3 })];
        const state = bench.file("old.json", exported([]));
        const writtenAt = (Date.now() - 4 * DAY) / 1000;
        utimesSync(state, writtenAt, writtenAt);
        await bench.run(sweepCommand, [...SWEEP, "--keep-state", state]);
        expect(bench.exist(older, newer)).toEqual([false, true]);
    });

    test("one that any of several states names, with --include-used too", async () => {
        bench = await CliBench.start();
        const [one, two, used] = [bench.made(`${PREFIX}a`), bench.made(`${PREFIX}b`), bench.made(`${PREFIX}c`)];
        for (const token of [one, two, used]) await bench.use(token);
        const first = bench.file("one.json", exported([recordedToken(one.id)]));
        const args = [...SWEEP, "--include-used", "--keep-state", first, "--keep-state", "-"];
        const { code, out } = await bench.run(sweepCommand, args, { input: exported([recordedToken(two.id)]) });
        expect([code, bench.exist(one, two, used)]).toEqual([0, [true, true, false]]);
        expect(out).toContain("used, in no state given");
    });

    test.each([
        ["text", "nothing to see"],
        ["an empty file", ""],
        ["other JSON", "[]"],
        ["a checkpoint of the backend", '{"version":3,"checkpoint":{"latest":{"resources":[]}}}'],
        ["two exports in one", `${exported([])}${exported([])}`],
        ["an encrypted list", exported([recordedToken("dt0c01.MADEUP", { retiring: { ciphertext: "v1:made-up" } })])],
    ])("anything, beside a state that is %s", async (_what, text) => {
        bench = await CliBench.start();
        const orphan = bench.made(`${PREFIX}a`);
        const args = [...SWEEP, "--keep-state", bench.file("state.json", text)];
        await expect(bench.run(sweepCommand, args)).rejects.toThrow(
            /^--keep-state: .*state\.json.*nothing was deleted$/i,
        );
        expect([bench.exist(orphan), bench.deletes()]).toEqual([[true], 0]);
    });

    test("anything, with --dry-run: it lists, ends with 0 and calls no DELETE", async () => {
        bench = await CliBench.start();
        const orphan = bench.made(`${PREFIX}a`);
        const { code, out } = await bench.run(sweepCommand, ["--stack-prefix", PREFIX, "--dry-run"]);
        expect([code, bench.exist(orphan), bench.deletes()]).toEqual([0, [true], 0]);
        expect(out).toMatch(new RegExp(`^${orphan.id}  ${orphan.name} .* never +never used$`, "m"));
    });

    test("anything, when the question is answered with anything but yes", async () => {
        bench = await CliBench.start();
        const orphan = bench.made(`${PREFIX}a`);
        const args = ["--stack-prefix", PREFIX];
        for (const answer of ["", "y", "no"]) {
            const told = await bench.run(sweepCommand, args, { answer });
            expect([told.code, bench.exist(orphan), bench.deletes()]).toEqual([1, [true], 0]);
            expect(told.err).toContain("Delete 1 token for good? Type yes: nothing was deleted");
        }
        expect(await bench.run(sweepCommand, args, { answer: "yes" })).toMatchObject({ code: 0 });
        expect(bench.exist(orphan)).toEqual([false]);
    });

    test("anything, by a token that may only read: one error, not one for each token", async () => {
        bench = await CliBench.start({ bootstrapToken: { scopes: ["apiTokens.read"] } });
        bench.made(`${PREFIX}a`);
        const sweep = bench.run(sweepCommand, [...SWEEP, "--keep-none"]);
        await expect(sweep).rejects.toThrow(/DYNATRACE_API_TOKEN \(dt0c01\.\w+\) lacks apiTokens\.write/);
        const look = await bench.run(sweepCommand, ["--stack-prefix", PREFIX, "--dry-run"]);
        expect(look).toMatchObject({ code: 0, out: expect.stringContaining("1 orphaned token in") });
    });
});

test("a delete that fails stops no other, is told with its id, and makes the exit code 1", async () => {
    bench = await CliBench.start();
    const orphans = [bench.made(`${PREFIX}a`), bench.made(`${PREFIX}b`), bench.made(`${PREFIX}c`)];
    const [failing, gone] = orphans.map(({ id }) => id);
    bench.emulator.fault({
        kind: "status",
        status: 500,
        match: { method: "DELETE", path: `/api/v2/apiTokens/${failing}` },
        times: Infinity,
    });
    bench.emulator.fault({ kind: "lost-reply", match: { method: "DELETE", path: `/api/v2/apiTokens/${gone}` } });
    const { code, out, err } = await bench.run(sweepCommand, [...SWEEP, "--json", "--keep-none"]);
    expect(code).toBe(1);
    expect(out.trimEnd()).not.toContain("\n");
    const told = JSON.parse(out) as { orphans: { id: string; outcome: string; error?: string }[] };
    const outcomes = Object.fromEntries(told.orphans.map(({ id, outcome }) => [id, outcome]));
    expect(orphans.map(({ id }) => outcomes[id])).toEqual(["failed", "gone already", "deleted"]);
    expect(err).toContain(`could not delete token ${failing}: DELETE /v2/apiTokens/${failing} was answered 500`);
    expect(bench.exist(...orphans)).toEqual([true, false, false]);
});

test("a name that somebody else chose can neither forge a line nor drive the terminal", async () => {
    bench = await CliBench.start();
    const hostile = bench.made(`${PREFIX}x\n::error::forged \u001b[2J\u202e`);
    const { out } = await bench.run(sweepCommand, [...SWEEP, "--dry-run"]);
    expect(out).toContain(`${hostile.id}  ${PREFIX}x?::error::forged ?[2J?`);
});

describe("wrong arguments are refused before any call", () => {
    test.each([
        [[], "--stack-prefix: is missing"],
        [["--stack-prefix", "", "--yes"], "is shorter than 3 characters"],
        [["--stack-prefix", "  ab", "--yes"], "is shorter than 3 characters"],
        [["--stack-prefix", PREFIX], "there is no terminal to ask at; use --dry-run to look, or --yes to delete"],
        [[...SWEEP, "--older-than", "30m"], "--older-than 30m: is not an age of an hour or more"],
        [[...SWEEP, "--older-than", "0d"], "--older-than 0d: is not an age of an hour or more"],
        [[...SWEEP, "--include-used"], "would delete tokens in service"],
        [[...SWEEP, "--keep-none", "--keep-state", "-"], "remove one of the two"],
        [[...SWEEP, "--keep-state", "-", "--keep-state", "-"], "can be read only once"],
        [["--stack-prefix", PREFIX, "--json"], "add --yes or --dry-run"],
        [[...SWEEP, "--force"], "--force"],
        [[...SWEEP, "--api-url", "abc12345"], "write https://abc12345.live.dynatrace.com/api"],
    ])("%j", async (args, message) => {
        bench = await CliBench.start();
        const sweep = bench.run(sweepCommand, args);
        await expect(sweep).rejects.toThrow(UsageError);
        await expect(sweep).rejects.toThrow(message);
        expect(bench.emulator.requests()).toEqual([]);
    });

    test.each([
        [{ DT_API_TOKEN: "dt0c01.MADEUP.MADEUP" }, "there is no URL; set DYNATRACE_API_URL"],
        [
            { DT_API_URL: "https://abc12345.live.dynatrace.com/api" },
            "there is no bootstrap token; set DYNATRACE_API_TOKEN",
        ],
    ] as [Record<string, string>, string][])("settings %j", async (env, message) => {
        bench = await CliBench.start();
        await expect(bench.run(sweepCommand, SWEEP, { env })).rejects.toThrow(message);
    });

    test("what it may do without being meant is said: a prefix without hyphen, no state given", async () => {
        bench = await CliBench.start();
        const { err } = await bench.run(sweepCommand, ["--stack-prefix", "shop-prod", "--dry-run"]);
        expect(err).toContain("--stack-prefix shop-prod also matches shop-prod2-…");
        expect(err).toContain(
            "no --keep-state: a token that a stack records, but that nobody has used yet, counts as orphaned",
        );
    });
});

describe("ActiveGate tokens and platform tokens", () => {
    const MARK = "01234567";
    const ALL = ["--mark", MARK, "--yes"];
    const scopes = [
        "apiTokens.read",
        "apiTokens.write",
        "activeGateTokenManagement.read",
        "activeGateTokenManagement.write",
    ];
    const kinds = { activeGate: "ActiveGateToken", platform: "PlatformToken" } as const;

    /** A used token and one that was never used, of each kind; all with the mark. */
    async function made() {
        bench = await CliBench.start({ bootstrapToken: { scopes } });
        const of = (kind: "activeGate" | "platform", mark = MARK) => {
            const owner = { userUuid: bench.emulator.account.userUuid, expirationDate: "now+90d" };
            return bench.made(`${PREFIX}x`, { kind, mark, ...owner });
        };
        const used = [of("activeGate"), of("platform")];
        for (const { id } of used) bench.emulator.useToken(id);
        const env = { ...bench.env, ...bench.accountEnv };
        return {
            used,
            unused: [of("activeGate"), of("platform")],
            foreign: [of("activeGate", "76543210"), of("platform", "76543210")],
            env,
        };
    }

    test("that no state records are deleted too, by the API of their kind", async () => {
        const { used, unused, foreign, env } = await made();
        const { code, out, err } = await bench.run(sweepCommand, [...ALL, "--keep-none"], { env });
        expect({ code, err }).toEqual({ code: 0, err: "" });
        expect(bench.exist(...used, ...unused, ...foreign)).toEqual([true, true, false, false, true, true]);
        expect(out).toContain("kept 2 tokens: 2 used, which needs --include-used");
        await bench.run(sweepCommand, [...ALL, "--keep-none", "--include-used"], { env });
        expect(bench.exist(...used, ...foreign)).toEqual([false, false, true, true]);
    });

    test("that a state records are kept, and a platform token of unknown age as long as a stack exists", async () => {
        const { used, unused, env } = await made();
        const [gate, platform] = unused;
        const state = exported([
            recordedToken(gate?.id ?? "", {}, { type: `pulumi-nodejs:dynamic/dynatrace:${kinds.activeGate}` }),
        ]);
        const args = [...ALL, "--json", "--include-used", "--keep-state", bench.file("state.json", state)];
        const told = await bench.run(sweepCommand, args, { env });
        const { kept, orphans } = JSON.parse(told.out) as Record<"kept" | "orphans", { id: string; reason: string }[]>;
        const reasons = Object.fromEntries(kept.map(({ id, reason }) => [id, reason]));
        expect(orphans.map(({ id }) => id)).toEqual([used[0]?.id]);
        expect([reasons[gate?.id ?? ""], reasons[platform?.id ?? ""]]).toEqual([
            "in a given state",
            "of unknown age, which needs --keep-none",
        ]);
        expect(bench.exist(...unused, ...used)).toEqual([true, true, false, true]);
    });

    test("are kept if Dynatrace reports of none of them when it was used", async () => {
        bench = await CliBench.start({ bootstrapToken: { scopes } });
        const gate = bench.made(`${PREFIX}x`, { kind: "activeGate", mark: MARK, expirationDate: "now+60d" });
        const { out } = await bench.run(sweepCommand, [...ALL, "--keep-none"]);
        expect(bench.exist(gate)).toEqual([true]);
        expect(out).toContain("1 of a kind for which Dynatrace reports no use");
    });

    test("without credentials for them are not looked at, which a line says", async () => {
        bench = await CliBench.start();
        const { err, out } = await bench.run(sweepCommand, [...ALL, "--keep-none", "--json"]);
        expect(err).toBe(
            "not looked at: platform tokens (no OAuth client in DYNATRACE_CLIENT_ID and DYNATRACE_CLIENT_SECRET), " +
                "ActiveGate tokens (the bootstrap token lacks activeGateTokenManagement.read)\n",
        );
        expect(JSON.parse(out)).toMatchObject({ notLookedAt: [{ kind: kinds.platform }, { kind: kinds.activeGate }] });
    });

    test("are swept by an OAuth client alone", async () => {
        const { unused } = await made();
        const { code, err } = await bench.run(sweepCommand, [...ALL, "--keep-none"], { env: bench.accountEnv });
        expect([code, err]).toEqual([0, expect.stringContaining("ActiveGate tokens (there is no URL")]);
        expect(bench.exist(...unused)).toEqual([true, false]);
    });
});
