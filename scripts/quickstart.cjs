// `npm run quickstart`: brings what a fresh clone lacks, then runs quickstart/main.ts.
const { spawn } = require("node:child_process");
const path = require("node:path");

const { bootstrap, fail, root } = require("./bootstrap.cjs");

bootstrap().then(() => {
    const main = path.join(__dirname, "quickstart", "main.ts");
    const args = ["--require", require.resolve("tsx/cjs"), main, ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    // ^C reaches the child as well: it cleans up, this process waits for it.
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
    child.on("error", fail);
    child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
}, fail);
