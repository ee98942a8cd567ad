// Prints as JSON what fails in each component under the mocks of
// https://www.pulumi.com/docs/iac/guides/testing/unit/, which answer with the inputs alone. A process of its own, because an
// unhandled rejection ends Jest.
import * as pulumi from "@pulumi/pulumi";

import * as aws from "../../../components/aws";
import * as index from "../../../index";

const endpoint = { environment: "abc12345" };
const apiUrl = "https://abc12345.live.dynatrace.com/api";
const store = { name: "vault" };
const remoteRef = { key: "shop/dynatrace" };
const dsn = "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2";
const token = { secret: { name: "dynatrace" } };

/** Every component and resource of the package, with the fewest arguments; after a comma, in another use. */
const MINIMAL: Record<string, () => pulumi.Resource> = {
    ActiveGateRoute: () =>
        new index.ActiveGateRoute("x", { kind: index.ActiveGateKind.Existing, ...endpoint, host: "gate.example.com" }),
    ActiveGateToken: () => new index.ActiveGateToken("x", { apiUrl, expiresAfterDays: 30 }),
    AiGatewayExporter: () =>
        new index.AiGatewayExporter("x", { gateway: index.AiGateway.LiteLlm, collectorUrl: "http://c.ns:4318" }),
    ApiToken: () => new index.ApiToken("x", { apiUrl, scopes: ["logs.ingest"] }),
    DynatraceProvider: () => new index.DynatraceProvider("x", { apiUrl, apiToken: "dt0c01.MADE" }),
    ExternalTokenSecret: () => new index.ExternalTokenSecret("x", { store, remoteRef, revision: "1" }),
    IngestCheck: () => new index.IngestCheck("x", { endpoint, token: "made-up" }),
    IngestToken: () => new index.IngestToken("x", { apiUrl, namespace: "shop" }),
    MetricsIngest: () => new index.MetricsIngest("x", { endpoint }),
    "MetricsIngest, with a CronJob": () =>
        new index.MetricsIngest("x", {
            endpoint,
            namespace: "shop",
            cronJob: { schedule: "@hourly", script: "echo a 1" },
        }),
    OtlpCollector: () => new index.OtlpCollector("x", { endpoint, token }),
    "OtlpCollector, with an IngestToken": () =>
        new index.OtlpCollector("x", { endpoint, token: new index.IngestToken("y", { apiUrl, namespace: "shop" }) }),
    OutSystemsLogStream: () => new index.OutSystemsLogStream("x", { endpoint, lifeTimeVersion: "11.22.0" }),
    PlatformToken: () =>
        new index.PlatformToken("x", {
            scopes: ["storage:logs:read"],
            accountUuid: "01234567-89ab-4cde-8f01-23456789abcd",
            userUuid: "01234567-89ab-4cde-8f01-23456789abcd",
        }),
    PushTokenSecret: () => new index.PushTokenSecret("x", { token, store, remoteRef }),
    SecretsManagerToken: () => new aws.SecretsManagerToken("x", { token: "made-up" }),
    SentryExport: () => new index.SentryExport("x", { projects: { shop: { dsn } } }),
    SsmParameterToken: () => new aws.SsmParameterToken("x", { token: "made-up" }),
    "PushTokenSecret, with an IngestToken": () =>
        new index.PushTokenSecret("x", {
            token: new index.IngestToken("y", { apiUrl, namespace: "shop" }),
            store,
            remoteRef,
        }),
    TelemetryPipeline: () => new index.TelemetryPipeline("x", { endpoint }),
    "TelemetryPipeline, with an ingestCheck": () => new index.TelemetryPipeline("x", { endpoint, ingestCheck: {} }),
};

function resourcesOf(module: object): string[] {
    return Object.entries(module).flatMap(([name, value]: [string, unknown]) =>
        typeof value === "function" && value.prototype instanceof pulumi.Resource ? [name] : [],
    );
}

/** Constructs a component under the mocks. @returns what went wrong, by property. */
async function problemsOf(make: () => pulumi.Resource): Promise<string[]> {
    const problems: string[] = [];
    const note = (where: string) => (error: unknown) => {
        problems.push(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    };
    const unhandled = note("unhandled rejection");
    process.on("unhandledRejection", unhandled);
    await pulumi.runtime.setMocks({
        newResource: ({ inputs }) => ({
            id: inputs.name ? `${inputs.name}_id` : `${inputs.name}-id`,
            state: inputs,
        }),
        call: ({ inputs }) => inputs,
    });
    let made: pulumi.Resource;
    try {
        made = make();
    } catch (error) {
        note("constructor")(error);
        process.off("unhandledRejection", unhandled);
        return problems;
    }
    const resolved = Object.entries(made).flatMap(([property, value]: [string, unknown]) =>
        pulumi.Output.isInstance(value) ? [promiseOf(value).catch(note(property))] : [],
    );
    await Promise.all(resolved);
    await pulumi.runtime.disconnect().catch(note("a child"));
    // Node tells of a rejection after the microtasks.
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off("unhandledRejection", unhandled);
    return problems;
}

/** Settles as the output does. */
function promiseOf(output: pulumi.Output<unknown>): Promise<unknown> {
    return (output as unknown as { promise(): Promise<unknown> }).promise();
}

async function main(): Promise<void> {
    const problems: Record<string, string[]> = {};
    for (const [name, make] of Object.entries(MINIMAL)) problems[name] = await problemsOf(make);
    const exported = [...resourcesOf(index), ...resourcesOf(aws)];
    process.stdout.write(JSON.stringify({ exported, problems }), () => process.exit(0));
}

void main();
