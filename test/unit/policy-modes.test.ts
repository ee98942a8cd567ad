import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { OtlpCollector } from "../../index";
import { OtlpCollector as COLLECTOR } from "../../components/shared/types";
import { policies } from "../../policy";
import { ARGUMENTS } from "../support/matrix-arguments";
import { type Args, type Combination, refusal } from "../support/matrix";
import { captureAll } from "../support/matrix-objects";
import { type Given, stackViolations, violations } from "./policy-support";

/** A way to run a Collector; each is a stack of its own, and its name also a namespace. */
interface Stack {
    name: string;
    of: string;
    args: Args;
    /** What the platform team adds. */
    more: Given[];
}

const BASE = {
    endpoint: { environment: "abc12345" },
    token: { secret: { name: "ingest-token" } },
    labels: { team: "a" },
};
const OPERATED = { operator: {} };
const MODES: Record<string, Args> = {
    deployment: { mode: "deployment" },
    statefulSet: { mode: "statefulSet" },
    daemonSet: { mode: "daemonSet" },
    twoTier: { mode: "twoTier" },
    "deployment by the Operator": { mode: "deployment", ...OPERATED },
    "statefulSet by the Operator": { mode: "statefulSet", ...OPERATED },
    "daemonSet by the Operator": { mode: "daemonSet", ...OPERATED },
};
const OFF = { network: { networkPolicy: { enabled: false } } };
const BY_LABELS = { matchLabels: { team: "a" } };
const BY_EXPRESSIONS = {
    matchExpressions: [
        { key: "app.kubernetes.io/name", operator: "In", values: ["otlp-collector", "otlp-collector-second-tier"] },
        { key: "zone", operator: "DoesNotExist" },
    ],
};

const policy = (podSelector: object, namespace: string): Given => ({
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name: "platform",
    props: { metadata: { namespace }, spec: { podSelector } },
});
const ciliumPolicy = (endpointSelector: object, namespace: string): Given => ({
    type: "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
    name: "platform",
    props: { metadata: { namespace }, spec: { endpointSelector } },
});

/** Ways to close the network, and those that leave it open. */
const CLOSED: Record<string, { args: Args; more: (namespace: string) => Given[] }> = {
    "its own policy": { args: {}, more: () => [] },
    "its own CiliumNetworkPolicy": { args: { network: { networkPolicy: { cilium: {} } } }, more: () => [] },
    "a policy by labels": { args: OFF, more: (namespace) => [policy(BY_LABELS, namespace)] },
    "a policy by expressions": { args: OFF, more: (namespace) => [policy(BY_EXPRESSIONS, namespace)] },
    "a CiliumNetworkPolicy by expressions": {
        args: OFF,
        more: (namespace) => [ciliumPolicy(BY_EXPRESSIONS, namespace)],
    },
};
const OPEN: typeof CLOSED = {
    "no policy": { args: OFF, more: () => [] },
    "a policy for other pods": { args: OFF, more: (namespace) => [policy({ matchLabels: { team: "b" } }, namespace)] },
};

let count = 0;
function stackOf(of: string, args: Args, more: (namespace: string) => Given[] = () => []): Stack {
    const name = `stack-${count++}`;
    return { name, of, args: { ...BASE, ...args, namespace: name }, more: more(name) };
}

const modes = (ways: typeof CLOSED): Stack[] =>
    Object.entries(MODES).flatMap(([mode, args]) =>
        Object.entries(ways).map(([way, it]) => stackOf(`${mode}, ${way}`, { ...args, ...it.args }, it.more)),
    );

/** Every value of every other argument, in the first mode that takes it. */
function options(): Stack[] {
    const all = Object.entries(ARGUMENTS).flatMap(([argument, values]) =>
        Object.entries(values).map(([value, args]) => ({ of: `${argument}: ${value}`, args })),
    );
    return all.flatMap(({ of, args }) => {
        const tried = Object.values(MODES).map((mode) => stackOf(of, { ...mode, ...args }));
        return tried.find((stack) => refusal(combinationOf(stack)) === undefined) ?? [];
    });
}

function combinationOf({ name, args }: Stack): Combination {
    return { name, values: { mode: "", route: "", image: "", access: "", queue: "" }, asked: [], args };
}

/** All resources of these stacks, by the name of the Collector in each. */
async function resourcesOf(stacks: Stack[]): Promise<Map<string, Given[]>> {
    const parents = new Map<string, string>();
    const captured = await captureAll(() => {
        for (const { name, args } of stacks) {
            new OtlpCollector(name, args as never, {
                transformations: [
                    (child) => {
                        if (child.type !== COLLECTOR) parents.set(`${child.type} ${child.name}`, name);
                        return undefined;
                    },
                ],
            });
        }
    });
    const found = new Map<string, Given[]>(stacks.map(({ name, more }) => [name, [...more]]));
    for (const { type, name, inputs } of captured) {
        const parent = parents.get(`${type} ${name}`);
        found.get(parent ?? name)?.push({ type, name, props: inputs, parent });
    }
    return found;
}

const isOfStack = (it: Policies[number]): it is StackValidationPolicy => "validateStack" in it;
const isOfResource = (it: Policies[number]): it is ResourceValidationPolicy => "validateResource" in it;

/** What the whole pack says of a stack. */
async function packOver(resources: Given[]): Promise<string[]> {
    const found: string[] = [];
    for (const each of policies.filter(isOfResource)) {
        for (const resource of resources) found.push(...(await violations(each, resource)));
    }
    for (const each of policies.filter(isOfStack)) {
        found.push(...(await stackViolations(each, resources)).map(({ message }) => message));
    }
    return found;
}

async function judged(stacks: Stack[]): Promise<[string, string[]][]> {
    const resources = await resourcesOf(stacks);
    return Promise.all(
        stacks.map(async ({ name, of }): Promise<[string, string[]]> => [
            of,
            await packOver(resources.get(name) ?? []),
        ]),
    );
}

beforeAll(() => {
    // What options warn of is tested elsewhere.
    jest.spyOn(console, "warn").mockImplementation(() => undefined);
});

test("a Collector of every mode passes the whole pack when its network is closed, whoever closed it", async () => {
    const stacks = modes(CLOSED);
    expect(await judged(stacks)).toEqual(stacks.map(({ of }) => [of, []]));
}, 60_000);

test("a Collector of every mode is refused, for its network alone, when no policy selects its pods", async () => {
    const stacks = modes(OPEN);
    const refused = [
        expect.stringMatching(/^OtlpCollector\("stack-\d+"\): network\.networkPolicy: no NetworkPolicy selects/),
    ];
    expect(await judged(stacks)).toEqual(stacks.map(({ of }) => [of, refused]));
}, 60_000);

test("a Collector with any option passes the whole pack, unless the option is to close no network", async () => {
    const stacks = options();
    const opened = "networkPolicy: off";
    expect(stacks.map(({ of }) => of)).toContain(opened);
    const found = await judged(stacks);
    expect(found.filter(([, messages]) => messages.length > 0).map(([of]) => of)).toEqual([opened]);
    expect(found.length).toBeGreaterThan(50);
}, 60_000);
