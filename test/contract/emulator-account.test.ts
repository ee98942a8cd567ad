import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";

import axios from "axios";

import type { Emulator, EmulatorOptions } from "../../emulator";
import { client, spans, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

const NOW = Date.parse("2026-03-01T10:00:00Z");
const validateStatus = (): boolean => true;
const form = (emulator: Emulator, change: Record<string, string> = {}) => {
    const { clientId, clientSecret, accountUuid } = emulator.account;
    return {
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        scope: "platform-token:tokens:manage platform-token:tokens:write",
        resource: `urn:dtaccount:${accountUuid}`,
        ...change,
    };
};
const signOn = (emulator: Emulator, change?: Record<string, string>) =>
    axios.post(emulator.account.ssoUrl, new URLSearchParams(form(emulator, change)), { validateStatus });

/** A client of the account API. */
async function account(emulator: Emulator, bearer?: string, uuid = emulator.account.accountUuid) {
    const token = bearer ?? ((await signOn(emulator)).data as { access_token: string }).access_token;
    return axios.create({
        baseURL: `${emulator.account.apiUrl}/iam/v1/accounts/${uuid}/platform-tokens`,
        headers: { Authorization: `Bearer ${token}` },
        validateStatus,
    });
}

const body = (emulator: Emulator, change: object = {}) => ({
    name: "checkout",
    scope: ["openpipeline:traces:ingest"],
    resource: ["urn:dtenvironment:abc12345"],
    tags: [],
    expirationDate: "2026-06-01T00:00:00.000Z",
    userUuid: emulator.account.userUuid,
    ...change,
});
const begin = (options: EmulatorOptions = {}) => start({ now: () => NOW, ...options });

describe("sign-on", () => {
    test("gives a bearer token for five minutes", async () => {
        const { status, data } = await signOn(await begin());
        expect([status, data]).toMatchObject([200, { token_type: "Bearer", expires_in: 300 }]);
    });

    test.each([
        ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type"],
        ["a wrong secret", { client_secret: "made-up" }, 401, "invalid_client"],
        ["another account", { resource: "urn:dtaccount:made-up" }, 400, "invalid_target"],
        ["a scope the client has not", { scope: "account-idm-write" }, 400, "invalid_scope"],
    ])("refuses %s", async (_what, change, expected, error) => {
        const { status, data } = await signOn(await begin(), change);
        expect([status, (data as { error: string }).error]).toEqual([expected, error]);
    });

    test("takes a form, not JSON", async () => {
        const emulator = await begin();
        expect((await axios.post(emulator.account.ssoUrl, form(emulator), { validateStatus })).status).toBe(415);
    });
});

describe("platform tokens", () => {
    test("are created with 200, and work for ingest as Bearer, not as Api-Token", async () => {
        const emulator = await begin({ now: Date.now });
        const expirationDate = new Date(Date.now() + 60_000).toISOString();
        const { status, data } = await (await account(emulator)).post("", body(emulator, { expirationDate }));
        const { token } = data as { token: string };
        expect([status, data]).toEqual([
            200,
            {
                name: "checkout",
                tokenId: expect.stringMatching(/^dt0s16\.[A-Z2-7]{24}$/) as string,
                token: expect.stringMatching(/^dt0s16\.[A-Z2-7]{24}\.[A-Z2-7]{64}$/) as string,
            },
        ]);
        const send = (scheme: string, signal: string) =>
            client(emulator, token, {
                headers: { Authorization: `${scheme} ${token}`, "Content-Type": "application/x-protobuf" },
            }).post(`/otlp/v1/${signal}`, spans(Date.now()));
        expect((await send("Bearer", "traces")).status).toBe(200);
        expect((await send("Api-Token", "traces")).status).toBe(401);
        expect((await send("Bearer", "logs")).status).toBe(403);
    });

    test("of another environment are refused with 403", async () => {
        const emulator = await begin();
        const resource = ["urn:dtenvironment:xyz98765"];
        const { data } = await (await account(emulator)).post("", body(emulator, { resource }));
        const { token } = data as { token: string };
        const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/x-protobuf" };
        const { status } = await client(emulator, token, { headers }).post("/otlp/v1/traces", spans(NOW));
        expect(status).toBe(403);
    });

    test.each([
        ["no name", { name: undefined }, "name"],
        ["a name of 256 characters", { name: "a".repeat(256) }, "name"],
        ["no scopes", { scope: [] }, "scope"],
        ["a scope of access tokens", { scope: ["logs.ingest"] }, "scope"],
        ["no resource", { resource: undefined }, "resource"],
        ["another account", { resource: ["urn:dtaccount:made-up"] }, "resource"],
        ["no tags", { tags: undefined }, "tags"],
        ["no expiry", { expirationDate: undefined }, "expirationDate"],
        ["a relative expiry", { expirationDate: "now+30d" }, "expirationDate"],
        ["a past expiry", { expirationDate: "2026-01-01T00:00:00Z" }, "expirationDate"],
        ["an unknown user", { userUuid: "made-up" }, "userUuid"],
    ])("are not created with %s: 400 names the field", async (_what, change, path) => {
        const emulator = await begin();
        const { status, data } = await (await account(emulator)).post("", body(emulator, change));
        expect([
            status,
            (data as { error: { constraintViolations: object[] } }).error.constraintViolations[0],
        ]).toMatchObject([400, { path }]);
    });

    test("are created although a field is unknown", async () => {
        const emulator = await begin();
        const { status } = await (await account(emulator)).post("", body(emulator, { description: "x" }));
        expect(status).toBe(200);
    });

    test("are limited to ten of a user, expired ones counted", async () => {
        let now = NOW;
        const emulator = await begin({ now: () => now, account: { users: ["one", "two"], bearerSeconds: 1e9 } });
        const api = await account(emulator);
        for (let count = 0; count < 10; count++) expect((await api.post("", body(emulator))).status).toBe(200);
        now += 100 * 86_400_000;
        const later = { expirationDate: "2026-12-01T00:00:00Z" };
        expect((await api.post("", body(emulator, later))).status).toBe(400);
        expect((await api.post("", body(emulator, { ...later, userUuid: "two" }))).status).toBe(200);
    });

    test("are listed by pages, by a term, by status, and never with their secret", async () => {
        const emulator = await begin({ account: { users: ["one", "two"] } });
        const api = await account(emulator);
        for (let count = 0; count < 12; count++) {
            await api.post("", body(emulator, { name: `t${count}`, userUuid: count < 10 ? "one" : "two" }));
        }
        const names = (data: unknown): string[] =>
            (data as { results: { name: string }[] }).results.map(({ name }) => name);
        const first = (await api.get("")).data as object;
        expect(first).toMatchObject({ pageSize: 10, pageNumber: 1, total: 12 });
        expect(names((await api.get("", { params: { page: 2 } })).data)).toEqual(["t10", "t11"]);
        expect(names((await api.get("", { params: { searchTerm: "t11" } })).data)).toEqual(["t11"]);
        const { tokenId } = (first as { results: { tokenId: string }[] }).results[3] ?? { tokenId: "" };
        expect((await api.put(`/${tokenId}/status`, { status: "INACTIVE" })).status).toBe(204);
        expect(names((await api.get("", { params: { status: "INACTIVE" } })).data)).toEqual(["t3"]);
        expect(JSON.stringify(first)).not.toMatch(/dt0s16\.\w+\.\w/);
        expect((await api.get("", { params: { page: 0 } })).status).toBe(400);
        expect((await api.get("", { params: { pageNumber: 1 } })).status).toBe(400);
    });

    test("have an expiry that moves, though never into the past and not once it is over", async () => {
        let now = NOW;
        const emulator = await begin({ now: () => now, account: { bearerSeconds: 1e9 } });
        const api = await account(emulator);
        const { tokenId } = (await api.post("", body(emulator))).data as { tokenId: string };
        const move = async (expirationDate: string) =>
            (await api.put(`/${tokenId}/expiration-date`, { expirationDate })).status;
        expect(await move("2026-03-02T00:00:00Z")).toBe(200);
        expect(emulator.tokens().find(({ id }) => id === tokenId)?.expirationDate).toBe("2026-03-02T00:00:00.000Z");
        expect([await move("2026-02-01T00:00:00Z"), await move("now+1d")]).toEqual([400, 400]);
        now += 2 * 86_400_000;
        expect(await move("2026-06-01T00:00:00Z")).toBe(400);
        expect((await api.delete(`/${tokenId}`)).status).toBe(200);
        expect((await api.delete(`/${tokenId}`)).status).toBe(404);
    });

    test("take no status but ACTIVE and INACTIVE", async () => {
        const emulator = await begin();
        const api = await account(emulator);
        const { tokenId } = (await api.post("", body(emulator))).data as { tokenId: string };
        expect((await api.put(`/${tokenId}/status`, { status: "inactive" })).status).toBe(400);
    });

    test("answer 401 to a bad or old bearer token, 403 without the scope and for another account", async () => {
        let now = NOW;
        const emulator = await begin({ now: () => now });
        expect((await (await account(emulator, "made-up")).get("")).status).toBe(401);
        expect((await (await account(emulator, emulator.bootstrapToken)).get("")).status).toBe(401);
        const { data } = await signOn(emulator, { scope: "platform-token:tokens:manage" });
        const api = await account(emulator, (data as { access_token: string }).access_token);
        expect((await api.get("")).status).toBe(200);
        expect((await api.post("", body(emulator))).status).toBe(403);
        expect((await (await account(emulator, undefined, "made-up")).get("")).status).toBe(403);
        now += 300_000;
        expect((await api.get("")).status).toBe(401);
    });
});

describe("ActiveGate tokens", () => {
    const scopes = ["activeGateTokenManagement.write", "activeGateTokenManagement.read", "InstallerDownload"];
    const open = async (given = scopes) => client(await begin({ bootstrapToken: { scopes: given } }));
    const token = { name: "edge", activeGateType: "ENVIRONMENT", expirationDate: "now+60d" };

    test("are created with 201, a public part of eight characters and an absolute expiry", async () => {
        const { status, data } = await (await open()).post("/activeGateTokens", token);
        expect([status, data]).toEqual([
            201,
            {
                id: expect.stringMatching(/^dt0g02\.[A-Z2-7]{8}$/) as string,
                token: expect.stringMatching(/^dt0g02\.[A-Z2-7]{8}\.[A-Z2-7]{64}$/) as string,
                expirationDate: "2026-04-30T10:00:00.000Z",
            },
        ]);
    });

    test.each([
        ["no name", { name: undefined }, "name"],
        ["no type", { activeGateType: undefined }, "activeGateType"],
        ["an unknown type", { activeGateType: "REMOTE" }, "activeGateType"],
        ["more than two years", { expirationDate: "now+25M" }, "expirationDate"],
        ["a past expiry", { expirationDate: "now-1d" }, "expirationDate"],
    ])("are not created with %s: 400 names the field", async (_what, change, path) => {
        const { status, data } = await (await open()).post("/activeGateTokens", { ...token, ...change });
        expect([
            status,
            (data as { error: { constraintViolations: object[] } }).error.constraintViolations[0],
        ]).toMatchObject([400, { path }]);
    });

    test("are created although a field is unknown", async () => {
        expect((await (await open()).post("/activeGateTokens", { ...token, scopes: [] })).status).toBe(201);
    });

    test("are read and deleted by id; 404 has a body", async () => {
        const api = await open();
        const { id } = (await api.post("/activeGateTokens", token)).data as { id: string };
        expect((await api.get(`/activeGateTokens/${id}`)).data).toMatchObject({ id, name: "edge", seedToken: false });
        expect((await api.delete(`/activeGateTokens/${id}`)).status).toBe(204);
        const { status, data } = await api.get(`/activeGateTokens/${id}`);
        expect([status, data]).toMatchObject([404, { error: { code: 404 } }]);
    });

    test("are listed by pages of a hundred, beside whose key no other parameter is allowed", async () => {
        const emulator = await begin({ bootstrapToken: { scopes } });
        const api = client(emulator);
        for (let count = 0; count < 150; count++) emulator.createToken({ kind: "activeGate", name: `t${count}` });
        const { data } = await api.get("/activeGateTokens");
        const page = data as { totalCount: number; activeGateTokens: object[]; nextPageKey: string };
        expect([page.totalCount, page.activeGateTokens.length]).toEqual([150, 100]);
        const { nextPageKey } = page;
        const second = await api.get("/activeGateTokens", { params: { nextPageKey } });
        expect((second.data as typeof page).activeGateTokens).toHaveLength(50);
        expect((second.data as typeof page).nextPageKey).toBeNull();
        expect((await api.get("/activeGateTokens", { params: { nextPageKey, pageSize: 100 } })).status).toBe(400);
        expect((await api.get("/activeGateTokens", { params: { pageSize: 99 } })).status).toBe(400);
    });

    test("need their scopes, of which create is enough to create", async () => {
        const api = await open(["activeGateTokenManagement.create"]);
        const { status, data } = await api.post("/activeGateTokens", token);
        expect(status).toBe(201);
        expect((await api.get("/activeGateTokens")).status).toBe(403);
        expect((await api.delete(`/activeGateTokens/${(data as { id: string }).id}`)).status).toBe(403);
        expect((await api.get("/../v1/deployment/installer/gateway/connectioninfo")).status).toBe(403);
    });

    test("sign no call to the API", async () => {
        const emulator = await begin();
        const { token: secret } = emulator.createToken({ kind: "activeGate", scopes: ["metrics.ingest"] });
        expect((await client(emulator, secret).get("/apiTokens")).status).toBe(401);
    });

    test("come with whom to connect to", async () => {
        const emulator = await begin({ bootstrapToken: { scopes } });
        const { data } = await client(emulator).get("/../v1/deployment/installer/gateway/connectioninfo");
        expect(data).toEqual({
            tenantUUID: "abc12345",
            tenantToken: emulator.tenantToken,
            communicationEndpoints: `https://127.0.0.1:${emulator.port}/communication`,
        });
    });
});

test("tokens of both kinds outlive a restart, without their secrets in the file", async () => {
    const folder = mkdtempSync(`${tmpdir()}/emulator-account-`);
    try {
        const stateFile = `${folder}/state.json`;
        const first = await begin({ stateFile });
        const { tokenId, token } = (await (await account(first)).post("", body(first))).data as Record<string, string>;
        first.createToken({ kind: "activeGate", name: "edge", activeGateType: "ENVIRONMENT" });
        await first.stop();
        expect(readFileSync(stateFile, "utf8")).not.toContain(token?.split(".")[2]);
        const second = await begin({ stateFile });
        expect(second.tokens().filter(({ kind }) => kind !== "access")).toMatchObject([
            { id: tokenId, kind: "platform", resource: ["urn:dtenvironment:abc12345"] },
            { kind: "activeGate", activeGateType: "ENVIRONMENT" },
        ]);
    } finally {
        await stopAll();
        rmSync(folder, { recursive: true, force: true });
    }
});
