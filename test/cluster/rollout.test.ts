import * as path from "node:path";

import { type Emulator, startEmulator } from "../../emulator";
import type { CollectorSettingsArgs } from "../../index";
import { createAuthority } from "../support/certificates";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { findPulumi, PulumiProject, ROOT } from "../support/pulumi";
import { writeResults } from "../support/results";
import { addNode, settledWorkloads, type Workload } from "./rollout/workloads";

jest.setTimeout(300_000);

/** Every workload there is: `file` reads its token from a mounted file. */
const KINDS = ["deployment", "statefulset", "daemonset", "twotier", "twotier-t2"] as const;
const WAYS = ["environment", "file"] as const;
const NAMES = WAYS.flatMap((way) => KINDS.map((kind) => `${way}-${kind}`));

const NONE: string[] = [];
const SENDERS = NAMES.filter((name) => !name.endsWith("-twotier"));
const RECEIVERS = NAMES.filter((name) => !name.endsWith("-t2"));
const within = (way: (typeof WAYS)[number], names: string[]): string[] => names.filter((it) => it.startsWith(way));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any of the program's settings
type Settings = any;

const LABELS = { team: "shop", "cost-center": "42" };
const ANNOTATIONS = { "example.com/b": "2", "example.com/a": "1" };
const ATTRIBUTES = { "deployment.environment.name": "prod", "k8s.cluster.name": "eu-1" };
const ORIGINS = ["https://b.example.com", "https://a.example.com"];
const NAMESPACES = ["shop", "payments"];
const FILTER = { error_mode: "ignore", trace_conditions: ["false"] };
const START: Settings = {
    signals: ["traces", "metrics", "logs"],
    caCertificatePem: createAuthority("made-up CA").pem,
    rotationKey: "1",
    collector: {
        labels: LABELS,
        pods: { annotations: ANNOTATIONS },
        processing: { resourceAttributes: ATTRIBUTES },
        receiver: { cors: { allowedOrigins: ORIGINS } },
        network: { networkPolicy: { fromNamespaces: NAMESPACES } },
        extraConfig: { processors: { "filter/own": FILTER } },
    },
};
const reversed = <V>(map: Record<string, V>): Record<string, V> => Object.fromEntries(Object.entries(map).reverse());

type Change = (before: Settings) => Settings;
const all =
    (changed: object): Change =>
    (before) => ({ ...before, ...changed });
const collector =
    ({ network, ...changed }: CollectorSettingsArgs): Change =>
    (before) => {
        const merged = { ...before.collector.network, ...network };
        return { ...before, collector: { ...before.collector, ...changed, network: merged } };
    };

/** What changes nothing, neither for Pulumi nor in the cluster. */
const SAME: [string, Change][] = [
    ["the same program again", (before) => before],
    [
        "labels and annotations in another order",
        collector({ labels: reversed(LABELS), pods: { annotations: reversed(ANNOTATIONS) } }),
    ],
    [
        "resource attributes and all else that has no order in another order",
        (before) => ({
            ...collector({
                processing: { resourceAttributes: reversed(ATTRIBUTES) },
                receiver: { cors: { allowedOrigins: [...ORIGINS].reverse() } },
                network: { networkPolicy: { fromNamespaces: [...NAMESPACES].reverse() } },
                extraConfig: { processors: { "filter/own": reversed(FILTER) } },
            })(before),
            signals: [...before.signals].reverse(),
        }),
    ],
];

/** What changes, and which pods have to be replaced for that: neither more nor less. */
const CHANGED: [string, Change, string[]][] = [
    [
        "a namespace of senders more",
        collector({ network: { networkPolicy: { fromNamespaces: [...NAMESPACES, "more"] } } }),
        NONE,
    ],
    [
        "a resource attribute more",
        collector({ processing: { resourceAttributes: { ...ATTRIBUTES, "dt.owner": "shop" } } }),
        RECEIVERS,
    ],
    [
        "own configuration of the second tier",
        all({ secondTier: { extraConfig: { processors: { memory_limiter: { check_interval: "2s" } } } } }),
        NAMES.filter((name) => name.endsWith("-t2")),
    ],
    ["a label more", collector({ labels: { ...LABELS, tier: "edge" } }), NAMES],
    ["a token that is rotated", all({ rotationKey: "2" }), within("environment", SENDERS)],
    ["a Secret that was made elsewhere", all({ token: { name: "other", revision: "1" } }), SENDERS],
    [
        "another revision of that Secret",
        all({ token: { name: "other", revision: "2" } }),
        within("environment", SENDERS),
    ],
    ["another CA in the endpoint", all({ caCertificatePem: createAuthority("made-up CA").pem }), SENDERS],
    [
        "the CA in a Secret instead",
        (before) =>
            collector({ network: { trust: { ca: { secret: { name: "company-ca" } }, revision: "1" } } })({
                ...before,
                caCertificatePem: undefined,
            }),
        SENDERS,
    ],
    [
        "another revision of that CA",
        collector({ network: { trust: { ca: { secret: { name: "company-ca" } }, revision: "2" } } }),
        SENDERS,
    ],
];

describe("Collectors that are rolled out by real controllers", () => {
    let kubernetes: KubernetesServer;
    let emulator: Emulator;
    let project: PulumiProject;
    let settings: Settings = START;
    let before: Map<string, Workload>;
    const results: { workload: string; change: string; rollouts: number }[] = [];

    beforeAll(async () => {
        kubernetes = await startKubernetes({ controllerManager: true });
        await addNode(kubernetes);
        emulator = await startEmulator();
        project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: path.join(ROOT, "test", "cluster", "programs", "rollout"),
            env: { DYNATRACE_API_URL: emulator.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken },
        });
        await project.set("kubernetes:kubeconfig", kubernetes.kubeconfig);
        await configure((it) => it);
        await project.up();
        before = await settledWorkloads(kubernetes);
    });

    afterAll(async () => {
        writeResults("rollouts", results);
        project?.remove();
        await emulator?.stop();
        await kubernetes?.stop();
    });

    async function configure(change: Change): Promise<void> {
        settings = change(settings);
        await project.set("settings", JSON.stringify(settings));
    }

    /** Counts what became of a change. @returns the workloads whose pods were replaced, and how often. */
    async function rolledOut(change: string): Promise<Record<string, number>> {
        const after = await settledWorkloads(kubernetes);
        const counts = NAMES.map((workload) => ({
            workload,
            change,
            rollouts: (after.get(workload)?.revision ?? NaN) - (before.get(workload)?.revision ?? NaN),
        }));
        results.push(...counts);
        before = after;
        return Object.fromEntries(
            counts.filter(({ rollouts }) => rollouts !== 0).map((it) => [it.workload, it.rollouts]),
        );
    }

    test("each has pods of its one template", () => {
        expect([...before.keys()].sort()).toEqual([...NAMES].sort());
        for (const { revision, template, newest, pods } of before.values()) {
            expect(revision).toBe(1);
            expect(newest.spec).toEqual(template.spec);
            for (const { metadata, spec } of pods) {
                expect(metadata.annotations).toEqual(template.metadata.annotations);
                expect(spec.containers[0].env).toEqual(template.spec.containers[0].env);
                expect(spec.volumes).toEqual(expect.arrayContaining(template.spec.volumes));
            }
        }
    });

    test.each(SAME)("%s is no change, and replaces no pod", async (what, change) => {
        await configure(change);
        await project.upWithoutChanges();
        expect(await rolledOut(what)).toEqual({});
    });

    test.each(CHANGED)("%s replaces the pods that have to know, once, and no other", async (what, change, expected) => {
        await configure(change);
        await project.up();
        expect(await rolledOut(what)).toEqual(Object.fromEntries(expected.map((name) => [name, 1])));
        for (const { template, newest, pods } of before.values()) {
            expect(newest.spec).toEqual(template.spec);
            for (const { metadata } of pods) expect(metadata.annotations).toEqual(template.metadata.annotations);
        }
    });

    test("after all that a second up changes nothing", async () => {
        await project.upWithoutChanges();
    });
});
