// This clone's sources stand in for the published package, which the example imports.
import * as pulumi from "@pulumi/pulumi";

import { ActiveGateRoute } from "../../components/activegate";
import { ActiveGateKind, type ActiveGateRouteArgs, DynaKubeVersion } from "../../components/activegate/args";
import { dynaKubeScopes } from "../../components/activegate/dynakube";
import { OtlpCollector } from "../../components/collector";
import { TelemetryPipeline } from "../../components/telemetry-pipeline";
import { type Certificates, makeCertificates } from "../../emulator/tls";
import { capture, type Captured } from "../support/capture";

jest.mock(
    "pulumi-dynatrace-otlp",
    () => ({
        ...jest.requireActual("../../index"),
        ...jest.requireActual("../../components/activegate"),
        ...jest.requireActual("../../components/activegate/args"),
        ...jest.requireActual("../../components/activegate/dynakube"),
    }),
    { virtual: true },
);

let dynaKubeCertificates: Certificates;
let standaloneCertificates: Certificates;
let tls: ActiveGateRouteArgs["tls"];
let standaloneTls: ActiveGateRouteArgs["tls"];
beforeAll(async () => {
    dynaKubeCertificates = await makeCertificates([
        "gate-activegate.dynatrace.svc",
        "dynakube-activegate.dynatrace.svc",
    ]);
    standaloneCertificates = await makeCertificates(["gate.dynatrace.svc"]);
    const pair = ({ certPem, keyPem }: Certificates) => ({ certificatePem: certPem, privateKeyPem: keyPem });
    tls = pair(dynaKubeCertificates);
    standaloneTls = pair(standaloneCertificates);
});

const API = `dt0c01.MADEUPAPI.${"NOTASECRET".repeat(6)}`;
const INGEST = `dt0c01.MADEUPINGEST.${"NOTASECRET".repeat(6)}`;
const TENANT = "made-up-tenant-token";
const AUTH = `dt0g02.MADEUPAG.${"NOTASECRET".repeat(6)}`;

const dynaKube = (more: Partial<ActiveGateRouteArgs> = {}): ActiveGateRouteArgs => ({
    kind: ActiveGateKind.DynaKube,
    environment: "abc12345",
    dynakube: { tokens: { apiToken: API, dataIngestToken: INGEST } },
    tls,
    ...more,
});
const standalone = (more: Partial<ActiveGateRouteArgs["standalone"]> = {}): ActiveGateRouteArgs => ({
    kind: ActiveGateKind.Standalone,
    environment: "abc12345",
    tls: standaloneTls,
    standalone: {
        tokens: { tenantToken: TENANT, authToken: AUTH },
        image: { version: "1.337.36.20260526-135434" },
        communicationEndpoints: "https://abc12345.live.dynatrace.com:443",
        clusterId: "1f2e3d4c",
        ...more,
    },
});
const kinds = (resources: Captured[]): string[] => resources.map(({ type }) => type.split(":").pop() ?? "").sort();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], end: string): any =>
    resources.find(({ type, name }) => type.endsWith(`:${end}`) || name === end)?.inputs;
/** What a Secret is told to hold; its values are secrets to Pulumi as well. */
const secretData = (resources: Captured[], name: string): unknown => {
    const { value, ...mark } = inputsOf(resources, name).stringData;
    expect(Object.values(mark)).toEqual(["1b47061264138c4ac30d75fd1eb44270"]);
    return value;
};
const route = (args: ActiveGateRouteArgs) => capture(() => new ActiveGateRoute("gate", args));

let warned: jest.SpyInstance;
beforeEach(() => {
    warned = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
});
afterEach(() => warned.mockRestore());

describe("an existing ActiveGate", () => {
    test("makes nothing", async () => {
        const resources = await route({
            kind: ActiveGateKind.Existing,
            environment: "abc12345",
            host: "ag.example.com",
        });
        expect(kinds(resources)).toEqual(["ActiveGateRoute"]);
    });

    test("is where a Collector sends to, over the pod's port in the network policy", async () => {
        const resources = await capture(() => {
            const { endpoint } = new ActiveGateRoute("gate", {
                kind: ActiveGateKind.Existing,
                environment: "https://abc12345.live.dynatrace.com",
                host: "dk-activegate.dynatrace.svc",
                ca: { pem: dynaKubeCertificates.caPem },
            });
            new OtlpCollector("collector", { endpoint, token: { secret: { name: "mine" } } });
        });
        const config = inputsOf(resources, "ConfigMap").data["config.yaml"];
        expect(config).toContain("https://dk-activegate.dynatrace.svc/e/abc12345/api/v2/otlp/v1/traces");
        expect(config).toContain(dynaKubeCertificates.caPem.trim().split("\n")[1]);
        expect(inputsOf(resources, "NetworkPolicy").spec.egress.pop().ports).toEqual([{ port: 9999, protocol: "TCP" }]);
    });
});

describe("a DynaKube", () => {
    test("is made with its Secrets, in the Operator's namespace, and refers to them by the names they get", async () => {
        const args = dynaKube();
        const resources = await route({ ...args, dynakube: { ...args.dynakube!, customProperties: "[collector]" } });
        expect(kinds(resources)).toEqual(["ActiveGateRoute", "DynaKube", "Secret", "Secret", "Secret"]);
        const { spec, metadata, apiVersion } = inputsOf(resources, "DynaKube");
        expect(apiVersion).toBe("dynatrace.com/v1beta6");
        expect(metadata).toMatchObject({ name: "gate", namespace: "dynatrace" });
        expect(spec.apiUrl).toBe("https://abc12345.live.dynatrace.com/api");
        expect(spec.tokens).toBe("gate-tokens-1a2b3c4d");
        expect(spec.activeGate.tlsSecretName).toBe("gate-tls-1a2b3c4d");
        expect(spec.activeGate.customProperties.valueFrom).toBe("gate-properties-1a2b3c4d");
        expect(secretData(resources, "gate-tokens")).toEqual({ apiToken: API, dataIngestToken: INGEST });
        expect(secretData(resources, "gate-properties")).toEqual({ customProperties: "[collector]" });
        for (const { type, inputs } of resources.filter((one) => one.type.endsWith(":Secret"))) {
            expect({ type, ...(inputs as { metadata: object }).metadata }).toMatchObject({ namespace: "dynatrace" });
        }
    });

    test("takes Secrets that exist, and makes none", async () => {
        const caCertificatePem = dynaKubeCertificates.caPem;
        const resources = await route(
            dynaKube({
                tls: { secretName: "my-tls" },
                ca: { pem: caCertificatePem },
                dynakube: { tokens: { secretName: "my-tokens" }, apiVersion: DynaKubeVersion.V1Beta5 },
            }),
        );
        expect(kinds(resources)).toEqual(["ActiveGateRoute", "DynaKube"]);
        const { spec, apiVersion } = inputsOf(resources, "DynaKube");
        expect(apiVersion).toBe("dynatrace.com/v1beta5");
        expect([spec.tokens, spec.activeGate.tlsSecretName]).toEqual(["my-tokens", "my-tls"]);
    });

    test("without a certificate of one's own, the way to the Operator's is said", async () => {
        await route(dynaKube({ tls: undefined }));
        const texts = warned.mock.calls.map(([text]) => text).join("\n");
        expect(texts).toContain("kubectl get secret gate-activegate-tls-secret -n dynatrace");
        expect(texts).toContain("unbound immediate PersistentVolumeClaims");
    });
});

describe("a standalone ActiveGate", () => {
    test("is a StatefulSet with all it needs, and what it refers to is what is made", async () => {
        const resources = await route(standalone({ maxUnavailablePods: 1 }));
        expect(kinds(resources)).toEqual(
            [
                ...["ActiveGateRoute", "NetworkPolicy", "PodDisruptionBudget", "Secret", "Secret", "Service"],
                ...["ServiceAccount", "StatefulSet"],
            ].sort(),
        );
        const { template, selector } = inputsOf(resources, "StatefulSet").spec;
        expect(
            template.spec.volumes.slice(0, 2).map((one: { secret: { secretName: string } }) => one.secret.secretName),
        ).toEqual(["gate-tokens-1a2b3c4d", "gate-tls-1a2b3c4d"]);
        expect(secretData(resources, "gate-tokens")).toEqual({ "tenant-token": TENANT, "auth-token": AUTH });
        expect(template.spec.serviceAccountName).toBe(inputsOf(resources, "ServiceAccount").metadata.name);
        for (const one of [
            inputsOf(resources, "Service").spec.selector,
            inputsOf(resources, "NetworkPolicy").spec.podSelector.matchLabels,
        ]) {
            expect(one).toEqual(selector.matchLabels);
        }
        expect(inputsOf(resources, "PodDisruptionBudget").spec.selector.matchLabels).toEqual(selector.matchLabels);
    });

    test("may send to just the ports it reports to", async () => {
        const resources = await route(standalone({ communicationEndpoints: "https://a:9999/communication" }));
        const { egress } = inputsOf(resources, "NetworkPolicy").spec;
        expect(egress[2]).toEqual({ ports: [{ port: 9999, protocol: "TCP" }] });
    });

    test("tokens of a Secret made elsewhere restart the pods when their revision changes", async () => {
        const annotations = async (revision: string): Promise<unknown> => {
            const resources = await route(standalone({ tokens: { secretName: "mine", revision } }));
            return inputsOf(resources, "StatefulSet").spec.template.metadata.annotations;
        };
        expect(await annotations("1")).not.toEqual(await annotations("2"));
    });

    test("leaves the network open where that is asked for", async () => {
        expect(kinds(await route(standalone({ networkPolicy: { enabled: false } })))).not.toContain("NetworkPolicy");
    });

    test("is where a pipeline sends to, trusting the certificate it presents", async () => {
        const resources = await capture(() => {
            const { endpoint } = new ActiveGateRoute("gate", standalone());
            new TelemetryPipeline("telemetry", { endpoint, token: { existingSecret: { name: "mine" } } });
        });
        const config = inputsOf(resources, "ConfigMap").data["config.yaml"];
        expect(config).toContain("https://gate.dynatrace.svc/e/abc12345/api/v2/otlp/v1/logs");
        expect(config).toContain(standaloneCertificates.certPem.trim().split("\n")[1]);
    });
});

test.each([
    ["a DynaKube", dynaKube],
    ["a standalone ActiveGate", standalone],
])(
    "%s: what is secret is in Secrets and nowhere else, and every child's name starts with its parent's",
    async (_case, args) => {
        const resources = await route(args());
        for (const { name } of resources) expect(name).toMatch(/^gate(-|$)/);
        const holders = resources.filter(({ inputs }) =>
            /NOTASECRET|made-up-tenant|PRIVATE KEY/.test(JSON.stringify(inputs)),
        );
        expect(holders.map(({ type }) => type)).toEqual(["kubernetes:core/v1:Secret", "kubernetes:core/v1:Secret"]);
    },
);

describe("refused in the constructor, before anything is registered", () => {
    const tokens = { apiToken: API, dataIngestToken: INGEST };
    test.each<[string, () => ActiveGateRouteArgs, RegExp]>([
        [
            "an unknown kind",
            () => ({ kind: "helm" as never, environment: "x" }),
            /kind: "helm" is not a kind; use existing/,
        ],
        [
            "a size for an ActiveGate of somebody else",
            () => ({ kind: ActiveGateKind.Existing, environment: "x", host: "ag", replicas: 2 }),
            /replicas: has no effect with kind existing/,
        ],
        ["a host for one made here", () => dynaKube({ host: "ag" }), /: host: has no effect with kind dynakube/],
        ["no DynaKube", () => dynaKube({ dynakube: undefined }), /dynakube: is missing/],
        [
            "a version that does not exist",
            () => dynaKube({ dynakube: { tokens, apiVersion: "v1beta4" as never } }),
            /apiVersion: "v1beta4" is not supported; use v1beta6 or v1beta5/,
        ],
        [
            "a DynaKube that cannot ingest",
            () => dynaKube({ dynakube: { tokens: { apiToken: API } } }),
            /dynakube.tokens.dataIngestToken: is missing/,
        ],
        [
            "two sources of tokens",
            () => dynaKube({ dynakube: { tokens: { ...tokens, secretName: "mine" } } }),
            /dynakube.tokens.apiToken: cannot be combined with secretName/,
        ],
        [
            "a token with white space around it",
            () => dynaKube({ dynakube: { tokens: { ...tokens, apiToken: ` ${API}` } } }),
            /^(?!.*NOTASECRET).*dynakube.tokens.apiToken: has white space/,
        ],
        ["half a certificate", () => dynaKube({ tls: { certificatePem: "x" } }), /tls.privateKeyPem: is missing/],
        [
            "a certificate that nobody is told to trust",
            () => dynaKube({ tls: { secretName: "mine" } }),
            /: ca: is needed with tls\.secretName/,
        ],
        [
            "a certificate for another host",
            () => dynaKube({ tls: standaloneTls }),
            /tls.certificatePem: is not for gate-activegate.dynatrace.svc/,
        ],
        [
            "a private key where certificates belong",
            () => dynaKube({ ca: { pem: dynaKubeCertificates.keyPem } }),
            /: ca\.pem: holds a private key/,
        ],
        [
            "a standalone one without a certificate",
            () => ({ ...standalone(), tls: undefined }),
            /: tls: is missing: without it the ActiveGate presents a certificate that no sender can verify/,
        ],
        ["too little memory", () => ({ ...standalone(), memoryMiB: 100 }), /memoryMiB: 100 is too little/],
    ])("%s", async (_case, args, text) => {
        let thrown = "";
        const resources = await capture(() => {
            try {
                new ActiveGateRoute("gate", args());
            } catch (error) {
                thrown = (error as Error).message;
            }
        });
        expect(thrown).toMatch(text);
        expect(thrown).toMatch(/^ActiveGateRoute\("gate"\): /);
        expect(resources.filter(({ type }) => type.startsWith("kubernetes:"))).toEqual([]);
    });

    test.each<[string, () => ActiveGateRouteArgs, RegExp]>([
        ["a certificate", dynaKube, /tls.privateKeyPem: would be written in plain text/],
        ["tokens", () => dynaKube({ tls: undefined }), /dynakube.tokens.dataIngestToken: would .* use secretName/],
        [
            "properties",
            () =>
                dynaKube({
                    tls: undefined,
                    dynakube: { tokens: { secretName: "mine" }, customProperties: "[collector]" },
                }),
            /dynakube.customProperties: would .* use customPropertiesSecretName/,
        ],
        [
            "the cluster's id",
            () => ({
                ...standalone({ tokens: { secretName: "mine" }, clusterId: undefined }),
                tls: { secretName: "mine" },
                ca: { pem: standaloneCertificates.caPem },
            }),
            /standalone.clusterId: is needed where manifests are rendered/,
        ],
    ])("%s, where manifests are rendered to files", async (_case, args, text) => {
        pulumi.runtime.setAllConfig({ "kubernetes:renderYamlToDirectory": "out" });
        await capture(() => expect(() => new ActiveGateRoute("gate", args())).toThrow(text));
        pulumi.runtime.setAllConfig({});
    });
});

test("the example makes the Operator's tokens with the least scopes, and sends through its ActiveGate", async () => {
    pulumi.runtime.setAllConfig({
        "project:environment": "abc12345",
        "project:certificatePem": dynaKubeCertificates.certPem,
        "project:privateKeyPem": dynaKubeCertificates.keyPem,
        "project:caCertificatePem": dynaKubeCertificates.caPem,
    });
    const resources = await capture(() => jest.requireActual("../../examples/activegate-dynakube"));
    pulumi.runtime.setAllConfig({});
    const { apiToken, dataIngestToken } = dynaKubeScopes();
    expect(inputsOf(resources, "operator").scopes).toEqual(apiToken);
    expect(inputsOf(resources, "data-ingest").scopes).toEqual(dataIngestToken);
    expect(inputsOf(resources, "DynaKube").spec.tokens).toBe("dynakube-tokens-1a2b3c4d");
    const config = inputsOf(resources, "ConfigMap").data["config.yaml"];
    expect(config).toContain("https://dynakube-activegate.dynatrace.svc/e/abc12345/api/v2/otlp");
    expect(config).toContain(dynaKubeCertificates.caPem.trim().split("\n")[1]);
});
