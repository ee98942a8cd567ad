import type { Emulator } from "../../emulator";
import { client, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

function list(emulator: Emulator, params: Record<string, string>) {
    return client(emulator).get("/apiTokens", { params: new URLSearchParams(params) });
}

/** An emulator whose clock moves a second with every token. */
async function withTokens(count: number): Promise<Emulator> {
    let at = Date.parse("2026-01-01T00:00:00Z");
    const emulator = await start({ now: () => at });
    for (let i = 0; i < count; i++) {
        at += 1000;
        emulator.createToken({
            name: `t${String(i).padStart(3, "0")}`,
            scopes: [i % 2 ? "logs.ingest" : "metrics.ingest"],
        });
    }
    return emulator;
}

describe("the list of tokens", () => {
    test("shows the newest first, with the default fields, numbers as numbers and no secret", async () => {
        const emulator = await withTokens(2);
        const { status, data } = await list(emulator, {});
        expect(status).toBe(200);
        expect(data).toMatchObject({ nextPageKey: null, pageSize: 200, totalCount: 3 });
        expect(data.apiTokens.map((token: { name: string }) => token.name)).toEqual([
            "t001",
            "t000",
            "emulator bootstrap",
        ]);
        expect(Object.keys(data.apiTokens[0]).sort()).toEqual(["creationDate", "enabled", "id", "name", "owner"]);
    });

    test("adds and removes fields", async () => {
        const { data } = await list(await withTokens(1), {
            fields: "+scopes,+expirationDate,-owner,-name,-enabled,-creationDate",
        });
        expect(data.apiTokens[0]).toEqual({ id: expect.any(String), scopes: ["metrics.ingest"] });
    });

    test("comes in pages whose key carries the query and forbids every other parameter", async () => {
        const emulator = await withTokens(250);
        const query = { pageSize: "100", apiTokenSelector: 'scope("logs.ingest","metrics.ingest")', sort: "+name" };
        const names: string[] = [];
        let { data } = await list(emulator, query);
        const firstKey = data.nextPageKey;
        for (;;) {
            names.push(...data.apiTokens.map((token: { name: string }) => token.name));
            if (data.nextPageKey === null) break;
            data = (await list(emulator, { nextPageKey: data.nextPageKey })).data;
        }
        expect(names).toHaveLength(250);
        expect(names).toEqual([...names].sort());
        expect(data).toMatchObject({ totalCount: 250, pageSize: 100 });
        const mixed = await list(emulator, { nextPageKey: firstKey, pageSize: "100" });
        expect([mixed.status, mixed.data.error.constraintViolations[0].parameterLocation]).toEqual([400, "QUERY"]);
        expect((await list(emulator, { nextPageKey: "nonsense" })).status).toBe(400);
    });

    test.each([
        ['scope("logs.ingest")', 1],
        ['scope("logs.ingest","metrics.ingest")', 2],
        ['scope("logs.ingest"),owner("somebody else")', 0],
        ['owner("platform.engineer@example.com")', 3],
        ["personalAccessToken(false)", 3],
        ["personalAccessToken(true)", 0],
    ])("selects with %s", async (apiTokenSelector, count) => {
        const { status, data } = await list(await withTokens(2), { apiTokenSelector });
        expect([status, data.totalCount]).toEqual([200, count]);
    });

    test("filters by the last use", async () => {
        const emulator = await withTokens(2);
        expect((await list(emulator, { from: "now-1h" })).data.totalCount).toBe(1);
        expect((await list(emulator, { to: "now-1h" })).data.totalCount).toBe(0);
    });

    test("shows expired tokens, and no platform tokens", async () => {
        const emulator = await start();
        emulator.createToken({ name: "old", expirationDate: "now-1d" });
        emulator.createToken({ kind: "platform" });
        expect((await list(emulator, {})).data.totalCount).toBe(2);
    });

    test.each<Record<string, string>>([
        { pageSize: "99" },
        { pageSize: "10001" },
        { pageSize: "x" },
        { apiTokenSelector: 'name("a")' },
        { apiTokenSelector: "scope(logs.ingest)" },
        { apiTokenSelector: 'scope("a"' },
        { fields: " scopes" },
        { fields: "+secret" },
        { sort: "name" },
        { sort: "+owner" },
        { from: "yesterday" },
        { name: "a" },
    ])("answers 400 for %j", async (params) => {
        const { status, data } = await list(await start(), params);
        expect([status, data.error.constraintViolations[0]]).toEqual([
            400,
            expect.objectContaining({ path: Object.keys(params)[0], parameterLocation: "QUERY" }),
        ]);
    });
});
