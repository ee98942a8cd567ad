import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { exporterEnv } from "../../components/application-pods/exporter-env";
import { injectExporterEnv } from "../../components/application-pods/injection";
import type {
    InjectExporterEnvArgs,
    InjectionRegistrationResult,
} from "../../components/application-pods/injection/args";
import { OtlpCollector } from "../../index";
import { capture, type Captured } from "../support/capture";

const COLLECTOR = exporterEnv({ via: "collector", collectorUrl: "http://gateway.telemetry.svc:4318" });
const ACTIVEGATE = exporterEnv({
    via: "activegate",
    endpoint: { environment: "https://activegate.example.com:9999/e/abc12345" },
    token: { secret: { name: "ingest-token" } },
    ca: { configMap: { name: "activegate-ca" } },
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain objects of many shapes
type Plain = any;

const warned: string[] = [];
const told: string[] = [];
beforeEach(() => {
    warned.length = told.length = 0;
    jest.spyOn(pulumi.log, "warn").mockImplementation(async (text) => void warned.push(text));
    jest.spyOn(pulumi.log, "info").mockImplementation(async (text) => void told.push(text));
});
afterEach(() => jest.restoreAllMocks());

const APP = { name: "app", image: "example.com/shop:1" };
const workload = (
    kind: string,
    container: object = APP,
    metadata: object = { name: "shop", namespace: "shop" },
): Plain => {
    const template = { metadata: { labels: { app: "shop" } }, spec: { containers: [container] } };
    if (kind === "Pod") return { metadata: { ...metadata, labels: { app: "shop" } }, spec: template.spec };
    const spec = kind === "CronJob" ? { schedule: "@daily", jobTemplate: { spec: { template } } } : { template };
    return { metadata, spec };
};
const TYPES: Record<string, string> = {
    Deployment: "kubernetes:apps/v1:Deployment",
    StatefulSet: "kubernetes:apps/v1:StatefulSet",
    DaemonSet: "kubernetes:apps/v1:DaemonSet",
    Job: "kubernetes:batch/v1:Job",
    CronJob: "kubernetes:batch/v1:CronJob",
    Pod: "kubernetes:core/v1:Pod",
};
const podOf = (kind: string, props: Plain): Plain => {
    if (kind === "Pod") return props;
    return kind === "CronJob" ? props.spec.jobTemplate.spec.template : props.spec.template;
};

function transform(
    args: Partial<InjectExporterEnvArgs>,
    kind: string,
    props: Plain,
): InjectionRegistrationResult | undefined {
    const type = TYPES[kind] ?? kind;
    return injectExporterEnv({ exporter: COLLECTOR, ...args })({ type, name: "shop-pulumi", props, opts: {} });
}

/** The first container of what the transform made, or of what it left alone. */
function containerAfter(args: Partial<InjectExporterEnvArgs>, container: object, kind = "Deployment"): Plain {
    const props = workload(kind, container);
    return podOf(kind, transform(args, kind, props)?.props ?? props).spec.containers[0];
}

const valueOf = (container: Plain, name: string): unknown =>
    container.env?.find((variable: { name: string }) => variable.name === name)?.value;

describe.each(Object.keys(TYPES))("a %s", (kind) => {
    test("gets the variables in its containers, and keeps all else", () => {
        const props = workload(kind, { ...APP, ports: [{ containerPort: 80 }], env: [{ name: "PORT", value: "80" }] });
        const before = structuredClone(props);
        const { props: after } = transform({}, kind, props) as InjectionRegistrationResult;
        expect(props).toEqual(before);
        const container = podOf(kind, after).spec.containers[0];
        expect(container.env.slice(0, 2)).toEqual([{ name: "PORT", value: "80" }, COLLECTOR.env[0]]);
        expect(container.env.at(-1).name).toBe("OTEL_RESOURCE_ATTRIBUTES");
        expect({ ...container, env: undefined }).toEqual({ ...APP, ports: [{ containerPort: 80 }] });
        podOf(kind, after).spec.containers[0] = podOf(kind, before).spec.containers[0];
        expect(after).toEqual(before);
    });

    test("says which workload and container it is", () => {
        const container = containerAfter({}, APP, kind);
        const attributes = String(valueOf(container, "OTEL_RESOURCE_ATTRIBUTES")).split(",");
        expect(attributes).toEqual(
            expect.arrayContaining([
                "service.name=shop",
                "k8s.container.name=app",
                `k8s.workload.kind=${kind.toLowerCase()}`,
                "k8s.workload.name=shop",
                "k8s.pod.name=$(OTEL_K8S_POD_NAME)",
            ]),
        );
    });

    test("is the same after a second time, and after a second transform", () => {
        const args = { exporter: ACTIVEGATE };
        const once = transform(args, kind, workload(kind)) as InjectionRegistrationResult;
        expect(transform(args, kind, once.props)).toBeUndefined();
        expect(transform(args, kind, workload(kind))).toEqual(once);
        expect(warned).toEqual([]);
    });

    test("gets the volume of a private CA once, and the annotation of its token", () => {
        const pod = podOf(
            kind,
            (transform({ exporter: ACTIVEGATE }, kind, workload(kind)) as InjectionRegistrationResult).props,
        );
        expect(pod.spec.volumes).toEqual(ACTIVEGATE.volumes);
        expect(pod.spec.containers[0].volumeMounts).toEqual(ACTIVEGATE.volumeMounts);
        expect(pod.metadata.annotations).toEqual(ACTIVEGATE.podAnnotations);
        expect(pod.metadata.labels).toEqual({ app: "shop" });
    });
});

describe("a container with settings of its own", () => {
    test.each(["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"])(
        "%s is left alone, with a warning",
        (name) => {
            expect(
                transform({}, "Deployment", workload("Deployment", { ...APP, env: [{ name, value: "x" }] })),
            ).toBeUndefined();
            expect(warned).toEqual([
                expect.stringMatching(`^injectExporterEnv: Deployment "shop-pulumi": container "app" .*${name}`),
            ]);
        },
    );

    test("is warned of once, however often the transform sees it", () => {
        const inject = injectExporterEnv({ exporter: COLLECTOR });
        const env = [{ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "x" }];
        const resource = { type: TYPES["Job"] ?? "", name: "j", props: workload("Job", { ...APP, env }), opts: {} };
        for (let i = 0; i < 3; i++) inject(resource);
        expect(warned).toHaveLength(1);
    });

    test("leaves its neighbours to the transform", () => {
        const own = { ...APP, name: "own", env: [{ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "x" }] };
        const props = workload("Deployment");
        props.spec.template.spec.containers.push(own);
        const after = transform({}, "Deployment", props)?.props as Plain;
        expect(after.spec.template.spec.containers[1]).toEqual(own);
        expect(after.spec.template.spec.containers[0].env.length).toBeGreaterThan(COLLECTOR.env.length - 1);
    });

    test("and a token under the same name is left alone too: the header would send that one", () => {
        containerAfter({ exporter: ACTIVEGATE }, { ...APP, env: [{ name: "DT_API_TOKEN", value: "made-up" }] });
        expect(warned).toEqual([expect.stringContaining("DT_API_TOKEN")]);
    });

    test("in envFrom cannot be seen, which is said", () => {
        const container = containerAfter({}, { ...APP, envFrom: [{ configMapRef: { name: "settings" } }] });
        expect(container.envFrom).toEqual([{ configMapRef: { name: "settings" } }]);
        expect(told).toEqual([expect.stringMatching(/container "app": envFrom cannot be read/)]);
    });
});

describe("what a container says of itself wins", () => {
    test("attributes, each key once and last in the list", () => {
        const env = [
            { name: "OTEL_RESOURCE_ATTRIBUTES", value: "service.name=own,team=a,k8s.pod.name=mine" },
            { name: "OTEL_LOGS_EXPORTER", value: "console" },
        ];
        const container = containerAfter({}, { ...APP, env });
        const attributes = String(valueOf(container, "OTEL_RESOURCE_ATTRIBUTES"));
        expect(attributes).toMatch(/^service.name=own,team=a,k8s.pod.name=mine,k8s.namespace.name=/);
        expect(attributes.match(/service\.name=|k8s\.pod\.name=/g)).toHaveLength(2);
        expect(valueOf(container, "OTEL_LOGS_EXPORTER")).toBe("console");
        const names = container.env.map(({ name }: { name: string }) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.at(-1)).toBe("OTEL_RESOURCE_ATTRIBUTES");
    });

    test("attributes from elsewhere stay, with a warning", () => {
        const own = { name: "OTEL_RESOURCE_ATTRIBUTES", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } };
        expect(containerAfter({}, { ...APP, env: [own] }).env).toContainEqual(own);
        expect(warned).toEqual([expect.stringContaining("reads OTEL_RESOURCE_ATTRIBUTES from another object")]);
    });

    test.each(["NO_PROXY", "no_proxy"])("its %s gets the ActiveGate as one more host", (name) => {
        const after = (value: string): unknown =>
            valueOf(containerAfter({ exporter: ACTIVEGATE }, { ...APP, env: [{ name, value }] }), name);
        expect(after("localhost,.svc")).toBe("localhost,.svc,activegate.example.com");
        expect(after("activegate.example.com, x")).toBe("activegate.example.com, x");
    });

    test("the pods' label names the service before the workload's name does", () => {
        const props = workload("Deployment");
        props.spec.template.metadata.labels = { "app.kubernetes.io/name": "checkout" };
        const after = transform({}, "Deployment", props)?.props as Plain;
        expect(valueOf(after.spec.template.spec.containers[0], "OTEL_RESOURCE_ATTRIBUTES")).toContain(
            "service.name=checkout",
        );
    });

    test("a workload that Pulumi names gives its container's name to the service", () => {
        const after = transform({}, "Deployment", workload("Deployment", APP, { namespace: "shop" }))?.props as Plain;
        const attributes = valueOf(after.spec.template.spec.containers[0], "OTEL_RESOURCE_ATTRIBUTES");
        expect(attributes).toContain("service.name=app");
        expect(attributes).not.toContain("k8s.workload");
    });
});

describe("the selection", () => {
    const takes = (args: Partial<InjectExporterEnvArgs>, metadata?: object): boolean =>
        transform(args, "Deployment", workload("Deployment", APP, metadata)) !== undefined;

    test.each<[string, Partial<InjectExporterEnvArgs>, boolean]>([
        ["its namespace", { namespaces: ["other", "shop"] }, true],
        ["another namespace", { namespaces: ["other"] }, false],
        ["its name in Kubernetes", { names: ["shop"] }, true],
        ["its name in the program", { names: ["shop-pulumi"] }, true],
        ["another name", { names: ["sho"] }, false],
        ["a label of its pods", { labels: { app: "shop" } }, true],
        ["one label of two", { labels: { app: "shop", tier: "web" } }, false],
        ["its kind", { kinds: ["Deployment"] }, true],
        ["another kind", { kinds: ["Job", "Pod"] }, false],
        ["its container", { containers: ["app"] }, true],
        ["another container", { containers: ["sidecar"] }, false],
        ["all of it but one", { namespaces: ["shop"], names: ["shop"], labels: { app: "x" } }, false],
    ])("by %s", (_case, args, taken) => {
        expect(takes(args)).toBe(taken);
    });

    test("takes a workload without a namespace for one in default", () => {
        expect(takes({ namespaces: ["default"] }, { name: "shop" })).toBe(true);
        expect(takes({ namespaces: ["shop"] }, { name: "shop" })).toBe(false);
    });

    test("never takes what is no workload, nor init containers", () => {
        for (const type of [
            "kubernetes:apps/v1:DeploymentPatch",
            "kubernetes:core/v1:Service",
            "aws:ecs/x:Deployment",
            "kubernetes:core/v1:PodPatch",
        ]) {
            expect(transform({}, type, workload("Deployment"))).toBeUndefined();
        }
        const props = workload("Deployment");
        props.spec.template.spec.initContainers = [{ ...APP, name: "init" }];
        const after = transform({}, "Deployment", props)?.props as Plain;
        expect(after.spec.template.spec.initContainers).toEqual([{ ...APP, name: "init" }]);
    });

    test.each(["kinds", "namespaces", "names", "containers"])("with an empty list of %s is refused", (field) => {
        expect(() => injectExporterEnv({ exporter: COLLECTOR, [field]: [] })).toThrow(
            `injectExporterEnv: ${field}: is empty`,
        );
    });

    test("of a kind that does not exist is refused", () => {
        expect(() => injectExporterEnv({ exporter: COLLECTOR, kinds: ["Pods" as never] })).toThrow(
            /kinds: "Pods" is not known; use Deployment/,
        );
    });
});

describe("in a program", () => {
    const deployments = (resources: Captured[]): Plain[] =>
        resources.filter(({ type }) => type.endsWith(":Deployment")).map(({ inputs }) => inputs);
    /** A component whose children the transform sees. */
    const parent = (inject: pulumi.ResourceTransformation): pulumi.ComponentResource =>
        new pulumi.ComponentResource("test:index:Shop", "shop", {}, { transformations: [inject] });

    test("Outputs at any depth are followed: namespace, spec, containers, variables, the token's Secret", async () => {
        const resources = await capture(() => {
            const namespace = new k8s.core.v1.Namespace("shop", {}).metadata.name;
            const secretName = new k8s.core.v1.Secret("token", {}).metadata.name;
            const exporter = exporterEnv({
                via: "direct",
                endpoint: { environment: "abc12345" },
                token: { secret: { name: secretName } },
            });
            const shop = parent(injectExporterEnv({ exporter, namespaces: [namespace] }));
            const env = pulumi.output([{ name: pulumi.output("PORT"), value: "80" }]);
            const spec = { containers: pulumi.output([{ ...APP, env }]) };
            const template = { metadata: { labels: { app: "shop" } }, spec };
            const selector = { matchLabels: { app: "shop" } };
            const add = (name: string, inNamespace: pulumi.Input<string>, of: Plain): void =>
                void new k8s.apps.v1.Deployment(
                    name,
                    { metadata: { namespace: inNamespace }, spec: of },
                    { parent: shop },
                );
            add("leaves", namespace, { selector, template });
            add("whole", namespace, pulumi.output({ selector, template }));
            add("elsewhere", "other", { selector, template });
        });
        const named = (name: string): Plain => resources.find((it) => it.name === name)?.inputs;
        const [leaves, whole, elsewhere] = ["leaves", "whole", "elsewhere"].map(named);
        const env = leaves.spec.template.spec.containers[0].env;
        expect(env[0]).toEqual({ name: "PORT", value: "80" });
        expect(env[1].valueFrom.secretKeyRef).toEqual({ name: "token-1a2b3c4d", key: "token" });
        expect(whole.spec).toEqual(leaves.spec);
        expect(elsewhere.spec.template.spec.containers[0].env).toEqual([{ name: "PORT", value: "80" }]);
    });

    test("a Collector of this package is never told to send to itself", async () => {
        const args = { endpoint: { environment: "abc12345" }, token: { secret: { name: "t" } } };
        const without = await capture(() => new OtlpCollector("gateway", args));
        const injected = await capture(
            () => new OtlpCollector("gateway", args, { parent: parent(injectExporterEnv({ exporter: COLLECTOR })) }),
        );
        expect(deployments(injected)).toEqual(deployments(without));
    });

    test("it is accepted as a transform and as a transformation", () => {
        const inject = injectExporterEnv({ exporter: COLLECTOR });
        const options: pulumi.ComponentResourceOptions = { transforms: [inject], transformations: [inject] };
        expect(options.transforms).toEqual(options.transformations);
    });
});
