import { parseApiUrl, tenantKey } from "../../providers/dynatrace/api-url";

describe("parseApiUrl", () => {
    it.each([
        ["https://abc12345.live.dynatrace.com/api", "https://abc12345.live.dynatrace.com/api"],
        ["https://abc12345.live.dynatrace.com", "https://abc12345.live.dynatrace.com/api"],
        [" https://abc12345.live.dynatrace.com/api/ ", "https://abc12345.live.dynatrace.com/api"],
        ["https://managed.example.com/e/1a2b-3c", "https://managed.example.com/e/1a2b-3c/api"],
        ["https://ag.example.com:9999/e/abc12345/api", "https://ag.example.com:9999/e/abc12345/api"],
        ["https://ag.apps.example.com/e/abc12345/api", "https://ag.apps.example.com/e/abc12345/api"],
        ["http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"],
        ["http://[::1]:8080", "http://[::1]:8080/api"],
    ])("reads %s", (text, url) => {
        expect(parseApiUrl(text)).toEqual({ url });
    });

    it.each([
        ["https://abc12345.apps.dynatrace.com", "https://abc12345.live.dynatrace.com/api"],
        ["https://abc12345.live.apps.dynatrace.com/api", "https://abc12345.live.dynatrace.com/api"],
        ["https://abc12345.sprint.apps.dynatracelabs.com/ui", "https://abc12345.sprint.dynatracelabs.com/api"],
    ])("repairs %s, which is the web interface, with a warning", (text, url) => {
        const { hostname } = new URL(text);
        const warning = expect.stringMatching(
            `^${hostname} is the web interface, .*; ${new URL(url).hostname} is used`,
        );
        expect(parseApiUrl(text)).toEqual({ url, warning });
    });

    it.each([
        ["abc12345", "write https://abc12345.live.dynatrace.com/api"],
        ["abc12345.live.dynatrace.com", "write https://abc12345.live.dynatrace.com/api"],
        ["https://abc12345.live.dynatrace.com/api/v2/otlp", "write https://abc12345.live.dynatrace.com/api"],
        ["https://ag:9999/e/abc12345/api/v2/otlp/v1/traces", "write https://ag:9999/e/abc12345/api"],
        ["http://abc12345.live.dynatrace.com/api", "unencrypted; write https://abc12345.live.dynatrace.com/api"],
        ["https://abc12345.live.dynatrace.com/ui/settings", "write https://abc12345.live.dynatrace.com/api"],
        ["", "is empty"],
        ["https://", "is not a URL"],
    ])("refuses %s with the right form", (text, problem) => {
        const result = parseApiUrl(text);
        expect(result.url).toBeUndefined();
        expect(result.problem).toContain(problem);
    });

    it.each(["https://user:hunter22@x.live.dynatrace.com/api", "https://x.live.dynatrace.com/api?api-token=hunter22"])(
        "refuses %s without repeating what is secret in it",
        (text) => {
            expect(parseApiUrl(text).problem).toContain("must not hold a user, a password, a query");
            expect(parseApiUrl(text).problem).not.toContain("hunter22");
        },
    );
});

test("tenantKey names the environment, whatever the route to it", () => {
    const same = [
        "https://ABC12345.live.dynatrace.com/api",
        "https://ag:9999/e/abc12345/api",
        "https://m.example/e/abc12345/api",
    ];
    expect(new Set(same.map(tenantKey))).toEqual(new Set(["abc12345"]));
    expect(tenantKey("http://127.0.0.1:4711/api")).toBe(tenantKey("http://127.0.0.1:4712/api"));
    expect(tenantKey("https://xyz.live.dynatrace.com/api")).not.toBe("abc12345");
});
