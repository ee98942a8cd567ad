import type { CollectorDistribution } from "../../components/collector/distributions";
import type { CollectorReceiverArgs } from "../../components/collector/args/receiver";
import { planReceiver, type ReceiverContext } from "../../components/collector/receivers";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const AROUND: ReceiverContext = {
    distribution: "dynatrace",
    version: "0.54.0",
    memoryMiB: 512,
    listenOn: "${env:MY_POD_IP}",
};
const CONTRIB = { distribution: "contrib" as const, version: "0.158.0" };
const plan = (args: Parameters<typeof planReceiver>[1] = {}, around: Partial<ReceiverContext> = {}) =>
    planReceiver(new Check(WHO, "receiver"), args, { ...AROUND, ...around });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration is as deep as the Collector wants it
const protocols = (...args: Parameters<typeof plan>): any => plan(...args).receiver.protocols;
const TLS = { secretName: "otlp-tls" };

describe("a receiver of which nothing is asked", () => {
    test("takes plain OTLP at the pod's own address, and needs nothing mounted", () => {
        expect(plan()).toEqual({
            receiver: {
                protocols: {
                    grpc: { endpoint: "[${env:MY_POD_IP}]:4317", max_recv_msg_size_mib: 16 },
                    http: { endpoint: "[${env:MY_POD_IP}]:4318", max_request_body_size: 20 * 1024 * 1024 },
                },
            },
            loopback: false,
            largestMiB: { http: 20, grpc: 16 },
            extensions: {},
            volumes: [],
            volumeMounts: [],
            sender: { urlScheme: "http", clientCertificate: false, appProtocols: { grpc: "grpc", http: "http" } },
            warnings: [],
        });
    });

    test("listens where a sidecar is reached, if it is one", () => {
        expect(protocols({}, { listenOn: "localhost" }).http.endpoint).toBe("localhost:4318");
    });
});

describe("TLS", () => {
    test("is spoken on both ports with the Secret's certificate, and a new one serves without a restart", () => {
        const tls = {
            cert_file: "/etc/otelcol-receiver/tls/tls.crt",
            key_file: "/etc/otelcol-receiver/tls/tls.key",
            min_version: "1.2",
            reload_interval: "5m",
        };
        expect(protocols({ tls: TLS }).grpc.tls).toEqual(tls);
        expect(protocols({ tls: TLS }).http.tls).toEqual(tls);
        const { volumes, volumeMounts } = plan({ tls: TLS });
        const items = [
            { key: "tls.crt", path: "tls.crt" },
            { key: "tls.key", path: "tls.key" },
        ];
        expect(volumes).toEqual([
            { name: "receiver-tls", secret: { secretName: "otlp-tls", items, defaultMode: 0o440 } },
        ]);
        expect(volumeMounts).toEqual([
            { name: "receiver-tls", mountPath: "/etc/otelcol-receiver/tls", readOnly: true },
        ]);
    });

    test("makes senders use https, and meshes know it", () => {
        expect(plan({ tls: TLS }).sender).toEqual({
            urlScheme: "https",
            clientCertificate: false,
            appProtocols: { grpc: "https", http: "https" },
        });
    });

    test.each([
        [
            "a Secret",
            { clientCa: { secret: { name: "senders" } } },
            { secret: { secretName: "senders", items: [{ key: "ca.crt", path: "ca.crt" }], defaultMode: 0o440 } },
        ],
        [
            "a ConfigMap",
            { clientCa: { configMap: { name: "senders", key: "ca.pem" } } },
            { configMap: { name: "senders", items: [{ key: "ca.pem", path: "ca.crt" }] } },
        ],
    ])("asks senders for a certificate, whose CA is in %s", (_, ca, source) => {
        const args = { tls: { ...TLS, ...ca, minVersion: "1.3" as const } };
        expect(protocols(args).http.tls).toMatchObject({
            client_ca_file: "/etc/otelcol-receiver/client-ca/ca.crt",
            client_ca_file_reload: true,
            min_version: "1.3",
        });
        expect(plan(args).volumes[1]).toEqual({ name: "receiver-client-ca", ...source });
        expect(plan(args).sender.clientCertificate).toBe(true);
    });
});

describe("a credential", () => {
    test("as bearer token is asked for on both ports, from a file of the Secret", () => {
        const args = { tls: TLS, bearer: { secret: { name: "gateway-token", key: "otlp" } } };
        const { extensions, volumes, sender, warnings } = plan(args);
        expect(extensions).toEqual({
            "bearertokenauth/receiver": { scheme: "Bearer", filename: "/etc/otelcol-receiver/auth/token" },
        });
        expect(protocols(args).grpc.auth).toEqual({ authenticator: "bearertokenauth/receiver" });
        expect(protocols(args).http.auth).toEqual({ authenticator: "bearertokenauth/receiver" });
        expect(volumes[1]?.secret).toEqual({
            secretName: "gateway-token",
            items: [{ key: "otlp", path: "token" }],
            defaultMode: 0o440,
        });
        expect(sender).toMatchObject({ urlScheme: "https", authorization: "Bearer" });
        expect(warnings).toEqual([]);
    });

    test("as user and password is asked for with other Collectors than Dynatrace's", () => {
        const { extensions, volumes, sender } = plan({ basic: { secret: { name: "users" } } }, CONTRIB);
        expect(extensions).toEqual({
            "basicauth/receiver": { htpasswd: { file: "/etc/otelcol-receiver/auth/htpasswd" } },
        });
        expect(volumes[0]?.secret).toMatchObject({ items: [{ key: "htpasswd", path: "htpasswd" }] });
        expect(sender.authorization).toBe("Basic");
    });

    test("never meets the extension that signs what is sent to Dynatrace", () => {
        expect(Object.keys(plan({ bearer: { secret: { name: "t" } } }).extensions)).not.toContain("bearertokenauth");
    });

    test("over plain HTTP is warned about", () => {
        expect(plan({ bearer: { secret: { name: "t" } } }).warnings).toEqual([
            `${WHO}: receiver.bearer: senders transmit it unencrypted; set receiver.tls, unless a mesh encrypts`,
        ]);
    });

    test.each([
        ["contrib", "0.156.0", 1],
        ["custom", "0.156.0", 1],
        ["contrib", "0.157.0", 0],
        ["dynatrace", "0.53.0", 0],
    ] as [CollectorDistribution, string, number][])(
        "that changes in its Secret counts at once with %s %s, or there are %d warnings",
        (distribution, version, count) => {
            const { warnings } = plan({ tls: TLS, bearer: { secret: { name: "t" } } }, { distribution, version });
            expect(warnings).toHaveLength(count);
            for (const warning of warnings) expect(warning).toContain("has an effect only after a restart");
        },
    );
});

describe("what a browser needs", () => {
    const cors = { allowedOrigins: ["https://shop.example.com", "https://*.example.org"] };

    test("is answered on the port for HTTP only", () => {
        expect(protocols({ cors }).http.cors).toEqual({
            allowed_origins: [...cors.allowedOrigins].sort(),
            allowed_headers: ["Content-Type"],
            max_age: 7200,
        });
        expect(protocols({ cors }).grpc).not.toHaveProperty("cors");
    });

    test("includes the header with the credential, if there is one, besides those that are named", () => {
        const named = { ...cors, allowedHeaders: ["x-api-key"], maxAgeSeconds: 60 };
        expect(protocols({ cors: named, bearer: { secret: { name: "t" } } }).http.cors).toMatchObject({
            allowed_headers: ["Authorization", "Content-Type", "x-api-key"],
            max_age: 60,
        });
    });
});

describe("the size of a request", () => {
    test("is what is asked for, in the unit of each protocol", () => {
        const { grpc, http } = protocols({ maxGrpcMessageMiB: 32, maxHttpRequestMiB: 64 });
        expect(grpc.max_recv_msg_size_mib).toBe(32);
        expect(http.max_request_body_size).toBe(67_108_864);
    });

    test("fits into the smallest pod unless told otherwise", () => {
        expect(() => plan({}, { memoryMiB: 128 })).not.toThrow();
    });
});

describe("an argument that cannot work is refused:", () => {
    const bearer = { secret: { name: "t" } };
    const tls = (more: object): CollectorReceiverArgs => ({ tls: { ...TLS, ...more } });
    test.each<[string, object, Partial<ReceiverContext>, string]>([
        [
            "basic with Dynatrace's",
            { basic: bearer },
            {},
            'receiver.basic: "basicauth" is not among the extensions of the dynatrace distribution 0.54.0; set image.distribution to contrib',
        ],
        [
            "bearer before 0.53.0",
            { bearer },
            { version: "0.52.0" },
            'receiver.bearer: "bearertokenauth" is not among the extensions of the dynatrace distribution 0.52.0; set image.version to 0.53.0',
        ],
        ["both credentials", { bearer, basic: bearer }, CONTRIB, "receiver.basic: cannot be combined with bearer"],
        [
            "two CAs",
            tls({ clientCa: { secret: { name: "a" }, configMap: { name: "b" } } }),
            {},
            "receiver.tls.clientCa.configMap: cannot be combined with secret",
        ],
        [
            "a key of no CA",
            tls({ clientCa: { secret: { key: "a" } } }),
            {},
            "receiver.tls.clientCa.secret.name: is missing",
        ],
        ["no CA", tls({ clientCa: {} }), {}, "receiver.tls.clientCa: is empty; set secret or configMap"],
        [
            "a CA as text",
            tls({ clientCa: { pem: "-----BEGIN CERTIFICATE-----\nMADE\n-----END CERTIFICATE-----" } }),
            {},
            "receiver.tls.clientCa.pem: cannot be used",
        ],
        ["TLS 1.1", tls({ minVersion: "1.1" }), {}, 'receiver.tls.minVersion: "1.1" is not known; use 1.2 or 1.3'],
        ["no reload", tls({ reloadMinutes: 0 }), {}, "receiver.tls.reloadMinutes: 0 is not a whole number"],
        ["no Secret", { tls: { secretName: "" } }, {}, 'receiver.tls.secretName: "" is not the name'],
        [
            "no key",
            { bearer: { secret: { name: "t", key: ".." } } },
            {},
            'receiver.bearer.secret.key: ".." is not a key',
        ],
        ["no origin", { cors: { allowedOrigins: [] } }, {}, "receiver.cors.allowedOrigins: is empty"],
        [
            "a page instead of an origin",
            { cors: { allowedOrigins: ["https://shop.example.com/cart"] } },
            {},
            'receiver.cors.allowedOrigins: "https://shop.example.com/cart" is not an origin',
        ],
        [
            "a request that would end the pod",
            { maxHttpRequestMiB: 129 },
            {},
            "receiver.maxHttpRequestMiB: 129 MiB is more than a quarter of memoryMiB, 512",
        ],
        ["half a MiB", { maxGrpcMessageMiB: 0.5 }, {}, "receiver.maxGrpcMessageMiB: 0.5 is not a whole number"],
    ])("%s", (_, args, around, text) => {
        expect(() => plan(args as never, around)).toThrow(`${WHO}: ${text}`);
    });
});
