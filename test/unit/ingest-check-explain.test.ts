import { explain } from "../../providers/ingest-check/explain";
import type { Context } from "../../providers/ingest-check/finding";
import type { Answer } from "../../providers/ingest-check/post";

const context: Context = {
    otlpUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp",
    route: "saas",
    token: "dt0c01.MADEUP.NOTASECRET",
    tokenName: "the token dt0c01.MADEUP",
    scheme: "Api-Token",
    hasCa: false,
    timeoutSeconds: 10,
};

const answer = (status: number, text = "", headers: Answer["headers"] = {}): Answer => ({
    status,
    headers,
    body: Buffer.from(text),
});
const meaning = (of: Parameters<typeof explain>[1], more: Partial<Context> = {}) =>
    explain("traces", of, { ...context, ...more });

it.each([401, 429, 500, 502, 503, 504])("%i may pass by itself", (status) => {
    expect(meaning(answer(status))?.retry).toBe(true);
});

it.each([302, 400, 403, 404, 405, 407, 411, 413, 415])("%i does not pass by itself", (status) => {
    expect(meaning(answer(status))?.retry).toBe(false);
});

it.each([
    ["ENOTFOUND", false],
    ["EAI_AGAIN", true],
    ["ECONNREFUSED", true],
    ["ECONNRESET", true],
    ["ETIMEDOUT", true],
    ["EPROTO", false],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", false],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", false],
    ["CERT_NOT_YET_VALID", false],
    ["SOMETHING_NEW", true],
])("no connection for %s: whether it may pass by itself", (code, retry) => {
    expect(meaning({ code, message: "" })?.retry).toBe(retry);
});

it.each([
    ["saas", "endpoint.environment", "endpoint.port", "endpoint.ca"],
    ["managed", "endpoint.host", "endpoint.port", "endpoint.ca"],
    ["activegate", "endpoint.host", "endpoint.port", "endpoint.ca"],
    ["collector", "collector.url", "collector.url", "collector.ca"],
])("behind %s the fields are those of the argument that was given", (route, address, port, ca) => {
    const fields = [
        meaning(answer(404), { route }),
        meaning({ code: "ECONNREFUSED", message: "" }, { route }),
        meaning({ code: "SELF_SIGNED_CERT_IN_CHAIN", message: "" }, { route }),
    ].map((found) => found?.field);
    expect(fields).toEqual([address, port, ca]);
});

it("a certificate that is not valid yet may be a wrong clock", () => {
    expect(meaning({ code: "CERT_NOT_YET_VALID", message: "" })?.wayOut).toContain("or set this clock");
});

it("an expired platform token, answered 403, is not taken for one without the scope", () => {
    const body = JSON.stringify({ error: { code: 403, message: "The platform token is expired." } });
    const platform = { token: "dt0s16.MADEUP.NOTASECRET", tokenName: "the token dt0s16.MADEUP", scheme: "Bearer" };
    expect(meaning(answer(403, body), platform)?.wayOut).toBe("the token dt0s16.MADEUP is expired; make a new one");
});

it("a token of another kind is not told which scheme to use", () => {
    const own = { token: "made-up-basic", tokenName: "the token", scheme: "Bearer", route: "collector" };
    expect(meaning(answer(401), own)).toMatchObject({
        field: "token",
        wayOut: expect.stringContaining("is not the one that its receiver asks for"),
    });
});

it("no text holds the token", () => {
    const answers = [200, 302, 400, 401, 403, 404, 407, 413, 415, 429, 500, 502].map((status) => answer(status, "<p>"));
    for (const of of [...answers, { code: "ECONNRESET", message: "" }]) {
        expect(JSON.stringify(meaning(of))).not.toContain("NOTASECRET");
    }
});
