import { bootstrapToken, currentApiUrl, type SettingsSources } from "../../providers/dynatrace/settings";

const SECRET = `dt0c01.${"A".repeat(24)}.${"S".repeat(64)}`;
const config = (values: Record<string, string>): SettingsSources["config"] => ({ get: (key) => values[key] });

describe("bootstrapToken", () => {
    it("prefers DYNATRACE_API_TOKEN, then DT_API_TOKEN, then the configuration, which is old in a destroy", () => {
        const sources = {
            env: { DYNATRACE_API_TOKEN: "dt0c01.one", DT_API_TOKEN: "dt0c01.two" },
            config: config({ "dynatrace:apiToken": "dt0c01.three" }),
        };
        expect(bootstrapToken(sources)).toEqual({ value: "dt0c01.one", source: "DYNATRACE_API_TOKEN" });
        expect(bootstrapToken({ ...sources, env: { DT_API_TOKEN: "dt0c01.two" } }).value).toBe("dt0c01.two");
        expect(bootstrapToken({ ...sources, env: { DYNATRACE_API_TOKEN: "" } }).value).toBe("dt0c01.three");
    });

    it.each([
        ["", "set DYNATRACE_API_TOKEN, DT_API_TOKEN or `pulumi config set --secret dynatrace:apiToken`"],
        ["abc", "the token in DYNATRACE_API_TOKEN is not a Dynatrace token"],
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

    it("trims white space around it, as a file's last line has", () => {
        expect(bootstrapToken({ env: { DYNATRACE_API_TOKEN: ` ${SECRET}\n` } }).value).toBe(SECRET);
    });

    it("of an explicit provider comes from that alone, whatever the variables say", () => {
        const own = { "dynatrace:provider": "staging", "dynatrace:apiToken": SECRET };
        const env = { DYNATRACE_API_TOKEN: "dt0c01.one" };
        expect(bootstrapToken({ env, config: config(own) })).toEqual({
            value: SECRET,
            source: 'apiToken of the provider "staging"',
        });
        expect(() => bootstrapToken({ env, config: config({ "dynatrace:provider": "staging" }) })).toThrow(
            "no token to sign",
        );
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
