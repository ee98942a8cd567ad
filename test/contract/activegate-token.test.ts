import { ACTIVE_GATE, DAY, OtherBench } from "./other-tokens-support";
import { failureOf } from "./providers-support";

let bench: OtherBench;
beforeEach(async () => void (bench = await OtherBench.start(ACTIVE_GATE, {}, { timeout: 500 })));
afterEach(() => bench.emulator.stop());

const POST = { method: "POST", path: "^/api/v2/activeGateTokens$" };
const days = (iso: unknown): number => (Date.parse(String(iso)) - bench.clock.now()) / DAY;

describe("create", () => {
    it("makes an environment token that lives as long as the Operator's, and reads whom to connect to", async () => {
        const { id, outs } = await bench.create();
        expect(bench.tokens()).toMatchObject([
            { id, kind: "activeGate", activeGateType: "ENVIRONMENT", seedToken: false, expirationDate: outs.expiresAt },
        ]);
        expect(days(outs.expiresAt)).toBeCloseTo(60, 2);
        expect(outs.token).toMatch(/^dt0g02\.[A-Z2-7]{8}\.[A-Z2-7]{64}$/);
        expect(outs).toMatchObject({
            tenantUuid: "abc12345",
            tenantToken: bench.emulator.tenantToken,
            communicationEndpoints: `https://127.0.0.1:${bench.emulator.port}/communication`,
        });
    });

    it.each(["activeGateTokenManagement.write", "activeGateTokenManagement.read", "InstallerDownload"])(
        "by a bootstrap token without %s is refused before anything is made, naming the scope",
        async (missing) => {
            const scopes = ACTIVE_GATE.emulated?.bootstrapToken?.scopes?.filter((scope) => scope !== missing);
            await bench.emulator.stop();
            bench = await OtherBench.start(ACTIVE_GATE, { bootstrapToken: { scopes } });
            const error = await failureOf(bench.create());
            expect(error.name).toBe("DynatraceAuthError");
            expect(error.message).toContain(`lacks ${missing}; add the scope or use another`);
            expect(bench.ids()).toEqual([]);
        },
    );

    it("whose connection cannot be read makes no token", async () => {
        bench.emulator.fault({ kind: "status", status: 500, match: { path: "/api/v1/deployment" }, times: 9 });
        const error = await failureOf(bench.create());
        expect(error.message).toContain("could not read whom an ActiveGate connects to");
        expect(bench.ids()).toEqual([]);
    });
});

describe("a reply to create that is lost", () => {
    it.each([
        ["the connection breaks after the work was done", { kind: "lost-reply" as const }],
        ["the connection breaks before the work", { kind: "no-connection" as const }],
        ["the body is empty", { kind: "empty" as const }],
        ["a proxy answers 201 with a page", { kind: "html" as const, status: 201 }],
        ["the server answers 500", { kind: "status" as const, status: 500 }],
    ])("leaves no token behind when %s", async (_what, fault) => {
        bench.emulator.fault({ ...fault, match: POST });
        const { id } = await bench.create();
        expect(bench.ids()).toEqual([id]);
    });

    it("is found behind other pages", async () => {
        for (let count = 0; count < 3500; count++) bench.emulator.createToken({ kind: "activeGate", name: "other" });
        bench.emulator.fault({ kind: "lost-reply", match: POST });
        const { id } = await bench.create();
        expect(bench.tokens().filter(({ name }) => name !== "other")).toMatchObject([{ id }]);
    });

    it("whose search fails too is named, with the page to look on", async () => {
        bench.emulator.fault({ kind: "lost-reply", match: POST });
        bench.emulator.fault({ kind: "status", status: 500, match: { path: "^/api/v2/activeGateTokens$" }, times: 99 });
        const error = await failureOf(bench.create());
        expect(error.message).toContain(`look under ActiveGate tokens for ${bench.tokens()[0]?.name}, delete it`);
    });

    it("and that no run recorded is kept, because nothing proves that no state holds it, and is named", async () => {
        const unrecorded = await bench.create();
        const { id, outs } = await bench.next().create();
        expect(bench.ids()).toEqual([unrecorded.id, id]);
        const run = bench.next();
        await run.runtime.delete(id, outs);
        await run.deleteOwner();
        expect(bench.ids()).toEqual([unrecorded.id]);
        expect(run.said.join()).toContain("1 token with this stack's ownership mark");
    });
});

describe("up", () => {
    it("a second time asks Dynatrace nothing", async () => {
        const made = await bench.create();
        const before = bench.emulator.requests().length;
        await bench.clock.sleep(28 * DAY);
        expect(await bench.next().up(made)).toBe(made);
        expect(bench.emulator.requests()).toHaveLength(before);
    });

    it("after 29 days makes a successor and leaves the old one to expire", async () => {
        const first = await bench.create();
        await bench.clock.sleep(29.01 * DAY);
        const run = bench.next();
        const second = await run.up(first);
        expect(run.said.join()).toContain("longer ago than rotateAfterDays: 29");
        expect(bench.ids()).toEqual([first.id, second.id]);
        expect(await bench.next().up(second)).toBe(second);
        const third = await bench.next().up(second, { rotationKey: "x" });
        await bench.clock.sleep(31 * DAY);
        const fourth = await bench.next().up(third, { rotationKey: "x" });
        expect(fourth.outs.retiring).toMatchObject([
            { tokenId: first.id },
            { tokenId: second.id },
            { tokenId: third.id },
        ]);
        const settled = await bench.next().up(fourth, { rotationKey: "x" });
        expect(settled.outs.retiring).toMatchObject([{ tokenId: second.id }, { tokenId: third.id }]);
        await bench.next().runtime.delete(settled.id, settled.outs);
        expect(bench.ids()).toEqual([first.id]);
    });

    it("with an overlap of none deletes the old one once the new one is delivered", async () => {
        const inputs = { retire: "delete", overlapDays: 0 };
        const first = await bench.create(inputs);
        const second = await bench.next().up(first, { ...inputs, rotationKey: "2" });
        expect(bench.ids()).toEqual([second.id]);
    });

    it("with an overlap deletes the old one after it, but never before an ActiveGate has used the new one", async () => {
        const inputs = { retire: "delete", rotationKey: "2" };
        const first = await bench.create({ retire: "delete" });
        const second = await bench.next().up(first, inputs);
        expect(await bench.next().up(second, inputs)).toBe(second);
        await bench.clock.sleep(1.01 * DAY);
        const run = bench.next();
        const waiting = await run.up(second, inputs);
        expect(run.said).toEqual([
            expect.stringContaining("the overlap of a token that it replaced is over; the token stays"),
            `ActiveGate token ${first.id} is kept beyond its overlap: no ActiveGate has used ${second.id} yet`,
        ]);
        expect(bench.ids()).toEqual([first.id, second.id]);
        bench.emulator.useToken(second.id);
        const settled = await bench.next().up(waiting, inputs);
        expect(bench.ids()).toEqual([second.id]);
        expect(await bench.next().up(settled, inputs)).toBe(settled);
    });

    it.each([
        ["tokenName", { tokenName: "other" }],
        ["expiresAfterDays", { expiresAfterDays: 30 }],
        ["expirationDate", { expirationDate: "now+1y" }],
        ["rotationKey", { rotationKey: "2" }],
    ])("with another %s, which the API cannot change, makes a new token", async (_field, inputs) => {
        const made = await bench.create();
        expect((await bench.next().up(made, inputs)).id).not.toBe(made.id);
    });

    it("changes how a replaced one is to go without touching the token", async () => {
        const made = await bench.create();
        const changed = await bench.next().up(made, { retire: "delete" });
        expect(changed).toMatchObject({ id: made.id, outs: { token: made.outs.token } });
        expect(await bench.next().up(changed, { retire: "delete" })).toBe(changed);
    });
});

describe("refresh", () => {
    it("without drift changes nothing", async () => {
        const made = await bench.create();
        const read = await bench.next().refresh(made);
        expect(read.outs).toEqual(made.outs);
        expect(await bench.next().up(read)).toBe(read);
    });

    it("finds a deleted token gone, and an expired one", async () => {
        const made = await bench.create();
        await bench.clock.sleep(61 * DAY);
        expect((await bench.next().refresh(made)).id).toBe("");
        bench.emulator.deleteToken(made.id);
        expect((await bench.next().refresh(made)).id).toBe("");
    });

    it("that finds the new one deleted does not forget the old one", async () => {
        const first = await bench.create();
        const second = await bench.next().up(first, { rotationKey: "2" });
        bench.emulator.deleteToken(second.id);
        const read = await bench.next().refresh(second);
        expect(read.id).toBe(second.id);
        const third = await bench.next().up(read, { rotationKey: "2" });
        expect(third.outs.retiring).toMatchObject([{ tokenId: first.id }, { tokenId: second.id }]);
    });

    it("does not take a wrong address's 404 for a token that is gone", async () => {
        const made = await bench.create();
        bench.emulator.fault({ kind: "status", status: 404, times: 99 });
        const error = await failureOf(bench.next().refresh(made));
        expect(error).toMatchObject({ name: "DynatraceApiError", status: 404, tokenId: made.id });
    });
});

describe("calls that do no harm twice are repeated", () => {
    it.each([
        ["lost-reply", { kind: "lost-reply" as const }],
        ["500", { kind: "status" as const, status: 500 }],
        ["429", { kind: "429" as const }],
        ["503", { kind: "503" as const }],
    ])("read and delete get over %s", async (_what, fault) => {
        const made = await bench.create();
        const match = { path: "activeGateTokens/" };
        bench.emulator.fault({ ...fault, match, times: 2 });
        expect((await bench.refresh(made)).id).toBe(made.id);
        bench.emulator.fault({ ...fault, match, times: 2 });
        await bench.runtime.delete(made.id, made.outs);
        expect(bench.ids()).toEqual([]);
    });
});

it("no error holds the bootstrap token", async () => {
    bench.emulator.fault({ kind: "status", status: 401, message: `no ${bench.emulator.bootstrapToken}`, times: 9 });
    const error = await failureOf(bench.create());
    expect(error.message).not.toContain(bench.emulator.bootstrapToken.split(".")[2]);
});
