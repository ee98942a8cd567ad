import * as fc from "fast-check";

import { Check, InputError } from "../../components/shared/check";
import { parseDsn } from "../../components/sentry/dsn";

const KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";
const parse = (text: string) => parseDsn(new Check('SentryExport("sentry")', "projects.shop.dsn"), text);

function problemOf(text: string): string {
    try {
        parse(text);
    } catch (error) {
        if (error instanceof InputError) return error.message;
        throw error;
    }
    throw new Error("the text was taken");
}

describe("a DSN as Sentry shows it gives the address of OTLP, and the key apart from it", () => {
    test.each([
        ["of the United States", `https://${KEY}@o1.ingest.us.sentry.io/42`, "https://o1.ingest.us.sentry.io/api/42"],
        ["of Europe", `https://${KEY}@o1.ingest.de.sentry.io/42`, "https://o1.ingest.de.sentry.io/api/42"],
        ["without region", `https://${KEY}@o1.ingest.sentry.io/42`, "https://o1.ingest.sentry.io/api/42"],
        ["with blanks around", `  https://${KEY}@o1.ingest.sentry.io/42\n`, "https://o1.ingest.sentry.io/api/42"],
        ["of a host of one's own", `https://${KEY}@sentry.example.com/7`, "https://sentry.example.com/api/7"],
        ["behind a path", `https://${KEY}@example.com/tools/sentry/7`, "https://example.com/tools/sentry/api/7"],
        ["at a port", `https://${KEY}@sentry.example.com:9443/7`, "https://sentry.example.com:9443/api/7"],
        ["with a slash behind", `https://${KEY}@sentry.example.com/7/`, "https://sentry.example.com/api/7"],
    ])("%s", (_what, dsn, api) => {
        const { target, publicKey, warnings } = parse(dsn);
        expect(target.otlpUrl).toBe(`${api}/integration/otlp`);
        expect(publicKey).toBe(KEY);
        expect(warnings).toEqual([]);
        expect(JSON.stringify(target)).not.toContain(KEY);
    });

    test.each([
        `https://${KEY}@o1.ingest.sentry.io/42`,
        "https://o1.ingest.sentry.io/42",
        "https://o1.ingest.sentry.io/api/42/integration/otlp",
        "https://o1.ingest.sentry.io/api/42/integration/otlp/v1/traces",
        "https://o1.ingest.sentry.io/api/42/integration/otlp/v1/logs/",
    ])("%s leads to the same place as every other form", (text) => {
        expect(parse(text).target).toEqual({
            otlpUrl: "https://o1.ingest.sentry.io/api/42/integration/otlp",
            host: "o1.ingest.sentry.io",
            port: 443,
            projectId: "42",
        });
    });

    test("the port of the scheme, or the one that is written", () => {
        const ports = ["https://s.example.com/7", "http://s.example.com/7", "https://s.example.com:9443/7"];
        expect(ports.map((text) => parse(text).target.port)).toEqual([443, 80, 9443]);
    });
});

describe("what is not a DSN is refused, saying what it is and where the DSN stands", () => {
    test.each([
        ["", "is empty"],
        ["sentry.io", "is not a URL"],
        ["o1.ingest.sentry.io/42", "is not a URL"],
        [KEY, "is only the public key"],
        [`ftp://${KEY}@sentry.example.com/7`, "begins with ftp:// instead of https://"],
        ["https://my-org.sentry.io/settings/projects/shop/keys/", "my-org.sentry.io is Sentry's web interface"],
        [`https://${KEY}@sentry.io/42`, "sentry.io is Sentry's web interface, or an old host"],
        [`http://${KEY}@o1.ingest.sentry.io/42`, "accepts only https"],
        [`https://${KEY}@o1.ingest.sentry.io`, "does not end with the id of a project"],
        [`https://${KEY}@o1.ingest.sentry.io/shop`, "does not end with the id of a project"],
        ["https://o1.ingest.sentry.io/api/42/", "is an address of Sentry's API"],
        [
            "https://o1.ingest.sentry.io/api/42/integration/otlp/v1/metrics",
            "is for metrics, which Sentry does not accept",
        ],
        [`https://o1.ingest.sentry.io/api/42/envelope/?sentry_key=${KEY}`, "holds sentry_key"],
        [`x-sentry-auth=sentry sentry_key=${KEY}`, "holds sentry_key, as in a header"],
        [`https://o1.ingest.sentry.io/api/42/unreal/${KEY}/`, "/unreal/…/ holds what looks like a key"],
        ["https://o1.ingest.sentry.io/42?project=shop", "is followed by a query"],
        [`https://c0ffee@o1.ingest.sentry.io/42`, "has a public key of 6 characters, but those of Sentry have 32"],
        [`https://${KEY.replace("0", "x")}@o1.ingest.sentry.io/42`, "other characters than 0-9 and a-f"],
        ["sntrys_madeup", "holds an auth token of Sentry, not a DSN; treat it as leaked and revoke it"],
    ])("%s", (text, problem) => {
        const message = problemOf(text);
        expect(message).toContain('SentryExport("sentry"): projects.shop.dsn: ');
        expect(message).toContain(problem);
        expect(message).toMatch(/Client Keys \(DSN\)|copy the whole key again/);
        expect(message).not.toContain(KEY);
    });
});

test("nothing that is not secret holds the key, wherever it stands in the text", () => {
    const dsns = [
        "https://o1.ingest.sentry.io/42",
        "http://sentry.example.com:9000/tools/api/7/integration/otlp/v1/logs",
    ];
    const insertion = fc.record({
        dsn: fc.constantFrom(...dsns),
        at: fc.nat(70),
        before: fc.constantFrom("", "/", "?", "#", ":", "@", "x-", "sentry_key="),
        after: fc.constantFrom("", "/", "@", ":", "=", "."),
    });
    fc.assert(
        fc.property(insertion, ({ dsn, at, before, after }) => {
            const text = `${dsn.slice(0, at)}${before}${KEY}${after}${dsn.slice(at)}`;
            try {
                const { warnings, target } = parse(text);
                return !JSON.stringify({ warnings, target }).includes(KEY);
            } catch (error) {
                if (!(error instanceof InputError)) throw error;
                return !error.message.includes(KEY);
            }
        }),
        { numRuns: 5000 },
    );
});

test("an old DSN with a secret key works without it, and a warning asks for a new one", () => {
    const secret = "dead00dead00dead00dead00dead0000";
    const parsed = parse(`https://${KEY}:${secret}@sentry.example.com/7`);
    expect(parsed.publicKey).toBe(KEY);
    expect(parsed.warnings).toEqual([
        expect.stringContaining("holds the secret key of an old DSN, which is not needed") as string,
    ]);
    expect(JSON.stringify(parsed)).not.toContain(secret);
});

test("a Sentry without TLS is warned about, unless it is on the same host", () => {
    expect(parse(`http://${KEY}@sentry.example.com/7`).warnings[0]).toContain("is not encrypted");
    expect(parse(`http://${KEY}@127.0.0.1:9000/7`).warnings).toEqual([]);
});
