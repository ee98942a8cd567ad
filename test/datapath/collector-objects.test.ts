import { CollectorDistribution } from "../../components/collector/distributions";
import { type ArrivedLog, type Emulator, startEmulator } from "../../emulator";
import { CollectorKubernetesObjectMode } from "../../index";
import { type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { accountOf, apply, kubectl, withKubeconfig } from "./collector-access";
import { renderGateway, SCOPES, SECRETS } from "./collector-support";

jest.setTimeout(240_000);

const OLD = { distribution: CollectorDistribution.Contrib, version: "0.149.0" };
const NAMESPACE = "telemetry";
const { Pull, Watch } = CollectorKubernetesObjectMode;

/** What a record holds: with `watch` the object below what happened to it, with `pull` the object. */
interface Told {
    type?: string;
    object?: Kept;
    kind?: string;
}
interface Kept {
    kind: string;
    metadata: { name: string; namespace?: string; uid: string; resourceVersion: string };
    spec?: { replicas?: number };
    data?: Record<string, string>;
}

describe("two Collectors that tell of objects, with the rights that are rendered for them, at a real Kubernetes API", () => {
    let emulator: Emulator;
    let kubernetes: KubernetesServer;
    let kubeconfig: string;
    let first: RunningCollector;
    let second: RunningCollector;

    beforeAll(async () => {
        kubernetes = await startKubernetes();
        emulator = await startEmulator({ route: "activegate" });
        for (const name of ["shop", "elsewhere"]) {
            await kubectl(kubernetes, ["create", "namespace", name]);
            await apply(kubernetes, [service("store", name), deployment("checkout", name, 1)]);
        }
        const { token } = emulator.createToken({ scopes: SCOPES });
        const manifests = await render("first");
        kubeconfig = await accountOf(kubernetes, manifests);
        const binary = (await ensure(["otelcol-149"]))["otelcol-149"];
        const start = (rendered: Manifest[]): Promise<RunningCollector> =>
            startCollector({
                binary,
                manifests: withKubeconfig(rendered, kubeconfig),
                secrets: SECRETS(token),
                env: { KUBECONFIG: kubeconfig },
            });
        first = await start(manifests);
        await until("the first is elected", 60, async () => (await leaseHolder()) || undefined);
        second = await start(await render("second"));
        await watching(first);
    });
    afterAll(async () => {
        await second?.stop();
        await first?.stop();
        await emulator?.stop();
        await kubernetes?.stop();
    });

    /** The same Collector, but for an attribute that tells one pod from the other. */
    function render(pod: string): Promise<Manifest[]> {
        return renderGateway(emulator, {
            image: OLD,
            namespace: NAMESPACE,
            replicas: 2,
            processing: { cumulativeToDelta: false, resourceAttributes: { "made.up.pod": pod } },
            collect: {
                kubernetesObjects: [
                    { resource: "deployments", group: "apps", mode: Watch, namespaces: ["shop"] },
                    { resource: "configmaps", mode: Watch, labelSelector: "told=yes" },
                    { resource: "services", namespaces: ["shop"], intervalSeconds: 1 },
                    { resource: "namespaces", mode: Pull, fieldSelector: "metadata.name=shop" },
                ],
            },
            extraConfig: {
                // Shorter than by itself, for the sake of the test's.
                extensions: { k8s_leader_elector: { lease_duration: "4s", renew_deadline: "3s", retry_period: "1s" } },
            },
        });
    }
    const leaseHolder = (): Promise<string> => {
        const lease = ["get", "lease", "gateway", "-n", NAMESPACE, "--ignore-not-found"];
        return kubectl(kubernetes, [...lease, "-o", "jsonpath={.spec.holderIdentity}"]);
    };
    /** Until both watches tell: what is made before a watch begins is not told by it. */
    async function watching(collector: RunningCollector): Promise<void> {
        let made = 0;
        await until("both watches tell", 60, async () => {
            await apply(kubernetes, [
                deployment("probe", "shop", ++made),
                configMap("probe", "elsewhere", { told: "yes" }, { made: String(made) }),
            ]);
            await new Promise((resolve) => setTimeout(resolve, 300));
            return ["deployments", "configmaps"].every((resource) => named(resource, "probe").length > 0) || undefined;
        });
        expect(collector.log()).not.toMatch(/forbidden/i);
    }

    const of = (resource: string): ArrivedLog[] =>
        emulator.arrived().logs.filter(({ attributes }) => attributes["k8s.resource.name"] === resource);
    const told = ({ body }: ArrivedLog): Told => body as Told;
    const objectOf = (record: ArrivedLog): Kept => told(record).object ?? (told(record) as Kept);
    const named = (resource: string, name: string): ArrivedLog[] =>
        of(resource).filter((record) => objectOf(record).metadata.name === name);
    const arrival = (resource: string, name: string, type: string): Promise<ArrivedLog> =>
        until(`${type} of ${name}`, 30, () => named(resource, name).find((record) => told(record).type === type));

    test("tell each change of what is watched at once, with the whole object", async () => {
        await kubectl(kubernetes, ["scale", "deployment", "checkout", "-n", "shop", "--replicas=3"]);
        const scaled = await arrival("deployments", "checkout", "MODIFIED");
        expect(objectOf(scaled)).toMatchObject({
            kind: "Deployment",
            metadata: { name: "checkout", namespace: "shop" },
            spec: { replicas: 3 },
        });
        expect(scaled).toMatchObject({
            attributes: { "event.domain": "k8s", "event.name": "checkout" },
            resource: { "k8s.namespace.name": "shop", "made.up.pod": "first" },
        });
        await kubectl(kubernetes, ["delete", "deployment", "checkout", "-n", "shop"]);
        await arrival("deployments", "checkout", "DELETED");
        expect(emulator.refused()).toEqual([]);
    });

    test("ask for what is pulled each time, and tell all there are", async () => {
        await apply(kubernetes, [service("cart", "shop")]);
        await until("both services twice", 30, () =>
            ["store", "cart"].every((name) => named("services", name).length >= 2) ? true : undefined,
        );
        expect(named("services", "cart")[0]?.resource).toMatchObject({ "k8s.namespace.name": "shop" });
        await kubectl(kubernetes, ["delete", "service", "cart", "-n", "shop"]);
    });

    test("tell nothing of other namespaces, labels, names and kinds", async () => {
        await apply(kubernetes, [
            deployment("foreign", "elsewhere", 1),
            service("foreign", "elsewhere"),
            configMap("unlabelled", "shop", {}, { a: "b" }),
            {
                apiVersion: "v1",
                kind: "Secret",
                metadata: { name: "hidden", namespace: "shop", labels: { told: "yes" } },
            },
            // Each of these comes after the ones above, by the same way.
            deployment("last", "shop", 1),
            service("last", "shop"),
            configMap("last", "elsewhere", { told: "yes" }, { a: "b" }),
        ]);
        await arrival("deployments", "last", "ADDED");
        await arrival("configmaps", "last", "ADDED");
        await until("the last service", 30, () => named("services", "last")[0]);

        const names = (resource: string): string[] =>
            [
                ...new Set(
                    of(resource).map((it) => `${objectOf(it).metadata.namespace}/${objectOf(it).metadata.name}`),
                ),
            ].sort();
        expect(names("deployments")).toEqual(["shop/checkout", "shop/last", "shop/probe"]);
        expect(names("services")).toEqual(["shop/cart", "shop/last", "shop/store"]);
        expect(names("configmaps")).toEqual(["elsewhere/last", "elsewhere/probe"]);
        expect(of("namespaces").map((record) => objectOf(record).metadata.name)).toEqual(["shop"]);
        const kinds = new Set(emulator.arrived().logs.map(({ attributes }) => attributes["k8s.resource.name"]));
        expect([...kinds].sort()).toEqual(["configmaps", "deployments", "namespaces", "services"]);
    });

    test("mask a token that somebody wrote into an object", async () => {
        const secret = `dt0c01.MADEUPPUBLIC.${"NOTATOKEN".repeat(7)}`;
        await apply(kubernetes, [configMap("careless", "shop", { told: "yes" }, { settings: `token=${secret}` })]);
        const { data } = objectOf(await arrival("configmaps", "careless", "ADDED"));
        expect(data).toEqual({ settings: "token=****" });
        expect(JSON.stringify(emulator.arrived().logs)).not.toContain("NOTATOKEN");
    });

    test("have every right they use, and may read no Secret, nor the same objects elsewhere, nor change any", async () => {
        for (const { log } of [first, second]) expect(log()).not.toMatch(/forbidden|error in/i);
        const may = async (asked: string): Promise<string> => {
            const args = ["auth", "can-i", ...asked.split(" "), `--kubeconfig=${kubeconfig}`];
            return `${asked}: ${(await kubernetes.kubectl(args)).stdout.trim()}`;
        };
        for (const asked of [
            "list deployments.apps -n shop",
            "watch deployments.apps -n shop",
            "list services -n shop",
            "watch configmaps -A",
            "list namespaces",
        ]) {
            expect(await may(asked)).toBe(`${asked}: yes`);
        }
        for (const asked of [
            "get secrets -n shop",
            "list secrets -n shop",
            "list secrets -n telemetry",
            "watch secrets -A",
            "list deployments.apps -n elsewhere",
            "list services -n elsewhere",
            "watch services -n shop",
            "list pods -n shop",
            "update deployments.apps -n shop",
            "create configmaps -n telemetry",
            "delete namespaces",
        ]) {
            expect(await may(asked)).toBe(`${asked}: no`);
        }
    });

    test("tell nothing twice: one tells, and the other takes over when it is gone", async () => {
        const watched = [...of("deployments"), ...of("configmaps")].map((record) => {
            const { uid, resourceVersion } = objectOf(record).metadata;
            return `${told(record).type} ${uid} ${resourceVersion}`;
        });
        expect(watched.length).toBeGreaterThan(5);
        expect(new Set(watched).size).toBe(watched.length);
        const pods = new Set(emulator.arrived().logs.map(({ resource }) => resource["made.up.pod"]));
        expect([...pods]).toEqual(["first"]);

        await first.kill();
        emulator.reset();
        await watching(second);
        await apply(kubernetes, [deployment("after", "shop", 1)]);
        expect((await arrival("deployments", "after", "ADDED")).resource["made.up.pod"]).toBe("second");
        expect(named("deployments", "after")).toHaveLength(1);
    });
});

function deployment(name: string, namespace: string, replicas: number): object {
    const labels = { app: name };
    const spec = { containers: [{ name: "app", image: "registry.example.com/shop:1" }] };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace },
        spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    };
}

function service(name: string, namespace: string): object {
    return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } };
}

function configMap(name: string, namespace: string, labels: object, data: object): object {
    return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels }, data };
}
