import {
    bootstrapExcess,
    bootstrapProblem,
    bootstrapProblems,
    excessProblem,
} from "../../providers/dynatrace/bootstrap";
import type { ApiTokenMetadata } from "../../providers/dynatrace/replies";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const SCOPES = ["apiTokens.read", "apiTokens.write"];
const SELF: ApiTokenMetadata = { id: "dt0c01.MADEUP", enabled: true, scopes: SCOPES };

test("a token with exactly what is needed has no problem and no excess", () => {
    expect([bootstrapProblem(SELF, NOW), bootstrapExcess(SELF)]).toEqual([undefined, []]);
});

test("every problem is told, the one that stops all else first", () => {
    const worst = {
        ...SELF,
        enabled: false,
        expirationDate: "2026-11-21T12:00:00Z",
        personalAccessToken: true,
        scopes: [],
    };
    const problems = bootstrapProblems(worst, NOW);
    expect(problems.map((problem) => problem.split(/[;,(]/)[0]?.trim())).toEqual([
        "is disabled",
        "expired at 2026-11-21T12:00:00Z",
        "is a personal access token",
        "lacks apiTokens.write and apiTokens.read",
    ]);
    expect(bootstrapProblem(worst, NOW)).toBe(problems[0]);
});

test("excess is what is neither needed nor allowed; case counts", () => {
    const self = {
        ...SELF,
        scopes: [...SCOPES, "logs.ingest", "InstallerDownload", "apitokens.read", "logs.ingest"],
    };
    expect(bootstrapExcess(self, ["InstallerDownload"])).toEqual(["apitokens.read", "logs.ingest"]);
});

test("scopes that Dynatrace does not tell are neither lacking nor too many", () => {
    const self: ApiTokenMetadata = { id: SELF.id };
    expect([bootstrapProblem(self, NOW), bootstrapExcess(self)]).toEqual([undefined, []]);
});

test("the text names a few scopes and counts the rest", () => {
    expect(excessProblem([])).toBeUndefined();
    expect(excessProblem(["logs.ingest"])).toBe(
        "holds more than it needs: logs.ingest; use one with apiTokens.read and apiTokens.write alone",
    );
    const many = Array.from({ length: 90 }, (_, i) => `scope${i}`);
    expect(excessProblem(many)).toContain("scope6, scope7 and 82 more;");
});
