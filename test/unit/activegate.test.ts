import {
    ActiveGateKind,
    DynaKubeOtlp,
    DynaKubeVersion,
    DynaKubeTelemetryProtocol,
} from "../../components/activegate/args";
import { COLLECTOR_IMAGES } from "../../components/shared/versions";
import { type DynaKubeInputs, dynaKubeScopes, dynaKubeSpec, planDynaKube } from "../../components/activegate/dynakube";
import { networkPolicySpec, serviceSpec } from "../../components/activegate/network";
import { tcp } from "../../components/shared/flows";
import { type PlaceInputs, placeOf } from "../../components/activegate/place";
import { sizingPlan } from "../../components/activegate/sizing";
import {
    communicationPorts,
    planStandalone,
    type StandaloneInputs,
    statefulSetSpec,
} from "../../components/activegate/standalone";
import { tlsSecretData } from "../../components/activegate/tls";
import { planCollector } from "../../components/collector/plan";
import { Signal } from "../../components/shared/signals";
import { makeCertificates } from "../../emulator/tls";
import { scopeProblem } from "../../providers/dynatrace/scopes";
import { Check } from "../../components/shared/check";

const WHO = 'ActiveGateRoute("gate")';
const UUID = "0b5c3f4e-9f0f-4a57-a3a5-5f2f0c1d2e3f";

const place = (args: Partial<PlaceInputs> & Pick<PlaceInputs, "kind">, name = "gate") =>
    placeOf(new Check(WHO), name, { environment: "abc12345", ...args });
const sizing = (args: Parameters<typeof sizingPlan>[2] = {}) => sizingPlan(new Check(WHO), "gate", args);

describe("where senders find the ActiveGate", () => {
    const { Existing, DynaKube, Standalone } = ActiveGateKind;
    test.each([
        [
            "an existing one on a host",
            { kind: Existing, host: "ag.example.com" },
            { url: "https://ag.example.com:9999/e/abc12345/api/v2/otlp", podPort: 9999 },
        ],
        [
            "an existing one, by its URL",
            { kind: Existing, environment: "https://ag.example.com:9999/e/abc12345" },
            { url: "https://ag.example.com:9999/e/abc12345/api/v2/otlp", podPort: 9999 },
        ],
        [
            "an existing one behind a load balancer",
            { kind: Existing, host: "ag.example.com", port: 443 },
            { url: "https://ag.example.com/e/abc12345/api/v2/otlp", podPort: 443 },
        ],
        [
            "an existing one in the cluster",
            { kind: Existing, host: "dk-activegate.dynatrace.svc" },
            { url: "https://dk-activegate.dynatrace.svc/e/abc12345/api/v2/otlp", podPort: 9999 },
        ],
        [
            "an existing one for an environment told by its web interface",
            { kind: Existing, environment: "https://abc12345.apps.dynatrace.com/ui", host: "ag.example.com" },
            { url: "https://ag.example.com:9999/e/abc12345/api/v2/otlp", podPort: 9999 },
        ],
        [
            "the Operator's",
            { kind: DynaKube },
            { url: "https://gate-activegate.dynatrace.svc/e/abc12345/api/v2/otlp", podPort: 9999 },
        ],
        [
            "the Operator's in another namespace",
            { kind: DynaKube, namespace: "monitoring" },
            { url: "https://gate-activegate.monitoring.svc/e/abc12345/api/v2/otlp", podPort: 9999 },
        ],
        [
            "a standalone one",
            { kind: Standalone, environment: UUID },
            { url: `https://gate.dynatrace.svc/e/${UUID}/api/v2/otlp`, podPort: 9999 },
        ],
    ])("%s", (_case, args, expected) => {
        const { endpoint } = place(args);
        expect({ url: endpoint.otlpUrl, podPort: endpoint.podPort }).toEqual(expected);
    });

    test.each([
        ["abc12345", "https://abc12345.live.dynatrace.com/api"],
        ["https://abc12345.apps.dynatrace.com", "https://abc12345.live.dynatrace.com/api"],
        [`https://managed.example.com/e/${UUID}`, `https://managed.example.com/e/${UUID}/api`],
    ])("the Operator talks to the environment %s itself", (environment, apiUrl) => {
        expect(place({ kind: DynaKube, environment }).apiUrl).toBe(apiUrl);
    });

    test("a repaired host is said", () => {
        const { warnings } = place({ kind: DynaKube, environment: "https://abc12345.apps.dynatrace.com" });
        expect(warnings).toEqual([expect.stringContaining("answers 404 to the API and to telemetry")]);
    });

    test.each([
        ["no host", { kind: Existing }, /: host: is needed for route activegate/],
        [
            "two hosts",
            { kind: Existing, environment: "https://a.example.com:9999/e/x", host: "b.example.com" },
            /: host: b/,
        ],
        ["a port that is none", { kind: Existing, host: "ag.example.com", port: 0 }, /: port: 0 is not a TCP port/],
        ["an id of Managed alone", { kind: DynaKube, environment: UUID }, /: environment: .*give the URL https:\/\//],
        [
            "an ActiveGate for the Operator to talk to",
            { kind: DynaKube, environment: "https://ag.example.com:9999/e/abc12345" },
            /: environment: ag.example.com is an ActiveGate/,
        ],
        ["a bad namespace", { kind: Standalone, namespace: "Dynatrace" }, /: namespace: "Dynatrace"/],
    ])("%s is refused", (_case, args, text) => {
        expect(() => place(args)).toThrow(text);
    });

    test("a name that the Operator would refuse is refused", () => {
        expect(() => place({ kind: DynaKube }, "a".repeat(41))).toThrow(/: name: has 41 characters, .* at most 40/);
        expect(place({ kind: Standalone }, "a".repeat(41)).name).toBe("a".repeat(41));
    });
});

describe("size and storage", () => {
    test("there is always a memory limit, and a claim unless asked otherwise", () => {
        const { resources, claim } = sizing();
        expect(resources).toEqual({ requests: { cpu: "500m", memory: "2048Mi" }, limits: { memory: "2048Mi" } });
        expect(claim).toEqual({ accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } });
    });

    test.each([
        ["a claim without a class", {}, ["storage.storageClassName is not given"]],
        ["a claim with a class", { storage: { storageClassName: "fast" } }, []],
        ["no claim", { storage: { ephemeral: true } }, ["is lost with its pod"]],
    ])("%s: what may go wrong is said", (_case, args, texts) => {
        expect(sizing(args).warnings).toEqual(texts.map((text) => expect.stringContaining(text)));
    });

    test.each([
        ["too little memory", { memoryMiB: 256 }, /: memoryMiB: 256 is too little/],
        ["half a pod", { replicas: 0.5 }, /: replicas: 0.5 is not a whole number/],
        ["no time to send what is buffered", { gracePeriodSeconds: 0 }, /: gracePeriodSeconds: 0/],
        ["a claim of nothing", { storage: { sizeGiB: 0 } }, /: storage.sizeGiB: 0/],
        [
            "a class for no claim",
            { storage: { ephemeral: true, storageClassName: "fast" } },
            /: storage.storageClassName: cannot be combined with storage.ephemeral, which the Operator rejects/,
        ],
    ])("%s is refused", (_case, args, text) => {
        expect(() => sizing(args)).toThrow(text);
    });
});

describe("a DynaKube", () => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the resource's spec is plain data
    const spec = (args: DynaKubeInputs = {}, settings: Parameters<typeof sizingPlan>[2] = {}): any => {
        const plan = planDynaKube(new Check(WHO), place({ kind: ActiveGateKind.DynaKube }), sizing(settings), args);
        return dynaKubeSpec(plan, { tokens: "gate-tokens", tls: "gate-tls", customProperties: "gate-properties" });
    };

    test("switches OTLP on, which capabilities alone do not", () => {
        expect(spec().otlpExporterConfiguration.signals).toEqual({ traces: {}, metrics: {}, logs: {} });
        expect(spec().activeGate.capabilities).toEqual(["dynatrace-api", "metrics-ingest"]);
    });

    test("changes no pod of a namespace that was not labelled for it", () => {
        expect(spec().otlpExporterConfiguration.namespaceSelector).toEqual({
            matchLabels: { "dynatrace-otlp/inject": "gate" },
        });
    });

    test("says where its tokens, certificate and properties are, never what they are", () => {
        expect(spec().tokens).toBe("gate-tokens");
        expect(spec().activeGate.tlsSecretName).toBe("gate-tls");
        expect(spec().activeGate.customProperties).toEqual({ valueFrom: "gate-properties" });
    });

    test.each([
        ["a claim", {}, "volumeClaimTemplate", "useEphemeralVolume"],
        ["no claim", { storage: { ephemeral: true } }, "useEphemeralVolume", "volumeClaimTemplate"],
    ])("%s: never both, which the Operator refuses, and never neither", (_case, settings, present, absent) => {
        expect(Object.keys(spec({}, settings).activeGate)).toContain(present);
        expect(Object.keys(spec({}, settings).activeGate)).not.toContain(absent);
    });

    test("labels asked for go to the pods; those the Operator selects by stay its own", () => {
        expect(spec({}, { labels: { team: "sre" } }).activeGate.labels).toEqual({ team: "sre" });
    });

    test("v1beta5 switches OTLP on the only way it has, with the Collector's image that the webhook asks for", () => {
        const { otlpExporterConfiguration, telemetryIngest, templates } = spec({ apiVersion: DynaKubeVersion.V1Beta5 });
        expect(otlpExporterConfiguration).toBeUndefined();
        expect(telemetryIngest.protocols).toEqual(["otlp"]);
        expect(templates.otelCollector.imageRef).toEqual({
            repository: COLLECTOR_IMAGES.dynatrace.repository,
            tag: COLLECTOR_IMAGES.dynatrace.version,
        });
    });

    test("the Operator's Collector is the one that this release was tested with", () => {
        const { image } = planCollector(new Check(WHO), "gate", { endpoint: { environment: "abc12345" } });
        expect(`${COLLECTOR_IMAGES.dynatrace.repository}:${COLLECTOR_IMAGES.dynatrace.version}`).toBe(image);
    });

    test("its Collector's address follows the name of its Service", () => {
        const at = (telemetryIngest: DynaKubeInputs["telemetryIngest"]): string =>
            planDynaKube(new Check(WHO), place({ kind: ActiveGateKind.DynaKube }), sizing(), {
                otlpThrough: DynaKubeOtlp.TelemetryIngest,
                telemetryIngest,
            }).collectorEndpoint;
        expect(at(undefined)).toBe("http://gate-telemetry-ingest.dynatrace.svc:4318");
        expect(at({ serviceName: "telemetry" })).toBe("http://telemetry.dynatrace.svc:4318");
    });

    const through = DynaKubeOtlp.TelemetryIngest;
    test.each<[string, DynaKubeInputs, RegExp]>([
        ["OTLP as a capability", { capabilities: ["otlp_ingest" as never] }, /capabilities: OTLP is not a capability/],
        [
            "an unknown capability",
            { capabilities: ["dynatrace-api", "rest" as never] },
            /"rest" is not known; use routing/,
        ],
        ["an ActiveGate without an API", { capabilities: ["routing"] }, /lacks dynatrace-api/],
        [
            "a section that v1beta5 does not have",
            { apiVersion: DynaKubeVersion.V1Beta5, otlpThrough: DynaKubeOtlp.ExporterConfiguration },
            /otlpThrough: v1beta5 has no otlpExporterConfiguration/,
        ],
        [
            "a selector for every namespace",
            { injectInto: {} },
            /injectInto: is empty, which would select every namespace/,
        ],
        ["a Collector that is not run", { telemetryIngest: {} }, /telemetryIngest: has no effect unless/],
        [
            "injection without its section",
            { otlpThrough: through, injectInto: { a: "b" } },
            /injectInto: has no effect/,
        ],
        ["signals without their section", { otlpThrough: through, signals: [Signal.Logs] }, /signals: has no effect/],
        [
            "no protocol",
            { otlpThrough: through, telemetryIngest: { protocols: [] } },
            /telemetryIngest.protocols: is empty/,
        ],
        [
            "an unknown protocol",
            { otlpThrough: through, telemetryIngest: { protocols: ["syslog" as DynaKubeTelemetryProtocol] } },
            /"syslog" is not known; use otlp/,
        ],
        ...["Telemetry", "my-activegate", "my-telemetry-ingest", "my-webhook", "my-extensions-controller"].map(
            (serviceName): [string, DynaKubeInputs, RegExp] => [
                `the Service's name ${serviceName}`,
                { otlpThrough: through, telemetryIngest: { serviceName } },
                /telemetryIngest.serviceName: .* ends as the Operator's own do/,
            ],
        ),
    ])("%s is refused", (_case, args, text) => {
        expect(() => spec(args)).toThrow(text);
    });

    test("its tokens need scopes that exist, and no more for fewer signals", () => {
        const { apiToken, dataIngestToken } = dynaKubeScopes();
        expect([...apiToken, ...dataIngestToken].map(scopeProblem)).toEqual(Array(6).fill(undefined));
        expect(dynaKubeScopes([Signal.Traces]).dataIngestToken).toEqual(["openTelemetryTrace.ingest"]);
    });
});

describe("a standalone ActiveGate", () => {
    const ENDPOINTS = "https://10.0.0.7:9999/communication,https://abc12345.live.dynatrace.com:443";
    const INPUTS: StandaloneInputs = {
        image: { version: "1.337.36.20260526-135434" },
        pemCertificate: true,
    };
    const plan = (args: Partial<StandaloneInputs> = {}, settings: Parameters<typeof sizingPlan>[2] = {}) =>
        planStandalone(new Check(WHO), place({ kind: ActiveGateKind.Standalone }), sizing(settings), {
            ...INPUTS,
            ...args,
        });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the StatefulSet's spec is plain data
    const spec = (...args: Parameters<typeof plan>): any =>
        statefulSetSpec(plan(...args), {
            tokensSecretName: "tokens-1",
            tlsSecretName: "tls-1",
            clusterId: "uid-1",
            communicationEndpoints: ENDPOINTS,
        });
    const env = (...args: Parameters<typeof plan>): Record<string, string> =>
        Object.fromEntries(
            spec(...args).template.spec.containers[0].env.map((one: { name: string; value: string }) => [
                one.name,
                one.value,
            ]),
        );

    test("knows its environment, where to report to, and every module that OTLP needs", () => {
        expect(env({ modules: ["MSGrouter"] }, { group: "edge", networkZone: "eu" })).toEqual({
            DT_TENANT: "abc12345",
            DT_SERVER: ENDPOINTS,
            DT_ID_SEED_NAMESPACE: "dynatrace",
            DT_ID_SEED_K8S_CLUSTER_ID: "uid-1",
            DT_CAPABILITIES:
                "restInterface,metrics_ingest,otlp_ingest,generic_ingest,log_analytics_collector,MSGrouter",
            DT_DNS_ENTRY_POINT: "https://gate.dynatrace.svc:443/communication",
            DT_GROUP: "edge",
            DT_NETWORK_ZONE: "eu",
        });
    });

    test("can write to six folders and nowhere else, and keeps its buffer in the claim", () => {
        const { containers, volumes } = spec().template.spec;
        const writable = containers[0].volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => readOnly !== true);
        expect(writable).toHaveLength(6);
        expect(containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
        const claim = spec().volumeClaimTemplates[0].metadata.name;
        expect(writable.find(({ name }: { name: string }) => name === claim).mountPath).toBe(
            "/var/tmp/dynatrace/gateway",
        );
        expect(volumes.map(({ name }: { name: string }) => name)).not.toContain(claim);
        const mounted = containers[0].volumeMounts.map(({ name }: { name: string }) => name).sort();
        expect([claim, ...volumes.map(({ name }: { name: string }) => name)].sort()).toEqual(mounted);
    });

    test("without a claim the buffer is a volume of the pod", () => {
        const { template, volumeClaimTemplates } = spec({}, { storage: { ephemeral: true } });
        expect(volumeClaimTemplates).toBeUndefined();
        expect(template.spec.volumes).toContainEqual({ name: "ag-tmp-gateway", emptyDir: {} });
    });

    test("reads its tokens and its certificate from files of Secrets", () => {
        const { containers, volumes } = spec().template.spec;
        expect(volumes.slice(0, 2)).toEqual([
            { name: "tokens", secret: { secretName: "tokens-1", defaultMode: 0o440 } },
            { name: "tls", secret: { secretName: "tls-1", defaultMode: 0o440 } },
        ]);
        expect(containers[0].volumeMounts.slice(0, 2)).toEqual([
            { name: "tokens", mountPath: "/var/lib/dynatrace/secrets/tokens", readOnly: true },
            { name: "tls", mountPath: "/var/lib/dynatrace/secrets/tls", readOnly: true },
        ]);
    });

    test("offers 443 for the pod's 9999, and nothing without TLS", () => {
        expect(serviceSpec(plan()).ports).toEqual([{ name: "https", port: 443, targetPort: "https", protocol: "TCP" }]);
        expect(spec().template.spec.containers[0].ports).toEqual([
            { name: "https", containerPort: 9999, protocol: "TCP" },
        ]);
    });

    test("listens without TLS where that is asked for: container, Service, policy and ActiveGate agree", () => {
        const open = { plainHttp: true };
        expect(env(open)["DT_HTTP_PORT"]).toBe("9998");
        expect(spec(open).template.spec.containers[0].ports[1].containerPort).toBe(9998);
        expect(JSON.stringify(serviceSpec(plan(open)).ports)).toContain('"port":80,"targetPort":"http"');
        expect(JSON.stringify(networkPolicySpec(plan(open), []).ingress)).toContain('"port":9998');
    });

    test("its network is closed but for senders, DNS and the ports it reports to", () => {
        expect(networkPolicySpec(plan({ networkPolicy: { fromNamespaces: ["telemetry"] } }), tcp(443))).toEqual({
            podSelector: { matchLabels: plan().selector },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                {
                    from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "telemetry" } } }],
                    ports: [{ port: 9999, protocol: "TCP" }],
                },
            ],
            egress: [
                {
                    ports: [
                        { port: 53, protocol: "UDP" },
                        { port: 53, protocol: "TCP" },
                    ],
                },
                {
                    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } }],
                    ports: [
                        { port: 5353, protocol: "UDP" },
                        { port: 5353, protocol: "TCP" },
                    ],
                },
                { ports: [{ port: 443, protocol: "TCP" }] },
            ],
        });
    });

    test("labels of the user never change what selects its pods", () => {
        const { selector, template } = spec({}, { labels: { team: "sre" } });
        expect(template.metadata.labels).toMatchObject({ ...selector.matchLabels, team: "sre" });
        expect(() => spec({}, { labels: { "app.kubernetes.io/name": "mine" } })).toThrow(
            /: labels: "app.kubernetes.io\/name" selects the pods; use another label/,
        );
    });

    test.each<[string, Partial<StandaloneInputs>, RegExp]>([
        ["a version that is none", { image: { version: "latest" } }, /image.version: "latest" is not a version/],
        ["one too old for a certificate in PEM form", { image: { version: "1.305.9" } }, /1.305.9 cannot read tls/],
        ["a budget that blocks every drain", { maxUnavailablePods: 0 }, /maxUnavailablePods: 0 is not/],
    ])("%s is refused", (_case, args, text) => {
        expect(() => plan(args)).toThrow(text);
    });

    test.each([
        ["one address", "https://abc12345.live.dynatrace.com:443", [443]],
        ["several, with commas", ENDPOINTS, [443, 9999]],
        ["several, in groups", "{https://a:9999/communication;https://b:9999/communication};https://c*2", [443, 9999]],
    ])("may send to the ports of %s, however Dynatrace writes them", (_case, text, ports) => {
        expect(communicationPorts(new Check(WHO), text)).toEqual(ports);
    });

    test.each(["", "abc12345.live.dynatrace.com", "http://abc", "https://a,http://b", "https://a:99999"])(
        'reports nowhere with "%s", which is refused',
        (text) => {
            expect(() => communicationPorts(new Check(WHO), text)).toThrow(
                /standalone.communicationEndpoints: holds no https address/,
            );
        },
    );

    test("an old version with a Secret in the old form is taken", () => {
        const { image } = plan({ image: { version: "1.305.9", repository: "mirror/ag" }, pemCertificate: false });
        expect(image).toBe("mirror/ag:1.305.9");
    });
});

describe("the certificate", () => {
    const HOST = "gate.dynatrace.svc";
    const data = (certificatePem: string, privateKeyPem: string) =>
        tlsSecretData(new Check(WHO), HOST, { certificatePem, privateKeyPem });

    test("lies where the ActiveGate and the Operator look for it", async () => {
        const { certPem, keyPem } = await makeCertificates([HOST]);
        expect(data(certPem, keyPem)).toEqual({ "server.crt": certPem, "tls.crt": certPem, "tls.key": keyPem });
    });

    test("one for another name is refused, with the name it needs", async () => {
        const { certPem, keyPem } = await makeCertificates(["gate.example.com"]);
        expect(() => data(certPem, keyPem)).toThrow(
            /tls.certificatePem: .* create one for DNS:gate.dynatrace.svc \(this one has DNS:gate.ex/,
        );
    });

    test("a key of another is refused, and no error quotes a key", async () => {
        const [one, other] = await Promise.all([makeCertificates([HOST]), makeCertificates([HOST])]);
        expect(() => data(one.certPem, other.keyPem)).toThrow(
            /tls.privateKeyPem: is not the key of tls.certificatePem/,
        );
        expect(() => data(one.certPem, "MADE-UP-KEY")).toThrow(
            /^(?!.*MADE-UP).*tls.privateKeyPem: is not a private key/,
        );
        expect(() => data("MADE-UP", one.keyPem)).toThrow(/tls.certificatePem: is not a certificate/);
    });
});
