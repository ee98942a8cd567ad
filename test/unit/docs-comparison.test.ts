import { compile, Fields, page, quoted, tables } from "./docs-support";

const TABLES = tables(page("comparison.md"));
const ROOTS = [
    "CollectorSettingsArgs",
    "TelemetryPipelineArgs",
    "ActiveGateRouteArgs",
    "ExporterEnvArgs",
    "IngestCheckArgs",
];

let fields: Fields;
beforeAll(() => {
    fields = new Fields(compile().program);
}, 120_000);

describe("docs/comparison.md", () => {
    test("says something of every tool in every row", () => {
        expect(TABLES.length).toBeGreaterThan(5);
        for (const { header, rows } of TABLES) {
            expect(header).toHaveLength(6);
            for (const row of rows) {
                expect(row).toHaveLength(6);
                expect(row).not.toContain("");
            }
        }
    });

    test.each(
        TABLES.flatMap(({ rows }) => rows).flatMap(([feature = "", ours = ""]) =>
            quoted(ours).map((path) => [feature, path] as const),
        ),
    )("%s: there is %s", (_, path) => {
        const found = ROOTS.filter((root) => fields.has(root, path));
        expect(found.length > 0 || fields.exports(path)).toBe(true);
    });

    test("would not let a field pass that there is not, nor a value that it does not take", () => {
        expect(fields.has("CollectorSettingsArgs", "collect.hostMetric")).toBe(false);
        expect(fields.has("CollectorSettingsArgs", "mode: replicaSet")).toBe(false);
        expect(fields.has("CollectorSettingsArgs", "mode: daemonSet")).toBe(true);
        expect(fields.exports("OtlpCollectors")).toBe(false);
    });
});
