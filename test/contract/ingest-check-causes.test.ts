import type { FaultRule } from "../../emulator";
import { ALL_SCOPES, Checks, emulated, inputsFor, stopEmulators } from "./ingest-check-support";

afterEach(stopEmulators);

/** The text of the failure, and the secret of the token, which must not be in it. */
async function failureWith({
    scopes = ALL_SCOPES,
    fault,
    more = {},
    kind,
    missingScopeStatus,
}: {
    scopes?: string[];
    fault?: FaultRule;
    more?: object;
    kind?: "access" | "platform";
    missingScopeStatus?: 401 | 403;
}): Promise<string> {
    const checks = new Checks();
    const emulator = await emulated(checks, { missingScopeStatus });
    const { id, token } = emulator.createToken({ scopes, kind });
    if (fault) emulator.fault({ times: Infinity, ...fault });
    const text = await checks.failure(inputsFor(emulator.otlpUrl, { token, ...more }));
    expect(text).not.toContain(token.slice(id.length + 1));
    return text.replaceAll(id, "{id}").replaceAll(emulator.otlpUrl, "{url}");
}

describe("the error names component, field and way out", () => {
    it.each([403, 401] as const)("for a missing scope, answered %i: which scope for which signal", async (status) => {
        const text = await failureWith({ scopes: ["metrics.ingest"], missingScopeStatus: status });
        expect(text.split("\n    ")).toEqual([
            'IngestCheck("check"): 2 of 3 signals did not get through to {url}',
            `traces: token: was answered ${status} (Token is missing required scope. Use one of: openTelemetryTrace.ingest); ` +
                "the token {id} needs the scope openTelemetryTrace.ingest; add traces to the signals of its IngestToken, or take it out of these",
            `logs: token: was answered ${status} (Token is missing required scope. Use one of: logs.ingest); ` +
                "the token {id} needs the scope logs.ingest; add logs to the signals of its IngestToken, or take it out of these",
        ]);
    });

    it("for a missing scope of a platform token: the scope and the policy of its user", async () => {
        const text = await failureWith({
            kind: "platform",
            scopes: ["openpipeline:traces:ingest", "openpipeline:metrics:ingest"],
            more: { scheme: "Bearer" },
        });
        expect(text).toContain("1 of 3 signals");
        expect(text).toContain(
            "needs the scope openpipeline:logs:ingest, and its user a policy with ALLOW openpipeline:logs:ingest",
        );
    });

    it.each([
        ["access", "Bearer", "an access token; set scheme to Api-Token or leave it out"],
        ["platform", "Api-Token", "a platform token; set scheme to Bearer or leave it out"],
    ] as const)(
        "for an %s token sent as %s: the right scheme, at once and in one line",
        async (kind, scheme, wayOut) => {
            const text = await failureWith({ kind, more: { scheme } });
            expect(text).toContain(`traces, metrics, logs: scheme: was answered 401`);
            expect(text).toContain(`the token {id} is ${wayOut}`);
        },
    );

    it("for no token at all", async () => {
        expect(await failureWith({ more: { token: undefined } })).toMatch(
            /traces, metrics, logs: token: was answered 401 \(.*\); it was sent without a token; give token$/,
        );
    });

    it.each<[number, string, string]>([
        [404, "endpoint.environment", "the host is {environment}.live.dynatrace.com, not .apps."],
        [407, "HTTPS_PROXY", "the proxy wants a login"],
        [413, "endpoint.environment", "a proxy on the way refuses bodies; raise its limit"],
        [415, "endpoint.environment", "takes no OTLP as binary protobuf over HTTP"],
        [429, "endpoint.environment", "nothing is wrong with token and address so far. Run `pulumi up` again later"],
        [500, "endpoint.environment", "the fault is on the other side"],
        [502, "endpoint.port", "a proxy answers"],
        [400, "endpoint.environment", "correct what it names"],
    ])("for %i", async (status, field, wayOut) => {
        const text = await failureWith({ fault: { kind: "status", status, message: "made up" } });
        expect(text).toContain(`traces, metrics, logs: ${field}: was answered ${status} (made up); `);
        expect(text).toContain(wayOut);
    });

    it.each([
        [
            404,
            "check the environment id in https://{activegate}:9999/e/{environment}/api/v2/otlp, and that the ActiveGate's module",
        ],
        [502, "the ActiveGate does not reach Dynatrace"],
    ])("for %i of an ActiveGate", async (status, wayOut) => {
        const fault: FaultRule = { kind: "status", status };
        expect(await failureWith({ fault, more: { route: "activegate" } })).toContain(wayOut);
    });

    it.each([
        [502, "was answered 502 (a web page instead of JSON: a proxy or another server answered)"],
        [
            200,
            "was answered 200, but not by an OTLP receiver (a web page instead of JSON: a proxy or another server answered)",
        ],
    ])("for the page of a proxy with status %i", async (status, problem) => {
        expect(await failureWith({ fault: { kind: "html", status } })).toContain(`traces, metrics, logs: `);
        expect(await failureWith({ fault: { kind: "html", status } })).toContain(problem);
    });

    it("for a wrong path: an ActiveGate without the environment in its URL", async () => {
        const checks = new Checks();
        const emulator = await emulated(checks, { route: "activegate", tls: false });
        const { token } = emulator.createToken({ scopes: ALL_SCOPES });
        const otlpUrl = emulator.otlpUrl.replace("/e/abc12345", "");
        expect(await checks.failure(inputsFor(otlpUrl, { token, route: "activegate" }))).toMatch(
            /endpoint\.host: was answered 404 \(.*\); check the environment id in https:/,
        );
    });

    it("for a Collector's URL that does not fit", async () => {
        const checks = new Checks();
        const emulator = await emulated(checks);
        const failure = await checks.failure(inputsFor(`${emulator.url}/wrong`, { route: "collector" }));
        expect(failure).toMatch(/collector\.url: was answered 404 \(.*\); url ends where \/v1\/traces would follow/);
    });
});

it("a secret that an answer repeats is not repeated, whatever its form", async () => {
    const checks = new Checks();
    const emulator = await emulated(checks);
    const token = "made-up-token-of-the-old-form";
    emulator.fault({ kind: "status", status: 400, message: `bad header: Api-Token ${token}`, times: Infinity });
    const failure = await checks.failure(inputsFor(emulator.otlpUrl, { token }));
    expect(failure).toContain("bad header: Api-Token ***");
    expect(failure).not.toContain(token);
});
