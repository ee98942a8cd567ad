import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { InputError } from "../../components/shared/check";
import { manifestsOf } from "../support/capture";
import { applyDefinitions } from "../support/definitions";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { DIMENSIONS, type Matrix, matrix } from "../support/matrix";
import { ARGUMENTS } from "../support/matrix-arguments";
import { ConfigJudge, type Text } from "../support/matrix-configs";
import {
    captureAll,
    configsOf,
    deploy,
    judgeObjects,
    levelOf,
    render,
    type Rendered,
    type Verdict,
    WITHOUT_DEFINITION,
} from "../support/matrix-objects";
import { writeResults } from "../support/results";

jest.setTimeout(1_200_000);

/** What else is asked for of each combination follows from it. */
const SEED = 158;
const AT_ONCE = 100;

/** Arguments whose values do not go together in some combinations, so that these are refused. */
const REFUSED_FOR = [
    ...["endpoint.route", "mode", "persistentQueue", "persistentQueue.hostPath"],
    ...["receiver.basic", "receiver.bearer", "tokenFrom"],
];

let found: Matrix;
let kubernetes: KubernetesServer;
let judge: ConfigJudge;
const rendered: Rendered[] = [];
const verdict: Verdict = { objects: 0, accepted: 0, pods: 0, admitted: 0, complaints: [] };
const results: Record<string, unknown> = { seed: SEED };

beforeAll(async () => {
    jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    found = matrix(SEED);
    judge = await ConfigJudge.open();
    kubernetes = await startKubernetes();
    await applyDefinitions(kubernetes, path.join(__dirname, "..", "cluster", "crds", "collector"));
});

afterAll(async () => {
    writeResults("matrix", results);
    judge?.close();
    await kubernetes?.stop();
});

test("hundreds of combinations are left, with each value of each argument among them", () => {
    const { taken } = found;
    expect(taken.length).toBeGreaterThanOrEqual(200);
    const seen = new Set(taken.flatMap(({ values, asked }) => [...Object.entries(values).map(named), ...asked]));
    const every = { ...DIMENSIONS, ...ARGUMENTS };
    const all = Object.entries(every).flatMap(([key, values]) =>
        Object.keys(values).map((value) => named([key, value])),
    );
    expect(all.filter((value) => !seen.has(value))).toEqual(["route: OneAgent"]);
    results["combinations"] = taken.length;
});

test("what cannot work is refused before anything is created, by the argument to change and the way out", async () => {
    const errors: unknown[] = [];
    const resources = await captureAll(() => {
        for (const { combination } of found.refused) {
            try {
                deploy(combination);
                errors.push(combination.name);
            } catch (error) {
                errors.push(error);
            }
        }
    });
    expect(manifestsOf(resources)).toEqual([]);
    expect(errors.filter((error) => !(error instanceof InputError))).toEqual([]);
    const fields = (errors as InputError[]).map(({ field }) => field);
    expect([...new Set(fields)].sort()).toEqual([...REFUSED_FOR].sort());
    results["refused"] = {
        combinations: errors.length,
        reasons: countsOf(found.refused.map(({ reason }) => reason)),
        sidecarHasNoSuchArgument: found.notOffered,
    };
});

test("a real API server accepts every object, strictly, and Pod Security lets every pod in", async () => {
    let judging = Promise.resolve();
    for (let from = 0; from < found.taken.length; from += AT_ONCE) {
        const some = await render(found.taken.slice(from, from + AT_ONCE));
        rendered.push(...some);
        // While these are judged, the next are rendered.
        judging = judging.then(async () => addTo(verdict, await judgeObjects(kubernetes, some)));
    }
    await judging;
    const { complaints, ...counts } = verdict;
    const strange = rendered.flatMap(({ objects }) => objects).filter(({ kind }) => kind === WITHOUT_DEFINITION);
    const podSecurity = countsOf(found.taken.map(levelOf));
    Object.assign(results, counts, { podSecurity, withoutDefinition: { [WITHOUT_DEFINITION]: strange.length } });
    expect(complaints).toEqual([]);
    expect(counts).toMatchObject({ accepted: counts.objects, admitted: counts.pods });
    expect(rendered.filter(({ objects }) => objects.length < 2)).toEqual([]);
});

test("a real Collector takes every configuration", async () => {
    const texts = rendered.flatMap(configsOf);
    expect(texts.length).toBeGreaterThanOrEqual(found.taken.length);
    const { complaints, ...counts } = await judge.judge(texts);
    Object.assign(results, counts);
    expect(complaints).toEqual([]);
    expect(counts.valid).toBe(counts.configs);
    expect(counts.withoutCollector.restValid).toBe(counts.withoutCollector.configs);
    expect(counts.configs).toBeGreaterThanOrEqual(200);
});

describe("a mistake would be found", () => {
    const planted = (name: string, change: (text: string) => string): Rendered => {
        const { combination, objects } = rendered.find(({ combination: { values, asked } }) => {
            return values.mode === "deployment" && !asked.some((it) => it.startsWith("operator"));
        }) as Rendered;
        const text = JSON.stringify(objects).replaceAll(combination.name, name);
        return { combination: { ...combination, name }, objects: JSON.parse(change(text)) as Rendered["objects"] };
    };

    test("in an object: a field that does not exist", async () => {
        const bad = planted("planted-field", (text) => text.replace('"automountServiceAccountToken"', '"automount"'));
        const { objects, accepted, complaints } = await judgeObjects(kubernetes, [bad]);
        expect(accepted).toBeLessThan(objects);
        expect(complaints.join("\n")).toContain("automount");
    });

    test("in a pod: a right that Pod Security does not allow", async () => {
        const bad = planted("planted-right", (text) => text.replace('"drop":["ALL"]', '"add":["NET_ADMIN"]'));
        const { pods, admitted, complaints } = await judgeObjects(kubernetes, [bad]);
        expect([pods, admitted]).toEqual([1, 0]);
        expect(complaints.join("\n")).toContain("NET_ADMIN");
    });

    test("in a configuration: a setting that does not exist", async () => {
        const [good] = configsOf(planted("planted-setting", (text) => text));
        const bad = { ...good, text: good?.text.replace("check_interval:", "chek_interval:") } as Text;
        const { valid, withoutCollector, complaints } = await judge.judge([bad]);
        expect(valid + withoutCollector.restValid).toBe(0);
        expect(complaints.join("\n")).toContain("chek_interval");
    });

    test("in a container: a variable that it does not have", async () => {
        const [good] = configsOf(planted("planted-variable", (text) => text));
        const { complaints } = await judge.judge([{ ...good, variables: [] } as unknown as Text]);
        expect(complaints.join("\n")).toContain("no variable MY_POD_IP");
    });
});

function named([key, value]: [string, string]): string {
    return `${key}: ${value}`;
}

function countsOf(texts: string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
    return counts;
}

function addTo(sum: Verdict, { complaints, ...counts }: Verdict): void {
    for (const key of Object.keys(counts) as (keyof typeof counts)[]) sum[key] += counts[key];
    sum.complaints.push(...complaints);
}
