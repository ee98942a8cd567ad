import * as pulumi from "@pulumi/pulumi";

import { exporterEnv } from "../../components/application-pods/exporter-env";
import type { ExporterEnvArgs, ExporterVariable } from "../../components/application-pods/exporter-env/args";
import { injectExporterEnv } from "../../components/application-pods/injection";

const HTTP: ExporterEnvArgs = {
    via: "collector",
    collectorUrl: "http://gateway.telemetry.svc:4318",
    kubernetesAttributes: false,
};
const HTTPS: ExporterEnvArgs = { ...HTTP, collectorUrl: "https://gateway.telemetry.svc:4318" };
const DIRECT: ExporterEnvArgs = {
    via: "direct",
    endpoint: { environment: "abc12345" },
    token: { secret: { name: "ingest-token" } },
};
const SECURED: ExporterEnvArgs = {
    ...HTTPS,
    ca: { configMap: { name: "gateway-ca" } },
    clientCertificate: { secretName: "checkout-tls" },
    collectorToken: { secret: { name: "checkout-token" } },
};

const valueOf = (env: ExporterVariable[], name: string): unknown =>
    env.find((variable) => variable.name === name)?.value;

const warned: string[] = [];
beforeEach(() => {
    warned.length = 0;
    jest.spyOn(pulumi.log, "warn").mockImplementation(async (text) => void warned.push(text));
});
afterEach(() => jest.restoreAllMocks());

describe("an application that sends to a Collector which asks who it is", () => {
    test("gets the token's variable first, the header that names it, and files for CA, certificate and key", () => {
        const { env, volumes, volumeMounts } = exporterEnv(SECURED);
        expect(env.slice(0, 7)).toEqual([
            { name: "OTEL_COLLECTOR_TOKEN", valueFrom: { secretKeyRef: { name: "checkout-token", key: "token" } } },
            { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: HTTPS.collectorUrl },
            { name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: "http/protobuf" },
            { name: "OTEL_EXPORTER_OTLP_HEADERS", value: "Authorization=Bearer $(OTEL_COLLECTOR_TOKEN)" },
            { name: "OTEL_EXPORTER_OTLP_CERTIFICATE", value: "/etc/dynatrace-otlp/ca.crt" },
            { name: "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", value: "/etc/dynatrace-otlp-client/tls.crt" },
            { name: "OTEL_EXPORTER_OTLP_CLIENT_KEY", value: "/etc/dynatrace-otlp-client/tls.key" },
        ]);
        const items = (...keys: string[]): object[] => keys.map((key) => ({ key, path: key }));
        expect(volumes).toEqual([
            { name: "dynatrace-otlp-ca", configMap: { name: "gateway-ca", items: items("ca.crt") } },
            {
                name: "dynatrace-otlp-client",
                secret: { secretName: "checkout-tls", items: items("tls.crt", "tls.key") },
            },
        ]);
        expect(volumeMounts).toEqual([
            { name: "dynatrace-otlp-ca", mountPath: "/etc/dynatrace-otlp", readOnly: true },
            { name: "dynatrace-otlp-client", mountPath: "/etc/dynatrace-otlp-client", readOnly: true },
        ]);
    });

    test("shows user and password under a variable of their own, with the blank percent-encoded if asked", () => {
        const { env } = exporterEnv({
            ...HTTPS,
            collectorPassword: { secret: { name: "checkout-login", key: "basic" } },
            headerEncoding: "percent",
        });
        expect(env[0]).toEqual({
            name: "OTEL_COLLECTOR_CREDENTIALS",
            valueFrom: { secretKeyRef: { name: "checkout-login", key: "basic" } },
        });
        expect(valueOf(env, "OTEL_EXPORTER_OTLP_HEADERS")).toBe("Authorization=Basic%20$(OTEL_COLLECTOR_CREDENTIALS)");
    });

    test("restarts with a new token, and with a new certificate, which its SDK reads once", () => {
        const annotations = (args: Partial<ExporterEnvArgs>): string =>
            JSON.stringify(exporterEnv({ ...SECURED, ...args }).podAnnotations);
        const token = (revision: string): Partial<ExporterEnvArgs> => ({
            collectorToken: { secret: { name: "checkout-token" }, revision },
        });
        const certificate = (revision: string): Partial<ExporterEnvArgs> => ({
            clientCertificate: { secretName: "checkout-tls", revision },
        });
        expect(annotations(token("made-up-1"))).not.toBe(annotations(token("made-up-2")));
        expect(annotations(certificate("made-up-1"))).not.toBe(annotations(certificate("made-up-2")));
        expect(annotations({ ...token("made-up-1"), ...certificate("made-up-2") })).not.toContain("made-up");
    });

    test("is told that a token goes over the wire as it is, unless the URL says https", () => {
        exporterEnv(SECURED);
        expect(warned).toEqual([]);
        exporterEnv({ ...HTTP, collectorToken: { secret: { name: "checkout-token" } } });
        expect(warned).toEqual([
            expect.stringMatching(/^exporterEnv: collectorToken: is sent unencrypted.*receiver.tls/),
        ]);
    });

    test.each<Partial<ExporterEnvArgs>>([
        { collectorToken: { secret: { name: "sender" } } },
        { collectorPassword: { secret: { name: "sender" } } },
    ])("has every $(NAME) behind the variable it names, or Kubernetes would pass it on as it is", (args) => {
        const seen = new Set<string>();
        for (const { name, value } of exporterEnv({ ...HTTPS, ...args }).env) {
            for (const [, used] of String(value).matchAll(/\$\(([A-Z0-9_]+)\)/g)) expect(seen).toContain(used);
            seen.add(name);
        }
    });
});

describe("a workload that the transform reaches", () => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain objects
    const inject = (container: object): any => {
        const template = { spec: { containers: [{ name: "app", ...container }] } };
        const props = { metadata: { name: "shop" }, spec: { template } };
        const clientCertificate = { secretName: "checkout-tls", revision: "1" };
        const transform = injectExporterEnv({ exporter: exporterEnv({ ...SECURED, clientCertificate }) });
        const once = transform({ type: "kubernetes:apps/v1:Deployment", name: "shop", props, opts: {} });
        return { once, again: once && transform({ type: "kubernetes:apps/v1:Deployment", name: "shop", ...once }) };
    };

    test("gets variables, both volumes and both annotations, once", () => {
        const { once, again } = inject({});
        const { metadata, spec } = once.props.spec.template;
        const exporter = exporterEnv(SECURED);
        expect(spec.containers[0].env.slice(0, -1)).toEqual(exporter.env);
        expect(spec.containers[0].volumeMounts).toEqual(exporter.volumeMounts);
        expect(spec.volumes).toEqual(exporter.volumes);
        expect(Object.keys(metadata.annotations)).toEqual([
            "dynatrace-otlp/exporter-token-revision",
            "dynatrace-otlp/exporter-certificate-revision",
        ]);
        expect(again).toBeUndefined();
    });

    test("is left alone where it has a variable of the token's name: the header would send that one", () => {
        expect(inject({ env: [{ name: "OTEL_COLLECTOR_TOKEN", value: "made-up" }] }).once).toBeUndefined();
        expect(warned).toEqual([expect.stringContaining("OTEL_COLLECTOR_TOKEN")]);
    });
});

test.each<[string, ExporterEnvArgs, RegExp]>([
    ["an encoding of no header", { ...HTTP, headerEncoding: "percent" }, /headerEncoding: .*give collectorToken/],
    [
        "two credentials for a Collector",
        { ...HTTP, collectorToken: { secret: { name: "a" } }, collectorPassword: { secret: { name: "b" } } },
        /collectorPassword: cannot be combined with collectorToken.*remove one/,
    ],
    [
        "a Collector's token for Dynatrace",
        { ...DIRECT, collectorToken: { secret: { name: "a" } } },
        /collectorToken: cannot be combined with via/,
    ],
    [
        "a password for Dynatrace",
        { ...DIRECT, collectorPassword: { secret: { name: "a" } } },
        /collectorPassword: cannot be combined with via/,
    ],
    [
        "a certificate for Dynatrace",
        { ...DIRECT, clientCertificate: { secretName: "a" } },
        /clientCertificate: cannot be combined with via/,
    ],
    [
        "a certificate where nothing is encrypted",
        { ...HTTP, clientCertificate: { secretName: "tls" } },
        /clientCertificate: has no effect, because collectorUrl begins with http .*receiver.tls/,
    ],
    [
        "a CA where nothing is encrypted",
        { ...HTTP, ca: { secret: { name: "tls" } } },
        /ca: has no effect, because collectorUrl begins with http /,
    ],
])("%s is refused before anything is created", (_case, args, text) => {
    expect(() => exporterEnv(args)).toThrow(text);
});
