import { bootstrapExcess, bootstrapProblems, describeBootstrap, excessProblem } from "../providers/dynatrace/bootstrap";
import { DynatraceAuthError } from "../providers/dynatrace/errors";
import type { ApiTokenMetadata } from "../providers/dynatrace/replies";
import { isExpired } from "../providers/expiry";
import { connect, SETTINGS_USAGE } from "./api";
import { daysOf, optionsOf } from "./arguments";
import type { Command, Io } from "./command";
import { daysUntil, timeLeft } from "./table";

const usage = `Usage: pulumi-dynatrace-otlp check-bootstrap [options]

Checks that the bootstrap token is exactly what is needed: an enabled access token with the scopes apiTokens.read and
apiTokens.write, no other scope, and some time left. It asks Dynatrace about this one token and changes nothing.

Options:
  --also SCOPES  further scopes it may hold, with commas between them
  --days N       days that must be left, if it expires (default 14)
  --json         print one line of JSON instead of text
  --api-url URL  base URL of the API
  --help         print this

${SETTINGS_USAGE}
Exit code: 0 the token is right; 1 it is not, or Dynatrace did not answer; 2 wrong arguments.
`;

const OPTIONS = {
    also: { type: "string", multiple: true },
    days: { type: "string" },
    json: { type: "boolean" },
    "api-url": { type: "string" },
} as const;
const DAY = 24 * 60 * 60 * 1000;

interface Verdict {
    /** What is wrong, each with the way out. */
    problems: string[];
    /** Scopes it should not hold. */
    excess: string[];
    /** ISO 8601; absent for never, or where Dynatrace does not tell. */
    expiresAt?: string;
}

export const checkBootstrapCommand: Command = {
    name: "check-bootstrap",
    summary: "say whether the bootstrap token holds what it needs and no more",
    usage,
    async run(args: string[], io: Io): Promise<number> {
        const given = optionsOf(args, OPTIONS);
        const days = daysOf("--days", given.days ?? "14");
        const allowed = (given.also ?? []).flatMap((scopes) => scopes.split(",")).map((scope) => scope.trim());

        const { client, token, url } = connect(io, given["api-url"]);
        const verdict = await described(
            () => client.lookUp(token.value),
            (self) => judge(self, { allowed, days, now: io.clock.now() }),
        );
        const ok = verdict.problems.length === 0;
        const subject = describeBootstrap(token);
        io.out(given.json ? `${JSON.stringify({ ok, apiUrl: url, ...verdict })}\n` : asText(subject, url, verdict));
        return ok ? 0 : 1;
    },
};

/** What is wrong with a bootstrap token that Dynatrace describes so. */
export function judge(
    self: ApiTokenMetadata,
    { allowed, days, now }: { allowed: string[]; days: number; now: number },
): Verdict {
    const { expirationDate: expiresAt, scopes } = self;
    const excess = bootstrapExcess(self, allowed);
    const soon = isExpired(expiresAt, now + days * DAY) && !isExpired(expiresAt, now);
    const problems = [
        ...bootstrapProblems(self, now),
        ...(scopes === undefined ? ["has scopes that Dynatrace does not tell; use an access token"] : []),
        excessProblem(excess),
        soon ? `expires in ${timeLeft(daysUntil(expiresAt ?? "", now))}; make its successor` : undefined,
    ].filter((problem) => problem !== undefined);
    return { problems, excess, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** A token that is refused is a verdict as well; anything else that goes wrong is an error. */
async function described(
    ask: () => Promise<ApiTokenMetadata | undefined>,
    judged: (self: ApiTokenMetadata) => Verdict,
): Promise<Verdict> {
    try {
        const self = await ask();
        return self ? judged(self) : { problems: ["is not known to Dynatrace; use another"], excess: [] };
    } catch (error) {
        if (!(error instanceof DynatraceAuthError)) throw error;
        const problem = `is refused (${error.status}): disabled, expired, deleted or of another environment; use another`;
        return { problems: [problem], excess: [] };
    }
}

function asText(subject: string, url: string, { problems, expiresAt }: Verdict): string {
    const until = expiresAt === undefined ? "" : `, until ${expiresAt}`;
    if (problems.length === 0) return `${subject} holds what it needs and no more${until}; ${url}\n`;
    return `${subject}, ${url}:\n${problems.map((problem) => `  - ${problem}\n`).join("")}`;
}
