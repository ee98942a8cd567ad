import { checkExpiryCommand } from "../../bin/check-expiry";
import { UsageError } from "../../bin/command";
import { CliBench } from "./cli-support";

let bench: CliBench;
beforeEach(async () => void (bench = await CliBench.start()));
afterEach(() => bench.stop());

const check = (...args: string[]) => bench.run(checkExpiryCommand, args);

test("fails for tokens that expire soon or have expired, and shows them, the first to expire first", async () => {
    const soon = bench.seed("shop-prod-soon", 1, { expirationDate: "now+13d" });
    const expired = bench.seed("shop-prod-expired", 40, { expirationDate: "now+30d" });
    const later = bench.seed("shop-prod-later", 1, { expirationDate: "now+16d" });
    await bench.use(soon);
    const today = new Date(bench.now()).toISOString().slice(0, 10);

    const { code, out } = await check();
    expect(code).toBe(1);
    const lines = out.trimEnd().split("\n");
    expect(lines.slice(0, 3)).toEqual([
        "2 of 4 tokens expire within 14 days",
        "",
        expect.stringMatching(/^id +name +days left +last used$/),
    ]);
    expect(lines[3]).toMatch(new RegExp(`^${expired.id}  shop-prod-expired +expired +never$`));
    expect(lines[4]).toMatch(new RegExp(`^${soon.id}  shop-prod-soon +(12\\.0|11\\.9) +${today}$`));
    expect(out).not.toContain(later.id);
    expect(await check("--days", "11")).toMatchObject({ code: 1, out: expect.not.stringContaining(soon.id) });
});

test("a token disabled, of another prefix, or that lasts exactly long enough does not fail it", async () => {
    bench.seed("shop-prod-off", 1, { expirationDate: "now+2d", enabled: false });
    bench.seed("shop-staging-soon", 1, { expirationDate: "now+2d" });
    bench.seed("shop-prod-fine", 0, { expirationDate: "now+15d" });
    expect(await check("--prefix", "shop-prod-")).toMatchObject({
        code: 0,
        out: "0 of 1 token expire within 14 days\n",
        err: expect.stringMatching(/^not looked at: platform tokens \([^\n]*\), ActiveGate tokens \([^\n]*\)\n$/),
    });
    expect(await check("--prefix", "shop-prod-", "--prefix", "shop-staging-")).toMatchObject({ code: 1 });
});

test("a token whose successor is in use does not count, one whose successor nobody uses does", async () => {
    const renamed = bench.made("shop-prod-a", { expirationDate: "now+5d", until: bench.now() });
    const replaced = bench.made("shop-prod-b", { expirationDate: "now+5d" });
    await bench.use(bench.made("shop-prod-b", { mark: replaced.mark, daysAgo: 1, expirationDate: "now+90d" }));
    const inService = bench.made("shop-prod-c", { expirationDate: "now+5d" });
    await bench.use(inService);
    bench.made("shop-prod-c", { mark: inService.mark, daysAgo: 1, expirationDate: "now+90d" });

    const { code, out } = await check("--prefix", "shop-prod-", "--json");
    const told = JSON.parse(out) as { expiring: { id: string }[]; replaced: { id: string }[] };
    expect(code).toBe(1);
    expect(told.expiring.map(({ id }) => id)).toEqual([inService.id]);
    expect(told.replaced.map(({ id }) => id).sort()).toEqual([renamed.id, replaced.id].sort());
});

test("--require-expiry fails for tokens that never expire, and shows them in a table of their own", async () => {
    const eternal = bench.seed("shop-prod-eternal", 1);
    const args = ["--prefix", "shop-prod-"];
    expect(await check(...args)).toMatchObject({ code: 0 });
    const { code, out } = await check(...args, "--require-expiry");
    expect(code).toBe(1);
    expect(out).toMatch(
        new RegExp(`1 never expire\\n\\nid .*\\n${eternal.id}  shop-prod-eternal +never expires +never\\n$`),
    );
});

test("a prefix that no token has fails: a check of nothing proves nothing", async () => {
    expect(await check("--prefix", "shop-prdo-")).toMatchObject({
        code: 1,
        err: expect.stringContaining("\nno enabled token has a name that starts with shop-prdo-\n"),
    });
});

test("reads thousands of tokens with a token that holds apiTokens.read alone, and changes nothing", async () => {
    for (let i = 0; i < 2_500; i++) bench.emulator.createToken({ name: `somebody-else-${i}` });
    bench.seed("shop-prod-soon", 1, { expirationDate: "now+5d" });
    const reader = bench.seed("reader", 1, { scopes: ["apiTokens.read"] });
    const env = { DT_API_URL: bench.emulator.apiUrl, DT_API_TOKEN: reader.token };
    const { code, out } = await bench.run(checkExpiryCommand, ["--json"], { env });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
        ok: false,
        checked: 2_503,
        expiring: [{ name: "shop-prod-soon", daysLeft: expect.any(Number) }],
    });
    // The lookup says which scope the reader lacks for ActiveGate tokens.
    const calls = bench.emulator.requests().map(({ method, path }) => `${method} ${path}`);
    expect(new Set(calls)).toEqual(
        new Set(["GET /api/v2/apiTokens", "GET /api/v2/activeGateTokens", "POST /api/v2/apiTokens/lookup"]),
    );
});

test("counts ActiveGate tokens and platform tokens, but not those whose successor is in use", async () => {
    await bench.stop();
    const scopes = ["apiTokens.read", "activeGateTokenManagement.read"];
    bench = await CliBench.start({ bootstrapToken: { scopes } });
    const { userUuid } = bench.emulator.account;
    const soon = { expirationDate: "now+5d", userUuid };
    const expiring = [
        bench.made("shop-a", { kind: "activeGate", ...soon }),
        bench.made("shop-b", { kind: "platform", ...soon }),
    ];
    const replaced = (["activeGate", "platform"] as const).map((kind) => {
        const old = bench.made("shop-c", { kind, ...soon });
        const next = bench.made("shop-c", { kind, mark: old.mark, daysAgo: 1, userUuid, expirationDate: "now+60d" });
        bench.emulator.useToken(next.id);
        return old;
    });
    const env = { ...bench.env, ...bench.accountEnv };
    const { code, out, err } = await bench.run(checkExpiryCommand, ["--json", "--prefix", "shop-"], { env });
    const told = JSON.parse(out) as Record<"expiring" | "replaced", { id: string }[]>;
    expect([code, err]).toEqual([1, ""]);
    expect(told.expiring.map(({ id }) => id).sort()).toEqual(expiring.map(({ id }) => id).sort());
    expect(told.replaced.map(({ id }) => id).sort()).toEqual(replaced.map(({ id }) => id).sort());
});

test.each([
    [["--days", "soon"], "--days soon: is not a positive number of days"],
    [["--days", "0"], "--days 0: is not a positive number of days"],
    [["--prefix", "a"], '--prefix "a": is shorter than 3 characters'],
    [["shop-prod-"], "Unexpected argument 'shop-prod-'"],
])("%j is wrong use, said before any call", async (args, message) => {
    await expect(check(...args)).rejects.toThrow(UsageError);
    await expect(check(...args)).rejects.toThrow(message);
    expect(bench.emulator.requests()).toEqual([]);
});
