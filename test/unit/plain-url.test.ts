import { exporterEnv } from "../../components/application-pods/exporter-env";
import { Check, InputError } from "../../components/shared/check";
import { plainUrl } from "../../components/shared/url";

const TOKEN = `dt0c01.madeuppublic.${"notasecret".repeat(6)}`;

const SECRETS: [string, string, RegExp][] = [
    ["a user and a password", "https://user:notasecret@example.com", /holds a user or a password before the host/],
    ["a password alone", "https://:notasecret@example.com", /holds a user or a password/],
    ["a user alone", "https://notasecret@example.com", /holds a user or a password/],
    ["a user behind backslashes", "https:\\\\user:notasecret@example.com", /holds a user or a password/],
    ["a query", "https://example.com/?token=notasecret", /holds a query or a fragment/],
    ["a fragment", "https://example.com/#notasecret", /holds a query or a fragment/],
    ["a token in its path", `https://example.com/${TOKEN}`, /holds a token of Dynatrace/],
];

describe("a URL that goes into objects in the clear", () => {
    test.each(["http://gateway.telemetry.svc:4318", "https://example.com", "https://[2001:db8::1]:4318/otlp"])(
        "is taken where it holds nothing secret: %s",
        (url) => {
            expect(plainUrl(new Check("C", "url"), url).host).toBe(new URL(url).host);
        },
    );

    test.each<[string, string | undefined, RegExp]>([
        ["nothing", undefined, /^C: url: is missing; write e\.g\. https:\/\/example\.com$/],
        ["an empty text", "", /^C: url: is missing/],
        ["no URL", "gateway", /^C: url: is not a URL/],
        ["no scheme, but a password", "user:notasecret@example.com:4318", /^C: url: is not a URL/],
        ["another scheme", "ftp://example.com", /^C: url: is not a URL with http/],
        ["a line break", "https://example.com\n", /^C: url: is not a URL/],
        ...SECRETS,
    ])("is refused with %s, which is not repeated", (_case, url, text) => {
        const make = (): URL => plainUrl(new Check("C", "url"), url);
        expect(make).toThrow(InputError);
        expect(make).toThrow(text);
        expect(make).not.toThrow(/notasecret/);
    });
});

test.each(SECRETS)("exporterEnv refuses a collectorUrl with %s", (_case, collectorUrl, text) => {
    const make = (): unknown => exporterEnv({ via: "collector", collectorUrl });
    expect(make).toThrow(text);
    expect(make).toThrow(/^exporterEnv: collectorUrl: /);
    expect(make).not.toThrow(/notasecret/);
});
