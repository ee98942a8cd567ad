import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { INSTALL, pack, packageJson, pinned, run, writeJson } from "./support";

jest.setTimeout(600_000);

/** As `pulumi new kubernetes-typescript` writes it. */
const TEMPLATE = {
    compilerOptions: {
        strict: true,
        outDir: "bin",
        target: "es2020",
        module: "commonjs",
        moduleResolution: "node",
        sourceMap: true,
        experimentalDecorators: true,
        pretty: true,
        noFallthroughCasesInSwitch: true,
        noImplicitReturns: true,
        forceConsistentCasingInFileNames: true,
    },
    include: ["index.ts", "examples"],
    // Its own settings have skipLibCheck: the index of @pulumi/policy does not compile without it.
    exclude: ["examples/policy-pack"],
};

describe("the packed package in a new project of Pulumi's TypeScript template", () => {
    let app: string;

    beforeAll(async () => {
        app = mkdtempSync(path.join(tmpdir(), "template-"));
        const { tarball } = await pack(app);
        const peers = pinned("@pulumi/aws", "@pulumi/kubernetes", "@pulumi/policy", "@pulumi/pulumi");
        writeJson(path.join(app, "package.json"), {
            name: "app",
            private: true,
            main: "index.ts",
            dependencies: { ...peers, "pulumi-dynatrace-otlp": `file:${tarball}` },
            devDependencies: pinned("@types/node", "typescript"),
        });
        writeJson(path.join(app, "tsconfig.json"), TEMPLATE);
        await run(...INSTALL, app);
        const examples = path.join(app, "node_modules/pulumi-dynatrace-otlp/examples");
        cpSync(examples, path.join(app, "examples"), { recursive: true });
    });

    afterAll(() => rmSync(app, { recursive: true, force: true }));

    test("an import of every entry, and a copy of every example, compiles without an error, checks of declarations included", async () => {
        const entries = Object.entries(packageJson().exports).flatMap(([entry, target]) =>
            typeof target === "string" ? [] : [path.posix.join("pulumi-dynatrace-otlp", entry)],
        );
        expect(entries.length).toBeGreaterThanOrEqual(6);
        const lines = entries.map(
            (entry, index) => `import * as entry${index} from "${entry}";\nvoid entry${index};\n`,
        );
        writeFileSync(path.join(app, "index.ts"), lines.join(""));
        const args = ["--max-old-space-size=3072", "node_modules/typescript/bin/tsc", "--noEmit"];
        expect(await run(process.execPath, args, app)).toBe("");
    });
});
