import { bootstrapProblems, describeBootstrap } from "../providers/dynatrace/bootstrap";
import {
    connectAll,
    lacking,
    leaveOut,
    listAll,
    notLookedAtText,
    progressOf,
    SETTINGS_USAGE,
    type Access,
    type NotLookedAt,
} from "./api";
import { TokenPlace } from "../providers/tokens/kind";
import { ageOf, optionsOf, prefixOf } from "./arguments";
import { StoppedError, UsageError, type Command, type Io } from "./command";
import { deleteAll, type Found, Outcome, tallyOf, tallyText, type Swept } from "./sweep/delete";
import { readKeptState, type KeptState } from "./sweep/keep-state";
import { assertUseIsKnown, keptText, rowOf, sortTokens, type Kept, type Orphan } from "./sweep/orphans";
import { counted, table } from "./table";

const usage = `Usage: pulumi-dynatrace-otlp sweep (--stack-prefix PREFIX | --mark MARK) [options]

Deletes orphaned access tokens, ActiveGate tokens and platform tokens: created by this package, recorded by no stack. A token is deleted only if all of this is true:
  - its name starts with the prefix, or contains the ownership mark, and ends as this package ends names: three times -{8 hex digits}
  - it is older than --older-than and than the given state files
  - no state that --keep-state gives names it
  - it was never used, or it was replaced and its overlap is over (or --include-used)
Dynatrace reports no creation time for platform tokens, so these are deleted only with --keep-none. The token that signs the calls is never deleted.

Options:
  --stack-prefix PREFIX  what the names start with, 3 characters or more: {project}-{stack}- with the hyphen at the end
  --mark MARK            ownership mark of a stack, the first of the three groups of digits in its tokens' names
  --keep-state FILE      output of \`pulumi stack export\`, - for standard input; once for each stack that still exists
  --keep-none            confirm that no stack with the prefix exists
  --older-than AGE       12h, 1d or 2w; an hour or more (default 1d)
  --include-used         also tokens that were used; needs --keep-state or --keep-none
  --dry-run              list the tokens and delete nothing
  --yes                  do not ask; required without a terminal, and with --json
  --json                 print one line of JSON instead of text
  --api-url URL          base URL of the API
  --help                 print this

${SETTINGS_USAGE}
It needs the scopes apiTokens.read and, except with --dry-run, apiTokens.write; for ActiveGate tokens also activeGateTokenManagement.read
and .write. It prints how many tokens it kept, and why; --json lists them. ^C waits for running calls and reports what was done.

Exit code: 0 nothing is left to delete, or tokens were only listed; 1 a call failed, was refused or was stopped; 2 wrong arguments.
`;

const OPTIONS = {
    "stack-prefix": { type: "string" },
    mark: { type: "string" },
    "keep-state": { type: "string", multiple: true },
    "keep-none": { type: "boolean" },
    "older-than": { type: "string" },
    "include-used": { type: "boolean" },
    "dry-run": { type: "boolean" },
    yes: { type: "boolean" },
    json: { type: "boolean" },
    "api-url": { type: "string" },
} as const;

interface Choice {
    /** Empty with a mark. */
    prefix: string;
    mark?: string;
    keepState: string[];
    keepNone: boolean;
    olderThan: number;
    includeUsed: boolean;
    dryRun: boolean;
    yes: boolean;
    json: boolean;
    apiUrl?: string;
}

/** How many failures are printed one by one. */
const SHOWN_FAILURES = 10;

export const sweepCommand: Command = {
    name: "sweep",
    summary: "delete orphaned tokens, which no stack records",
    usage,
    async run(args: string[], io: Io): Promise<number> {
        const choice = choiceOf(args);
        if (!choice.dryRun && !choice.yes && !io.ask) {
            throw new UsageError("there is no terminal to ask at; use --dry-run to look, or --yes to delete");
        }
        const states = await Promise.all(choice.keepState.map((source) => readKeptState(source, io)));
        warn(choice, io);
        const access = connectAll(io, choice.apiUrl);
        const { found, kept, urls } = await look(access, choice, states, io);
        const { notLookedAt } = access;
        io.err(notLookedAtText(notLookedAt));
        const orphans = found.map(({ orphan }) => orphan);
        if (!choice.json) io.out(`${listing(orphans, urls)}${keptText(kept)}`);
        if (choice.dryRun || orphans.length === 0) {
            if (choice.json) io.out(asJson(choice, { orphans, kept, notLookedAt }));
            return 0;
        }
        if (!choice.yes && !(await confirmed(orphans, io))) {
            io.err("nothing was deleted\n");
            return 1;
        }
        const swept = await remove(found, io);
        const report = { orphans: swept, kept, notLookedAt };
        io.out(choice.json ? asJson(choice, report) : `${tallyText(tallyOf(swept))}\n`);
        return swept.every(({ outcome }) => outcome === Outcome.Deleted || outcome === Outcome.Gone) ? 0 : 1;
    },
};

function choiceOf(args: string[]): Choice {
    const given = optionsOf(args, OPTIONS);
    const { mark, "stack-prefix": prefix } = given;
    if (prefix === undefined && mark === undefined) {
        throw new UsageError("--stack-prefix: is missing; give {project}-{stack}-, or --mark");
    }
    if (mark !== undefined && !/^[0-9a-f]{8}$/.test(mark))
        throw new UsageError(`--mark ${mark}: is not eight hex digits`);
    const choice: Choice = {
        prefix: prefix === undefined ? "" : prefixOf("--stack-prefix", prefix),
        ...(mark === undefined ? {} : { mark }),
        keepState: given["keep-state"] ?? [],
        keepNone: given["keep-none"] ?? false,
        olderThan: ageOf("--older-than", given["older-than"] ?? "1d"),
        includeUsed: given["include-used"] ?? false,
        dryRun: given["dry-run"] ?? false,
        yes: given.yes ?? false,
        json: given.json ?? false,
        apiUrl: given["api-url"],
    };
    const problem = contradictionIn(choice);
    if (problem) throw new UsageError(problem);
    return choice;
}

function contradictionIn({ keepState, keepNone, includeUsed, dryRun, yes, json }: Choice): string | undefined {
    if (keepNone && keepState.length > 0)
        return "--keep-none: cannot be combined with --keep-state; remove one of the two";
    if (includeUsed && !keepNone && keepState.length === 0) {
        return "--include-used: would delete tokens in service; name the states that keep theirs with --keep-state, or say --keep-none";
    }
    if (keepState.filter((source) => source === "-").length > 1) return "--keep-state -: can be read only once";
    if (json && !yes && !dryRun) return "--json: cannot ask; add --yes or --dry-run";
    return undefined;
}

function warn({ prefix, keepState, keepNone }: Choice, io: Io): void {
    if (prefix !== "" && !prefix.endsWith("-")) {
        io.err(`--stack-prefix ${prefix} also matches ${prefix}2-…; end it with a hyphen if that is not meant\n`);
    }
    if (keepState.length > 0 || keepNone) return;
    io.err("no --keep-state: a token that a stack records, but that nobody has used yet, counts as orphaned\n");
}

/** What was found in all places. */
interface Look {
    found: Found[];
    kept: Kept[];
    urls: string[];
}

/** Finds the orphaned tokens of all kinds; changes nothing. */
async function look(access: Access, choice: Choice, states: KeptState[], io: Io): Promise<Look> {
    const ownId = await bootstrapId(access, choice, io);
    const lists = await listAll(access, io);
    if (io.stop.aborted) throw new StoppedError();
    const now = io.clock.now();
    const createdBefore = Math.min(now - choice.olderThan, ...states.map(({ writtenAt }) => writtenAt));
    const keep = new Set(states.flatMap(({ ids }) => ids));
    const result: Look = { found: [], kept: [], urls: [...new Set(lists.map(({ url }) => url))] };
    for (const { kind, api, tokens } of lists) {
        // The token that signs the calls is an access token, and in use.
        if (kind.name === "ApiToken" && !choice.includeUsed) assertUseIsKnown(tokens);
        const { orphans, kept } = sortTokens(tokens, {
            ...{ prefix: choice.prefix, mark: choice.mark, createdBefore, keep, includeUsed: choice.includeUsed, now },
            ownId,
            keepUnknownAge: !(choice.keepNone && kind.place === TokenPlace.Account),
            useIsUnknown: tokens.every(({ lastUsedDate }) => lastUsedDate === undefined),
        });
        result.found.push(...orphans.map((orphan) => ({ orphan, from: api })));
        result.kept.push(...kept);
    }
    return result;
}

/**
 * Id of the bootstrap token. Leaves out kinds of tokens that it cannot list or delete.
 *
 * @throws Error if it could not delete access tokens: better one error than one for each token.
 */
async function bootstrapId(access: Access, { dryRun }: Choice, io: Io): Promise<string | undefined> {
    if (!access.environment) return undefined;
    const { client, token } = access.environment;
    const self = await client.lookUp(token.value);
    if (!self) throw new Error(`${describeBootstrap(token)} is not known to Dynatrace`);
    const problem = dryRun ? undefined : bootstrapProblems(self, io.clock.now())[0];
    if (problem) throw new Error(`${describeBootstrap(token)} ${problem}`);
    leaveOut(access, ({ place, scopes }) => {
        if (place === TokenPlace.Account || self.scopes === undefined) return undefined;
        const needed = dryRun ? [scopes.read] : [scopes.read, scopes.write];
        const missing = needed.find((scope) => !self.scopes?.includes(scope));
        return missing === undefined ? undefined : lacking(missing);
    });
    return self.id;
}

function listing(orphans: Orphan[], urls: string[]): string {
    const where = urls.join(" and ");
    if (orphans.length === 0) return `no orphaned tokens in ${where}\n`;
    const headings = ["id", "name", "created", "last used", "why"];
    return `${counted(orphans.length, "orphaned token")} in ${where}\n\n${table(headings, orphans.map(rowOf))}\n`;
}

async function confirmed(orphans: Orphan[], io: Io): Promise<boolean> {
    const answer = await io.ask?.(`Delete ${counted(orphans.length, "token")} for good? Type yes: `);
    return answer?.trim() === "yes";
}

async function remove(found: Found[], io: Io): Promise<Swept[]> {
    const progress = progressOf(io);
    io.stop.addEventListener("abort", () => io.err("stopping after the calls under way; ^C again ends at once\n"));
    const swept = await deleteAll(found, (done) => progress(`${done} of ${found.length}`));
    const failures = swept.filter(({ outcome }) => outcome === Outcome.Failed);
    for (const { error } of failures.slice(0, SHOWN_FAILURES)) io.err(`${error}\n`);
    if (failures.length > SHOWN_FAILURES) io.err(`and ${failures.length - SHOWN_FAILURES} more failures\n`);
    return swept;
}

/** What a run found and did. */
interface Report {
    orphans: (Orphan | Swept)[];
    kept: Kept[];
    notLookedAt: NotLookedAt[];
}

function asJson({ prefix, dryRun }: Choice, report: Report): string {
    return `${JSON.stringify({ prefix, dryRun, ...report })}\n`;
}
