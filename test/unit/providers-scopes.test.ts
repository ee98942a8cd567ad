import { ACCESS_TOKEN_SCOPES, isIngestScope, scopeProblem } from "../../providers/dynatrace/scopes";

describe("scopeProblem", () => {
    it.each(["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest", "DataExport"])(
        "lets %s through",
        (scope) => {
            expect(scopeProblem(scope)).toBeUndefined();
        },
    );

    it.each([
        ["Logs.ingest", "logs.ingest"],
        ["log.ingest", "logs.ingest"],
        ["metric.ingest", "metrics.ingest"],
        ["opentelemetrytrace.ingest", "openTelemetryTrace.ingest"],
        ["openTelemetryTraces.ingest", "openTelemetryTrace.ingest"],
        ["openTelemetry.ingest", "openTelemetryTrace.ingest"],
        ["traces.ingest", "openTelemetryTrace.ingest"],
        ["otlp.ingest", "openTelemetryTrace.ingest"],
        ["openpipeline:traces:ingest", "openTelemetryTrace.ingest"],
        ["openpipeline:logs:ingest", "logs.ingest"],
        ["apiToken.write", "apiTokens.write"],
    ])("answers %s with %s", (scope, meant) => {
        expect(scopeProblem(scope)).toBe(`"${scope}" is not a scope of access tokens; did you mean ${meant}?`);
    });

    it("suggests nothing for what is near nothing", () => {
        expect(scopeProblem("quantum.entangle")).toContain("see the list of scopes");
    });
});

test("every scope is listed once", () => {
    expect(new Set(ACCESS_TOKEN_SCOPES).size).toBe(ACCESS_TOKEN_SCOPES.length);
    expect(ACCESS_TOKEN_SCOPES.filter(isIngestScope).sort()).toEqual([
        "bizevents.ingest",
        "events.ingest",
        "logs.ingest",
        "metrics.ingest",
        "openTelemetryTrace.ingest",
        "openpipeline.events",
        "openpipeline.events.custom",
        "openpipeline.events_sdlc",
        "openpipeline.events_sdlc.custom",
        "openpipeline.events_security",
        "openpipeline.events_security.custom",
        "openpipeline.events_smartscape",
    ]);
});
