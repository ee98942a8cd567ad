import { connectAll, listAll, notLookedAtText, SETTINGS_USAGE, type NotLookedAt } from "./api";
import { daysOf, optionsOf, prefixOf } from "./arguments";
import type { Command, Io } from "./command";
import { expiryReport, rowOf, type ExpiryReport, type Lifetime } from "./expiry";
import { counted, table } from "./table";

const usage = `Usage: pulumi-dynatrace-otlp check-expiry [options]

Fails if an enabled access token, ActiveGate token or platform token expires soon or has expired. A replaced token does not count: its name says so, or a newer token of
the same resource is in use.

Options:
  --days N          days that each token must have left (default 14)
  --prefix PREFIX   only tokens whose name starts with it, 3 characters or more; can be repeated (default all tokens)
  --require-expiry  also fail for tokens that never expire
  --json            print one line of JSON instead of text
  --api-url URL     base URL of the API
  --help            print this

${SETTINGS_USAGE}
It needs only the scope apiTokens.read, and activeGateTokenManagement.read for ActiveGate tokens.

Exit code: 0 all tokens last long enough; 1 some do not, no name starts with the prefix, or Dynatrace did not answer; 2 wrong arguments.
`;

const OPTIONS = {
    days: { type: "string" },
    prefix: { type: "string", multiple: true },
    "require-expiry": { type: "boolean" },
    json: { type: "boolean" },
    "api-url": { type: "string" },
} as const;

export const checkExpiryCommand: Command = {
    name: "check-expiry",
    summary: "fail if tokens expire soon, for a scheduled job",
    usage,
    async run(args: string[], io: Io): Promise<number> {
        const given = optionsOf(args, OPTIONS);
        const days = daysOf("--days", given.days ?? "14");
        const prefixes = (given.prefix ?? []).map((prefix) => prefixOf("--prefix", prefix));
        const requireExpiry = given["require-expiry"] ?? false;

        const access = connectAll(io, given["api-url"]);
        const lists = await listAll(access, io);
        const tokens = lists.flatMap((list) => list.tokens);
        io.err(notLookedAtText(access.notLookedAt));
        const report = expiryReport(tokens, { prefixes, days, now: io.clock.now() });
        const failing = [...report.expiring, ...(requireExpiry ? report.withoutExpiry : [])];
        const ok = failing.length === 0 && report.checked > 0;
        io.out(
            given.json
                ? asJson(report, { ok, days, requireExpiry, notLookedAt: access.notLookedAt })
                : asText(report, days, requireExpiry),
        );
        if (report.checked === 0) io.err(`no enabled token has a name that starts with ${prefixes.join(" or ")}\n`);
        return ok ? 0 : 1;
    },
};

function asText({ checked, expiring, withoutExpiry, replaced }: ExpiryReport, days: number, requireExpiry: boolean) {
    const aside = replaced.length === 0 ? "" : ` (${replaced.length} replaced, not counted)`;
    return [
        section(`${expiring.length} of ${counted(checked, "token")} expire within ${days} days${aside}`, expiring),
        ...(requireExpiry ? [section(`${withoutExpiry.length} never expire`, withoutExpiry)] : []),
    ].join("\n");
}

function section(title: string, tokens: Lifetime[]): string {
    if (tokens.length === 0) return `${title}\n`;
    return `${title}\n\n${table(["id", "name", "days left", "last used"], tokens.map(rowOf))}`;
}

/** What is said beside the report. */
interface Verdict {
    ok: boolean;
    days: number;
    requireExpiry: boolean;
    notLookedAt: NotLookedAt[];
}

function asJson(report: ExpiryReport, verdict: Verdict): string {
    return `${JSON.stringify({ ...verdict, ...report })}\n`;
}
