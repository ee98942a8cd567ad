import { credentialsWarning } from "../../components/ingest-token/credentials";
import { Check, InputError } from "../../components/shared/check";

const TOKEN = `dt0c01.${"A".repeat(24)}.${"MADEUPSECRET".repeat(5)}ABCD`;
const check = new Check('TelemetryPipeline("shop")', "token");
const found = (env: Record<string, string>, preview = true): string | undefined =>
    credentialsWarning(check, { env }, preview);

describe("the bootstrap token of a program", () => {
    test("is missing: a preview warns and passes, an up is refused", () => {
        expect(found({})).toMatch(
            /^TelemetryPipeline\("shop"\): bootstrap token: is missing, so this preview checks nothing .* set DYNATRACE_API_TOKEN/,
        );
        expect(found({ DYNATRACE_API_TOKEN: " \n" })).toContain("is missing");
        expect(() => found({}, false)).toThrow(
            /^TelemetryPipeline\("shop"\): bootstrap token: is missing; set DYNATRACE_API_TOKEN/,
        );
    });

    test("is there, also with white space around it", () => {
        expect(found({ DYNATRACE_API_TOKEN: `${TOKEN}\n` })).toBeUndefined();
        expect(found({ DT_API_TOKEN: TOKEN }, false)).toBeUndefined();
    });

    test.each([
        ["abc", /DT_API_TOKEN: is no access token; give the whole token/],
        [TOKEN.replace("dt0c01", "dt0s16"), /DT_API_TOKEN: is a platform token/],
        [`Api-Token ${TOKEN}`, /DT_API_TOKEN: holds characters that no token has/],
    ])("cannot work: an error at preview that does not show it (case %#)", (token, text) => {
        let problem: unknown;
        try {
            found({ DT_API_TOKEN: token });
        } catch (error) {
            problem = error;
        }
        expect(problem).toBeInstanceOf(InputError);
        expect(String(problem)).toMatch(text);
        expect(String(problem)).not.toContain("MADEUPSECRET");
    });
});

test("a CA file that Node.js ignores is an error at preview", () => {
    expect(() => found({ DT_API_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: "/gone/ca.pem" })).toThrow(
        'TelemetryPipeline("shop"): NODE_EXTRA_CA_CERTS: the file /gone/ca.pem does not exist; set it to a PEM file',
    );
});
