import { setTimeout as wait } from "node:timers/promises";

import { client, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

const body = { name: "a", scopes: ["logs.ingest"] };

describe("a Dynatrace that is down for a while", () => {
    test("cuts the first call without any work, then refuses connections, then is back where it was", async () => {
        const emulator = await start({ route: "activegate" });
        const { id } = (await client(emulator).post<{ id: string }>("/apiTokens", body)).data;
        emulator.fault({ kind: "down", seconds: 1, match: { signal: "tokens" } });
        const began = performance.now();
        await expect(client(emulator).post("/apiTokens", body)).rejects.toMatchObject({ code: "ECONNRESET" });
        await expect(client(emulator).get("/apiTokens")).rejects.toMatchObject({ code: "ECONNREFUSED" });
        await wait(1200 - (performance.now() - began));
        const { status, data } = await client(emulator).get<{ apiTokens: { id: string }[] }>("/apiTokens");
        expect(status).toBe(200);
        expect(data.apiTokens.map((token) => token.id)).toContain(id);
        expect(emulator.tokens()).toHaveLength(2);
    });

    test("can be stopped meanwhile, for good", async () => {
        const emulator = await start();
        emulator.fault({ kind: "down", seconds: 1 });
        await expect(client(emulator).get("/apiTokens")).rejects.toMatchObject({ code: "ECONNRESET" });
        await emulator.stop();
        await wait(1200);
        await expect(client(emulator).get("/apiTokens")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    });
});

test("a slow body: the work is done and the status there at once, the end comes later", async () => {
    const emulator = await start();
    emulator.fault({ kind: "slow-body", delayMs: 300 });
    const began = performance.now();
    const { status, data } = await client(emulator, emulator.bootstrapToken, { responseType: "stream" }).post(
        "/apiTokens",
        body,
    );
    expect([status, emulator.tokens().length]).toEqual([201, 2]);
    expect(performance.now() - began).toBeLessThan(250);
    const chunks: Buffer[] = [];
    for await (const chunk of data as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(performance.now() - began).toBeGreaterThanOrEqual(290);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toHaveProperty("token");
});
