import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, type PulumiTools } from "../support/pulumi";
import { INSTALL, NPM, pack, packageJson, pinned, run, writeJson } from "./support";

jest.setTimeout(600_000);

/** Pinned here and not in package.json: it is used in this file alone. */
const PNPM = "pnpm@10.20.0";
const PEERS = pinned("@pulumi/kubernetes", "@pulumi/pulumi");

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
        const own = await pack(folder);
        packed = own.files;

        const source = path.join(folder, "library");
        mkdirSync(source);
        writeJson(path.join(source, "package.json"), {
            name: "platform-library",
            version: "1.0.0",
            main: "index.js",
            dependencies: { "pulumi-dynatrace-otlp": `file:${own.tarball}` },
            peerDependencies: { "@pulumi/pulumi": "*", "@pulumi/kubernetes": "*" },
        });
        writeFileSync(
            path.join(source, "index.js"),
            'const { IngestToken } = require("pulumi-dynatrace-otlp");\n' +
                'exports.logToken = (name) => new IngestToken(name, { signals: ["logs"], secretDelivery: "referenced", secret: { name: "logs" } });\n',
        );
        await run(NPM, ["pack", "--pack-destination", folder], source);
        library = path.join(folder, "platform-library-1.0.0.tgz");
    });

    afterAll(async () => {
        await emulator?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    test("holds compiled code, types, licence, documentation and examples, and neither sources nor tests", () => {
        for (const file of [
            "dist/index.js",
            "dist/index.d.ts",
            "dist/providers/runtime-v1.js",
            "LICENSE",
            "README.md",
            "docs/tokens.md",
            "examples/quickstart/Pulumi.yaml",
        ]) {
            expect(packed).toContain(file);
        }
        const targets = Object.values(packageJson().exports).flatMap((entry) =>
            typeof entry === "string" ? [entry] : [entry.types, entry.default],
        );
        expect(targets.filter((target) => !packed.includes(target.replace("./", "")))).toEqual([]);
        expect(
            packed.filter((file) => /^(test|scripts)\/|node_modules|^(?!examples\/).*(?<!\.d)\.ts$/.test(file)),
        ).toEqual([]);
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
        await run(...INSTALL, app);
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
        ["npm", INSTALL.flat()],
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
