import fc from "fast-check";

import { noTokenInClear } from "../../policy";
import { type Given, MADE_UP_TOKEN, UNKNOWN_TEXT, violations } from "./policy-support";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A pod's specification with something in the one container. */
function pod(container: object): object {
    return { containers: [{ name: "app", image: "example.com/app:1", ...container }] };
}

const inEnv = pod({ env: [{ name: "DT_API_TOKEN", value: MADE_UP_TOKEN }] });
const workload = (type: string, spec: object): Given => ({ type: `kubernetes:${type}`, props: { spec } });
const template = (spec: object): object => ({ replicas: 1, template: { metadata: {}, spec } });

describe("a token in the clear is refused", () => {
    test.each<[string, Given, string]>([
        ["Pod", workload("core/v1:Pod", inEnv), "spec.containers[0].env[0].value"],
        [
            "Deployment",
            workload("apps/v1:Deployment", template(inEnv)),
            "spec.template.spec.containers[0].env[0].value",
        ],
        ["StatefulSet", workload("apps/v1:StatefulSet", template(inEnv)), "containers[0].env[0].value"],
        ["DaemonSet", workload("apps/v1:DaemonSet", template(inEnv)), "containers[0].env[0].value"],
        ["ReplicaSet", workload("apps/v1:ReplicaSet", template(inEnv)), "containers[0].env[0].value"],
        ["Job", workload("batch/v1:Job", template(inEnv)), "containers[0].env[0].value"],
        ["CronJob", workload("batch/v1:CronJob", { jobTemplate: { spec: template(inEnv) } }), "env[0].value"],
        ["args", workload("core/v1:Pod", pod({ args: ["--token", MADE_UP_TOKEN] })), "spec.containers[0].args[1]"],
        ["command", workload("core/v1:Pod", pod({ command: [`curl -H 'Api-Token ${MADE_UP_TOKEN}'`] })), "command[0]"],
        [
            "ConfigMap",
            { type: "kubernetes:core/v1:ConfigMap", props: { data: { "config.yaml": `x: ${MADE_UP_TOKEN}\n` } } },
            'data["config.yaml"]',
        ],
        [
            "ConfigMap, as binary data",
            { type: "kubernetes:core/v1:ConfigMap", props: { binaryData: { blob: base64(`x: ${MADE_UP_TOKEN}`) } } },
            "binaryData.blob",
        ],
        [
            "label",
            { type: "kubernetes:core/v1:Namespace", props: { metadata: { labels: { token: MADE_UP_TOKEN } } } },
            "metadata.labels.token",
        ],
        [
            "key of a label",
            { type: "kubernetes:core/v1:Namespace", props: { metadata: { labels: { [MADE_UP_TOKEN]: "yes" } } } },
            "metadata.labels (a key)",
        ],
        [
            "annotation of a Secret that kubectl wrote",
            {
                type: "kubernetes:core/v1:Secret",
                props: {
                    metadata: {
                        annotations: {
                            "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
                                kind: "Secret",
                                data: { token: base64(MADE_UP_TOKEN) },
                            }),
                        },
                    },
                },
            },
            'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
        ],
        [
            "values of a Helm release",
            { type: "kubernetes:helm.sh/v3:Release", props: { values: { config: { token: MADE_UP_TOKEN } } } },
            "values.config.token",
        ],
        [
            "custom resource",
            {
                type: "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
                props: { spec: { a: [MADE_UP_TOKEN] } },
            },
            "spec.a[0]",
        ],
        [
            "environment of a function of a cloud",
            { type: "aws:lambda/function:Function", props: { environment: { variables: { DT: MADE_UP_TOKEN } } } },
            "environment.variables.DT",
        ],
        [
            "task definition in JSON",
            {
                type: "aws:ecs/taskDefinition:TaskDefinition",
                props: {
                    containerDefinitions: JSON.stringify([{ environment: [{ name: "T", value: MADE_UP_TOKEN }] }]),
                },
            },
            "containerDefinitions",
        ],
        [
            "user data of a virtual machine",
            { type: "aws:ec2/instance:Instance", props: { userDataBase64: base64(`#!/bin/sh\nT=${MADE_UP_TOKEN}`) } },
            "userDataBase64",
        ],
        ["command line", { type: "command:local:Command", props: { create: `run ${MADE_UP_TOKEN}` } }, "create"],
        ["name of a resource", { type: "kubernetes:core/v1:Namespace", name: MADE_UP_TOKEN }, "name"],
    ])("%s", async (_, given, field) => {
        const [message = "", ...others] = await violations(noTokenInClear, given);
        expect(others).toEqual([]);
        expect(message).toContain(`${field}: holds the token dt0c01.MADEUP${"A".repeat(18)}.***; put it into a Secret`);
        expect(message).not.toContain("MADEUPSECRET");
    });
});

test("each place is reported once, however many tokens stand in it", async () => {
    const data = { a: `${MADE_UP_TOKEN} ${MADE_UP_TOKEN}`, b: MADE_UP_TOKEN };
    expect(await violations(noTokenInClear, { type: "kubernetes:core/v1:ConfigMap", props: { data } })).toHaveLength(2);
});

describe("where a token belongs, it is let be", () => {
    const secret = { apiVersion: "v1", kind: "Secret", stringData: { token: MADE_UP_TOKEN } };
    test.each<[string, Given]>([
        ["stringData of a Secret", { type: "kubernetes:core/v1:Secret", props: { stringData: { t: MADE_UP_TOKEN } } }],
        ["data of a Secret", { type: "kubernetes:core/v1:Secret", props: { data: { t: base64(MADE_UP_TOKEN) } } }],
        [
            "a patch of a Secret",
            { type: "kubernetes:core/v1:SecretPatch", props: { stringData: { t: MADE_UP_TOKEN } } },
        ],
        [
            "a list of Secrets",
            { type: "kubernetes:core/v1:SecretList", props: { items: [{ stringData: { t: MADE_UP_TOKEN } }] } },
        ],
        ["a Secret in a list of anything", { type: "kubernetes:core/v1:List", props: { items: [secret] } }],
        [
            "a token to adopt",
            { type: "pulumi-nodejs:dynamic/dynatrace:ApiToken", props: { adoptToken: MADE_UP_TOKEN } },
        ],
        [
            "a store of secrets",
            { type: "aws:secretsmanager/secretVersion:SecretVersion", props: { secretString: MADE_UP_TOKEN } },
        ],
        ["configuration of a provider", { type: "pulumi:providers:dynatrace", props: { apiToken: MADE_UP_TOKEN } }],
        [
            "environment of a command",
            { type: "command:local:Command", props: { create: "run", environment: { T: MADE_UP_TOKEN } } },
        ],
        ["a public id", { type: "kubernetes:core/v1:ConfigMap", props: { data: { id: `dt0c01.${"A".repeat(24)}` } } }],
        ["a token that is cut", { type: "kubernetes:core/v1:ConfigMap", props: { data: { id: "dt0c01.ABC.***" } } }],
        [
            "values that are not known yet",
            { type: "kubernetes:core/v1:ConfigMap", props: { data: { x: UNKNOWN_TEXT } } },
        ],
        ["data that is not known yet", { type: "kubernetes:core/v1:ConfigMap", props: { data: UNKNOWN_TEXT } }],
    ])("%s", async (_, given) => {
        expect(await violations(noTokenInClear, given)).toEqual([]);
    });

    test("a ConfigMap in a list of Secrets' siblings is still looked at", async () => {
        const items = [secret, { apiVersion: "v1", kind: "ConfigMap", data: { t: MADE_UP_TOKEN } }];
        const [message, ...others] = await violations(noTokenInClear, {
            type: "kubernetes:core/v1:List",
            props: { items },
        });
        expect(message).toContain("items[1].data.t: holds the token");
        expect(others).toEqual([]);
    });
});

test("a type that is exempt is not looked at, and no other", async () => {
    const config = { exemptTypes: ["kubernetes:helm.sh/v3:Release"] };
    const props = { values: { t: MADE_UP_TOKEN } };
    expect(await violations(noTokenInClear, { type: "kubernetes:helm.sh/v3:Release", props }, config)).toEqual([]);
    expect(await violations(noTokenInClear, { type: "kubernetes:helm.sh/v4:Chart", props }, config)).toHaveLength(1);
});

describe("a Secret whose provider renders it to a file", () => {
    const renders = { renderYamlToDirectory: "manifests" };
    const secret = (more: Partial<Given> = {}): Given => ({
        type: "kubernetes:core/v1:Secret",
        props: { stringData: { token: MADE_UP_TOKEN } },
        provider: renders,
        ...more,
    });

    test.each<[string, Given, string]>([
        ["as text", secret(), "stringData.token"],
        ["in base64", secret({ props: { data: { token: base64(MADE_UP_TOKEN) } } }), "data.token"],
        [
            "in a list",
            secret({ type: "kubernetes:core/v1:SecretList", props: { items: [{ stringData: { a: MADE_UP_TOKEN } }] } }),
            "items[0].stringData.a",
        ],
    ])("is refused with a token %s", async (_case, given, field) => {
        const found = await violations(noTokenInClear, given);
        expect(found).toEqual([expect.stringContaining(`${field}: holds the token dt0c01.MADEUP`)]);
        expect(found[0]).toContain("its provider sets renderYamlToDirectory");
        expect(found[0]).not.toContain("MADEUPSECRET");
    });

    test.each<[string, Given, object]>([
        ["is applied instead", secret({ provider: {} }), {}],
        ["has no provider that is known", secret({ provider: undefined }), {}],
        ["holds no token", secret({ props: { stringData: { token: "none" } } }), {}],
        ["holds a token that is not known yet", secret({ props: { stringData: { token: UNKNOWN_TEXT } } }), {}],
        ["may be rendered", secret(), { allowRenderedSecrets: true }],
        ["is not checked", secret(), { exemptTypes: ["kubernetes:core/v1:Secret"] }],
    ])("passes when it %s", async (_case, given, config) => {
        expect(await violations(noTokenInClear, given, config)).toEqual([]);
    });
});

test("known values are looked at beside unknown ones", async () => {
    const env = [
        { name: "A", value: UNKNOWN_TEXT },
        { name: "B", value: MADE_UP_TOKEN },
    ];
    expect(await violations(noTokenInClear, workload("core/v1:Pod", pod({ env })))).toHaveLength(1);
});

describe("every form of a token, anywhere in a workload", () => {
    const text = (length: number) =>
        fc.string({
            unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
            minLength: length,
            maxLength: length,
        });
    const token = fc.tuple(
        fc.constantFrom("dt0c01", "dt0s16", "dt0s01", "dt0s02", "dt0s03", "dt0s08", "dt0s06", "dt0g02", "dt0a01"),
        fc.constantFrom(8, 24).chain(text),
        text(64),
    );
    const around = fc.string({ maxLength: 40 });
    const place = fc.constantFrom<((value: string) => Given)[]>(
        (value) => ({ type: "kubernetes:core/v1:ConfigMap", props: { data: { any: value } } }),
        (value) => workload("apps/v1:Deployment", template(pod({ env: [{ name: "ANY", value }] }))),
        (value) => ({ type: "kubernetes:core/v1:Secret", props: { metadata: { annotations: { any: value } } } }),
        (value) => ({ type: "aws:lambda/function:Function", props: { environment: { variables: { ANY: value } } } }),
    );
    const coded = fc.constantFrom<((value: string) => string)[]>(
        (value) => value,
        (value) => base64(value),
        (value) => JSON.stringify({ value }),
        (value) => encodeURIComponent(value),
    );

    test("is found, and its secret part is in no message", async () => {
        await fc.assert(
            fc.asyncProperty(token, around, around, place, coded, async (parts, before, after, at, code) => {
                const [kind, id, secret] = parts;
                // The end of the secret is not told by what follows, so the text around has no letter next to it.
                const found = await violations(noTokenInClear, at(code(`${before} ${kind}.${id}.${secret} ${after}`)));
                return found.length === 1 && found[0]?.includes(`${kind}.${id}.***`) && !found.join().includes(secret);
            }),
            { numRuns: 400 },
        );
    });

    test("text without one is never taken for one", async () => {
        await fc.assert(
            fc.asyncProperty(fc.string({ maxLength: 200 }), place, coded, async (any, at, code) => {
                fc.pre(!/dt0[a-z]\d\d\./i.test(any));
                return (await violations(noTokenInClear, at(code(any)))).length === 0;
            }),
        );
    });
});
