import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
    copyFileSync,
    cpSync,
    mkdirSync,
    mkdtempSync,
    realpathSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import ts from "typescript";

/*
 * The text of the provider as the compiler's output gives it, outside jest, whose own transform would change it; and that text
 * run as Pulumi's host runs it, in a process of its own, in the folder of a program.
 */

jest.setTimeout(60_000);

const root = path.resolve(__dirname, "../..");
const run = promisify(execFile);
let scratch: string;
let packageFolder: string;
let text: string;

beforeAll(async () => {
    scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "shim-")));
    packageFolder = path.join(scratch, "package");
    compileInto(path.join(packageFolder, "dist"));
    copyFileSync(path.join(root, "package.json"), path.join(packageFolder, "package.json"));
    symlinkSync(path.join(root, "node_modules"), path.join(packageFolder, "node_modules"), "dir");
    text = (await serialized(packageFolder)).text;
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function compileInto(outDir: string): void {
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.build.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const files = ["api-token.ts", "token-mark.ts", "runtime-v1.ts"].map((file) => path.join(root, "providers", file));
    ts.createProgram(files, { ...options, outDir, declaration: false }).emit();
}

async function serialized(folder: string): Promise<{ text: string; containsSecrets: boolean }> {
    const script = `
        const { InstalledProvider } = require("./dist/providers/shim.js");
        const { serializeFunction } = require("@pulumi/pulumi/runtime/closure/serializeClosure");
        const provider = new InstalledProvider("ApiToken");
        serializeFunction(() => provider, { allowSecrets: true }).then((result) => console.log(JSON.stringify(result)));`;
    const { stdout } = await run(process.execPath, ["-e", script], { cwd: folder });
    return JSON.parse(stdout) as { text: string; containsSecrets: boolean };
}

/** Runs the text in a folder, and then `use(provider)`; gives back what that prints. */
async function inFolder(folder: string, use: string): Promise<string> {
    const script = `
        const requireFromString = require(${JSON.stringify(require.resolve("require-from-string"))});
        const provider = requireFromString(${JSON.stringify(text)}).handler();
        const loaded = (name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/"));
        const say = (value) => console.log(JSON.stringify(value));
        (async () => {
            // As the host does, which looks at the outcome of the step alone.
            const configured = (async () => provider.configure({ config: { get: () => undefined } }))().catch(() => undefined);
            ${use}
        })().catch((error) => say({ error: error.message, code: error.code }));`;
    const env = { PATH: process.env.PATH, DT_API_TOKEN: "dt0c01.A.B" };
    const { stdout } = await run(process.execPath, ["-e", script], { cwd: folder, env });
    return stdout.trim();
}

const CHECK = `say(await provider.check({}, { scopes: ["Logs.ingest"], tokenName: "t", apiUrl: "https://a.live.dynatrace.com" }));`;

function project(name: string, manifest: object): string {
    const folder = path.join(scratch, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
    return folder;
}

function link(target: string, ...parts: string[]): void {
    const at = path.join(...parts);
    mkdirSync(path.dirname(at), { recursive: true });
    symlinkSync(target, at, "dir");
}

describe("the text in the state", () => {
    it("is small, holds no secret and captures nothing", async () => {
        const { containsSecrets } = await serialized(packageFolder);
        expect(containsSecrets).toBe(false);
        expect(text.length).toBeLessThan(3_000);
        expect([...text.matchAll(/\brequire\((["'`])(.*?)\1\)/g)].map(([, , id]) => id)).toEqual([
            "module",
            "path",
            "fs",
        ]);
        expect([...text.matchAll(/with\((\{.*\})\)/g)].map(([, captured]) => captured)).toEqual([
            ...Array(3).fill("{ this: undefined, arguments: undefined }"),
            "{ provider: __provider, this: undefined, arguments: undefined }",
        ]);
    });

    /*
     * A change here is a change of the inputs of every token in every stack. It shows in no preview, as diff ignores it, but the
     * old text stays in states that are not updated, so whatever replaces it must leave runtime-v1 as it is.
     */
    it("is frozen", () => {
        expect(createHash("sha256").update(text).digest("hex")).toMatchInlineSnapshot(
            `"2a79df95cc5fae4bfdf9b3a30fa7c238810c60bb4c3ec8c98c4f1493f00fb782"`,
        );
    });

    it("is the same from an installed package and from a linked one", async () => {
        const installed = path.join(scratch, "app-installed", "node_modules", "pulumi-dynatrace-otlp");
        cpSync(path.join(packageFolder, "dist"), path.join(installed, "dist"), { recursive: true });
        link(path.join(root, "node_modules", "@pulumi"), scratch, "app-installed", "node_modules", "@pulumi");
        expect((await serialized(installed)).text).toBe(text);
    });
});

describe("the runtime is found", () => {
    const answers = async (folder: string) =>
        expect(await inFolder(folder, CHECK)).toContain("did you mean logs.ingest?");

    it("as an installed package", async () => {
        const app = project("npm", { dependencies: { "pulumi-dynatrace-otlp": "*" } });
        link(packageFolder, app, "node_modules", "pulumi-dynatrace-otlp");
        await answers(app);
    });

    it("from a folder below, as `main` in Pulumi.yaml may name one", async () => {
        const app = project("below", { dependencies: { "pulumi-dynatrace-otlp": "*" } });
        link(packageFolder, app, "node_modules", "pulumi-dynatrace-otlp");
        mkdirSync(path.join(app, "infra", "prod"), { recursive: true });
        await answers(path.join(app, "infra", "prod"));
    });

    it("under a folder with a broken manifest", async () => {
        writeFileSync(path.join(project("broken-manifest", {}), "package.json"), "{");
        const app = project("broken-manifest/app", { dependencies: { "pulumi-dynatrace-otlp": "*" } });
        link(packageFolder, app, "node_modules", "pulumi-dynatrace-otlp");
        await answers(app);
    });

    it("as the package itself, in its own clone", () => answers(packageFolder));

    it("behind a library of the platform team, as pnpm lays it out with hoisting", async () => {
        const app = project("pnpm-hoisted", { dependencies: { "platform-lib": "*" } });
        link(packageFolder, app, "node_modules/.pnpm/node_modules/pulumi-dynatrace-otlp");
        await answers(app);
        mkdirSync(path.join(app, "infra"));
        await answers(path.join(app, "infra"));
    });

    it.each(["dependencies", "devDependencies"])(
        "behind a library among the %s, as pnpm lays it out without hoisting",
        async (field) => {
            const app = project(`pnpm-strict-${field}`, { [field]: { "not-installed": "*", "platform-lib": "*" } });
            const store = path.join(app, "node_modules/.pnpm/platform-lib@1.0.0/node_modules");
            mkdirSync(path.join(store, "platform-lib"), { recursive: true });
            link(packageFolder, store, "pulumi-dynatrace-otlp");
            link(path.join(store, "platform-lib"), app, "node_modules/platform-lib");
            await answers(app);
            mkdirSync(path.join(app, "infra"));
            await answers(path.join(app, "infra"));
        },
    );
});

describe("the runtime is not found", () => {
    it("says what to install and where", async () => {
        const app = project("none", { dependencies: { "pulumi-dynatrace-otlp": "*" } });
        expect(JSON.parse(await inFolder(app, CHECK))).toEqual({
            error: `no pulumi-dynatrace-otlp/providers/runtime-v1 from ${app}: run npm install there; destroy and refresh need it too`,
        });
    });

    it("does not take a broken installation for none", async () => {
        const app = project("broken", { dependencies: { "pulumi-dynatrace-otlp": "*" } });
        const broken = path.join(app, "node_modules", "pulumi-dynatrace-otlp");
        mkdirSync(broken, { recursive: true });
        copyFileSync(path.join(root, "package.json"), path.join(broken, "package.json"));
        const { error, code } = JSON.parse(await inFolder(app, CHECK)) as { error: string; code: string };
        expect(code).toBe("MODULE_NOT_FOUND");
        expect(error).toContain("dist/providers/runtime-v1.js");
    });
});

it("check and diff load neither axios nor zod, which would be paid for resource by resource", async () => {
    const app = project("lazy", {});
    link(packageFolder, app, "node_modules", "pulumi-dynatrace-otlp");
    const applied = `{ scopes: ["logs.ingest"], tokenName: "t", mark: "m", nonce: "n", enabled: true, apiUrl: "https://a.live.dynatrace.com/api" }`;
    const use = `
        ${CHECK}
        say(await provider.diff("id", { actualName: "t-m-n", applied: ${applied} }, ${applied}));
        say([loaded("axios"), loaded("zod"), loaded("@pulumi")]);
        await provider.delete("id", { applied: ${applied.replace("https://a.live.dynatrace.com", "http://127.0.0.1:1")} }).catch(() => undefined);
        say([loaded("axios"), loaded("zod"), loaded("@pulumi")]);`;
    const [, diff, light, heavy] = (await inFolder(app, use)).split("\n").map((line) => JSON.parse(line) as unknown);
    expect(diff).toEqual({ changes: false, replaces: [] });
    expect(light).toEqual([false, false, false]);
    expect(heavy).toEqual([true, true, false]);
});

it("all seven steps go through to the runtime", async () => {
    const app = project("steps", {});
    mkdirSync(path.join(app, "node_modules/pulumi-dynatrace-otlp"), { recursive: true });
    writeFileSync(
        path.join(app, "node_modules/pulumi-dynatrace-otlp/package.json"),
        JSON.stringify({ name: "pulumi-dynatrace-otlp", exports: { "./providers/runtime-v1": "./fake.js" } }),
    );
    writeFileSync(
        path.join(app, "node_modules/pulumi-dynatrace-otlp/fake.js"),
        `const steps = ["configure", "check", "diff", "create", "read", "update", "delete"];
         exports.runtimeFor = (kind) =>
             Object.fromEntries(steps.map((step) => [step, async (...args) => [kind, step, ...args]]));`,
    );
    const calls = {
        configure: [1],
        check: [1, 2],
        diff: [1, 2, 3],
        create: [1],
        read: [1, 2],
        update: [1, 2, 3],
        delete: [1, 2],
    };
    const use = Object.entries(calls)
        .map(([step, args]) => `say(await provider.${step}(${args.join()}));`)
        .join("\n");
    const seen = (await inFolder(app, use)).split("\n").map((line) => JSON.parse(line) as unknown);
    expect(seen).toEqual(Object.entries(calls).map(([step, args]) => ["ApiToken", step, ...args]));
});
