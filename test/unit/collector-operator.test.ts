// The definition of OpenTelemetryCollector is not at hand, so a table of its fields stands in for the API server.
import { operatorSelector, type OperatorWorkload, planOperator } from "../../components/collector/operator";

const WHO = 'OtlpCollector("gateway")';
const WORKLOAD: OperatorWorkload = {
    name: "gateway",
    namespace: "telemetry",
    labels: { team: "sre" },
    image: "public.ecr.aws/dynatrace/dynatrace-otel-collector:0.54.0",
    imagePullPolicy: "IfNotPresent",
    config: {
        extensions: { health_check: { endpoint: "${env:MY_POD_IP}:13133" } },
        receivers: { otlp: { protocols: { http: { endpoint: "${env:MY_POD_IP}:4318" } } } },
        exporters: { otlp_http: { endpoint: "https://abc12345.live.dynatrace.com/api/v2/otlp" } },
        service: { pipelines: { traces: { receivers: ["otlp"], exporters: ["otlp_http"] } } },
    },
    env: [{ name: "MY_POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
    volumes: [{ name: "token", secret: { secretName: "dynatrace-token" } }],
    volumeMounts: [{ name: "token", mountPath: "/etc/dynatrace-token", readOnly: true }],
    resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { memory: "512Mi" } },
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    podSecurityContext: { runAsNonRoot: true, fsGroup: 10001 },
    podAnnotations: { "dynatrace-otlp/token-revision": "1" },
    serviceAccount: "gateway",
    replicas: 2,
    topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
    ],
};
const plan = (args: Parameters<typeof planOperator>[1] = {}, workload: Partial<OperatorWorkload> = {}) =>
    planOperator(WHO, args, { ...WORKLOAD, ...workload });

/** Fields of `spec` in v1beta1, their types, and the modes in which the Operator heeds them. @see apis/v1beta1 of the Operator */
const ALL = ["deployment", "daemonset", "statefulset", "sidecar"];
const OWN_POD = ["deployment", "daemonset", "statefulset"];
const COUNTED = ["deployment", "statefulset"];
const FIELDS: Record<string, { type: string; modes: string[] }> = {
    mode: { type: "string", modes: ALL },
    managementState: { type: "string", modes: ALL },
    upgradeStrategy: { type: "string", modes: ALL },
    configVersions: { type: "number", modes: ALL },
    image: { type: "string", modes: ALL },
    imagePullPolicy: { type: "string", modes: ALL },
    config: { type: "object", modes: ALL },
    env: { type: "array", modes: ALL },
    volumes: { type: "array", modes: ALL },
    volumeMounts: { type: "array", modes: ALL },
    resources: { type: "object", modes: ALL },
    securityContext: { type: "object", modes: ALL },
    replicas: { type: "number", modes: COUNTED },
    serviceAccount: { type: "string", modes: OWN_POD },
    podSecurityContext: { type: "object", modes: OWN_POD },
    podAnnotations: { type: "object", modes: OWN_POD },
    terminationGracePeriodSeconds: { type: "number", modes: OWN_POD },
    topologySpreadConstraints: { type: "array", modes: COUNTED },
    podDisruptionBudget: { type: "object", modes: OWN_POD },
    networkPolicy: { type: "object", modes: OWN_POD },
};

describe("a Collector that the Operator runs", () => {
    test.each(["deployment", "daemonset", "statefulset", "sidecar"] as const)(
        "has every field that a %s heeds, of the right type, and no other",
        (mode) => {
            const { replicas, ...uncounted } = WORKLOAD;
            const workload = COUNTED.includes(mode) ? { ...uncounted, replicas } : uncounted;
            const { object } = planOperator(WHO, { mode }, workload);
            expect(object).toMatchObject({
                apiVersion: "opentelemetry.io/v1beta1",
                kind: "OpenTelemetryCollector",
                metadata: { name: "gateway", namespace: "telemetry", labels: { team: "sre" } },
            });
            const types = Object.entries(object.spec).map(([key, value]) => [
                key,
                Array.isArray(value) ? "array" : typeof value,
            ]);
            const expected = Object.entries(FIELDS).filter(([, { modes }]) => modes.includes(mode));
            expect(Object.fromEntries(types)).toEqual(
                Object.fromEntries(expected.map(([key, { type }]) => [key, type])),
            );
        },
    );

    test("has the same image, configuration, variables, volumes and rights as one that runs without", () => {
        const { config, env, volumes, volumeMounts, resources, securityContext, podSecurityContext } = WORKLOAD;
        expect(plan().object.spec).toMatchObject({
            image: "public.ecr.aws/dynatrace/dynatrace-otel-collector:0.54.0",
            config,
            env,
            volumes,
            volumeMounts,
            resources,
            securityContext,
            podSecurityContext,
            serviceAccount: "gateway",
            replicas: 2,
        });
    });

    test("is changed by nobody but the program: no upgrade of the configuration, no policy that opens the pods", () => {
        expect(plan().object.spec).toMatchObject({
            managementState: "managed",
            upgradeStrategy: "none",
            networkPolicy: { enabled: false },
        });
        expect(plan({ automaticUpgrade: true, networkPolicy: true }).object.spec).toMatchObject({
            upgradeStrategy: "automatic",
            networkPolicy: { enabled: true },
        });
    });

    test("is found by the Service that the Operator names, and its pods by their labels", () => {
        expect(plan().serviceName).toBe("gateway-collector");
        expect(operatorSelector(WHO, "telemetry", "gateway")).toEqual({
            "app.kubernetes.io/component": "opentelemetry-collector",
            "app.kubernetes.io/instance": "telemetry.gateway",
            "app.kubernetes.io/managed-by": "opentelemetry-operator",
            "app.kubernetes.io/part-of": "opentelemetry",
        });
    });

    test("is scaled by its object, which has no number of pods where an autoscaler decides", () => {
        const { object, scaleTarget } = plan({ mode: "statefulset" }, { replicas: undefined });
        expect(scaleTarget).toEqual({
            apiVersion: "opentelemetry.io/v1beta1",
            kind: "OpenTelemetryCollector",
            name: "gateway",
        });
        expect(object.spec).not.toHaveProperty("replicas");
        expect(plan({ mode: "daemonset" }, { replicas: 1 })).not.toHaveProperty("scaleTarget");
    });

    test("has one budget for disruptions, the Operator's, with the number that is asked for", () => {
        expect(plan().object.spec).toMatchObject({ podDisruptionBudget: { maxUnavailable: 1 } });
        expect(plan({}, { maxUnavailablePods: 2 }).object.spec).toMatchObject({
            podDisruptionBudget: { maxUnavailable: 2 },
        });
    });
});

describe("a sidecar", () => {
    test("is asked for by an annotation, from any namespace, and has no Service", () => {
        const { injectAnnotation, ...rest } = plan({ mode: "sidecar" }, { replicas: undefined });
        expect(injectAnnotation).toEqual({ "sidecar.opentelemetry.io/inject": "telemetry/gateway" });
        expect(Object.keys(rest)).toEqual(["object"]);
    });
});

describe("an argument that cannot work is refused:", () => {
    const { extensions, ...others } = WORKLOAD.config;
    test.each<[string, object, Partial<OperatorWorkload>, string]>([
        ["an unknown mode", { mode: "job" }, {}, 'operator.mode: "job" is not known; use deployment, daemonset'],
        ["counted sidecars", { mode: "sidecar" }, {}, "operator.mode: sidecar runs as many as there are pods, not 2"],
        ["a counted daemonset", { mode: "daemonset" }, {}, "operator.mode: daemonset runs as many as there are nodes"],
        ["no version kept", { configVersions: 0 }, {}, "operator.configVersions: 0 is not a whole number"],
        ["no health check", {}, { config: others }, "config: the configuration has no health_check"],
        [
            "a null, which the API server drops",
            {},
            { config: { extensions: extensions ?? {}, receivers: { otlp: { protocols: { grpc: null } } } } },
            "config: receivers.otlp.protocols.grpc is null, which is lost on the way",
        ],
    ])("%s", (_, args, workload, text) => {
        expect(() => plan(args as never, workload)).toThrow(`${WHO}: ${text}`);
    });

    test("a name that the Operator would shorten in a label", () => {
        expect(() => operatorSelector(WHO, "n".repeat(40), "c".repeat(30))).toThrow(
            `${WHO}: name: "${"n".repeat(40)}.${"c".repeat(30)}", with its namespace, is longer than 63 characters`,
        );
    });
});
