import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { accountSecrets, clientCredentials } from "../../providers/dynatrace/account";
import { bootstrapToken, currentApiUrl, type SettingsSources } from "../../providers/dynatrace/settings";

const SECRET = `dt0c01.${"A".repeat(24)}.${"S".repeat(64)}`;
const token = (name: string): string => `dt0c01.${name}.${"S".repeat(64)}`;
const config = (values: Record<string, string>): SettingsSources["config"] => ({ get: (key) => values[key] });

describe("bootstrapToken", () => {
    it("prefers DYNATRACE_API_TOKEN, then DT_API_TOKEN, then the configuration, which is old in a destroy", () => {
        const sources = {
            env: { DYNATRACE_API_TOKEN: token("ONE"), DT_API_TOKEN: token("TWO") },
            config: config({ "dynatrace:apiToken": token("THREE") }),
        };
        expect(bootstrapToken(sources)).toEqual({ value: token("ONE"), source: "DYNATRACE_API_TOKEN" });
        expect(bootstrapToken({ ...sources, env: { DT_API_TOKEN: token("TWO") } }).value).toBe(token("TWO"));
        expect(bootstrapToken({ ...sources, env: { DYNATRACE_API_TOKEN: " " } }).value).toBe(token("THREE"));
    });

    it.each([
        ["", "set DYNATRACE_API_TOKEN, DT_API_TOKEN or `pulumi config set --secret dynatrace:apiToken`"],
        [`${SECRET}\n${SECRET}`, "give the token alone, without Api-Token"],
        ["abc", "the token in DYNATRACE_API_TOKEN is no access token; give the whole token"],
        [SECRET.slice(0, 31), "is no access token; give the whole token"],
        [`Api-Token ${SECRET}`, "give the token alone, without Api-Token"],
        [SECRET.replace("dt0c01", "dt0s16"), "is a platform token, which the access tokens API does not take"],
        [SECRET.replace("dt0c01", "dt0g02"), "is of the kind dt0g02"],
    ])("refuses a token that cannot work, without showing it (case %#)", (token, problem) => {
        let message = "";
        try {
            bootstrapToken({ env: { DYNATRACE_API_TOKEN: token } });
        } catch (error) {
            message = (error as Error).message;
        }
        expect(message).toContain(problem);
        expect(message).not.toContain("SSSS");
    });

    it("ignores white space around the token, wherever it is set", () => {
        expect(bootstrapToken({ env: { DYNATRACE_API_TOKEN: `${SECRET}\n` } }).value).toBe(SECRET);
        const fromConfig = { env: {}, config: config({ "dynatrace:apiToken": `\t ${SECRET} \r\n` }) };
        expect(bootstrapToken(fromConfig).value).toBe(SECRET);
        const client = { DT_CLIENT_ID: " dt0s02.MADEUP ", DT_CLIENT_SECRET: "dt0s02.MADEUP.NOTASECRET\n" };
        const { clientId, clientSecret } = clientCredentials({ env: client });
        expect([clientId.value, clientSecret.value]).toEqual(["dt0s02.MADEUP", "dt0s02.MADEUP.NOTASECRET"]);
        expect(accountSecrets({ env: client })).toEqual(["dt0s02.MADEUP.NOTASECRET"]);
    });

    describe("with NODE_EXTRA_CA_CERTS", () => {
        let folder: string;
        const file = (text: string): string => {
            const path = join(folder, "ca.pem");
            writeFileSync(path, text);
            return path;
        };
        beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "settings-"))));
        afterAll(() => rmSync(folder, { recursive: true }));

        it.each<[string, () => string, RegExp]>([
            [
                "that does not exist",
                () => join(folder, "gone.pem"),
                /^NODE_EXTRA_CA_CERTS: the file .* does not exist; set/,
            ],
            [
                "that holds no certificate",
                () => file("hello"),
                /^NODE_EXTRA_CA_CERTS: the file .* holds no certificate; set/,
            ],
            ["that is a folder", () => folder, /^NODE_EXTRA_CA_CERTS: the file .* cannot be read \(EISDIR\); set/],
        ])("fails for a file %s, before any call", (_case, path, text) => {
            const env = { DYNATRACE_API_TOKEN: SECRET, NODE_EXTRA_CA_CERTS: path() };
            expect(() => bootstrapToken({ env })).toThrow(text);
            const client = { DT_CLIENT_ID: "dt0s02.MADEUP", DT_CLIENT_SECRET: "dt0s02.MADEUP.NOTASECRET" };
            expect(() => clientCredentials({ env: { ...client, NODE_EXTRA_CA_CERTS: path() } })).toThrow(text);
        });

        it("takes a file with certificates, and an empty variable", () => {
            const found = (path: string) =>
                bootstrapToken({ env: { DT_API_TOKEN: SECRET, NODE_EXTRA_CA_CERTS: path } });
            expect(found(file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")).value).toBe(SECRET);
            expect(found("").value).toBe(SECRET);
        });
    });

    it("of an explicit provider comes from that alone, whatever the variables say", () => {
        const own = { "dynatrace:provider": "staging", "dynatrace:apiToken": SECRET };
        const env = { DYNATRACE_API_TOKEN: SECRET };
        expect(bootstrapToken({ env, config: config(own) })).toEqual({
            value: SECRET,
            source: 'apiToken of the provider "staging"',
        });
        expect(() => bootstrapToken({ env, config: config({ "dynatrace:provider": "staging" }) })).toThrow("no token");
    });

    it("takes a token of the form before 1.210", () => {
        expect(bootstrapToken({ env: { DT_API_TOKEN: "abcdefghij1234567890" } }).value).toBe("abcdefghij1234567890");
    });
});

test("a recorded address gives way to the one set now only if that is of the same environment", () => {
    const recorded = "https://abc12345.live.dynatrace.com/api";
    const at = (url: string) => currentApiUrl({ env: { DYNATRACE_API_URL: url } }, recorded);
    expect(at("https://ag.example:9999/e/abc12345/api")).toBe("https://ag.example:9999/e/abc12345/api");
    expect(at("https://other.live.dynatrace.com/api")).toBe(recorded);
    expect(at("rubbish")).toBe(recorded);
    expect(currentApiUrl({ env: {} }, recorded)).toBe(recorded);
});
