// What tokens cost: `npm run bench:tokens [-- --n 1,100 --runs 3]`.
//
// Compares ApiTokens against an embedded Dynatrace that answers at once with as many dynamic resources that call nothing. The two alternate,
// because the speed of the machine changes. Writes medians to test-results/slope.json: seconds, and bytes of state for each token. Exits with 1 if a limit
// is exceeded. Nothing else should run on the machine.
const { mkdirSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");

const { bootstrap, fail, root } = require("../../scripts/bootstrap.cjs");
const { Project, findPulumi } = require("./project.cjs");
const { dynamicBytes } = require("./state-bytes.cjs");

const STEPS = ["preview", "up", "noop", "destroy"];
const KINDS = ["ours", "bare"];
/** Most bytes of state for each token, as `pulumi stack export` prints them. */
const MOST_BYTES = 6_000;
/** Most time, as a multiple of that of bare resources; with few resources, starting the processes is all that counts. */
const MOST_TIMES = 1.5;
const COMPARED_FROM = 100;

function options() {
    const { values } = parseArgs({
        options: { n: { type: "string", default: "1,100,200,500" }, runs: { type: "string", default: "3" } },
    });
    const counts = values.n.split(",").map(Number);
    const runs = Number(values.runs);
    for (const value of [...counts, runs]) {
        if (!Number.isInteger(value) || value < 1) throw new Error("--n takes numbers such as 1,100; --runs takes one");
    }
    return { counts, runs };
}

/** One stack from its first preview to its end. */
async function measure(tools, what, count, emulator) {
    const env = { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken };
    const project = new Project(tools, path.join(__dirname, "programs", what), env);
    try {
        await project.init(count);
        const preview = await project.time("preview");
        const up = await project.time("up", "--yes", "--skip-preview");
        const stateBytes = dynamicBytes(await project.exportState()) / count;
        const noop = await project.time("up", "--yes", "--skip-preview", "--expect-no-changes");
        const destroy = await project.time("destroy", "--yes", "--skip-preview");
        return { preview, up, noop, destroy, stateBytes };
    } finally {
        project.remove();
    }
}

function median(values) {
    const sorted = [...values].sort((one, other) => one - other);
    const middle = sorted.length / 2;
    return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** Figures for ours and bare, by turns. */
async function compare(tools, count, runs, emulator) {
    const measured = { ours: [], bare: [] };
    for (let run = 0; run < runs; run++) {
        for (const what of KINDS) {
            process.stderr.write(`${count} ${what}, run ${run + 1} of ${runs}\n`);
            measured[what].push(await measure(tools, what, count, emulator));
        }
    }
    return KINDS.map((what) => {
        const middle = (field) => median(measured[what].map((figures) => figures[field]));
        const seconds = (step) => Number(middle(step).toFixed(2));
        const [up, noop, preview, destroy] = ["up", "noop", "preview", "destroy"].map(seconds);
        return { n: count, what, up, noop, preview, destroy, stateBytes: Math.round(middle("stateBytes")) };
    });
}

function table(figures) {
    const header = ["n", "what", ...STEPS, "stateBytes"];
    const rows = figures.map((row) => header.map((column) => String(row[column])));
    return [header, ...rows].map((cells) => cells.map((cell) => cell.padStart(12)).join("")).join("\n");
}

function exceeded(figures) {
    const problems = [];
    for (const ours of figures.filter(({ what }) => what === "ours")) {
        const bare = figures.find(({ n, what }) => n === ours.n && what === "bare");
        // A stack's first token brings the owner of all its tokens.
        if (ours.n > 1 && ours.stateBytes > MOST_BYTES) {
            problems.push(`${ours.n} tokens: ${ours.stateBytes} bytes of state each, the limit is ${MOST_BYTES}`);
        }
        if (ours.n < COMPARED_FROM) continue;
        for (const step of STEPS) {
            const times = ours[step] / bare[step];
            if (times <= MOST_TIMES) continue;
            problems.push(`${ours.n} tokens: ${step} takes ${times.toFixed(2)} times as long as bare resources`);
        }
    }
    return problems;
}

async function main() {
    const { counts, runs } = options();
    await bootstrap();
    const tools = await findPulumi();
    const { startEmulator } = require("../../dist/emulator/index.js");
    const figures = [];
    for (const count of counts) {
        const emulator = await startEmulator({});
        try {
            figures.push(...(await compare(tools, count, runs, emulator)));
        } finally {
            await emulator.stop();
        }
    }
    const file = path.join(root, "test-results", "slope.json");
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(figures, undefined, 4)}\n`);
    process.stdout.write(`${table(figures)}\n`);
    const problems = exceeded(figures);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    process.exitCode = problems.length > 0 ? 1 : 0;
}

main().catch(fail);
