import { type Args, type Combination, DIMENSIONS, isSidecar, matrix } from "../support/matrix";
import { ARGUMENTS } from "../support/matrix-arguments";
import { render } from "../support/matrix-objects";
import { type Entries, entriesOfObjects, isPlain } from "./entries";

/** A combination of the matrix as the snapshot remembers it. What it asks for is fixed: a new refusal must not change the others. */
export type Remembered = Pick<Combination, "name" | "values" | "asked">;

/** The seed of test/datapath/matrix.test.ts. */
const SEED = 158;
/** The time that Pulumi needs grows faster than the number of programs that run at once. */
const AT_ONCE = 25;

/** Combinations that the component takes now, and those that it refuses. */
export function combinationsNow(): { taken: Remembered[]; refusals: Entries } {
    const { taken, refused } = matrix(SEED);
    return {
        taken: taken.map(({ name, values, asked }) => ({ name, values, asked })),
        refusals: Object.fromEntries(
            refused.map(({ combination }) => [`refusal ${labelOf(combination)}`, "is refused"]),
        ),
    };
}

/** E.g. `matrix-0012: deployment, saas, dynatrace 0.54.0, platform token, in memory`. */
export function labelOf({ name, values }: Remembered): string {
    // The stored values are sorted by their dimension.
    const inOrder = Object.keys(DIMENSIONS).map((dimension) => values[dimension as keyof typeof values]);
    return `${name}: ${inOrder.join(", ")}`;
}

/** What each combination renders. One that is refused now has the reason as its only entry. */
export async function renderAll(all: Remembered[], renamed: Record<string, string>): Promise<Record<string, Entries>> {
    const entries: Record<string, Entries> = {};
    for (let from = 0; from < all.length; from += AT_ONCE) {
        const some = all.slice(from, from + AT_ONCE).map((it) => withArguments(it, renamed));
        for (const { combination, objects } of await renderThese(some, entries)) {
            entries[labelOf(combination)] = entriesOfObjects(objects, combination.name);
        }
    }
    return entries;
}

/** A refusal ends the program of all, so the others are rendered without it. */
async function renderThese(some: Combination[], entries: Record<string, Entries>): ReturnType<typeof render> {
    try {
        return await render(some);
    } catch (error) {
        const [only, ...others] = some;
        if (only !== undefined && others.length === 0) {
            entries[labelOf(only)] = { "refusal of the whole": String(error) };
            return [];
        }
        const half = Math.ceil(some.length / 2);
        return [
            ...(await renderThese(some.slice(0, half), entries)),
            ...(await renderThese(some.slice(half), entries)),
        ];
    }
}

function withArguments(remembered: Remembered, renamed: Record<string, string>): Combination {
    const { name, values, asked } = remembered;
    const dimensions = Object.entries(DIMENSIONS).map(([dimension, known]: [string, Record<string, Args>]) => {
        return known[values[dimension as keyof typeof values]] ?? {};
    });
    const others = asked.map((label) => {
        const [argument = "", value = ""] = (renamed[label] ?? label).split(": ");
        const args = ARGUMENTS[argument]?.[value];
        if (args === undefined) {
            throw new Error(
                `matrix-arguments.ts has no "${label}" any more; name its new name in RENAMED of changes.ts`,
            );
        }
        return args;
    });
    const namespace = isSidecar(values) ? {} : { namespace: name };
    return { name, values, asked, args: [...dimensions, namespace, ...others].reduce<Args>(laidOver, {}) };
}

/** Maps are merged; all else is replaced. */
function laidOver(base: Args, over: Args): Args {
    const merged = Object.entries(over).map(([key, value]) => {
        const below = base[key];
        return [key, isPlain(below) && isPlain(value) ? laidOver(below, value) : value];
    });
    return { ...base, ...Object.fromEntries(merged) };
}
