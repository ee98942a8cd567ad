import {
    bootstrapExcess,
    bootstrapProblems,
    describeBootstrap,
    excessProblem,
    NEEDED_SCOPES,
} from "../providers/dynatrace/bootstrap";
import { DynatraceAuthError } from "../providers/dynatrace/errors";
import type { ApiTokenMetadata } from "../providers/dynatrace/replies";
import { isExpired } from "../providers/expiry";
import { connect, SETTINGS_USAGE } from "./api";
import { daysOf, optionsOf } from "./arguments";
import type { Command, Io } from "./command";
import { daysUntil, timeLeft } from "./table";

const usage = `Usage: pulumi-dynatrace-otlp check-bootstrap [options]

Checks the bootstrap token: an enabled access token with the scopes apiTokens.read and apiTokens.write and those of --also,
no other scope, and some time left. It asks Dynatrace about this one token and changes nothing.

Options:
  --also SCOPES  further scopes that it must hold, with commas between them
  --days N       days that must be left, if it expires (default 14)
  --json         print one line of JSON instead of text
  --api-url URL  base URL of the API
  --help         print this

${SETTINGS_USAGE}
Exit code: 0 the checks found no problem; 1 they found one, or Dynatrace did not answer; 2 wrong arguments.
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
        const also = (given.also ?? [])
            .flatMap((scopes) => scopes.split(","))
            .map((scope) => scope.trim())
            .filter((scope) => scope !== "");

        const { client, token, url } = connect(io, given["api-url"]);
        const verdict = await described(
            () => client.lookUp(token.value),
            (self) => judge(self, { also, days, now: io.clock.now() }),
        );
        const ok = verdict.problems.length === 0;
        const subject = describeBootstrap(token);
        io.out(
            given.json ? `${JSON.stringify({ ok, apiUrl: url, ...verdict })}\n` : asText(subject, url, also, verdict),
        );
        return ok ? 0 : 1;
    },
};

/** What is wrong with a bootstrap token that Dynatrace describes so. */
export function judge(
    self: ApiTokenMetadata,
    { also, days, now }: { also: string[]; days: number; now: number },
): Verdict {
    const { expirationDate: expiresAt, scopes } = self;
    const excess = bootstrapExcess(self, also);
    const soon = isExpired(expiresAt, now + days * DAY) && !isExpired(expiresAt, now);
    const problems = [
        ...bootstrapProblems(self, now),
        lackingProblem(self, also),
        ...(scopes === undefined ? ["has scopes that Dynatrace does not tell; use an access token"] : []),
        excessProblem(excess),
        soon ? `expires in ${timeLeft(daysUntil(expiresAt ?? "", now))}; make its successor` : undefined,
    ].filter((problem) => problem !== undefined);
    return { problems, excess, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** The problem of a token without the scopes of --also; undefined if it has them, or if Dynatrace does not report scopes. */
function lackingProblem({ scopes }: ApiTokenMetadata, also: string[]): string | undefined {
    const lacking = also.filter((scope) => scopes !== undefined && !scopes.includes(scope));
    if (lacking.length === 0) return undefined;
    return `lacks ${lacking.join(" and ")} of --also; add the scope, or remove it from --also`;
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
        return { problems: [refusal(error)], excess: [] };
    }
}

/** The problem of a refused token, with the server's own words. */
function refusal({ status, message }: DynatraceAuthError): string {
    const said = /was answered \d+(?: by \S+?)?: (.*?)\.?; the token in /.exec(message)?.[1];
    const reason = /\bis \w+/.test(said ?? "") ? "" : ": disabled, expired, deleted or of another environment";
    return `is refused (${said === undefined ? status : `${status}: ${said}`})${reason}; use another`;
}

function asText(subject: string, url: string, also: string[], { problems, expiresAt }: Verdict): string {
    const until = expiresAt === undefined ? "it never expires" : `it expires at ${expiresAt}`;
    const scopes = [...NEEDED_SCOPES, ...also].join(", ");
    if (problems.length === 0) return `${subject} holds ${scopes} and no other scope; ${until}; ${url}\n`;
    return `${subject}, ${url}:\n${problems.map((problem) => `  - ${problem}\n`).join("")}`;
}
