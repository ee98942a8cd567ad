// Compares every object and Collector configuration that the package renders with a stored snapshot (test/snapshot): of the matrix of
// arguments, of each example, and of one program for each other component and function. What differs is printed path by path.
//
// A change that is meant goes into test/snapshot/changes.ts. To write a new snapshot, with nothing left in changes.ts, run
//     UPDATE_SNAPSHOT=1 npx jest test/unit/snapshot.test.ts --selectProjects unit
// One that is written for the matrix also draws again what each combination asks for.
import { readdirSync } from "node:fs";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { SERVER, SERVER_KEY } from "../snapshot/certificates";
import { INTENDED, isMatch, RENAMED } from "../snapshot/changes";
import { combinationsNow, renderAll } from "../snapshot/combinations";
import { type Change, compare, describeChanges } from "../snapshot/diff";
import { CONFIGURATION, type Entries, isPlain } from "../snapshot/entries";
import { PROGRAMS } from "../snapshot/programs";
import { run } from "../snapshot/run";
import { readMatrix, readPrograms, writeMatrix, writePrograms } from "../snapshot/store";
import { ROOT } from "../support/pulumi";
import { writeResults } from "../support/results";

jest.mock("../support/certificates", () => ({
    selfSigned: jest.requireActual<{ selfSigned: unknown }>("../snapshot/certificates").selfSigned,
}));
// This clone's sources stand in for the published package, which the examples import.
jest.mock("pulumi-dynatrace-otlp", () => jest.requireActual("../../index"), { virtual: true });
jest.mock("pulumi-dynatrace-otlp/aws", () => jest.requireActual("../../components/aws"), { virtual: true });

jest.setTimeout(600_000);

const UPDATE = process.env["UPDATE_SNAPSHOT"] === "1";
const CONFIG = {
    environment: "abc12345",
    certificatePem: SERVER,
    privateKeyPem: SERVER_KEY,
    checkoutDsn: "https://c0ffee00c0ffee00c0ffee00c0ffee00@o1.ingest.us.sentry.io/1",
    cartDsn: "https://c0ffee00c0ffee00c0ffee00c0ffee00@o1.ingest.us.sentry.io/2",
};
/** A pack of policies renders nothing. */
const NO_PROGRAM = ["policy-pack"];

const changes: Change[] = [];
const stored: Record<string, Entries> = {};

/** Compares some programs, and keeps what differs. */
function check(before: Record<string, Entries>, after: Record<string, Entries>): Change[] {
    const found = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((program) =>
        compare(program, before[program] ?? {}, after[program] ?? {}),
    );
    Object.assign(stored, before);
    changes.push(...found);
    return found.filter((change) => !INTENDED.some((it) => isMatch(it, change)));
}

function expectNone(unexpected: Change[]): void {
    if (unexpected.length === 0) return;
    throw new Error(
        `${unexpected.length} differences from the snapshot that changes.ts does not name:\n${describeChanges(unexpected)}`,
    );
}

beforeAll(() => {
    jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    const config = Object.entries(CONFIG).map(([key, value]) => [`project:${key}`, value]);
    pulumi.runtime.setAllConfig(Object.fromEntries(config) as Record<string, string>);
});
afterAll(() => pulumi.runtime.setAllConfig({}));

test("each example renders what it has rendered", async () => {
    const names = readdirSync(path.join(ROOT, "examples")).filter((name) => !NO_PROGRAM.includes(name));
    const now: Record<string, Entries> = {};
    for (const name of names) {
        // An example is a program: it runs when it is loaded.
        now[name] = await run(() => ({ ...jest.requireActual<object>(`../../examples/${name}/index`) }));
    }
    if (UPDATE) writePrograms("examples", now);
    expectNone(check(prefixed("example", readPrograms("examples")), prefixed("example", now)));
});

test("each other component and function renders what it has rendered", async () => {
    const now: Record<string, Entries> = {};
    for (const [name, cases] of Object.entries(PROGRAMS)) {
        const entries: Record<string, Entries> = {};
        for (const [what, program] of Object.entries(cases)) entries[what] = await run(program);
        now[name] = entries;
    }
    if (UPDATE) writePrograms("programs", now);
    expectNone(check(eachCase(readPrograms("programs")), eachCase(now)));
});

test("each combination of the matrix renders what it has rendered, and what was refused is refused", async () => {
    const { taken, refusals } = combinationsNow();
    const combinations = UPDATE ? taken : readMatrix().combinations;
    const now: Record<string, Entries> = { ...(await renderAll(combinations, RENAMED)), matrix: refusals };
    if (UPDATE) writeMatrix({ combinations, entries: now });
    expectNone(check(readMatrix().entries, now));
});

test("each intended change is there, and what is counted is written down", () => {
    const kinds = Object.values(stored).flatMap((entries) => Object.entries(entries).map(kindOf));
    const configs = kinds.filter((kind) => kind === "configuration").length;
    const objects = kinds.filter((kind) => kind === "object").length;
    const touched = new Set(changes.map(({ program, kind, name }) => `${program}\n${kind} ${name}`));
    const unchanged = Object.entries(stored).flatMap(([program, entries]) =>
        Object.entries(entries).filter((entry) => {
            const [type = "", ...name] = entry[0].split(" ");
            const key = `${program}\n${type.split(":").pop()} ${name.join(" ")}`;
            return ["object", "configuration"].includes(kindOf(entry)) && !touched.has(key);
        }),
    ).length;
    const found = INTENDED.filter((it) => changes.some((change) => isMatch(it, change)));
    const changed = found.map(({ what, why }) => ({ what, why }));
    writeResults("snapshot", { objects, configs, unchanged, changed });
    expect(INTENDED.filter((it) => !found.includes(it)).map(({ what }) => what)).toEqual([]);
    expect(objects).toBeGreaterThan(5_000);
});

/** What an entry is: an object of any provider, a configuration, or else a component, a refusal or a result of a function. */
function kindOf([key, value]: [string, unknown]): "object" | "configuration" | "other" {
    if (key.startsWith(`${CONFIGURATION} `)) return "configuration";
    if (/^(result|refusal) /.test(key) || (isPlain(value) && value["component"] === true)) return "other";
    return "object";
}

function prefixed(prefix: string, programs: Record<string, Entries>): Record<string, Entries> {
    return Object.fromEntries(Object.entries(programs).map(([name, entries]) => [`${prefix} ${name}`, entries]));
}

/** Each case of a program, as a program of its own. */
function eachCase(programs: Record<string, Entries>): Record<string, Entries> {
    const cases = Object.entries(programs).flatMap(([name, entries]) =>
        Object.entries(prefixed(name, entries as Record<string, Entries>)),
    );
    return Object.fromEntries(cases);
}
