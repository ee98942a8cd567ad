import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { runToEnd } from "../support/processes";
import { findPulumi, PulumiProject, type PulumiTools, ROOT } from "../support/pulumi";

jest.setTimeout(600_000);

const NPM = "npm";
/** Pinned here and not in package.json: it is used in this file alone. */
const PNPM = "pnpm@10.20.0";
const PEERS = { "@pulumi/kubernetes": "4.34.2", "@pulumi/pulumi": "3.270.0" };

async function run(command: string, args: string[], cwd: string): Promise<string> {
    const { code, stdout, stderr } = await runToEnd(command, args, { cwd, timeoutSeconds: 400 });
    if (code !== 0) throw new Error(`${command} ${args.join(" ")}:\n${stdout}\n${stderr}`);
    return stdout;
}

function writeJson(file: string, value: object): void {
    writeFileSync(file, JSON.stringify(value, undefined, 4));
}

describe("the packed package, as a dependency of an organisation's component library", () => {
    let folder: string;
    let emulator: Emulator;
    let tools: PulumiTools;
    let library: string;
    let packed: string[];

    beforeAll(async () => {
        folder = mkdtempSync(path.join(tmpdir(), "package-"));
        emulator = await startEmulator();
        tools = await findPulumi();
        const [own] = JSON.parse(
            await run(NPM, ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ROOT),
        ) as { filename: string; files: { path: string }[] }[];
        packed = own?.files.map((file) => file.path) ?? [];

        const source = path.join(folder, "library");
        mkdirSync(source);
        writeJson(path.join(source, "package.json"), {
            name: "platform-library",
            version: "1.0.0",
            main: "index.js",
            dependencies: { "pulumi-dynatrace-otlp": `file:${path.join(folder, own?.filename ?? "")}` },
            peerDependencies: { "@pulumi/pulumi": "*", "@pulumi/kubernetes": "*" },
        });
        writeFileSync(
            path.join(source, "index.js"),
            'const { IngestToken } = require("pulumi-dynatrace-otlp");\n' +
                'exports.logToken = (name) => new IngestToken(name, { signals: ["logs"], secretDelivery: "referenced", secretName: "logs" });\n',
        );
        await run(NPM, ["pack", "--pack-destination", folder], source);
        library = path.join(folder, "platform-library-1.0.0.tgz");
    });

    afterAll(async () => {
        await emulator?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    test("holds compiled code, types and licence, and neither sources nor tests", () => {
        for (const file of [
            "dist/index.js",
            "dist/index.d.ts",
            "dist/providers/runtime-v1.js",
            "LICENSE",
            "README.md",
        ]) {
            expect(packed).toContain(file);
        }
        const { exports: entries } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
            exports: Record<string, string | { types: string; default: string }>;
        };
        const targets = Object.values(entries).flatMap((entry) =>
            typeof entry === "string" ? [entry] : [entry.types, entry.default],
        );
        expect(targets.filter((target) => !packed.includes(target.replace("./", "")))).toEqual([]);
        expect(packed.filter((file) => /^(test|scripts|examples)\/|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    });

    test("needs no peer that is optional, until its sub-path is asked for", async () => {
        const app = path.join(folder, "without-optional-peers");
        mkdirSync(app);
        cpSync(library, path.join(app, "platform-library.tgz"));
        writeJson(path.join(app, "package.json"), {
            name: "app",
            private: true,
            dependencies: { ...PEERS, "platform-library": "file:platform-library.tgz" },
        });
        await run(NPM, ["install", "--no-audit", "--no-fund", "--ignore-scripts"], app);
        const script = `for (const path of ["", "/emulator", "/policy", "/aws"]) {
            try { require("pulumi-dynatrace-otlp" + path); console.log("ok" + path); }
            catch (error) { console.log(error.message.split("\\n")[0]); }
        }`;
        expect((await run(process.execPath, ["-e", script], app)).trim().split("\n")).toEqual([
            "ok",
            "ok/emulator",
            "Cannot find module '@pulumi/policy'",
            "Cannot find module '@pulumi/aws/secretsmanager'",
        ]);
    });

    test.each([
        ["npm", [NPM, "install", "--no-audit", "--no-fund", "--ignore-scripts"]],
        ["pnpm", ["npx", "--yes", PNPM, "install", "--ignore-scripts"]],
        ["pnpm without hoisting", ["npx", "--yes", PNPM, "install", "--ignore-scripts", "--config.hoist=false"]],
    ])(
        "installed with %s: up makes a token, a second up changes nothing, destroy removes it",
        async (name, command) => {
            const app = path.join(folder, name.replaceAll(" ", "-"));
            mkdirSync(app);
            cpSync(library, path.join(app, "platform-library.tgz"));
            writeJson(path.join(app, "package.json"), {
                name: "app",
                private: true,
                main: "index.js",
                dependencies: { ...PEERS, "platform-library": "file:platform-library.tgz" },
            });
            writeFileSync(path.join(app, "Pulumi.yaml"), "name: app\nruntime: nodejs\n");
            writeFileSync(
                path.join(app, "index.js"),
                'exports.tokenId = require("platform-library").logToken("checkout").tokenId;\n',
            );
            const [program = "", ...args] = command;
            await run(program, args, app);

            const project = await PulumiProject.create({
                tools,
                directory: app,
                env: { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken },
            });
            try {
                await project.up();
                const minted = (): string[] =>
                    emulator.tokens().flatMap((token) => (token.name.startsWith("app-") ? [token.id] : []));
                expect(minted()).toEqual([(await project.outputs())["tokenId"]]);
                await project.upWithoutChanges();
                await project.destroy();
                expect(minted()).toEqual([]);
            } finally {
                project.remove();
            }
        },
    );
});
