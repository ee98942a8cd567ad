import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import ts from "typescript";

import { PACKAGE, stepsToPackage } from "../../providers/package-path";
import { providerText } from "../../providers/provider-text";

/*
 * The provider's text, evaluated as Pulumi's host does it: in a process of its own, in the folder of a program, with the runtime
 * as it is compiled for the package.
 */

jest.setTimeout(60_000);

const root = path.resolve(__dirname, "../..");
const run = promisify(execFile);
let scratch: string;
let packageFolder: string;

beforeAll(() => {
    scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "shim-")));
    packageFolder = path.join(scratch, "package");
    compileInto(path.join(packageFolder, "dist"));
    copyFileSync(path.join(root, "package.json"), path.join(packageFolder, "package.json"));
    symlinkSync(path.join(root, "node_modules"), path.join(packageFolder, "node_modules"), "dir");
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function compileInto(outDir: string): void {
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.build.json"), (file) => ts.sys.readFile(file));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const files = ["runtime-v1.ts"].map((file) => path.join(root, "providers", file));
    ts.createProgram(files, { ...options, outDir, declaration: false }).emit();
}

/** Evaluates a text in a folder, and then `use`, which has the `provider`; returns what that prints. */
async function inFolder(folder: string, use: string, text = providerText("ApiToken", [PACKAGE])): Promise<string> {
    const script = `
        const requireFromString = require(${JSON.stringify(require.resolve("require-from-string"))});
        const loaded = (name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/"));
        const say = (value) => console.log(JSON.stringify(value));
        (async () => {
            const provider = requireFromString(${JSON.stringify(text)}).handler();
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

/** A package that holds nothing but a manifest: an ES module without an entry for `require`, of which nothing can be resolved. */
function library(dependencies: string[], ...parts: string[]): string {
    const folder = path.join(...parts);
    mkdirSync(folder, { recursive: true });
    const manifest = { exports: { import: "./index.mjs" }, dependencies: asDependencies(dependencies) };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
    return folder;
}

function asDependencies(names: string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, "*"]));
}

describe("the text in the state", () => {
    /*
     * The old text stays in states that are not updated, so whatever replaces it must leave runtime-v1 as it is. A change shows in
     * no preview, as diff ignores it, and is recorded by the next `up`.
     */
    it("is frozen", () => {
        expect(providerText("ApiToken", [PACKAGE])).toMatchInlineSnapshot(
            `"exports.handler=()=>{const c=process.cwd(),p='pulumi-dynatrace-otlp',f=n=>require.resolve(p+n,{paths:[c]});try{f('/package.json')}catch{throw Error(\`\${p} not found from \${c}: run npm install there, or add \${p} to its package.json\`)}return require(f('/providers/runtime-v1')).runtimeFor('ApiToken')}"`,
        );
        expect(providerText("TokenOwner", ["platform-lib", PACKAGE])).toMatchInlineSnapshot(
            `"exports.handler=()=>{const{createRequire:r}=require('module'),{existsSync:e,realpathSync:l}=require('fs'),c=process.cwd(),p='pulumi-dynatrace-otlp',t=new Set;for(const s of[["platform-lib",p],[p]]){let a=c,f;for(const n of s){f=r(a+'/').resolve.paths(n).map(d=>d+'/'+n).find(d=>e(d+'/package.json'));if(f)a=l(f)}if(f)return r(a+'/')(p+'/providers/runtime-v1').runtimeFor('TokenOwner');t.add(a)}throw Error(\`\${p} not found from \${[...t].join(' or ')}: run npm install in \${c}, or add \${p} to \${c}/package.json\`)}"`,
        );
    });

    it("is small, as the state records it: as JSON, and twice for each resource", () => {
        const size = (steps: string[]): number => JSON.stringify(providerText("ActiveGateToken", steps)).length;
        expect(size([PACKAGE])).toBeLessThanOrEqual(330);
        expect(size(["@organisation/platform-library", "@organisation/observability", PACKAGE])).toBeLessThan(600);
    });
});

/** Evaluates the text that a program in a folder would record, there or in another folder; returns the recorded steps. */
async function answers(folder: string, { own = packageFolder, elsewhere = folder } = {}): Promise<string[]> {
    const steps = stepsToPackage([folder], own);
    const answer = await inFolder(elsewhere, CHECK, providerText("ApiToken", steps));
    expect(answer).toContain("did you mean logs.ingest?");
    return steps;
}

describe("the runtime is found", () => {
    it("as an installed package", async () => {
        const app = project("npm", { dependencies: { [PACKAGE]: "*" } });
        link(packageFolder, app, "node_modules", PACKAGE);
        expect(await answers(app)).toEqual([PACKAGE]);
    });

    it("from a folder below, as `main` in Pulumi.yaml may name one", async () => {
        const app = project("below", { dependencies: { [PACKAGE]: "*" } });
        link(packageFolder, app, "node_modules", PACKAGE);
        mkdirSync(path.join(app, "infra", "prod"), { recursive: true });
        expect(await answers(path.join(app, "infra", "prod"))).toEqual([PACKAGE]);
    });

    it("under a folder with a broken manifest", async () => {
        writeFileSync(path.join(project("broken-manifest", {}), "package.json"), "{");
        const app = project("broken-manifest/app", { dependencies: { [PACKAGE]: "*" } });
        link(packageFolder, app, "node_modules", PACKAGE);
        expect(await answers(app)).toEqual([PACKAGE]);
    });

    it("as the package itself, in its own clone and in a folder of it", async () => {
        expect(await answers(packageFolder)).toEqual(["./"]);
        mkdirSync(path.join(packageFolder, "examples", "first"), { recursive: true });
        expect(await answers(path.join(packageFolder, "examples", "first"))).toEqual(["../.."]);
    });

    it.each(["dependencies", "devDependencies"])(
        "behind two libraries among the %s, each of which alone sees the next",
        async (field) => {
            const app = project(`strict-${field}`, {
                [field]: { "not-installed": "*", "@org/platform": "*", zod: "*" },
            });
            const store = path.join(app, "node_modules/.store");
            const platform = library(["observability"], store, "platform@1/node_modules/@org/platform");
            const observability = library([PACKAGE], store, "observability@1/node_modules/observability");
            link(packageFolder, store, "observability@1/node_modules", PACKAGE);
            link(observability, store, "platform@1/node_modules/observability");
            link(platform, app, "node_modules/@org/platform");
            expect(await answers(app)).toEqual(["@org/platform", "observability", PACKAGE]);
            mkdirSync(path.join(app, "infra"));
            expect(await answers(path.join(app, "infra"))).toEqual(["@org/platform", "observability", PACKAGE]);
        },
    );

    it("with the same text where the same dependencies are laid out flat, and after they were installed anew", async () => {
        const flat = project("flat", { dependencies: { platform: "*" } });
        library([PACKAGE], flat, "node_modules/platform");
        link(packageFolder, flat, "node_modules", PACKAGE);
        const strict = project("upgraded", { dependencies: { platform: "*" } });
        const store = path.join(strict, "node_modules/.pnpm/platform@2.0.0/node_modules");
        link(library([PACKAGE], store, "platform"), strict, "node_modules/platform");
        link(packageFolder, store, PACKAGE);
        expect(await answers(flat, { elsewhere: strict })).toEqual(await answers(strict, { elsewhere: flat }));
    });

    it("behind a library that is linked from another folder", async () => {
        const app = project("linked/app", { dependencies: { platform: "*" } });
        const platform = library([PACKAGE], scratch, "linked/platform");
        link(platform, app, "node_modules/platform");
        link(packageFolder, platform, "node_modules", PACKAGE);
        expect(await answers(app)).toEqual(["platform", PACKAGE]);
    });

    it("outside the program's folder, where no manifest leads to it", async () => {
        const app = project("unlisted/it's an app", {});
        const own = library([], scratch, "unlisted/elsewhere", PACKAGE);
        copyFileSync(path.join(root, "package.json"), path.join(own, "package.json"));
        link(path.join(packageFolder, "dist"), own, "dist");
        expect(await answers(app, { own })).toEqual([`../elsewhere/${PACKAGE}`]);
    });

    it("in the copy that the program used, where there are two", async () => {
        const app = project("two-copies", { dependencies: { [PACKAGE]: "*", platform: "*" } });
        const platform = library([PACKAGE], app, "node_modules/platform");
        link(packageFolder, platform, "node_modules", PACKAGE);
        library([], app, "node_modules", PACKAGE);
        expect(await answers(app)).toEqual(["platform", PACKAGE]);
    });

    it("from the program's folder once the library of the recorded steps is gone, if it lists the package itself", async () => {
        const app = project("library-gone", { dependencies: { [PACKAGE]: "*" } });
        link(packageFolder, app, "node_modules", PACKAGE);
        const text = providerText("ApiToken", ["../elsewhere/platform", PACKAGE]);
        expect(await inFolder(app, CHECK, text)).toContain("did you mean logs.ingest?");
    });
});

describe("the runtime is not found", () => {
    it("says where it looked and both ways out", async () => {
        const app = project("none", { dependencies: { platform: "*" } });
        expect(JSON.parse(await inFolder(app, CHECK))).toEqual({
            error: `${PACKAGE} not found from ${app}: run npm install there, or add ${PACKAGE} to its package.json`,
        });
        const platform = library([PACKAGE], app, "node_modules/platform");
        const text = providerText("ApiToken", ["platform", PACKAGE]);
        expect(JSON.parse(await inFolder(app, CHECK, text))).toEqual({
            error:
                `${PACKAGE} not found from ${platform} or ${app}: ` +
                `run npm install in ${app}, or add ${PACKAGE} to ${app}/package.json`,
        });
    });

    it("does not take a broken installation for none", async () => {
        const app = project("broken", { dependencies: { [PACKAGE]: "*" } });
        const broken = path.join(app, "node_modules", PACKAGE);
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
    const applied = `{ scopes: ["logs.ingest"], tokenName: "t", mark: "m", key: "k", nonce: "n", enabled: true, apiUrl: "https://a.live.dynatrace.com/api" }`;
    const use = `
        ${CHECK}
        say(await provider.diff("id", { actualName: "t-m-k-n", applied: ${applied} }, ${applied}));
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
        JSON.stringify({
            name: "pulumi-dynatrace-otlp",
            exports: { "./package.json": "./package.json", "./providers/runtime-v1": "./fake.js" },
        }),
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
