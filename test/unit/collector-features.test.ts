import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import type { types } from "@pulumi/kubernetes";
import * as ts from "typescript";

import { CollectorMode, type CollectorSettingsArgs } from "../../components/collector/args";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { collectorConfig } from "../../components/collector/config";
import { plainType } from "../../components/collector/distributions";
import {
    electsPod,
    featureParts,
    FEATURES,
    readsCluster,
    readsNode,
    reservedVolumeNames,
    SHARED_SETTINGS,
} from "../../components/collector/features";
import type { Feature, FeatureParts } from "../../components/collector/features/feature";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { planSidecar } from "../../components/collector/sidecar";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { Check } from "../../components/shared/check";
import { FEATURES_ON } from "../support/features-on";

const SOURCES = path.join(__dirname, "../../components/collector");
const ENDPOINT = { environment: "abc12345" };

/** The manifests of the pods render these. */
const WITHOUT_PARTS = ["host-ports", "pod-node-access"];

const argsOf = ({ name }: Feature): Partial<CollectorPlanInputs> => ({
    ...FEATURES_ON[name],
    processing: { kubernetesAttributes: false, ...FEATURES_ON[name]?.processing },
});

function planOf(feature: Feature): CollectorPlan {
    const args = { endpoint: ENDPOINT, ...argsOf(feature) };
    if (feature.name === "own-pod") return planSidecar(new Check("C"), "gateway", args);
    return planCollector(new Check("C"), "gateway", args);
}

const partsOf = (feature: Feature): FeatureParts => feature.render(planOf(feature));

/** Arguments that features name. */
const READ = FEATURES.flatMap(({ argument, settings = [] }) => [...(argument ? [argument] : []), ...settings]);

/**
 * Paths below a group, from the interface in its source file, read with the compiler, so that a new argument cannot be forgotten. The
 * fields of an object count where features name one of them.
 */
function fieldsOf(group: string, name: string): string[] {
    const [source, found] = declarationOf(name);
    return [...(found?.members ?? [])].filter(ts.isPropertySignature).flatMap((member) => {
        if (!ts.isIdentifier(member.name)) return [];
        const field = `${group}.${member.name.text}`;
        const type = /Collector\w+Args/.exec(member.type?.getText(source) ?? "")?.[0];
        const isNamed = type !== undefined && READ.some((it) => it.startsWith(`${field}.`));
        return [field, ...(isNamed ? fieldsOf(field, type) : [])];
    });
}

/** An interface among the arguments, and its file. */
function declarationOf(name: string): [ts.SourceFile, ts.InterfaceDeclaration | undefined] {
    const directory = path.join(SOURCES, "args");
    const sources = readdirSync(directory).map((file) =>
        ts.createSourceFile(file, readFileSync(path.join(directory, file), "utf8"), ts.ScriptTarget.Latest),
    );
    const found = (source: ts.SourceFile): ts.InterfaceDeclaration | undefined =>
        source.statements.filter(ts.isInterfaceDeclaration).find((it) => it.name.text === name);
    const source = sources.find((it) => found(it) !== undefined);
    if (source === undefined) throw new Error(`no file declares ${name}`);
    return [source, found(source)];
}

const named = FEATURES.map((feature): [string, Feature] => [feature.name, feature]);

describe("the registry of features", () => {
    test.each([
        ["collect", "CollectorCollectArgs"],
        ["intake", "CollectorIntakeArgs"],
    ])("has exactly one feature for each argument below %s", (group, type) => {
        const fields = fieldsOf(group, type);
        expect(fields.length).toBeGreaterThan(3);
        const known = [...READ, ...SHARED_SETTINGS].filter((it) => it.startsWith(`${group}.`));
        expect(known.sort()).toEqual(fields.sort());
    });

    test("lists every feature once, each in the file of its name", () => {
        const names = FEATURES.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        const declared = readdirSync(path.join(SOURCES, "features"))
            .filter((file) =>
                /^export const \w+: Feature =/m.test(readFileSync(path.join(SOURCES, "features", file), "utf8")),
            )
            .map((file) => file.replace(/\.ts$/, ""));
        expect([...names].sort()).toEqual(declared.sort());
    });
});

describe.each(named)("the feature %s", (name, feature) => {
    test("is on where its argument asks for it", () => {
        expect(feature.on(planOf(feature))).toBe(!WITHOUT_PARTS.includes(name));
        if (feature.asked !== undefined) {
            expect(feature.asked(argsOf(feature) as CollectorSettingsArgs)).toBe(true);
            expect(feature.asked({ processing: { kubernetesAttributes: false } })).toBe(false);
        }
    });

    test("declares the components that it renders, and no other", () => {
        const { receivers = [], processors = [], extensions = {} } = partsOf(feature);
        const rendered = [
            ...receivers.map(({ id }) => `receivers/${id}`),
            ...processors.map(({ id, feeds }) => `${feeds === undefined ? "processors" : "connectors"}/${id}`),
            ...Object.keys(extensions).map((id) => `extensions/${id}`),
        ].map((it) => it.split("/").slice(0, 2).map(plainType).join("/"));
        const declaredOf = (list: Feature["components"] = []): string[] =>
            list.map(([kind, type]) => `${kind}/${plainType(type)}`);
        const needed = declaredOf(feature.components);
        const optional = declaredOf(feature.optionalComponents);
        expect([...needed, ...optional]).toEqual(expect.arrayContaining(rendered));
        // The protection of AI content is a matter of its mode.
        if (!name.startsWith("ai-content")) expect(rendered).toEqual(expect.arrayContaining(needed));
    });

    test("declares Pod Security privileged where it mounts a folder of the node", () => {
        const mountsNode = ({ volumes = [] }: FeatureParts): boolean =>
            (volumes as { hostPath?: object }[]).some(({ hostPath }) => hostPath !== undefined);
        const usesNode = WITHOUT_PARTS.includes(name);
        expect(feature.privileged !== undefined).toBe(mountsNode(partsOf(feature)) || usesNode);
        const all = featureParts(planOf(feature));
        expect(readsNode(argsOf(feature) as CollectorSettingsArgs)).toBe(mountsNode(all) || usesNode);
    });

    test("asks for a ClusterRole, and for a leader, exactly where it renders their rules", () => {
        const args = argsOf(feature) as CollectorSettingsArgs;
        const parts = featureParts(planOf(feature));
        expect(readsCluster(args)).toBe(parts.clusterRules.length > 0);
        expect(electsPod(args)).toBe(parts.namespaceRules.length > 0);
        expect(feature.clusterRead !== undefined).toBe((partsOf(feature).clusterRules ?? []).length > 0);
    });

    test("reserves the names of its volumes", () => {
        const { volumes = [], volumeMounts = [] } = partsOf(feature);
        const used = [...volumes, ...volumeMounts].map((it: { name: types.input.core.v1.Volume["name"] }) => it.name);
        expect(feature.volumeNames ?? []).toEqual(expect.arrayContaining(used));
        expect(reservedVolumeNames()).toEqual(expect.arrayContaining(used));
    });
});

test("objects of named namespaces need no ClusterRole", () => {
    const collect = { kubernetesObjects: [{ resource: "pods", namespaces: ["shop"] }] };
    expect(readsCluster({ processing: { kubernetesAttributes: false }, collect })).toBe(false);
    expect(electsPod({ collect })).toBe(true);
});

test("the parts of a plan are computed once, and those of each tier apart", () => {
    const plan = planCollector(new Check("C"), "gateway", { endpoint: ENDPOINT, mode: CollectorMode.TwoTier });
    expect(featureParts(plan)).toBe(featureParts(plan));
    expect(featureParts(firstTier(plan))).not.toEqual(featureParts(secondTier(plan)));
});

describe("a name of a component that does not exist", () => {
    const errorOf = (extraConfig: object): string => {
        try {
            planCollector(new Check("C"), "gateway", { endpoint: ENDPOINT, extraConfig } as CollectorPlanInputs);
        } catch (error) {
            return String(error);
        }
        return "";
    };
    test("brings a suggestion where one is close", () => {
        expect(errorOf({ processors: { redactoin: {} } })).toContain("did you mean redaction?");
        expect(errorOf({ conectors: {} })).toContain("did you mean connectors?");
        expect(errorOf({ service: { pipelines: { logs: { processors: ["redactoin"] } } } })).toContain(
            "did you mean redaction?",
        );
    });

    test.each([
        ["a processor", { processors: { spanmetricsx: {} } }],
        ["a section", { xyz: {} }],
        ["a processor of a pipeline", { service: { pipelines: { logs: { processors: ["filter/x"] } } } }],
    ])("brings none where none is close: %s", (_case, extraConfig) => {
        expect(errorOf(extraConfig)).toMatch(/^Error: C: extraConfig/);
        expect(errorOf(extraConfig)).not.toContain("did you mean");
    });
});

test("the configuration of every feature is rendered", () => {
    for (const feature of FEATURES) expect(collectorConfig(planOf(feature), "Api-Token")).toContain("service:");
});
