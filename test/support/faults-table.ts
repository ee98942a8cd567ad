import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual as isSame } from "node:util";

import { Moment } from "./faults";
import { Recovery, type Fault, type FaultyStack } from "./faults-stack";
import { until } from "./processes";
import { ROOT } from "./pulumi";
import { writeResults } from "./results";

/** One fault, and what a user does after it. */
export interface Row extends Fault {
    /** In the order in which they are done; the last is `up` or `destroy`. */
    then: Recovery[];
}

/** Ids on both sides once a fault has been got over. */
export interface Result {
    point: string;
    inState: string[];
    inDynatrace: string[];
}

/** How many ids there are on each side, and how many on one side alone. */
interface Figures {
    point: string;
    inState: number;
    inDynatrace: number;
    difference: number;
}

const NAME = "orphans";

/** The results of one table; test-results/orphans.json has those of all. */
export class FaultTable {
    private readonly results: Result[] = [];

    /** @param part what its points begin with. */
    constructor(private readonly part: string) {}

    /** Lets a fault strike, gets over it, and looks what is left. */
    async strike(stack: FaultyStack, row: Row): Promise<Result> {
        const held = await stack.cutOff(row);
        for (const step of row.then) await stack.recover(step);
        if (row.late) {
            held.release("pass");
            await settled(stack);
        }
        return this.look(stack, pointOf(row));
    }

    /** What is in the state and in Dynatrace by now. */
    async look(stack: FaultyStack, point: string): Promise<Result> {
        stack.endLeftovers();
        const inState = await stack.inState();
        const result = { point: `${this.part}: ${point}`, inState, inDynatrace: stack.inDynatrace() };
        this.results.push(result);
        return result;
    }

    write(): void {
        writeResults(path.join(NAME, this.part), this.results.map(figuresOf));
        // Two files that end at once may write all parts at once, and the one that did not see the other's may be the last.
        let written: Figures[][];
        do {
            written = partsWritten();
            writeResults(NAME, written.flat());
        } while (!isSame(partsWritten(), written));
    }
}

function partsWritten(): Figures[][] {
    const folder = path.join(ROOT, "test-results", NAME);
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return files.sort().map((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Figures[]);
}

function figuresOf({ point, inState, inDynatrace }: Result): Figures {
    const alone = (some: string[], others: string[]): number => some.filter((id) => !others.includes(id)).length;
    const difference = alone(inState, inDynatrace) + alone(inDynatrace, inState);
    return { point, inState: inState.length, inDynatrace: inDynatrace.length, difference };
}

/** Waits until a provider that was left behind makes no more calls. */
async function settled(stack: FaultyStack): Promise<void> {
    let [calls, since] = [-1, Date.now()];
    await until("the provider that was left behind makes no more calls", 30, () => {
        const now = stack.wire.calls;
        if (now !== calls) [calls, since] = [now, Date.now()];
        return Date.now() - since > 1_000 ? true : undefined;
    });
}

/** A row in words, for the name of its test and for the results. */
export function pointOf({ victim, at, during, late, then }: Row): string {
    const call = at.token === undefined ? at.method : `${at.method} of ${at.token}`;
    const when = at.moment === Moment.Before ? "has been sent" : "is done and its reply under way";
    const overlap = during !== "destroy" && during.overlapDays ? ", with an overlap" : "";
    const delay = late ? `; the ${at.moment === Moment.Before ? "call" : "reply"} arrives after that` : "";
    return `${victim} lost when ${call} ${when}${overlap}; then ${then.join(", ")}${delay}`;
}
