// The definition of OpenTelemetryCollector is not at hand, so a table of its fields stands in for the API server.
import { parse } from "yaml";

import { operatorSelector } from "../../components/collector/operator";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const BASE = { endpoint: { environment: "abc12345" }, namespace: "telemetry" };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<Record<string, any>> {
    const token = { secret: { name: "ingest-token" } };
    const resources = await capture(() => new OtlpCollector("gateway", { ...BASE, token, ...args }));
    return Object.fromEntries(manifestsOf(resources).map((object) => [object.kind, object]));
}
const collectorOf = async (args: Partial<OtlpCollectorArgs> = {}) =>
    (await objectsOf({ operator: {}, ...args }))["OpenTelemetryCollector"];

/** Fields of `spec` in v1beta1, and their types. @see apis/v1beta1 of the Operator */
const FIELDS: Record<string, string> = {
    mode: "string",
    managementState: "string",
    upgradeStrategy: "string",
    image: "string",
    imagePullPolicy: "string",
    config: "object",
    env: "array",
    volumes: "array",
    volumeMounts: "array",
    resources: "object",
    securityContext: "object",
    serviceAccount: "string",
    podSecurityContext: "object",
    podAnnotations: "object",
    terminationGracePeriodSeconds: "number",
    podDisruptionBudget: "object",
    networkPolicy: "object",
    nodeSelector: "object",
};
const COUNTED = { replicas: "number", topologySpreadConstraints: "array" };
const MODES: [NonNullable<OtlpCollectorArgs["mode"]>, string, Record<string, string>, Partial<OtlpCollectorArgs>][] = [
    ["deployment", "deployment", COUNTED, {}],
    ["deployment", "deployment", { ...COUNTED, deploymentUpdateStrategy: "object" }, { persistentQueue: {} }],
    ["statefulSet", "statefulset", { ...COUNTED, volumeClaimTemplates: "array" }, { persistentQueue: {} }],
    ["daemonSet", "daemonset", {}, {}],
];

describe("a Collector that the Operator runs", () => {
    test.each(MODES)("as a %s has every field that a %s heeds, %p besides, of the right type", async (...row) => {
        const [mode, spoken, more, args] = row;
        const object = await collectorOf({ mode, labels: { team: "sre" }, ...args });
        expect(object).toMatchObject({
            apiVersion: "opentelemetry.io/v1beta1",
            metadata: { name: "gateway", namespace: "telemetry", labels: { team: "sre" } },
            spec: { mode: spoken },
        });
        const given = Object.entries(object.spec).filter(([, value]) => value !== undefined);
        const types = given.map(([key, value]) => [key, Array.isArray(value) ? "array" : typeof value]);
        expect(Object.fromEntries(types)).toEqual({ ...FIELDS, ...more });
    });

    test("takes the place of the workload, its configuration and its Service; account, rights and policy stay", async () => {
        expect(Object.keys(await objectsOf({ operator: {} })).sort()).toEqual([
            ...["ClusterRole", "ClusterRoleBinding", "NetworkPolicy", "OpenTelemetryCollector", "ServiceAccount"],
        ]);
    });

    test("has the image, configuration, variables, volumes and rights of one that runs without", async () => {
        const env = [{ name: "REGION", value: "eu" }];
        const more: Partial<OtlpCollectorArgs> = {
            tokenFrom: "file",
            pods: { env },
            replicas: 2,
            processing: { cumulativeToDelta: false },
        };
        const { spec } = await collectorOf(more);
        const { Deployment, ConfigMap } = await objectsOf(more);
        const pod = Deployment.spec.template.spec;
        const [container] = pod.containers;
        expect(spec).toMatchObject({
            image: container.image,
            env: container.env,
            resources: container.resources,
            securityContext: container.securityContext,
            podSecurityContext: pod.securityContext,
            serviceAccount: pod.serviceAccountName,
            replicas: 2,
            // The Operator mounts the configuration itself.
            volumes: pod.volumes.slice(1),
            volumeMounts: container.volumeMounts.slice(1),
        });
        expect(spec.volumes).toHaveLength(1);
        expect(JSON.stringify(spec.config)).toContain("/etc/dynatrace-token/token");
        expect(spec.config).toEqual(parse(ConfigMap.data["config.yaml"]));
    });

    test("is changed by nobody but the program: no upgrade of the configuration, no policy that opens the pods", async () => {
        const closed = { managementState: "managed", upgradeStrategy: "none", networkPolicy: { enabled: false } };
        expect((await collectorOf()).spec).toMatchObject(closed);
        const open = await collectorOf({ operator: { automaticUpgrade: true, networkPolicy: true } });
        expect(open.spec).toMatchObject({ upgradeStrategy: "automatic", networkPolicy: { enabled: true } });
    });

    test("is found by the Service that the Operator names, and its pods by their labels", async () => {
        const inputs = { ...BASE, operator: {} } as CollectorPlanInputs;
        expect(planCollector(new Check(WHO), "gateway", inputs).httpEndpoint).toBe(
            "http://gateway-collector.telemetry.svc:4318",
        );
        const selector = {
            "app.kubernetes.io/component": "opentelemetry-collector",
            "app.kubernetes.io/instance": "telemetry.gateway",
            "app.kubernetes.io/managed-by": "opentelemetry-operator",
            "app.kubernetes.io/part-of": "opentelemetry",
        };
        expect(operatorSelector(new Check(WHO), "telemetry", "gateway")).toEqual(selector);
        const { NetworkPolicy, OpenTelemetryCollector } = await objectsOf({ operator: {} });
        expect(NetworkPolicy.spec.podSelector).toEqual({ matchLabels: selector });
        const [spread] = OpenTelemetryCollector.spec.topologySpreadConstraints;
        expect(spread.labelSelector).toEqual({ matchLabels: selector });
    });

    test("may ask the API server by its account, since the Operator's pods take what the account says", async () => {
        expect((await objectsOf({ operator: {} }))["ServiceAccount"].automountServiceAccountToken).toBe(true);
        const closed = await objectsOf({ operator: {}, processing: { kubernetesAttributes: false } });
        expect(closed["ServiceAccount"].automountServiceAccountToken).toBe(false);
        expect((await objectsOf({}))["ServiceAccount"].automountServiceAccountToken).toBe(false);
    });

    test("is scaled by its object, which has no number of pods then", async () => {
        const scaling = { autoscaling: { maxReplicas: 4 } };
        const args = { operator: {}, scaling, processing: { cumulativeToDelta: false } };
        const { HorizontalPodAutoscaler, OpenTelemetryCollector, ...others } = await objectsOf(args);
        expect(HorizontalPodAutoscaler.spec.scaleTargetRef).toEqual({
            apiVersion: "opentelemetry.io/v1beta1",
            kind: "OpenTelemetryCollector",
            name: "gateway",
        });
        expect(OpenTelemetryCollector.spec.replicas).toBeUndefined();
        expect(others).not.toHaveProperty("PodDisruptionBudget");
    });

    test("has one budget for disruptions, the Operator's, with the number that is asked for", async () => {
        expect((await collectorOf()).spec.podDisruptionBudget).toEqual({ maxUnavailable: 1 });
        const two = await collectorOf({ scaling: { maxUnavailablePods: 2 } });
        expect(two.spec.podDisruptionBudget).toEqual({ maxUnavailable: 2 });
    });
});

describe("an argument that cannot work is refused:", () => {
    test.each<[string, Partial<CollectorPlanInputs>, string]>([
        [
            "no health check",
            { extraConfig: { extensions: { health_check: null }, service: { extensions: [] } } },
            "extraConfig",
        ],
        [
            "a null, which the API server drops",
            { extraConfig: { receivers: { otlp: { protocols: { http: { cors: { nothing: [null] } } } } } } },
            "extraConfig: receivers.otlp.protocols.http.cors.nothing.0 is null, which the API server drops",
        ],
        ["two tiers", { mode: "twoTier" }, "operator: cannot be combined with mode twoTier"],
    ])("%s", (_, args, text) => {
        expect(() => planCollector(new Check(WHO), "gateway", { ...BASE, operator: {}, ...args } as never)).toThrow(
            `${WHO}: ${text}`,
        );
    });

    test("a name that the Operator would shorten in a label", () => {
        expect(() => operatorSelector(new Check(WHO), "n".repeat(40), "c".repeat(30))).toThrow(
            `${WHO}: name: "${"n".repeat(40)}.${"c".repeat(30)}", with its namespace, is longer than 63 characters`,
        );
    });
});
