import { client, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

const tokenText = /^dt0c01\.[A-Z2-7]{24}\.[A-Z2-7]{64}$/;
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const trace = ["openTelemetryTrace.ingest"];

/** The first broken rule an error envelope tells. */
function violation(data: { error: { constraintViolations: { path: string; message: string }[] } }) {
    return data.error.constraintViolations[0];
}

describe("creating a token", () => {
    test("answers 201 with the id, the secret and an absolute expiry", async () => {
        const api = client(await start({ now: () => Date.parse("2026-01-31T10:00:00Z") }));
        const { status, data } = await api.post("/apiTokens", { name: "a", scopes: trace, expirationDate: "now+1M" });
        expect([status, data]).toEqual([
            201,
            {
                id: expect.stringMatching(/^dt0c01\.[A-Z2-7]{24}$/),
                token: expect.stringMatching(tokenText),
                expirationDate: "2026-02-28T10:00:00.000Z",
            },
        ]);
        expect(data.token.startsWith(`${data.id}.`)).toBe(true);
    });

    test("without an expiry makes a token that never expires", async () => {
        const api = client(await start());
        const { status, data } = await api.post("/apiTokens", { name: "a", scopes: trace });
        expect([status, Object.keys(data)]).toEqual([201, ["id", "token"]]);
    });

    test("takes the same name twice and makes two tokens of it", async () => {
        const api = client(await start());
        const [one, two] = [
            await api.post("/apiTokens", { name: "a", scopes: trace }),
            await api.post("/apiTokens", { name: "a", scopes: trace }),
        ];
        expect([one.status, two.status]).toEqual([201, 201]);
        expect(one.data.id).not.toBe(two.data.id);
    });

    test.each([
        ["no name", { scopes: trace }, "name"],
        ["an empty name", { name: " ", scopes: trace }, "name"],
        ["no scopes", { name: "a" }, "scopes"],
        ["an empty list of scopes", { name: "a", scopes: [] }, "scopes"],
        ["a scope in another case", { name: "a", scopes: ["Logs.ingest"] }, "scopes", "Logs.ingest"],
        ["a past expiry", { name: "a", scopes: trace, expirationDate: "now-1d" }, "expirationDate", "past"],
        ["an expiry that is no date", { name: "a", scopes: trace, expirationDate: "soon" }, "expirationDate", "soon"],
        [
            "ingest scopes for a personal access token",
            { name: "a", scopes: trace, personalAccessToken: true },
            "scopes",
            trace[0],
        ],
    ])("answers 400 and names the field for %s", async (_what, body, path, part = "") => {
        const api = client(await start());
        const { status, data } = await api.post("/apiTokens", body);
        expect(status).toBe(400);
        expect(data.error.code).toBe(400);
        expect(violation(data)).toMatchObject({
            path,
            message: expect.stringContaining(part),
            parameterLocation: "PAYLOAD_BODY",
        });
    });

    test("ignores fields that the API does not document, as Terraform's provider has always sent `enabled`", async () => {
        const api = client(await start());
        const { status, data } = await api.post("/apiTokens", {
            name: "a",
            scopes: trace,
            enabled: true,
            comment: "x",
        });
        expect([status, (await api.get(`/apiTokens/${data.id}`)).data.enabled]).toEqual([201, true]);
        expect((await api.put(`/apiTokens/${data.id}`, { name: "b", comment: "x" })).status).toBe(204);
    });

    test("answers 400 for a body that is not JSON, 415 for another type, 413 above 1 MB", async () => {
        const api = client(await start());
        const headers = { "Content-Type": "application/json" };
        expect((await api.post("/apiTokens", "{name", { headers })).status).toBe(400);
        expect((await api.post("/apiTokens", "name=a", { headers: { "Content-Type": "text/plain" } })).status).toBe(
            415,
        );
        expect((await api.post("/apiTokens", { name: "a".repeat(1_000_001), scopes: trace })).status).toBe(413);
    });

    test("with a personal access token makes personal access tokens only", async () => {
        const api = client(await start({ bootstrapToken: { personalAccessToken: true } }));
        expect((await api.post("/apiTokens", { name: "a", scopes: ["apiTokens.read"] })).status).toBe(400);
        const personal = { name: "a", scopes: ["apiTokens.read"], personalAccessToken: true };
        expect((await api.post("/apiTokens", personal)).status).toBe(201);
    });
});

describe("reading a token", () => {
    test("shows everything but the secret", async () => {
        const api = client(await start());
        const { id } = (await api.post("/apiTokens", { name: "a", scopes: trace, expirationDate: "now+1d" })).data;
        const { status, data } = await api.get(`/apiTokens/${id}`);
        expect([status, data]).toEqual([
            200,
            {
                id,
                name: "a",
                enabled: true,
                owner: "platform.engineer@example.com",
                scopes: trace,
                personalAccessToken: false,
                creationDate: expect.stringMatching(iso),
                expirationDate: expect.stringMatching(iso),
                additionalMetadata: {},
            },
        ]);
    });

    test("answers 404 without a body for an unknown id and for a whole secret", async () => {
        const emulator = await start();
        for (const id of ["dt0c01.AAAAAAAAAAAAAAAAAAAAAAAA", emulator.bootstrapToken]) {
            const { status, data } = await client(emulator).get(`/apiTokens/${id}`);
            expect([status, data]).toEqual([404, ""]);
        }
    });

    test("by lookup takes a secret, needs any scope, and answers 404 without a body for an unknown one", async () => {
        const emulator = await start();
        const { id, token } = emulator.createToken({ scopes: trace });
        const api = client(emulator, token);
        const found = await api.post("/apiTokens/lookup", { token });
        expect([found.status, found.data.id, found.data.scopes]).toEqual([200, id, trace]);
        expect(found.data.lastUsedDate).toMatch(iso);
        const wrong = await api.post("/apiTokens/lookup", { token: `${id}.${"A".repeat(64)}` });
        expect([wrong.status, wrong.data]).toEqual([404, ""]);
        expect((await api.post("/apiTokens/lookup", {})).status).toBe(400);
    });
});

describe("changing a token", () => {
    test("replaces the scopes, answers 204 without a body, and moves modifiedDate only for name and scopes", async () => {
        const emulator = await start();
        const api = client(emulator);
        const { id } = emulator.createToken({ scopes: ["logs.ingest", "metrics.ingest"] });
        expect((await api.put(`/apiTokens/${id}`, { enabled: false })).status).toBe(204);
        expect((await api.get(`/apiTokens/${id}`)).data).not.toHaveProperty("modifiedDate");
        const { status, data } = await api.put(`/apiTokens/${id}`, { name: "b", scopes: trace });
        expect([status, data]).toEqual([204, ""]);
        const after = (await api.get(`/apiTokens/${id}`)).data;
        expect(after).toMatchObject({
            name: "b",
            scopes: trace,
            enabled: false,
            modifiedDate: expect.stringMatching(iso),
        });
    });

    test("leaves the expiry as it was, or answers 400 when told to", async () => {
        for (const [putExpirationDate, status] of [
            ["ignore", 204],
            ["reject", 400],
        ] as const) {
            const emulator = await start({ putExpirationDate });
            const { id } = emulator.createToken({ scopes: trace });
            const answer = await client(emulator).put(`/apiTokens/${id}`, { name: "b", expirationDate: "now+1d" });
            expect(answer.status).toBe(status);
            expect(emulator.tokens().find((token) => token.id === id)).not.toHaveProperty("expirationDate");
        }
    });

    test("answers 400 for an unknown scope and 404 for an unknown id", async () => {
        const emulator = await start();
        const { id } = emulator.createToken();
        expect((await client(emulator).put(`/apiTokens/${id}`, { scopes: ["nope"] })).status).toBe(400);
        expect((await client(emulator).put("/apiTokens/dt0c01.NONE", { name: "b" })).status).toBe(404);
    });

    test("that signs the call cannot disable or delete it", async () => {
        const emulator = await start();
        const own = emulator.bootstrapToken.slice(0, 31);
        expect((await client(emulator).put(`/apiTokens/${own}`, { enabled: false })).status).toBe(400);
        expect((await client(emulator).delete(`/apiTokens/${own}`)).status).toBe(400);
        expect((await client(emulator).delete(`/apiTokens/${emulator.bootstrapToken}`)).status).toBe(400);
        expect((await client(emulator).get(`/apiTokens/${own}`)).data.enabled).toBe(true);
    });
});

describe("deleting a token", () => {
    test("takes the id or the whole secret, answers 204, then 404 without a body", async () => {
        const emulator = await start();
        const [one, two] = [emulator.createToken(), emulator.createToken()];
        for (const key of [one.id, two.token]) {
            expect((await client(emulator).delete(`/apiTokens/${key}`)).status).toBe(204);
            const again = await client(emulator).delete(`/apiTokens/${key}`);
            expect([again.status, again.data]).toEqual([404, ""]);
        }
        expect(emulator.tokens()).toHaveLength(1);
    });

    test("does not take an id with another secret", async () => {
        const emulator = await start();
        const { id } = emulator.createToken();
        expect((await client(emulator).delete(`/apiTokens/${id}.${"A".repeat(64)}`)).status).toBe(404);
    });
});
