import * as pulumi from "@pulumi/pulumi";

import { IngestCheck, type IngestCheckArgs } from "../../components/ingest-check";
import { checkedToken, checkTarget, sending } from "../../components/ingest-check/target";
import { IngestToken } from "../../components/ingest-token";
import { capture, type Captured } from "../support/capture";
import { Check } from "../../components/shared/check";

const COMPONENT = 'IngestCheck("check")';
const MADE_UP = "dt0c01.MADEUPPUBLIC.NOTASECRET";
const SAAS = { environment: "abc12345" };

describe("where records go", () => {
    it.each([
        [SAAS, "https://abc12345.live.dynatrace.com/api/v2/otlp", "saas"],
        [
            { environment: "https://gate.example.com:9999/e/abc12345" },
            "https://gate.example.com:9999/e/abc12345/api/v2/otlp",
            "activegate",
        ],
    ])("is what the endpoint %j says, with all signals", (endpoint, otlpUrl, route) => {
        expect(checkTarget(new Check(COMPONENT), { endpoint })).toEqual({
            otlpUrl,
            route,
            caCertificatePem: undefined,
            signals: ["traces", "metrics", "logs"],
            requiresToken: true,
            warnings: route === "saas" ? [] : [expect.stringContaining("ca is not given")],
        });
    });

    it("is, for a OneAgent, what it takes: traces, without a token", () => {
        expect(checkTarget(new Check(COMPONENT), { endpoint: { route: "oneagent" } })).toMatchObject({
            otlpUrl: "http://localhost:14499/otlp",
            signals: ["traces"],
            requiresToken: false,
        });
    });

    it.each([
        ["http://localhost:4318", "http://localhost:4318"],
        [" https://collector.example.com/ ", "https://collector.example.com"],
        ["https://example.com/otlp/", "https://example.com/otlp"],
    ])("is the Collector at %j", (url, otlpUrl) => {
        expect(checkTarget(new Check(COMPONENT), { collector: { url } })).toMatchObject({
            otlpUrl,
            route: "collector",
        });
    });

    it("is the host that accepts telemetry for a Collector URL of the web interface, with a warning", () => {
        const url = "https://abc12345.apps.dynatrace.com/api/v2/otlp";
        const { otlpUrl, warnings } = checkTarget(new Check(COMPONENT), { collector: { url } });
        expect(otlpUrl).toBe("https://abc12345.live.dynatrace.com/api/v2/otlp");
        expect(warnings).toEqual([
            `${COMPONENT}: collector.url: abc12345.apps.dynatrace.com is the web interface, which answers 404 to the API and to ` +
                "telemetry; abc12345.live.dynatrace.com is used instead",
        ]);
    });

    it.each<[string, Parameters<typeof checkTarget>[1], string]>([
        ["nothing", {}, "endpoint: is missing; give the endpoint of the pipeline, or a collector"],
        [
            "two places",
            { endpoint: SAAS, collector: { url: "http://localhost:4318" } },
            "collector: cannot be combined with endpoint; keep the one that records go to",
        ],
        [
            "a signal that the route does not take",
            { endpoint: { route: "oneagent" }, signals: ["logs"] },
            "signals: the route oneagent does not accept logs; remove logs",
        ],
        ["a Collector without a URL", { collector: {} as never }, "collector.url: is missing; give the URL, e.g. http"],
        ["no signal", { endpoint: SAAS, signals: [] }, "signals: is empty; name at least one signal"],
        ["a host alone", { collector: { url: "localhost:4318" } }, "collector.url: is not a URL"],
        ["gRPC", { collector: { url: "http://localhost:4317" } }, "collector.url: port 4317 is for gRPC"],
        [
            "the URL of one signal",
            { collector: { url: "http://localhost:4318/v1/traces" } },
            "collector.url: ends in the path of one signal; write http://localhost:4318",
        ],
        [
            "a token in the URL",
            { collector: { url: `https://example.com/?api-token=${MADE_UP}` } },
            "collector.url: must not hold a user, a password, a query or a fragment; give the token as token",
        ],
        [
            "a certificate that is none",
            { collector: { url: "https://localhost", ca: { pem: "ca.pem" } } },
            "collector.ca.pem: is not PEM",
        ],
    ])("cannot be %s, and the error says so without a secret", (_what, args, text) => {
        expect(() => checkTarget(new Check(COMPONENT), args)).toThrow(`${COMPONENT}: ${text}`);
        expect(() => checkTarget(new Check(COMPONENT), args)).not.toThrow(/NOTASECRET/);
    });
});

describe("the token", () => {
    const url = "https://abc12345.live.dynatrace.com/api/v2/otlp";

    it.each([
        [MADE_UP, undefined, "Api-Token"],
        ["dt0s16.MADEUP.NOTASECRET", undefined, "Bearer"],
        ["dt0s16.MADEUP.NOTASECRET", "Api-Token", "Api-Token"],
    ])("%s with scheme %s goes as %s", (given, scheme, expected) => {
        expect(checkedToken(new Check(COMPONENT), { given, scheme }, true, url)).toEqual({
            token: given,
            scheme: expected,
        });
    });

    it.each([
        ["missing", undefined, url, "token: is missing: Dynatrace accepts nothing without a token"],
        ["empty, as of a Secret made elsewhere", "", url, "or set enabled: false"],
        ["with a word before it", `Api-Token ${MADE_UP}`, url, "token: is empty or holds characters that no token has"],
        ["sent in the clear", MADE_UP, "http://gate.example.com", "collector.url: http:// would carry the token"],
    ])("cannot be %s", (_what, given, otlpUrl, text) => {
        expect(() => checkedToken(new Check(COMPONENT), { given }, true, otlpUrl)).toThrow(text);
        expect(() => checkedToken(new Check(COMPONENT), { given }, true, otlpUrl)).not.toThrow(/NOTASECRET/);
    });

    it("may go to this machine in the clear, and be left out for a Collector", () => {
        expect(checkedToken(new Check(COMPONENT), { given: MADE_UP }, false, "http://localhost:4318").token).toBe(
            MADE_UP,
        );
        expect(checkedToken(new Check(COMPONENT), {}, false, "http://collector.example.com:4318")).toEqual({
            scheme: "Api-Token",
        });
    });
});

it.each([
    [
        { timeoutSeconds: 0 },
        "timeoutSeconds: 0 is not above 0 and at most 300; remove timeoutSeconds for the default, 10",
    ],
    [{ timeoutSeconds: 301 }, "timeoutSeconds: 301"],
    [{ timeoutSeconds: NaN }, "timeoutSeconds: NaN"],
    [{ attempts: 0 }, "attempts: 0 is not a whole number from 1 to 20"],
    [{ attempts: 1.5 }, "attempts: 1.5"],
])("%j is refused", (given, text) => {
    expect(() => sending(new Check(COMPONENT), given)).toThrow(`${COMPONENT}: ${text}`);
});

describe("the component", () => {
    const make = async (args: IngestCheckArgs): Promise<Record<string, unknown> | undefined> => {
        const resources = await capture(() => new IngestCheck("check", args));
        return resources.find(({ type }) => type === "pulumi-nodejs:dynamic/dynatrace:IngestCheck")?.inputs;
    };

    it("hands over what was chosen, the token as a secret and nothing else as one", async () => {
        const { __provider, ...inputs } = (await make({
            endpoint: SAAS,
            token: pulumi.secret(MADE_UP),
            trigger: "1",
        })) as Record<string, unknown>;
        expect(typeof __provider).toBe("string");
        expect(inputs).toEqual({
            component: COMPONENT,
            otlpUrl: "https://abc12345.live.dynatrace.com/api/v2/otlp",
            route: "saas",
            token: expect.objectContaining({ value: MADE_UP }),
            scheme: "Api-Token",
            signals: ["traces", "metrics", "logs"],
            timeoutSeconds: 10,
            attempts: 5,
            trigger: "1",
        });
        expect(pulumi.runtime.isRpcSecret(inputs.token)).toBe(true);
    });

    it("makes a secret of a token that was given as text", async () => {
        expect(pulumi.runtime.isRpcSecret((await make({ endpoint: SAAS, token: MADE_UP }))?.token)).toBe(true);
    });

    it("takes the token of an IngestToken as it is", async () => {
        const resources: Captured[] = await capture(() => {
            const { token } = new IngestToken("ingest", { secretDelivery: "none" });
            new IngestCheck("check", { endpoint: SAAS, token });
        });
        const probe = resources.find(({ name }) => name === "check-probe");
        expect(probe?.inputs.token).toMatchObject({ value: "made-up" });
    });

    it("puts nothing of its arguments into its own state", async () => {
        const resources = await capture(() => new IngestCheck("check", { endpoint: SAAS, token: MADE_UP }));
        expect(resources.find(({ type }) => type === "dynatrace-otlp:index:IngestCheck")?.inputs).toEqual({});
    });

    it("sends after all that it is told to wait for", async () => {
        const waitsFor: Record<string, unknown> = {};
        await capture(() => {
            const first = new pulumi.ComponentResource("test:index:First", "first");
            const watch: pulumi.ResourceTransformation = ({ name, opts }) => void (waitsFor[name] = opts.dependsOn);
            const opts = { dependsOn: [first], transformations: [watch] };
            new IngestCheck("check", { endpoint: SAAS, token: MADE_UP }, opts);
            waitsFor["first"] = [first];
        });
        expect(waitsFor["check-probe"]).toEqual(waitsFor["first"]);
    });

    it("makes nothing when it is switched off, but still checks where records would go", async () => {
        expect(await make({ endpoint: SAAS, enabled: false })).toBeUndefined();
        await expect(make({ enabled: false })).rejects.toThrow("endpoint: is missing");
    });
});
