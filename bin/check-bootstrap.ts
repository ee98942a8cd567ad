import {
    bootstrapExcess,
    bootstrapProblems,
    describeBootstrap,
    excessProblem,
    NEEDED_SCOPES,
} from "../providers/dynatrace/bootstrap";
import type { ApiTokenMetadata } from "../providers/dynatrace/replies";
import { isExpired } from "../providers/expiry";
import { DynatraceAuthError, DynatraceError } from "../providers/dynatrace/errors";
import { type AnyKind, allKinds } from "../providers/tokens/kinds";
import { TokenPlace } from "../providers/tokens/kind";
import { isTokenKind } from "../providers/tokens/registry";
import { type Access, connectAll, leaveOut, notLookedAtText, SETTINGS_USAGE, type Shelf } from "./api";
import { daysOf, optionsOf } from "./arguments";
import { type Command, type Io, UsageError } from "./command";
import { daysUntil, timeLeft } from "./table";

const usage = `Usage: pulumi-dynatrace-otlp check-bootstrap [options]

Checks the bootstrap token: an enabled access token with the scopes apiTokens.read and apiTokens.write, those of --kind and --also,
no other scope, and some time left. If an OAuth client is set, checks that it can list the account's platform tokens. Changes nothing.

Options:
  --kind KIND    ActiveGateToken: the token also needs the scopes for ActiveGate tokens. ApiToken and PlatformToken: fail without
                 credentials for them. Can be repeated
  --also SCOPES  further scopes that it must hold, with commas between them
  --days N       days that must be left, if it expires (default 14)
  --json         print one line of JSON instead of text
  --api-url URL  base URL of the API
  --help         print this

${SETTINGS_USAGE}
Exit code: 0 the checks found no problem; 1 they found one, or Dynatrace did not answer; 2 wrong arguments.
`;

const OPTIONS = {
    kind: { type: "string", multiple: true },
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

        const asked = kindsOf(given.kind ?? []);
        const access = connectAll(io, given["api-url"]);
        for (const { kind, why } of access.notLookedAt) {
            if (asked.includes(kind)) throw new UsageError(`--kind ${kind}: ${why}`);
        }
        // The bootstrap token may be meant for access tokens alone.
        leaveOut(access, ({ name, place }) =>
            place === TokenPlace.Account || name === "ApiToken" || asked.includes(name)
                ? undefined
                : `to check the scopes for them, add --kind ${name}`,
        );
        const ofKinds = scopesOf(access);
        const bootstrap = await bootstrapReport(access, { also, ofKinds, days, now: io.clock.now() });
        const accounts = await Promise.all(access.shelves.filter(isInAccount).map(accountReport));
        const { notLookedAt } = access;
        io.err(notLookedAtText(notLookedAt));
        const all = [...(bootstrap ? [bootstrap] : []), ...accounts];
        const ok = all.every(({ verdict }) => verdict.problems.length === 0);
        const { url: apiUrl, verdict } = bootstrap ?? {};
        const inAccounts = accounts.map((each) => ({ apiUrl: each.url, problems: each.verdict.problems }));
        const json = { ok, apiUrl, ...verdict, accounts: inAccounts, notLookedAt };
        io.out(given.json ? `${JSON.stringify(json)}\n` : all.map(asText).join(""));
        return ok ? 0 : 1;
    },
};

/** The verdict on the credentials for one place. */
interface Report {
    /** The credentials in words. */
    subject: string;
    url: string;
    /** What they can do, if nothing is wrong. */
    able: string;
    verdict: Verdict;
}

/** @throws UsageError for a name that is no kind of token. */
function kindsOf(names: string[]): AnyKind["name"][] {
    return names.map((name) => {
        if (isTokenKind(name)) return name;
        const known = allKinds().map((kind) => kind.name);
        throw new UsageError(`--kind ${name}: is not a kind of token; use ${known.join(", ")}`);
    });
}

/** Scopes of the bootstrap token for kinds other than access tokens. */
function scopesOf({ shelves }: Access): string[] {
    const others = shelves.filter((shelf) => !isInAccount(shelf) && shelf.kind.name !== "ApiToken");
    return others.flatMap(({ kind }) => Object.values(kind.scopes));
}

function isInAccount({ kind }: Shelf): boolean {
    return kind.place === TokenPlace.Account;
}

async function bootstrapReport({ environment }: Access, rules: JudgeRules): Promise<Report | undefined> {
    if (!environment) return undefined;
    const { client, token, url } = environment;
    const verdict = await described(
        () => client.lookUp(token.value),
        (self) => judge(self, rules),
    );
    const until = verdict.expiresAt === undefined ? "it never expires" : `it expires at ${verdict.expiresAt}`;
    const scopes = [...NEEDED_SCOPES, ...rules.ofKinds, ...rules.also].join(", ");
    return { subject: describeBootstrap(token), url, able: `holds ${scopes} and no other scope; ${until}`, verdict };
}

/** Whether the OAuth client can list the tokens of the account. */
async function accountReport({ kind, api, url }: Shelf): Promise<Report> {
    const problems: string[] = [];
    try {
        const unchecked = await api.probe(true);
        if (unchecked !== undefined) problems.push(unchecked);
    } catch (error) {
        if (!(error instanceof DynatraceError)) throw error;
        problems.push(error.message);
    }
    const able = `can list the ${kind.noun}s`;
    return { subject: "the OAuth client", url, able, verdict: { problems, excess: [] } };
}

/** What a bootstrap token has to be. */
interface JudgeRules {
    /** Scopes of --also. */
    also: string[];
    /** Scopes for the kinds of --kind. */
    ofKinds: string[];
    /** Days that must be left, if it expires. */
    days: number;
    /** Milliseconds since 1970. */
    now: number;
}

/** What is wrong with a bootstrap token that Dynatrace describes so. */
export function judge(self: ApiTokenMetadata, { also, ofKinds, days, now }: JudgeRules): Verdict {
    const { expirationDate: expiresAt, scopes } = self;
    const excess = bootstrapExcess(self, [...also, ...ofKinds]);
    const soon = isExpired(expiresAt, now + days * DAY) && !isExpired(expiresAt, now);
    const problems = [
        ...bootstrapProblems(self, now),
        lackingProblem(self, ofKinds, "--kind"),
        lackingProblem(self, also, "--also"),
        ...(scopes === undefined ? ["has scopes that Dynatrace does not tell; use an access token"] : []),
        excessProblem(excess),
        soon ? `expires in ${timeLeft(daysUntil(expiresAt ?? "", now))}; make its successor` : undefined,
    ].filter((problem) => problem !== undefined);
    return { problems, excess, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** The problem of a token without the scopes of an option; undefined if it has them, or if Dynatrace does not report scopes. */
function lackingProblem({ scopes }: ApiTokenMetadata, needed: string[], option: string): string | undefined {
    const lacking = needed.filter((scope) => scopes !== undefined && !scopes.includes(scope));
    if (lacking.length === 0) return undefined;
    return `lacks ${lacking.join(" and ")} of ${option}; add the scope, or remove it from ${option}`;
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

function asText({ subject, url, able, verdict: { problems } }: Report): string {
    if (problems.length === 0) return `${subject} ${able}; ${url}\n`;
    return `${subject}, ${url}:\n${problems.map((problem) => `  - ${problem}\n`).join("")}`;
}
