// Pulumi's own mocks stand in for AWS (aws-mocks.ts), and this clone's sources for the published package.
import * as pulumi from "@pulumi/pulumi";

import { MADE_UP_TOKEN, type Run, runOnAws, VERSION } from "./aws-mocks";

jest.mock("pulumi-dynatrace-otlp", () => jest.requireActual("../../index"), { virtual: true });
jest.mock("pulumi-dynatrace-otlp/aws", () => jest.requireActual("../../components/aws"), { virtual: true });

/** An example is a program: it runs when it is loaded. */
let run: Run;
beforeAll(async () => {
    pulumi.runtime.setAllConfig({ "project:environment": "abc12345" });
    run = await runOnAws(() => jest.requireActual("../../examples/aws-secrets-manager"));
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (kind: string): any => run.resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;

test("the token is in AWS, and in no Kubernetes object", () => {
    expect(inputsOf("SecretVersion").secretString).toBe(MADE_UP_TOKEN);
    const kubernetes = run.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(kubernetes.map(({ type }) => type.split(":").pop())).not.toContain("Secret");
    expect(JSON.stringify(kubernetes)).not.toContain("NOTASECRET");
});

test("the Collector reads the Secret that External Secrets fills with just this version", () => {
    const { metadata, spec } = inputsOf("ExternalSecret");
    expect(spec.data).toEqual([
        { secretKey: "token", remoteRef: { key: "telemetry-aws-secret-1a2b3c4", version: `uuid/${VERSION.id}` } },
    ]);
    expect(spec.target.name).toBe(metadata.name);
    const [container] = inputsOf("Deployment").spec.template.spec.containers;
    expect(container.env[0].valueFrom.secretKeyRef).toEqual({ name: metadata.name, key: "token" });
    expect(inputsOf("Deployment").metadata.namespace).toBe(metadata.namespace);
});

test("the old token outlives the hour in which stores are read again", () => {
    const { overlapDays, rotateAfterDays, expiresAfterDays } = inputsOf("ApiToken");
    expect(overlapDays * 24).toBeGreaterThan(1);
    expect(rotateAfterDays + overlapDays).toBeLessThan(expiresAfterDays);
});
