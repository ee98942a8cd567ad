import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";
import { writeResults } from "../support/results";

jest.setTimeout(240_000);

/** The secret part of a token of any kind. */
const SECRET = /dt0[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{20,}/;
/** Half a day, in days: the replaced tokens are in the state throughout. */
const OVERLAP = "0.5";

/** Collects the arguments of all processes of this machine while a step runs. */
class ArgumentWatch {
    readonly seen = new Set<string>();
    private readonly timer = setInterval(() => this.look(), 20);

    private look(): void {
        for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
            try {
                this.seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
            } catch {
                // It has ended meanwhile.
            }
        }
    }

    stop(): string {
        clearInterval(this.timer);
        return [...this.seen].join("\n");
    }
}

function filesBelow(directory: string): Record<string, string> {
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
        .map((name) => path.join(directory, name))
        .filter((file) => statSync(file).isFile());
    return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}

describe("a stack with tokens made, adopted, given and rotated", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    let rendered: string;
    let watch: ArgumentWatch;
    const texts: Record<string, string> = {};

    beforeAll(async () => {
        emulator = await startEmulator();
        watch = new ArgumentWatch();
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "test", "engine", "programs", "secrets"),
            env: {
                DYNATRACE_API_URL: emulator.apiUrl,
                DYNATRACE_API_TOKEN: emulator.bootstrapToken,
                PULUMI_EXPERIMENTAL: "1",
            },
        });
        rendered = path.join(project.scratch, "rendered");
        mkdirSync(rendered);
        await project.set("environment", "abc12345");
        await project.set("kubernetes:renderYamlToDirectory", rendered);
        await project.set("overlapDays", OVERLAP);
        await project.set("rotationKey", "1");
        const config = { adopt: emulator.createToken({ scopes: ["logs.ingest"] }), given: emulator.createToken() };
        for (const [key, { token }] of Object.entries(config)) await project.setSecret(key, token);
    });
    afterAll(async () => {
        watch?.stop();
        project?.remove();
        await emulator?.stop();
    });

    test("holds no secret in state, plan, log, rendered files or process arguments, through two rotations", async () => {
        const plan = path.join(project.scratch, "plan.json");
        expect((await project.preview("--diff", "--save-plan", plan)).code).toBe(0);
        texts["first plan"] = readFileSync(plan, "utf8");
        await project.up();
        for (const key of ["2", "3"]) {
            await project.set("rotationKey", key);
            expect((await project.preview("--diff", "--save-plan", plan)).code).toBe(0);
            texts[`plan of rotation ${key}`] = readFileSync(plan, "utf8");
            await project.up("--diff");
            texts[`state after rotation ${key}`] = await project.exportState();
        }
        await project.refresh("--diff");
        await project.upWithoutChanges();
        texts["outputs as shown"] = JSON.stringify(await project.outputs());
        texts["arguments of processes"] = watch.stop();
        texts["log"] = project.log;
        Object.assign(texts, filesBelow(rendered), filesBelow(path.join(project.scratch, "backend")));

        expect(Object.keys(filesBelow(rendered)).length).toBeGreaterThan(5);
        expect(texts["arguments of processes"]).toContain("pulumi-language-nodejs");
        expect(Object.keys(texts).filter((place) => SECRET.test(texts[place] ?? ""))).toEqual([]);
        for (const text of Object.values(texts)) expect(text).not.toContain(emulator.bootstrapToken);
    });

    test("and the search would find one, in the same places", async () => {
        const { token, pipelineToken } = (await project.outputs(true)) as { token: string; pipelineToken: string };
        const planted: Record<string, string> = {
            output: token,
            state: texts["state after rotation 3"]?.replace(/"ciphertext": "/, `"plaintext": "${pipelineToken}`) ?? "",
            file: Object.values(filesBelow(rendered))[0] + token,
            arguments: `${texts["arguments of processes"]} --token ${token}`,
        };
        const found = Object.keys(planted).filter((place) => SECRET.test(planted[place] ?? ""));
        expect(found).toEqual(Object.keys(planted));
        const hits = Object.values(texts).filter((text) => SECRET.test(text)).length;
        writeResults("secrets", { places: Object.keys(texts).length, hits, plantedFound: found.length });
    });

    test("destroy leaves only what was given", async () => {
        await project.destroy();
        expect(emulator.tokens().filter(({ name }) => name.startsWith("secrets-"))).toEqual([]);
    });
});
