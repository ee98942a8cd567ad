import { exporterEnv } from "../../components/application-pods/exporter-env";
import { ExternalTokenSecret, type ExternalTokenSecretArgs } from "../../components/external-secret";
import { IngestToken, type IngestTokenArgs } from "../../components/ingest-token";
import { MetricsIngest } from "../../components/metrics-ingest";
import type { MetricsCronJobArgs } from "../../components/metrics-ingest/args";
import { PushTokenSecret, type PushTokenSecretArgs } from "../../components/push-secret";
import { TelemetryPipeline } from "../../components/telemetry-pipeline";
import { checkTokenReference } from "../../components/shared/secrets";
import { capture } from "../support/capture";
import { Check } from "../../components/shared/check";

/** In small letters, in which it could be the name of a Secret. */
const T = `dt0c01.madeuppublic.${"notasecret".repeat(6)}`;
const endpoint = { environment: "abc12345" };
const COLLECTOR = { via: "collector", collectorUrl: "https://gateway.telemetry.svc:4318" } as const;
const DIRECT = { via: "direct", endpoint, token: { secretName: "dynatrace" } } as const;
const STORE = { store: { name: "vault" }, remoteRef: { key: "shop/dynatrace" } };

const ingest = (args: IngestTokenArgs) => () => new IngestToken("checkout", args);
const pipeline = (token: object) => () => new TelemetryPipeline("telemetry", { endpoint, token });
const env = (args: object) => () => exporterEnv({ ...COLLECTOR, ...args });
const direct = (args: object) => () => exporterEnv({ ...DIRECT, ...args });
const metrics = (cronJob: Partial<MetricsCronJobArgs>) => () =>
    new MetricsIngest("shop", { endpoint, cronJob: { schedule: "@hourly", script: "echo a 1", ...cronJob } });
const push = (args: Partial<PushTokenSecretArgs>) => () =>
    new PushTokenSecret("push", { token: { secretName: "dynatrace" }, ...STORE, ...args });
const external = (args: Partial<ExternalTokenSecretArgs>) => () =>
    new ExternalTokenSecret("external", { ...STORE, revision: "1", ...args });

test.each<[string, () => unknown]>([
    ["existingSecret.name", ingest({ existingSecret: { name: T } })],
    ["existingSecret.key", ingest({ existingSecret: { name: "mine", key: T } })],
    ["existingSecret.revision", ingest({ existingSecret: { name: "mine", revision: T } })],
    ["secretName", ingest({ secretName: T })],
    ["secretName", ingest({ secretName: T, secretDelivery: "referenced" })],
    ["secretKey", ingest({ secretKey: T })],
    ["namespace", ingest({ namespace: T })],
    ["token.existingSecret.name", pipeline({ existingSecret: { name: T } })],
    ["token.secretName", pipeline({ secretName: T })],
    ["token.secretName", direct({ token: { secretName: T } })],
    ["token.secretKey", direct({ token: { secretName: "dynatrace", secretKey: T } })],
    ["collectorToken.secretName", env({ collectorToken: { secretName: T } })],
    ["collectorPassword.secretName", env({ collectorPassword: { secretName: T } })],
    ["collectorPassword.secretKey", env({ collectorPassword: { secretName: "gateway", secretKey: T } })],
    ["caCertificate.configMapName", env({ caCertificate: { configMapName: T } })],
    ["caCertificate.secretName", env({ caCertificate: { secretName: T } })],
    ["caCertificate.key", env({ caCertificate: { secretName: "ca", key: T } })],
    ["clientCertificate.secretName", env({ clientCertificate: { secretName: T } })],
    ["serviceName", env({ serviceName: T })],
    ["resourceAttributes", env({ resourceAttributes: { team: `shop ${T}` } })],
    ["cronJob.env[0].name", metrics({ env: [{ name: T, value: "x" }] })],
    ["cronJob.env[1].value", metrics({ env: [{ name: "A" }, { name: "B", value: `Api-Token ${T}` }] })],
    ["cronJob.env[0].valueFrom", metrics({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: T, key: "x" } } }] })],
    ["cronJob.image", metrics({ image: `mirror.example.com/${T}` })],
    ["token.secretName", push({ token: { secretName: T } })],
    ["metadata", push({ metadata: { spec: { tags: [T] } } })],
    ["remoteRef.key", push({ remoteRef: { key: T } })],
    ["remoteRef.property", push({ remoteRef: { key: "shop", property: T } })],
    ["store.name", push({ store: { name: T } })],
    ["remoteRef.key", external({ remoteRef: { key: T } })],
    ["remoteRef.version", external({ remoteRef: { key: "shop", version: T } })],
    ["secretName", external({ secretName: T })],
    ["secretKey", external({ secretKey: T })],
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
        ["nothing for a token", direct({ token: {} }), "token.secretName: is missing; name the Secret"],
        [
            "an empty name",
            direct({ token: { secretName: "" } }),
            "token.secretName: is empty, as with secretDelivery none",
        ],
        ["nothing for a Collector", env({ collectorToken: {} }), "collectorToken.secretName: is missing"],
        ["a name for nothing", env({ collectorToken: { secretName: "My Secret" } }), "collectorToken.secretName: "],
        ["a key for nothing", direct({ token: { secretName: "mine", secretKey: "a b" } }), "token.secretKey: "],
        ["a CA nowhere", env({ caCertificate: { configMapName: "My CA" } }), "caCertificate.configMapName: "],
        ["a Secret without a name", ingest({ existingSecret: {} as never }), "existingSecret.name: is missing"],
        ["an empty Secret's name", ingest({ existingSecret: { name: "" } }), "existingSecret.name: is empty"],
        ["no token to push", push({ token: undefined as never }), "token.secretName: is missing"],
        ["no Secret to refer to", ingest({ secretDelivery: "referenced", secretName: "" }), "secretName: is empty"],
        ["a wrong namespace", ingest({ namespace: "Shop" }), 'namespace: "Shop" is not the name of a namespace'],
    ])("is refused where no pod could start with it: %s", async (_case, make, text) => {
        await capture(() => expect(make).toThrow(text));
    });

    test("is refused in one way for all who take one", () => {
        const check = (ref?: object) => (): void => checkTokenReference(new Check("C", "token"), ref);
        expect(check()).toThrow("C: token: is missing; give an IngestToken, or secretName");
        expect(check({})).toThrow("C: token.secretName: is missing");
        expect(check({ secretName: "" })).toThrow("C: token.secretName: is empty");
        expect(check({ secretName: "mine", secretKey: "" })).toThrow('C: token.secretKey: "" is not a key');
        expect(check({ secretName: T })).toThrow("C: token.secretName: holds a token of Dynatrace");
        expect(check({ secretName: "mine", secretKey: "token" })).not.toThrow();
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
        const text = expect.stringMatching(/^exporterEnv: token\.secretName: is empty, as with secretDelivery none/);
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
