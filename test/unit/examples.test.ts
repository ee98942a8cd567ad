// An example is a whole project: a copy of its folder, `npm install` and `pulumi up` are enough.
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

const ROOT = path.join(__dirname, "../..");
const EXAMPLES = path.join(ROOT, "examples");
interface Package {
    name: string;
    version: string;
    main: string;
    types?: string;
    exports: Record<string, string | { types: string; default: string }>;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
}

const json = (file: string): Package => JSON.parse(readFileSync(file, "utf8")) as Package;
const own = json(path.join(ROOT, "package.json"));
const names = readdirSync(EXAMPLES);
const stacks = names.filter((name) => name !== "policy-pack");
const settings = (name: string): unknown =>
    JSON.parse(readFileSync(path.join(EXAMPLES, name, "tsconfig.json"), "utf8"));

test.each(names)("examples/%s installs all that it imports, in the versions that are tested here", (name) => {
    const { dependencies, devDependencies } = json(path.join(EXAMPLES, name, "package.json"));
    const program = readFileSync(path.join(EXAMPLES, name, "index.ts"), "utf8");
    const imported = [...program.matchAll(/ from "((?:@[^/"]+\/)?[^/"]+)/g)].map(([, module = ""]) => module);
    expect(imported.filter((module) => !(module in dependencies))).toEqual([]);
    const { "pulumi-dynatrace-otlp": version, ...others } = { ...dependencies, ...devDependencies };
    expect(version).toBe(`^${own.version}`);
    expect(others).toEqual(Object.fromEntries(Object.keys(others).map((key) => [key, own.devDependencies[key]])));
});

test.each(stacks)("examples/%s is a Pulumi project with the compiler's settings of all examples", (name) => {
    const project = parse(readFileSync(path.join(EXAMPLES, name, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
    expect(project).toMatchObject({ name, main: "index.ts" });
    expect(json(path.join(EXAMPLES, name, "package.json"))).toMatchObject({ name, private: true, main: "index.ts" });
    expect(json(path.join(EXAMPLES, name, "package.json")).dependencies).toHaveProperty("@pulumi/kubernetes");
    expect(settings(name)).toEqual(settings("quickstart"));
});

test("in a clone the examples run the code beside them", () => {
    const linked = require.resolve("pulumi-dynatrace-otlp/package.json", {
        paths: [path.join(EXAMPLES, "quickstart")],
    });
    expect(realpathSync(linked)).toBe(path.join(realpathSync(ROOT), "package.json"));
});
