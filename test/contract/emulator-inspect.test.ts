import axios from "axios";
import type { Emulator } from "../../emulator";
import { client, ingest, logs, spans, start, stopAll } from "./emulator-helpers";

afterEach(stopAll);

const see = (emulator: Emulator, path: string, headers = {}) =>
    axios.get(new URL(path, emulator.pageUrl).href, { headers, proxy: false, validateStatus: () => true });

describe("what the emulator shows", () => {
    test("over HTTP is what it tells in the program, on both routes outside of the environment", async () => {
        for (const route of ["saas", "activegate"] as const) {
            const emulator = await start({ route, tls: false });
            expect(emulator.pageUrl).toBe(`http://127.0.0.1:${emulator.port}/_emulator/`);
            await ingest(emulator).post("/otlp/v1/logs", logs(Date.now(), Date.now() - 25 * 3600 * 1000));
            expect((await see(emulator, "arrived")).data).toEqual(JSON.parse(JSON.stringify(emulator.arrived())));
            expect((await see(emulator, "refused")).data).toEqual(emulator.refused());
            expect((await see(emulator, "tokens")).data).toEqual(emulator.tokens());
            expect((await see(emulator, "requests")).data).toEqual(emulator.requests());
            expect((await see(emulator, "nothing")).status).toBe(404);
        }
    });

    test("never holds the secret of a token", async () => {
        const emulator = await start();
        const { data } = await client(emulator).post("/apiTokens", { name: "a", scopes: ["logs.ingest"] });
        await client(emulator).post("/apiTokens/lookup", { token: data.token });
        await client(emulator).get(`/apiTokens/${data.token}`);
        await client(emulator).delete(`/apiTokens/${data.token}`);
        for (const path of ["", "arrived", "refused", "tokens", "requests"]) {
            const text = JSON.stringify((await see(emulator, path)).data);
            for (const token of [data.token, emulator.bootstrapToken]) expect(text).not.toContain(token.split(".")[2]);
            expect(text).not.toContain("sha256");
        }
    });

    test("as a page is self-contained, without scripts, and escapes what arrived", async () => {
        const emulator = await start();
        emulator.createToken({ name: '<script>alert("x")</script>' });
        await ingest(emulator).post("/otlp/v1/traces", spans(Date.now()));
        const { status, headers, data } = await see(emulator, "");
        expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
        expect(headers["content-security-policy"]).toContain("default-src 'none'");
        expect(data).toContain("<b>1</b> spans");
        expect(data).toContain("&lt;script&gt;");
        expect(data).not.toMatch(/<script|src=|https?:\/\//);
    });

    test("is not shown under a name that is not its own", async () => {
        const emulator = await start({ tlsNames: ["gate.example"] });
        expect((await see(emulator, "arrived", { Host: "evil.example" })).status).toBe(403);
        expect((await see(emulator, "arrived", { Host: "gate.example:9999" })).status).toBe(200);
    });

    test("is forgotten on reset, faults too, but tokens stay", async () => {
        const emulator = await start();
        const api = ingest(emulator);
        await api.post("/otlp/v1/traces", spans(Date.now()));
        await api.post("/otlp/v1/traces", "x");
        emulator.fault({ kind: "503", times: Infinity });
        const { status } = await axios.post(new URL("reset", emulator.pageUrl).href, undefined, { proxy: false });
        expect(status).toBe(204);
        expect([
            emulator.arrived().counts.spans,
            emulator.arrived().spans,
            emulator.refused(),
            emulator.requests(),
        ]).toEqual([0, [], [], []]);
        expect((await api.post("/otlp/v1/traces", spans(Date.now()))).status).toBe(200);
    });
});
