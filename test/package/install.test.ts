import { cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { PACKAGE } from "../../providers/package-path";
import { findPulumi, PulumiProject, type PulumiTools } from "../support/pulumi";
import { INSTALL, NPM, pack, packageJson, pinned, pnpm, run, writeJson } from "./support";

jest.setTimeout(600_000);

const PEERS = pinned("@pulumi/kubernetes", "@pulumi/pulumi");

describe("the packed package, as a dependency of a library of an organisation's component library", () => {
    let folder: string;
    let emulator: Emulator;
    let tools: PulumiTools;
    let library: string;
    let packed: string[];

    beforeAll(async () => {
        folder = realpathSync(mkdtempSync(path.join(tmpdir(), "package-")));
        emulator = await startEmulator();
        tools = await findPulumi();
        const own = await pack(folder);
        packed = own.files;

        const observability = await packLibrary("observability-library", { [PACKAGE]: own.tarball }, [
            'const { IngestToken } = require("pulumi-dynatrace-otlp");',
            'exports.logToken = (name) => new IngestToken(name, { signals: ["logs"], secretDelivery: "referenced", secret: { name: "logs" } });',
        ]);
        library = await packLibrary("platform-library", { "observability-library": observability }, [
            'module.exports = require("observability-library");',
        ]);
    });

    /** A library that depends on one other package, packed. */
    async function packLibrary(name: string, dependency: Record<string, string>, lines: string[]): Promise<string> {
        const source = path.join(folder, name);
        mkdirSync(source);
        writeJson(path.join(source, "package.json"), {
            name,
            version: "1.0.0",
            main: "index.js",
            dependencies: Object.fromEntries(Object.entries(dependency).map(([key, file]) => [key, `file:${file}`])),
            peerDependencies: { "@pulumi/pulumi": "*", "@pulumi/kubernetes": "*" },
        });
        writeFileSync(path.join(source, "index.js"), `${lines.join("\n")}\n`);
        await run(NPM, ["pack", "--pack-destination", folder], source);
        return path.join(folder, `${name}-1.0.0.tgz`);
    }

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
        ["npm", INSTALL, PACKAGE],
        ["pnpm", pnpm("install"), "platform-library"],
        ["pnpm without hoisting", pnpm("install", "--config.hoist=false"), "platform-library"],
    ] as const)(
        "installed with %s: up creates a token, a second up changes nothing, destroy deletes it and fails where the package is gone",
        async (name, command, gone) => {
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
            await run(...command, app);

            const project = await PulumiProject.create({
                tools,
                directory: app,
                env: { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken },
            });
            try {
                await project.up();
                const created = (): string[] =>
                    emulator.tokens().flatMap((token) => (token.name.startsWith("app-") ? [token.id] : []));
                expect(created()).toEqual([(await project.outputs())["tokenId"]]);
                await project.upWithoutChanges();
                const away = path.join(app, "away");
                renameSync(path.join(app, "node_modules", gone), away);
                await expect(project.destroy()).rejects.toThrow(
                    `${app}: run npm install in ${app}, or add ${PACKAGE} to ${app}/package.json`,
                );
                expect(created()).toHaveLength(1);
                renameSync(away, path.join(app, "node_modules", gone));
                await project.destroy();
                expect(created()).toEqual([]);
            } finally {
                project.remove();
            }
        },
    );
});
