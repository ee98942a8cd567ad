import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

import { until } from "../support/processes";

interface Run {
    rungs: string[];
    args: string[];
}
interface FileResult {
    name: string;
    status: string;
    assertionResults: { status: string }[];
}

const ROOT = path.join(__dirname, "..", "..");
const SCRIPTS = path.join(ROOT, "scripts");
const { RUNGS, countsOf, failuresOf, reportOf, runsOf } = createRequire(__filename)(
    path.join(SCRIPTS, "test-runs.cjs"),
) as {
    RUNGS: Record<string, string[]>;
    runsOf: (rungs: string[], options: string[]) => Run[];
    reportOf: (rung: string, results: FileResult[]) => { testResults: FileResult[] };
    failuresOf: (report: object) => string[];
    countsOf: (report: object) => Record<"passed" | "failed" | "skipped", number>;
};
const ALL = Object.keys(RUNGS);

/** Whether a run takes a file, by what Jest is told. */
function takes({ rungs, args }: Run, file: string): boolean {
    const ofRungs = rungs.some((rung) => file.startsWith(`test/${rung}/`));
    const byPath = args.indexOf("--runTestsByPath");
    if (byPath >= 0) return ofRungs && args.slice(byPath + 1).includes(file);
    const ignored = args.filter((_, at) => args[at - 1] === "--testPathIgnorePatterns");
    return ofRungs && !ignored.some((pattern) => new RegExp(pattern).test(path.posix.join("/clone", file)));
}

test("every file of tests is in exactly one run, whichever rungs are asked for", () => {
    for (const rungs of [ALL, ["unit"], ["engine", "datapath"], ["datapath"]]) {
        const runs = runsOf(rungs, []);
        const files = rungs.flatMap((rung) =>
            readdirSync(path.join(ROOT, "test", rung), { recursive: true, encoding: "utf8" })
                .filter((file) => file.endsWith(".test.ts"))
                .map((file) => path.posix.join("test", rung, file)),
        );
        expect(files.length).toBeGreaterThan(5);
        for (const file of files) expect([file, runs.filter((run) => takes(run, file)).length]).toEqual([file, 1]);
    }
});

test("what measures the machine runs alone, a file at a time, and is there", () => {
    const [, heavy, alone, ...more] = runsOf(ALL, []);
    expect(more).toEqual([]);
    expect(heavy?.args.join(" ")).toMatch(/--maxWorkers=[2-6]/);
    expect(alone?.args).toContain("--runInBand");
    const files = alone?.args.filter((arg) => arg.endsWith(".test.ts")) ?? [];
    expect(files.map((file) => existsSync(path.join(ROOT, file)))).toEqual([true]);
});

test("options go into one run of all rungs", () => {
    expect(runsOf(["engine", "unit"], ["-t", "a name"])).toEqual([
        { rungs: ["engine", "unit"], args: ["--runInBand", "-t", "a name"] },
    ]);
});

test("a report has the files of its rung alone; one that cannot start, or fails after its tests, counts as failed", () => {
    const file = (name: string, status: string, ...tests: string[]): FileResult => {
        return { name, status, assertionResults: tests.map((each) => ({ status: each })) };
    };
    const results = [
        file("/clone/test/unit/good.test.ts", "passed", "passed", "passed"),
        file("/clone/test/unit/bad.test.ts", "failed", "passed", "failed", "todo"),
        file("/clone/test/unit/broken.test.ts", "failed"),
        file("/clone/test/unit/left-open.test.ts", "failed", "passed"),
        file("/clone/test/engine/unit.test.ts", "passed", "passed", "pending"),
    ];
    const unit = reportOf("unit", results);
    expect(unit.testResults).toEqual(results.slice(0, 4));
    expect(countsOf(unit)).toMatchObject({ passed: 4, failed: 3, skipped: 1 });
    expect(countsOf(reportOf("engine", results))).toMatchObject({ passed: 1, failed: 0, skipped: 1 });
});

test("what failed is told with its file, its name and the begin of its message", () => {
    const failed = (fullName: string, message: string): object => {
        return { fullName, status: "failed", failureMessages: [message] };
    };
    const long = Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n");
    const testResults = [
        { name: "/clone/test/unit/a.test.ts", status: "passed", assertionResults: [{ status: "passed" }] },
        { name: "/clone/test/unit/b.test.ts", status: "failed", message: "cannot start", assertionResults: [] },
        {
            name: "/clone/test/unit/c.test.ts",
            status: "failed",
            message: "all of them",
            assertionResults: [{ status: "passed" }, failed("one", "\u001b[31mred\u001b[39m"), failed("two", long)],
        },
    ];
    const told = failuresOf({ testResults });
    expect(told.slice(0, 2)).toEqual([
        "FAILED test/unit/b.test.ts\n    cannot start",
        "FAILED test/unit/c.test.ts: one\n    red",
    ]);
    expect(told[2]).toContain("    line 11");
    expect(told[2]).not.toContain("line 12");
    expect(told).toHaveLength(3);
});

describe("a program that is run with all it starts", () => {
    /** Starts one that ignores being told to end, and says its own number and the one of its child. */
    const STUBBORN = `
        const { spawn } = require("node:child_process");
        process.on("SIGTERM", () => {});
        const child = spawn("sleep", ["600"]);
        process.stderr.write(process.pid + " " + child.pid + "\\n");
        setInterval(() => {}, 1000);`;
    const START = `
        const { Group } = require(${JSON.stringify(path.join(SCRIPTS, "test-group.cjs"))});
        const how = { stdio: ["ignore", "ignore", "pipe"], tell: (text) => process.stdout.write(text) };
        new Group(500).run(process.execPath, ["-e", process.argv[1]], how).then((code) => process.exit(code));`;

    const runs = (pid: number): boolean => {
        const file = `/proc/${pid}/stat`;
        return existsSync(file) && !readFileSync(file, "utf8").includes(") Z ");
    };

    async function start(program: string): Promise<{ parent: ChildProcess; pids: number[] }> {
        const parent = spawn(process.execPath, ["-e", START, program], { stdio: ["ignore", "pipe", "inherit"] });
        let said = "";
        parent.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
        const pids = await until("both have started", 20, () =>
            said.endsWith("\n") ? said.trim().split(" ").map(Number) : undefined,
        );
        return { parent, pids };
    }
    const ended = (pids: number[]): Promise<true> =>
        until("all have ended", 10, () => (pids.some(runs) ? undefined : true));
    const exitOf = (parent: ChildProcess): Promise<number | null> =>
        new Promise((resolve) => parent.on("exit", (code) => resolve(code)));

    test.each(["SIGINT", "SIGTERM"] as const)("ends with it on %s, also what does not heed it", async (signal) => {
        const { parent, pids } = await start(STUBBORN);
        expect(pids.map(runs)).toEqual([true, true]);
        const exit = exitOf(parent);
        parent.kill(signal);
        expect(await exit).toBe(130);
        await ended(pids);
    });

    test("leaves nothing behind when it ends by itself, and its exit code is told", async () => {
        const { parent, pids } = await start(`${STUBBORN} setTimeout(() => process.exit(7), 200);`);
        expect(await exitOf(parent)).toBe(7);
        await ended(pids);
    });
});
