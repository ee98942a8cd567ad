import * as pulumi from "@pulumi/pulumi";

import { IngestToken, SecretDelivery, TelemetryPipeline } from "../../index";
import { capture, type Captured } from "../support/capture";

const ENDPOINT = { environment: "abc12345" };
const kinds = (resources: Captured[]): string[] => resources.map(({ type }) => type.split(":").pop() ?? "").sort();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], kind: string): any =>
    resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;

test("a pipeline is a namespace, a token, its Secret, and a Collector with just what it needs", async () => {
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT }));
    expect(kinds(resources)).toEqual(
        [
            ...["ApiToken", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Deployment", "IngestToken", "Namespace"],
            ...[
                "NetworkPolicy",
                "OtlpCollector",
                "Secret",
                "Service",
                "ServiceAccount",
                "TelemetryPipeline",
                "TokenMark",
            ],
        ].sort(),
    );
    expect(inputsOf(resources, "Namespace").metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    expect(inputsOf(resources, "ApiToken").apiUrl).toBe("https://abc12345.live.dynatrace.com/api");
});

test("every child's name starts with its parent's", async () => {
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT }));
    for (const { name } of resources) expect(name).toMatch(/^telemetry(-|$)/);
});

test("the Secret has no fixed name, and the pods refer to it by the name it gets", async () => {
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT }));
    expect(inputsOf(resources, "Secret").metadata.name).toBeUndefined();
    const [container] = inputsOf(resources, "Deployment").spec.template.spec.containers;
    expect(container.env[0]).toEqual({
        name: "DT_API_TOKEN",
        valueFrom: { secretKeyRef: { name: "telemetry-ingest-secret-1a2b3c4d", key: "token" } },
    });
});

test("another token changes the pods", async () => {
    const annotations = async (revision: string): Promise<unknown> => {
        const token = { existingSecret: { name: "mine", revision } };
        const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, token }));
        return inputsOf(resources, "Deployment").spec.template.metadata.annotations;
    };
    expect(await annotations("1")).not.toEqual(await annotations("2"));
});

test("another configuration changes the ConfigMap's name, and with it the pods", async () => {
    const names = async (owner: string): Promise<string> => {
        const collector = { resourceAttributes: { owner } };
        const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, collector }));
        const { name } = inputsOf(resources, "ConfigMap").metadata;
        expect(inputsOf(resources, "Deployment").spec.template.spec.volumes[0].configMap.name).toBe(name);
        return name as string;
    };
    expect(await names("a")).not.toBe(await names("b"));
});

test("a Secret made elsewhere is referenced: no token, no Secret", async () => {
    const token = { existingSecret: { name: "mine", key: "dt" } };
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, token }));
    expect(kinds(resources)).not.toContain("ApiToken");
    expect(kinds(resources)).not.toContain("Secret");
    const [container] = inputsOf(resources, "Deployment").spec.template.spec.containers;
    expect(container.env[0].valueFrom.secretKeyRef).toEqual({ name: "mine", key: "dt" });
});

test("a given token is in its Secret and nowhere else", async () => {
    const given = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
    const resources = await capture(
        () => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, token: { token: pulumi.secret(given) } }),
    );
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("NOTASECRET"));
    expect(holders.map(({ type }) => type)).toEqual(["kubernetes:core/v1:Secret"]);
});

test("without Kubernetes attributes nothing is allowed to read the cluster", async () => {
    const collector = { kubernetesAttributes: false };
    const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint: ENDPOINT, collector }));
    expect(kinds(resources)).not.toContain("ClusterRole");
    expect(inputsOf(resources, "Deployment").spec.template.spec.automountServiceAccountToken).toBe(false);
});

test.each([
    ["two sources", { token: "x", existingSecret: { name: "y" } }, /token: has no effect beside existingSecret/],
    ["a reference to nothing", { secretDelivery: SecretDelivery.Referenced }, /secretName: is needed/],
    ["an expiry for a token made elsewhere", { token: "x", expiresAfterDays: 3 }, /expiresAfterDays: is only for/],
    ["another delivery", { secretDelivery: "vault" as never }, /"vault" is not known/],
])("%s is refused in the constructor", async (_case, args, text) => {
    await capture(() => expect(() => new IngestToken("t", args)).toThrow(text));
});
