import * as pulumi from "@pulumi/pulumi";

import { exporterEnv } from "../../components/application-pods/exporter-env";
import { OtlpCollector } from "../../components/collector";
import { IngestToken } from "../../components/ingest-token";
import { MetricsIngest } from "../../components/metrics-ingest";
import { SentryExport } from "../../components/sentry";
import { caCertificate } from "../../components/shared/ca";
import { Check } from "../../components/shared/check";
import { configMapKeyRef, secretKeyRef } from "../../components/shared/references";
import { TelemetryPipeline } from "../../components/telemetry-pipeline";
import { capture } from "../support/capture";

const PEM = "-----BEGIN CERTIFICATE-----\nMADE\n-----END CERTIFICATE-----";
const TOKEN = `dt0c01.madeuppublic.${"notasecret".repeat(6)}`;
const GATE = "https://activegate.example.com:9999/e/abc12345";
/** A new one each time, because a Check reports only its first error. */
const check = (): Check => new Check('Probe("p")', "ref");

describe("a key of a Secret or ConfigMap", () => {
    test.each([
        ["secret", secretKeyRef],
        ["configMap", configMapKeyRef],
    ])("has a name and a default key: %s", (_kind, read) => {
        expect(read(check(), { name: "mine" }, "token")).toEqual({ name: "mine", key: "token" });
        expect(read(check(), { name: "mine", key: "dt" }, "token")).toEqual({ name: "mine", key: "dt" });
        expect(() => read(check(), undefined, "token")).toThrow('Probe("p"): ref: is missing; name the ');
        expect(() => read(check(), {}, "token")).toThrow('Probe("p"): ref.name: is missing');
        expect(() => read(check(), { name: "My Secret" }, "token")).toThrow('ref.name: "My Secret" is not the name');
        expect(() => read(check(), { name: "mine", key: "a b" }, "token")).toThrow('ref.key: "a b" is not a key');
    });

    test("is never the token itself, which the error does not repeat", () => {
        expect(() => secretKeyRef(check(), { name: TOKEN }, "token")).toThrow("ref.name: holds a token of Dynatrace");
        expect(() => secretKeyRef(check(), { name: TOKEN }, "token")).not.toThrow(/notasecret/);
    });

    test.each<[string, (token: IngestToken) => pulumi.Input<{ name: pulumi.Input<string> }>]>([
        ["an object of Outputs", ({ secret }) => secret],
        ["an Output", ({ secret }) => pulumi.output(secret)],
        ["a promise", ({ secret }) => Promise.resolve(secret)],
    ])("of a token may be %s", async (_form, secretOf) => {
        const resources = await capture(() => {
            const token = new IngestToken("shop", { apiUrl: "https://abc12345.live.dynatrace.com/api" });
            new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token: { secret: secretOf(token) } });
        });
        const deployment = resources.find(({ type }) => type.endsWith(":Deployment"));
        const name = expect.any(String) as string;
        expect(JSON.parse(JSON.stringify(deployment?.inputs))).toMatchObject({
            spec: {
                template: {
                    spec: {
                        containers: [
                            {
                                env: expect.arrayContaining([
                                    { name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { name, key: "token" } } },
                                ]) as unknown,
                            },
                        ],
                    },
                },
            },
        });
    });
});

describe("CA certificates", () => {
    test("come from one of three sources", () => {
        expect(caCertificate(check(), undefined)).toBeUndefined();
        expect(caCertificate(check(), { pem: undefined })).toBeUndefined();
        expect(caCertificate(check(), { pem: PEM })).toEqual({ pem: PEM });
        expect(caCertificate(check(), { secret: { name: "ca" } })).toEqual({ secret: { name: "ca", key: "ca.crt" } });
        expect(caCertificate(check(), { configMap: { name: "ca", key: "a" } })).toEqual({
            configMap: { name: "ca", key: "a" },
        });
        expect(() => caCertificate(check(), { pem: PEM, secret: { name: "ca" } })).toThrow(
            'Probe("p"): ref.secret: cannot be combined with pem; put all certificates into one of the two',
        );
    });

    test("of an endpoint may be in a ConfigMap, which the Collector mounts", async () => {
        const endpoint = { environment: GATE, ca: { configMap: { name: "gate-ca" } } };
        const resources = await capture(
            () => new OtlpCollector("gateway", { endpoint, token: { secret: { name: "ingest-token" } } }),
        );
        const deployment = resources.find(({ type }) => type.endsWith(":Deployment"));
        const mounted = { items: [{ key: "ca.crt", path: "ca.crt" }], name: "gate-ca" };
        expect(deployment?.inputs).toMatchObject({
            spec: { template: { spec: { volumes: [{}, { name: "trust", configMap: mounted }] } } },
        });
        const config = resources.find(({ type }) => type.endsWith(":ConfigMap"));
        expect(JSON.stringify(config?.inputs)).toContain("ca_file: /etc/otelcol-trust/ca.crt");
    });

    const ca = { secret: { name: "gate-ca" } };
    const endpoint = { environment: GATE, ca };
    test.each<[string, () => unknown, string]>([
        [
            "the ingest check of a pipeline",
            () => new TelemetryPipeline("telemetry", { endpoint, ingestCheck: {} }),
            'TelemetryPipeline("telemetry"): endpoint.ca.secret: cannot be used, because the check, which runs where pulumi runs,',
        ],
        [
            "a CronJob",
            () => new MetricsIngest("shop", { endpoint, cronJob: { schedule: "@hourly", script: "echo a 1" } }),
            'MetricsIngest("shop"): endpoint.ca.secret: cannot be used, because the CronJob needs the certificates',
        ],
        [
            "a configuration for Sentry",
            () =>
                new SentryExport("sentry", {
                    projects: { shop: { dsn: "https://0123456789abcdef0123456789abcdef@sentry.example.com/1", ca } },
                }),
            'SentryExport("sentry"): projects.shop.ca.secret: cannot be used',
        ],
        [
            "a pod, for a text",
            () =>
                exporterEnv({ via: "collector", collectorUrl: "https://gateway.telemetry.svc:4318", ca: { pem: PEM } }),
            "exporterEnv: ca.pem: cannot be read by a pod; store the certificates in a ConfigMap",
        ],
    ])("in the wrong place are one error with the way out: %s", async (_case, make, text) => {
        await capture(() => expect(make).toThrow(text));
    });
});
