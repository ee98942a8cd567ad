// One project a rung of the ladder; `node scripts/test.cjs <rung>` brings what the rung needs and runs it.
const rungs = ["unit", "contract", "engine", "cluster", "datapath", "package"];

/** @type {import("jest").Config} */
module.exports = {
    testSequencer: "<rootDir>/test/support/sequencer.cjs",
    // Several files run at once, on a fresh clone beside the building of tools. What takes longer by itself says how long.
    testTimeout: 30_000,
    projects: rungs.map((rung) => ({
        displayName: rung,
        testEnvironment: "node",
        testMatch: [`<rootDir>/test/${rung}/**/*.test.ts`],
        modulePathIgnorePatterns: ["<rootDir>/.quickstart"],
        transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
    })),
};
