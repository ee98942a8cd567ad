import { exporterEnv } from "../../components/application-pods/exporter-env";
import { ExternalTokenSecret, type ExternalTokenSecretArgs } from "../../components/external-secret";
import { IngestToken, type IngestTokenArgs } from "../../components/ingest-token";
import { MetricsIngest } from "../../components/metrics-ingest";
import type { MetricsCronJobArgs } from "../../components/metrics-ingest/args";
import { PushTokenSecret, type PushTokenSecretArgs } from "../../components/push-secret";
import { TelemetryPipeline } from "../../components/telemetry-pipeline";
import { checkTokenReference } from "../../components/shared/token-reference";
import { capture } from "../support/capture";
import { Check } from "../../components/shared/check";

/** In small letters, in which it could be the name of a Secret. */
const T = `dt0c01.madeuppublic.${"notasecret".repeat(6)}`;
const endpoint = { environment: "abc12345" };
const COLLECTOR = { via: "collector", collectorUrl: "https://gateway.telemetry.svc:4318" } as const;
const DIRECT = { via: "direct", endpoint, token: { secret: { name: "dynatrace" } } } as const;
const STORE = { store: { name: "vault" }, remoteRef: { key: "shop/dynatrace" } };

const ingest = (args: IngestTokenArgs) => () => new IngestToken("checkout", args);
const pipeline = (token: object) => () => new TelemetryPipeline("telemetry", { endpoint, token });
const env = (args: object) => () => exporterEnv({ ...COLLECTOR, ...args });
const direct = (args: object) => () => exporterEnv({ ...DIRECT, ...args });
const metrics = (cronJob: Partial<MetricsCronJobArgs>) => () =>
    new MetricsIngest("shop", { endpoint, cronJob: { schedule: "@hourly", script: "echo a 1", ...cronJob } });
const push = (args: Partial<PushTokenSecretArgs>) => () =>
    new PushTokenSecret("push", { token: { secret: { name: "dynatrace" } }, ...STORE, ...args });
const external = (args: Partial<ExternalTokenSecretArgs>) => () =>
    new ExternalTokenSecret("external", { ...STORE, revision: "1", ...args });

test.each<[string, () => unknown]>([
    ["existingSecret.name", ingest({ existingSecret: { name: T } })],
    ["existingSecret.key", ingest({ existingSecret: { name: "mine", key: T } })],
    ["existingSecret.revision", ingest({ existingSecret: { name: "mine", revision: T } })],
    ["secret.name", ingest({ secret: { name: T } })],
    ["secret.name", ingest({ secret: { name: T }, secretDelivery: "referenced" })],
    ["secret.key", ingest({ secret: { key: T } })],
    ["namespace", ingest({ namespace: T })],
    ["token.existingSecret.name", pipeline({ existingSecret: { name: T } })],
    ["token.secret.name", pipeline({ secret: { name: T } })],
    ["token.secret.name", direct({ token: { secret: { name: T } } })],
    ["token.secret.key", direct({ token: { secret: { name: "dynatrace", key: T } } })],
    ["collectorToken.secret.name", env({ collectorToken: { secret: { name: T } } })],
    ["collectorPassword.secret.name", env({ collectorPassword: { secret: { name: T } } })],
    ["collectorPassword.secret.key", env({ collectorPassword: { secret: { name: "gateway", key: T } } })],
    ["ca.configMap.name", env({ ca: { configMap: { name: T } } })],
    ["ca.secret.name", env({ ca: { secret: { name: T } } })],
    ["ca.secret.key", env({ ca: { secret: { name: "ca", key: T } } })],
    ["clientCertificate.secretName", env({ clientCertificate: { secretName: T } })],
    ["serviceName", env({ serviceName: T })],
    ["resourceAttributes", env({ resourceAttributes: { team: `shop ${T}` } })],
    ["cronJob.env[0].name", metrics({ env: [{ name: T, value: "x" }] })],
    ["cronJob.env[1].value", metrics({ env: [{ name: "A" }, { name: "B", value: `Api-Token ${T}` }] })],
    [
        "cronJob.env[0].valueFrom.secretKeyRef.name",
        metrics({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: T, key: "x" } } }] }),
    ],
    ["cronJob.image", metrics({ image: `mirror.example.com/${T}` })],
    ["token.secret.name", push({ token: { secret: { name: T } } })],
    ["metadata", push({ metadata: { spec: { tags: [T] } } })],
    ["remoteRef.key", push({ remoteRef: { key: T } })],
    ["remoteRef.property", push({ remoteRef: { key: "shop", property: T } })],
    ["store.name", push({ store: { name: T } })],
    ["remoteRef.key", external({ remoteRef: { key: T } })],
    ["remoteRef.version", external({ remoteRef: { key: "shop", version: T } })],
    ["secret.name", external({ secret: { name: T } })],
    ["secret.key", external({ secret: { key: T } })],
    ["revision", external({ revision: `${T}\n` })],
])("a token as %s is refused before it gets into an object or the state, and is not repeated", async (field, make) => {
    await capture(() => {
        expect(make).toThrow(`: ${field}: `);
        expect(make).not.toThrow(/notasecret/);
    });
});

describe("a reference to a token in a Secret", () => {
    const NONE = { secretDelivery: "none" } as const;
    test.each<[string, () => unknown, string]>([
        ["nothing for a token", direct({ token: {} }), "token.secret.name: is missing; name the Secret"],
        [
            "an empty name",
            direct({ token: { secret: { name: "" } } }),
            "token.secret.name: is empty, as with secretDelivery none",
        ],
        ["nothing for a Collector", env({ collectorToken: {} }), "collectorToken.secret.name: is missing"],
        [
            "a name for nothing",
            env({ collectorToken: { secret: { name: "My Secret" } } }),
            "collectorToken.secret.name: ",
        ],
        ["a key for nothing", direct({ token: { secret: { name: "mine", key: "a b" } } }), "token.secret.key: "],
        ["a CA nowhere", env({ ca: { configMap: { name: "My CA" } } }), "ca.configMap.name: "],
        ["a Secret without a name", ingest({ existingSecret: {} as never }), "existingSecret.name: is missing"],
        ["an empty Secret's name", ingest({ existingSecret: { name: "" } }), "existingSecret.name: is empty"],
        ["no token to push", push({ token: undefined as never }), "token.secret.name: is missing"],
        [
            "no Secret to refer to",
            ingest({ secretDelivery: "referenced", secret: { name: "" } }),
            "secret.name: is empty",
        ],
        ["a wrong namespace", ingest({ namespace: "Shop" }), 'namespace: "Shop" is not the name of a namespace'],
    ])("is refused where no pod could start with it: %s", async (_case, make, text) => {
        await capture(() => expect(make).toThrow(text));
    });

    test("is refused in one way for all who take one", () => {
        const check = (ref?: object) => () => checkTokenReference(new Check("C", "token"), ref);
        expect(check()).toThrow("C: token: is missing; give an IngestToken, or secret");
        expect(check({})).toThrow("C: token.secret.name: is missing");
        expect(check({ secret: { name: "" } })).toThrow("C: token.secret.name: is empty");
        expect(check({ secret: { name: "mine", key: "" } })).toThrow('C: token.secret.key: "" is not a key');
        expect(check({ secret: { name: T } })).toThrow("C: token.secret.name: holds a token of Dynatrace");
        expect(check({ secret: { name: "mine", key: "token" } })).not.toThrow();
    });

    test("stands in no pod where there is no Secret: the variables of MetricsIngest are without it", async () => {
        let names: string[] = [];
        await capture(() => {
            const { env: variables } = new MetricsIngest("shop", { endpoint, token: NONE });
            variables.apply((all) => (names = all.map(({ name }) => name)));
        });
        expect(names).toEqual(["DT_METRICS_INGEST_URL"]);
    });

    test("that is known later is refused then: that of a token with secretDelivery none", async () => {
        let parts: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
        await capture(() => {
            const [token] = exporterEnv({ ...DIRECT, token: new IngestToken("checkout", NONE) }).env;
            const { name } = (token?.valueFrom as unknown as { secretKeyRef: { name: Parts } }).secretKeyRef;
            parts = Promise.allSettled([name.promise(), name.isKnown, name.isSecret, name.allResources()]);
        });
        const text = expect.stringMatching(/^exporterEnv: token\.secret\.name: is empty, as with secretDelivery none/);
        expect((await parts)[0]).toEqual({ status: "rejected", reason: expect.objectContaining({ message: text }) });
    });
});

/** All that waits for an Output, and would end the program with it. */
interface Parts {
    promise(): Promise<string>;
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    allResources(): Promise<unknown>;
}
