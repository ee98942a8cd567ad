import type { Bench } from "./bench";
import { type OperationsStack, textOf } from "./stack";

/** A row of test-results/operations.json. */
export interface Row {
    operation: string;
    /** Kind of the token, or the component that creates it. */
    kind: string;
    /** Tokens that the states hold or list after the operation. */
    inState: number;
    /** Live tokens of the stacks in Dynatrace after the operation. */
    inDynatrace: number;
    /** Used tokens that a state holds, or that were to keep working, and that Dynatrace refuses. */
    usedTokensLost: number;
    /** Live tokens that no state holds or lists, except those that the operation keeps on purpose; also those left by `destroy`. */
    orphans: number;
}

/** What a row says about single tokens, by their ids. */
export interface Expected {
    /** Tokens that have to keep working. */
    serving?: string[];
    /** Tokens that stay in Dynatrace on purpose and that no state holds: retained, or the state entry was deleted. */
    kept?: string[];
    /** Tokens of the state that do not work now, e.g. because they are disabled. */
    resting?: string[];
}

/** Several operations on some stacks, and the rows that they fill. */
export interface Plan {
    /** `kind: operation`, in the order in which they are done. */
    rows: string[];
    run(scenario: Scenario): Promise<void>;
}

interface OpenRow extends Row {
    names: string[];
    kept: string[];
    problems: string[];
    /** Whether the next `up` was run. */
    settled: boolean;
    prefixes: string[];
}

/** What became of a row. */
export interface Outcome {
    row: Row;
    problems: string[];
}

export class Scenario {
    private readonly rows: OpenRow[] = [];
    private readonly stacks: OperationsStack[] = [];

    constructor(readonly bench: Bench) {}

    async stack(name: string, backend?: string): Promise<OperationsStack> {
        const stack = await this.bench.stack(name, backend);
        this.stacks.push(stack);
        return stack;
    }

    /**
     * Does an operation and counts the tokens after it.
     *
     * @param row `kind: operation`.
     * @param names of the resources whose tokens are counted; all if empty.
     */
    async row(row: string, names: string[], operate: () => Promise<Expected | void>): Promise<void> {
        const at = row.indexOf(": ");
        const open: OpenRow = {
            ...{ operation: row.slice(at + 2), kind: row.slice(0, at) },
            ...{ inState: 0, inDynatrace: 0, usedTokensLost: 0, orphans: 0 },
            ...{ names, kept: [], problems: [], settled: false, prefixes: this.prefixes(names) },
        };
        this.rows.push(open);
        try {
            await this.count(open, (await operate()) ?? {});
        } catch (error) {
            open.problems.push(error instanceof Error ? error.message : String(error));
        }
    }

    /** The next `up` of all rows since the last: nothing changes. */
    async settle(...stacks: OperationsStack[]): Promise<void> {
        await this.settleBy(async () => {
            for (const stack of stacks) await stack.unchanged();
        });
    }

    /** As {@link settle}, by another way to run `up`. */
    async settleBy(run: () => Promise<unknown>): Promise<void> {
        const problem = await run().then(
            () => [],
            (error: Error) => [error.message],
        );
        for (const row of this.rows.filter(({ settled }) => !settled)) {
            row.settled = true;
            row.problems.push(...problem);
        }
    }

    /** Destroys the stacks, after which only what rows keep on purpose may be left. @returns what `destroy` printed. */
    async destroy(...stacks: OperationsStack[]): Promise<string> {
        let text = "";
        await this.destroyBy(async () => {
            for (const stack of stacks) text += textOf(await stack.destroy());
        });
        return text;
    }

    /** As {@link destroy}, by another way to run it. */
    async destroyBy(run: () => Promise<unknown>): Promise<void> {
        await run().catch((error: Error) => this.rows.forEach((row) => row.problems.push(error.message)));
    }

    /** All rows, after the last `destroy`. */
    finish(plan: Plan, failure?: Error): Map<string, Outcome> {
        const kept = new Set(this.rows.flatMap((row) => row.kept));
        for (const row of this.rows) {
            if (!row.settled) row.problems.push("no `up` was run after the operation");
            const prefixes = [...new Set([...row.prefixes, ...this.prefixes(row.names)])];
            const left = prefixes.flatMap((prefix) => this.bench.live(prefix)).filter(({ id }) => !kept.has(id));
            row.orphans += left.length;
            if (left.length > 0) row.problems.push(`left after destroy: ${left.map(({ name }) => name).join(", ")}`);
        }
        const outcomes = this.rows.map(
            ({ operation, kind, inState, inDynatrace, usedTokensLost, orphans, problems }) => {
                const row = { operation, kind, inState, inDynatrace, usedTokensLost, orphans };
                return [
                    `${kind}: ${operation}`,
                    { row, problems: failure ? [...problems, failure.message] : problems },
                ] as const;
            },
        );
        const found = new Map<string, Outcome>(outcomes);
        for (const name of plan.rows.filter((each) => !found.has(each))) {
            const [kind = "", operation = ""] = name.split(/: (.*)/);
            const row = { operation, kind, inState: 0, inDynatrace: 0, usedTokensLost: 0, orphans: 0 };
            found.set(name, { row, problems: [failure?.message ?? "no operation fills this row"] });
        }
        return found;
    }

    private prefixes(names: string[]): string[] {
        const all = this.stacks.map(({ stack }) => `operations-${stack}-`);
        return names.length === 0 ? all : all.flatMap((prefix) => names.map((name) => `${prefix}${name}-`));
    }

    private async count(row: OpenRow, { serving = [], kept = [], resting = [] }: Expected): Promise<void> {
        const isOf = (name: string): boolean =>
            row.names.length === 0 || row.names.some((each) => `${name}-`.startsWith(`${each}-`));
        const known = this.stacks.flatMap((stack) => stack.tokens()).filter(({ name }) => isOf(name));
        const held = new Set(
            known.flatMap((token) => [token.tokenId, ...token.retiring.map(({ tokenId }) => tokenId)]),
        );
        const live = new Set(this.prefixes(row.names).flatMap((prefix) => this.bench.live(prefix).map(({ id }) => id)));
        row.kept = kept;
        row.inState = held.size;
        row.inDynatrace = live.size;
        const orphans = [...live].filter((id) => !held.has(id) && !kept.includes(id));
        row.orphans = orphans.length;
        if (orphans.length > 0) row.problems.push(`in no state: ${orphans.join(", ")}`);
        const now = Date.now();
        const current = known.filter(({ replaced }) => !replaced).map(({ tokenId }) => tokenId);
        const overlapping = known.flatMap(({ retiring }) =>
            retiring.filter(({ until }) => Date.parse(until) > now + 1000).map(({ tokenId }) => tokenId),
        );
        const needed = [...current, ...overlapping].filter((id) => this.bench.used.has(id));
        for (const id of new Set([...needed, ...serving, ...kept])) {
            if (resting.includes(id) || (await this.bench.works(id))) continue;
            row.usedTokensLost++;
            row.problems.push(`${id} does not work any more`);
        }
        for (const id of current.filter((each) => !live.has(each) && !resting.includes(each))) {
            row.problems.push(`the state holds ${id}, which Dynatrace does not have under a name of this stack`);
        }
    }
}

/** Runs plans, two at a time. @returns what became of each row. */
export function runAll(bench: Bench, plans: Plan[]): Promise<Map<string, Outcome>>[] {
    const queue = plans.map((plan) => {
        let resolve: (outcomes: Promise<Map<string, Outcome>>) => void = () => undefined;
        const outcomes = new Promise<Map<string, Outcome>>((done) => (resolve = done));
        outcomes.catch(() => undefined);
        return { plan, outcomes, resolve };
    });
    const waiting = [...queue];
    const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
            const outcomes = runOne(bench, next.plan);
            next.resolve(outcomes);
            await outcomes.catch(() => undefined);
        }
    };
    void Promise.all([work(), work()]);
    return queue.map(({ outcomes }) => outcomes);
}

async function runOne(bench: Bench, plan: Plan): Promise<Map<string, Outcome>> {
    const scenario = new Scenario(bench);
    try {
        await plan.run(scenario);
    } catch (error) {
        return scenario.finish(plan, error instanceof Error ? error : new Error(String(error)));
    }
    return scenario.finish(plan);
}
