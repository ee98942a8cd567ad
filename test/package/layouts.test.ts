import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import ts from "typescript";

import { PACKAGE } from "../../providers/package-path";
import { providerText } from "../../providers/provider-text";
import { ROOT } from "../support/pulumi";
import { INSTALL, NPM, pnpm, run, writeJson, YARN } from "./support";

/*
 * An app, the platform team's library, an observability library and this package, each only in the dependencies of the one before,
 * as each package manager lays them out. The package here is the code that finds it, and a runtime that says where it lies: it
 * installs in a second.
 */

jest.setTimeout(200_000);

let folder: string;
let text: string;

beforeAll(async () => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "layouts-")));
    text = providerText("ApiToken", ["platform", "observability", PACKAGE]);
    for (const name of [PACKAGE, "observability", "platform"]) {
        source(name, path.join(folder, "source", name));
        await run(NPM, ["pack", "--pack-destination", folder], path.join(folder, "source", name));
    }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NEXT: Record<string, string | undefined> = { app: "platform", platform: "observability", observability: PACKAGE };

/** What a package of the chain depends on: a tarball, unless said otherwise. */
function dependencies(name: string, version = (next: string) => `file:${tarball(next)}`): Record<string, string> {
    const next = NEXT[name];
    return next === undefined ? {} : { [next]: version(next) };
}

const tarball = (name: string): string => path.join(folder, `${name}-1.0.0.tgz`);

/** Writes a package of the chain; each library hands on what the package exports. */
function source(name: string, to: string, version?: (next: string) => string): void {
    mkdirSync(to, { recursive: true });
    const manifest = { name, version: "1.0.0", main: "index.js", dependencies: dependencies(name, version) };
    if (name !== PACKAGE) {
        writeJson(path.join(to, "package.json"), manifest);
        writeFileSync(path.join(to, "index.js"), `module.exports = require("${NEXT[name]}");\n`);
        return;
    }
    const exports = { ".": "./dist/index.js", "./providers/runtime-v1": "./dist/providers/runtime-v1.js" };
    writeJson(path.join(to, "package.json"), { ...manifest, exports });
    const files: Record<string, string> = {
        "index.js": `
            const { stepsToThisPackage } = require("./providers/package-path");
            const { providerText } = require("./providers/provider-text");
            exports.text = () => providerText("ApiToken", stepsToThisPackage());
            exports.folder = __dirname;`,
        "providers/runtime-v1.js": `exports.runtimeFor = (kind) => ({ kind, folder: require("path").dirname(__dirname) });`,
        "providers/package-path.js": compiled("package-path"),
        "providers/provider-text.js": compiled("provider-text"),
    };
    mkdirSync(path.join(to, "dist/providers"), { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(to, "dist", file), content);
}

function compiled(name: string): string {
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
    return ts.transpile(ts.sys.readFile(path.join(ROOT, `providers/${name}.ts`)) ?? "", options);
}

function app(name: string, version?: (next: string) => string): string {
    const at = path.join(folder, name);
    mkdirSync(at, { recursive: true });
    writeJson(path.join(at, "package.json"), {
        name: "app",
        private: true,
        dependencies: dependencies("app", version),
    });
    return at;
}

/** The program records the text that is the same everywhere; in a process of its own, as the host's, that text finds the package. */
async function findsTheRuntime(at: string): Promise<void> {
    const node = async (script: string): Promise<unknown> =>
        JSON.parse(await run(process.execPath, ["-e", script], at));
    const program = await node(
        `const it = require("platform"); console.log(JSON.stringify({ text: it.text(), folder: it.folder }))`,
    );
    const { folder } = program as { folder: string };
    expect(program).toEqual({ text, folder });
    const host = `
        const requireFromString = require(${JSON.stringify(require.resolve("require-from-string"))});
        console.log(JSON.stringify(requireFromString(${JSON.stringify(text)}).handler()));`;
    expect(await node(host)).toEqual({ kind: "ApiToken", folder });
}

/** A lockfile, or else Yarn takes a folder above for the project. */
const yarn = (linker: string): Record<string, string> => ({
    ".yarnrc.yml": `enableTelemetry: false\nenableImmutableInstalls: false\nnodeLinker: ${linker}\n`,
    "yarn.lock": "",
});

test.each<{ by: string; command: [string, string[]]; files?: Record<string, string> }>([
    { by: "npm", command: INSTALL },
    { by: "npm, linked", command: [NPM, [...INSTALL[1], "--install-strategy=linked"]] },
    { by: "pnpm", command: pnpm("install") },
    { by: "pnpm without hoisting", command: pnpm("install", "--config.hoist=false") },
    { by: "yarn with node-modules", command: YARN, files: yarn("node-modules") },
    { by: "yarn with its pnpm linker", command: YARN, files: yarn("pnpm") },
])("installed by $by, the runtime is found", async ({ by, command, files = {} }) => {
    const at = app(by.replaceAll(/\W+/g, "-"));
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(at, file), content);
    await run(...command, at);
    await findsTheRuntime(at);
});

const NAMES = ["platform", "observability"];

test("in an npm workspace, the runtime is found", async () => {
    const root = path.join(folder, "npm-workspace");
    const version = (next: string): string => (next === PACKAGE ? `file:${tarball(next)}` : "1.0.0");
    const at = app("npm-workspace/apps/infra", version);
    for (const name of NAMES) source(name, path.join(root, "packages", name), version);
    writeJson(path.join(root, "package.json"), { private: true, workspaces: ["apps/*", "packages/*"] });
    await run(...INSTALL, root);
    await findsTheRuntime(at);
});

test("in a pnpm workspace, the runtime is found", async () => {
    const root = path.join(folder, "pnpm-workspace");
    const version = (next: string): string => (next === PACKAGE ? `file:${tarball(next)}` : "workspace:*");
    const at = app("pnpm-workspace/apps/infra", version);
    for (const name of NAMES) source(name, path.join(root, "packages", name), version);
    writeFileSync(path.join(root, "pnpm-workspace.yaml"), "packages: [apps/*, packages/*]\nhoist: false\n");
    writeJson(path.join(root, "package.json"), { private: true });
    await run(...pnpm("install"), root);
    await findsTheRuntime(at);
});

test.each([
    { by: "npm", install: INSTALL, command: [NPM, ["link", "--no-audit", "--no-fund"]] },
    { by: "pnpm", install: pnpm("install"), command: pnpm("link") },
] as const)("behind a library linked by $by link, the runtime is found", async ({ by, install, command }) => {
    const library = path.join(folder, `${by}-link`, "platform");
    source("platform", library);
    await run(...install, library);
    const at = app(`${by}-link/app`);
    const prefix = path.join(folder, `${by}-link`, "prefix");
    mkdirSync(path.join(prefix, "lib"), { recursive: true });
    const [program, args] = command;
    await run(program, [...args, library], at, { npm_config_prefix: prefix });
    await findsTheRuntime(at);
});

test("with Yarn's Plug'n'Play the error says where it looked and the way out", async () => {
    const at = app("yarn-pnp");
    for (const [file, content] of Object.entries(yarn("pnp"))) writeFileSync(path.join(at, file), content);
    await run(...YARN, at);
    const host = `
        const requireFromString = require(${JSON.stringify(require.resolve("require-from-string"))});
        requireFromString(${JSON.stringify(text)}).handler();`;
    await expect(run(process.execPath, ["-e", host], at)).rejects.toThrow(
        `${PACKAGE} not found from ${at}: run npm install in ${at}, or add ${PACKAGE} to ${at}/package.json`,
    );
});
