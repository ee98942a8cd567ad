import * as pulumi from "@pulumi/pulumi";

import { exporterEnv } from "../../components/application-pods/exporter-env";
import { ExternalTokenSecret } from "../../components/external-secret";
import { IngestToken } from "../../components/ingest-token";
import { OutSystemsLogStream } from "../../components/log-stream";
import { MetricsIngest } from "../../components/metrics-ingest";
import { PushTokenSecret } from "../../components/push-secret";
import { TelemetryPipeline } from "../../components/telemetry-pipeline";
import { capture } from "../support/capture";

const endpoint = { environment: "abc12345" };
const none = undefined as never;
const schedule = "@hourly";
const script = "echo a 1";
const token = { secret: { name: "dynatrace" } };
const store = { name: "vault" };
const remoteRef = { key: "shop/dynatrace" };

/** As when a variable of the environment or of the stack's configuration is not set. */
test.each<[string, string, () => unknown]>([
    ["MetricsIngest", "endpoint.environment", () => new MetricsIngest("x", { endpoint: none })],
    [
        "MetricsIngest",
        "cronJob.schedule",
        () => new MetricsIngest("x", { endpoint, cronJob: { schedule: none, script } }),
    ],
    [
        "MetricsIngest",
        "cronJob.script",
        () => new MetricsIngest("x", { endpoint, cronJob: { schedule, script: none } }),
    ],
    [
        "MetricsIngest",
        "cronJob.env[0].name",
        () => new MetricsIngest("x", { endpoint, cronJob: { schedule, script, env: [{ name: none, value: "a" }] } }),
    ],
    ["TelemetryPipeline", "endpoint.environment", () => new TelemetryPipeline("x", { endpoint: none })],
    [
        "OutSystemsLogStream",
        "endpoint.environment",
        () => new OutSystemsLogStream("x", { endpoint: none, lifeTimeVersion: "11.22.0" }),
    ],
    ["OutSystemsLogStream", "lifeTimeVersion", () => new OutSystemsLogStream("x", { endpoint, lifeTimeVersion: none })],
    ["PushTokenSecret", "token.secret.name", () => new PushTokenSecret("x", { token: none, store, remoteRef })],
    ["PushTokenSecret", "store.name", () => new PushTokenSecret("x", { token, store: none, remoteRef })],
    ["PushTokenSecret", "remoteRef.key", () => new PushTokenSecret("x", { token, store, remoteRef: none })],
    ["ExternalTokenSecret", "store.name", () => new ExternalTokenSecret("x", { store: { name: none }, remoteRef })],
    [
        "ExternalTokenSecret",
        "remoteRef.key",
        () => new ExternalTokenSecret("x", { store, remoteRef: none, revision: "1" }),
    ],
])("%s without %s says what is missing, and what to give", async (component, field, make) => {
    const text = new RegExp(`^${component}\\("x"\\): ${field.replace(/[[\].]/g, "\\$&")}: is missing; \\w+ `);
    await capture(() => expect(make).toThrow(text));
});

test("exporterEnv without arguments says what is missing, and what to give", () => {
    const text = "exporterEnv: via: is missing; use collector, direct, activegate";
    expect(() => exporterEnv(none)).toThrow(text);
    expect(() => exporterEnv({ via: none })).toThrow(text);
});

test.each<[string, () => unknown, string]>([
    [
        "one signal that must be a list",
        () => exporterEnv({ via: "collector", collectorUrl: "http://g.t.svc:4318", signals: "traces" as never }),
        'exporterEnv: signals: must be a list, e.g. ["traces"]',
    ],
    [
        "a number for an attribute",
        () =>
            exporterEnv({
                via: "collector",
                collectorUrl: "http://g.t.svc:4318",
                resourceAttributes: { a: 1 as never },
            }),
        'exporterEnv: resourceAttributes["a"]: is a number, not a string; write it in quotes, "1"',
    ],
    [
        "a number for a version",
        () => new OutSystemsLogStream("x", { endpoint, lifeTimeVersion: 11.22 as never }),
        'OutSystemsLogStream("x"): lifeTimeVersion: is not text; write it as LifeTime shows it, in quotes, e.g. "11.22.0"',
    ],
])("%s is refused with the way out", async (_case, make, text) => {
    await capture(() => expect(make).toThrow(text));
});

test("what a preview does not know yet is let through", async () => {
    const registered: string[] = [];
    const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => {
        registered.push(name);
        return { id: name, state: inputs as object };
    };
    const mocks = { newResource, call: ({ inputs }: pulumi.runtime.MockCallArgs) => inputs as object };
    await pulumi.runtime.setMocks(mocks, "project", "stack", true, "organization");
    const later = pulumi.output(pulumi.unknown) as pulumi.Output<never>;
    new IngestToken("given", { namespace: later, secret: { name: later, key: later } });
    new IngestToken("found", { existingSecret: { name: later, key: later, revision: later } });
    new MetricsIngest("metrics", {
        endpoint: { environment: later },
        cronJob: { schedule: later, script: later, env: [{ name: later, value: later }], image: later },
    });
    new OutSystemsLogStream("logs", {
        endpoint,
        lifeTimeVersion: later,
        token: { rotateAfterDays: later, expiresAfterDays: later },
    });
    new PushTokenSecret("push", {
        token: { secret: { name: later } },
        store,
        remoteRef: { key: later },
        metadata: later,
    });
    new ExternalTokenSecret("external", { store: later, remoteRef: later, revision: later });
    const reference = { secret: { name: later, key: later } };
    const to = { collectorUrl: later, serviceName: later, resourceAttributes: { team: later } };
    const { env } = exporterEnv({
        via: "collector",
        ...to,
        collectorToken: reference,
        ca: { configMap: { name: later, key: later } },
        clientCertificate: { secretName: later },
    });
    await pulumi.runtime.disconnect();
    expect(registered).toEqual(expect.arrayContaining(["given", "found", "metrics-cron", "logs", "push", "external"]));
    expect(env[0]?.name).toBe("OTEL_COLLECTOR_TOKEN");
});
