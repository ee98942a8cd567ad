import { CONFIGURATION, type Entries, HASH, isPlain } from "./entries";

/** One thing that differs from the snapshot. */
export interface Change {
    /** The combination of the matrix, example or program. */
    program: string;
    /** E.g. `Deployment`, `Configuration` or `result`. */
    kind: string;
    /** Name of the object or of the result. */
    name: string;
    /** E.g. `spec.template.spec.containers[collector].env[DT_API_TOKEN].value`; empty if the whole thing was added or removed. */
    path: string;
    before: unknown;
    after: unknown;
}

/** What is different in a program. */
export function compare(program: string, before: Entries, after: Entries): Change[] {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    const changes = keys.flatMap((key) => {
        const [type = "", ...name] = key.split(" ");
        const about = { program, kind: type.split(":").pop() ?? type, name: name.join(" ") };
        return differences(before[key], after[key]).map((it) => ({ ...about, ...it }));
    });
    // Another content has another hash.
    const isHash = ({ path }: Change): boolean => path === `["${HASH}"]`;
    const otherContent = ({ name }: Change): boolean =>
        changes.some((it) => !isHash(it) && (it.name === name || (it.kind === CONFIGURATION && akin(it.name, name))));
    return changes.filter((it) => !isHash(it) || !otherContent(it));
}

/** Whether a configuration of this name is in the ConfigMap of that name. */
const akin = (configuration: string, configMap: string): boolean => configuration.split(" ", 1)[0] === configMap;

type Difference = Pick<Change, "path" | "before" | "after">;

/** All differences of two plain values, each at the deepest path. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    if (isPlain(before) && isPlain(after)) {
        const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
        return keys.flatMap((key) => differences(before[key], after[key], at(path, key)));
    }
    if (Array.isArray(before) && Array.isArray(after)) return inLists(before, after, path);
    if (isLong(before) && isLong(after)) return inLists(before.split("\n"), after.split("\n"), `${path}:line`);
    return [{ path, before, after }];
}

const isLong = (value: unknown): value is string => typeof value === "string" && value.includes("\n");

function at(path: string, key: string): string {
    if (!/^[\w$]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === "" ? key : `${path}.${key}`;
}

/** Named elements are compared by their names, others by what stands on both sides. */
function inLists(before: unknown[], after: unknown[], path: string): Difference[] {
    const [names, namesAfter] = [namesOf(before), namesOf(after)];
    if (names && namesAfter) {
        const all = [...new Set([...names, ...namesAfter])];
        const found = all.flatMap((name) =>
            differences(before[names.indexOf(name)], after[namesAfter.indexOf(name)], `${path}[${name}]`),
        );
        const [kept, keptAfter] = [
            names.filter((it) => namesAfter.includes(it)),
            namesAfter.filter((it) => names.includes(it)),
        ];
        return [...found, ...differences(kept.join(", "), keptAfter.join(", "), `${path}[order]`)];
    }
    if (before.length === after.length) {
        const pairs = before.map((value, index) => differences(value, after[index], `${path}[${index}]`));
        // Where little of a list differs, it is told apart.
        if (pairs.filter(({ length }) => length > 0).length <= Math.max(1, before.length / 4)) return pairs.flat();
    }
    return inOrder(before, after, path);
}

/** Names of elements, if each has one of its own. */
function namesOf(list: unknown[]): string[] | undefined {
    const names = list.map((it) => (isPlain(it) && typeof it["name"] === "string" ? it["name"] : undefined));
    const known = names.filter((name) => name !== undefined);
    return known.length === list.length && new Set(known).size === list.length ? known : undefined;
}

/** What was removed and added beside the longest common part. */
function inOrder(before: unknown[], after: unknown[], path: string): Difference[] {
    const [left, right] = [before, after].map((list) => list.map((it) => JSON.stringify(it))) as [string[], string[]];
    const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
    const length = (l: number, r: number): number => lengths[l]?.[r] ?? 0;
    for (let l = left.length - 1; l >= 0; l--) {
        for (let r = right.length - 1; r >= 0; r--) {
            const row = lengths[l] as number[];
            row[r] = left[l] === right[r] ? length(l + 1, r + 1) + 1 : Math.max(length(l + 1, r), length(l, r + 1));
        }
    }
    const found: Difference[] = [];
    let [l, r] = [0, 0];
    while (l < left.length || r < right.length) {
        if (l < left.length && r < right.length && left[l] === right[r]) {
            l += 1;
            r += 1;
        } else if (r >= right.length || (l < left.length && length(l + 1, r) >= length(l, r + 1))) {
            found.push({ path: `${path}[${l}]`, before: before[l++], after: undefined });
        } else {
            found.push({ path: `${path}[${r}]`, before: undefined, after: after[r++] });
        }
    }
    return found;
}

/** A text for people: one line for one cause, however many programs it is in. */
export function describeChanges(changes: Change[], most = 60): string {
    const byPlace = grouped(changes, ({ kind, path }) => `${kind} ${path.replaceAll(/\[\d+\]/g, "[*]")}`);
    const blocks = [...byPlace.values()].sort((a, b) => b.length - a.length).map(describePlace);
    const rest = blocks.length > most ? [`... and ${blocks.length - most} more places`] : [];
    return [...blocks.slice(0, most), ...rest].join("\n");
}

function describePlace(changes: Change[]): string {
    const ways = [...grouped(changes, wayOf).values()].sort((a, b) => b.length - a.length);
    const lines = ways.slice(0, 3).map((same) => {
        const [first] = same as [Change];
        const place = [first.kind, first.path].filter(Boolean).join(" ");
        const count = same.length === 1 ? "in" : `${same.length} times, e.g. in`;
        return `${place}: ${wayOf(first)}  (${count} ${first.program}, ${first.name})`;
    });
    const others = ways.slice(3).reduce((sum, { length }) => sum + length, 0);
    return [
        ...lines,
        ...(others > 0 ? [`    ... and ${others} more at this path, in ${ways.length - 3} other ways`] : []),
    ].join("\n");
}

function wayOf({ path, before, after }: Change): string {
    if (before === undefined) return path === "" ? "added" : `added ${short(after)}`;
    if (after === undefined) return path === "" ? "removed" : `removed ${short(before)}`;
    return `${short(before)} -> ${short(after)}`;
}

function short(value: unknown): string {
    const text = JSON.stringify(value);
    return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

export function grouped<T>(all: T[], keyOf: (it: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const it of all) {
        const key = keyOf(it);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [it]);
        else group.push(it);
    }
    return groups;
}
