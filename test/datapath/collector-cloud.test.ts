import { CollectorMode } from "../../components/collector/args";
import { type Attributes, type Emulator, startEmulator } from "../../emulator";
import { CloudDetector } from "../../index";
import { type RunningCollector, startCollector } from "../support/collector";
import { type KubernetesServer, startKubernetes } from "../support/kubernetes";
import { until } from "../support/processes";
import { ensure } from "../toolchain/toolchain.cjs";
import { accountOf, podAccount } from "./collector-access";
import {
    closedPort,
    EC2_CLOUD,
    EC2_HOST,
    GKE_CLOUD,
    GKE_HOST,
    type Metadata,
    startEc2Metadata,
    startGkeMetadata,
    startSilence,
} from "./collector-metadata";
import {
    counter,
    logs,
    nanos,
    only,
    post,
    renderGateway,
    replaced,
    SCOPES,
    SECRETS,
    traces,
} from "./collector-support";

jest.setTimeout(120_000);

const TIMEOUT_SECONDS = 4;
/** A Collector that asks nobody needs less than one. */
const STARTUP_SECONDS = 3.5;
const { Ec2, Eks, Gcp } = CloudDetector;

let emulator: Emulator;
let collector: RunningCollector | undefined;
const doubles: Metadata[] = [];
beforeAll(async () => {
    emulator = await startEmulator({ route: "activegate" });
});
beforeEach(() => emulator.reset());
afterEach(async () => {
    await collector?.stop();
    collector = undefined;
    await Promise.all(doubles.splice(0).map((double) => double.stop()));
});
afterAll(() => emulator?.stop());

const double = async (starting: Promise<Metadata>): Promise<Metadata> => {
    const started = await starting;
    doubles.push(started);
    return started;
};

interface Start {
    detectors: CloudDetector[];
    mode?: CollectorMode;
    clusterName?: string;
    timeoutSeconds?: number;
    env: Record<string, string>;
    /** Where the pod's account is. @default - nowhere */
    kubernetes?: KubernetesServer;
}

/** Starts what is rendered, and says how many seconds that took. */
async function start({ detectors, clusterName, timeoutSeconds, env, kubernetes, ...args }: Start): Promise<number> {
    const { mode = CollectorMode.Deployment } = args;
    const rendered = await renderGateway(emulator, {
        mode,
        processing: { enrichment: { resourceDetection: { detectors, timeoutSeconds }, clusterName } },
    });
    const workload = mode === CollectorMode.DaemonSet ? "DaemonSet" : "Deployment";
    const manifests = replaced(only(rendered, workload), (text) =>
        text.replace(/"valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}/, '"value":"node-1"'),
    );
    const account = kubernetes && podAccount(kubernetes, await accountOf(kubernetes, rendered));
    const binary = (await ensure(["otelcol-158"]))["otelcol-158"];
    const { token } = emulator.createToken({ scopes: SCOPES });
    const began = Date.now();
    collector = await startCollector({
        binary,
        manifests,
        secrets: SECRETS(token),
        env: { ...account?.env, ...env },
        under: account?.under,
    });
    return (Date.now() - began) / 1000;
}

/** Sends one of each signal with these attributes of its resource, and gives those of what arrives. */
async function throughIt(sent: Record<string, string>): Promise<Attributes[]> {
    const to = collector?.httpEndpoint ?? "";
    await post(to, "traces", traces(sent, {}));
    await post(to, "logs", logs(sent, { body: "hello" }));
    const start = nanos(-60_000);
    await post(to, "metrics", counter(sent, { name: "orders", value: 1, start }));
    // Of the first value of a counter, the Collector has no difference to send.
    await post(to, "metrics", counter(sent, { name: "orders", value: 3, start }));
    const arrived = await until("all signals' arrival", 30, () => {
        const { spans, logs: records, metrics } = emulator.arrived();
        const all = [spans[0], records[0], metrics[0]].filter((it) => it !== undefined);
        return all.length === 3 ? all : undefined;
    });
    expect(emulator.refused()).toEqual([]);
    return arrived.map(({ resource }) => resource);
}
const SENT = { "service.name": "shop" };
const thrice = <T>(value: T): T[] => [value, value, value];

describe("on EC2", () => {
    const env = async (): Promise<Record<string, string>> => ({
        AWS_EC2_METADATA_SERVICE_ENDPOINT: (await double(startEc2Metadata())).url,
    });

    test("pods behind a Service tell of the cloud, and nothing of their own node", async () => {
        await start({ detectors: [Ec2], env: await env() });
        expect(await throughIt(SENT)).toEqual(thrice({ ...SENT, ...EC2_CLOUD }));
    });

    test("what a sender says of itself stays", async () => {
        await start({ detectors: [Ec2], env: await env() });
        const sent = {
            ...SENT,
            "cloud.region": "made-up-1",
            "cloud.platform": "aws_lambda",
            "host.name": "made-up-host",
        };
        expect(await throughIt(sent)).toEqual(thrice({ ...EC2_CLOUD, ...sent }));
    });

    test("a node's own pod tells of the node too", async () => {
        await start({ detectors: [Ec2], mode: CollectorMode.DaemonSet, env: await env() });
        for (const resource of await throughIt(SENT))
            expect(resource).toMatchObject({ ...SENT, ...EC2_CLOUD, ...EC2_HOST });
    });
});

describe("where the metadata service does not answer", () => {
    test.each([
        ["it takes what is asked and never replies", async () => (await double(startSilence())).url],
        ["nobody listens", closedPort],
    ])("%s: the Collector starts in time, and data arrives as it was sent", async (_, address) => {
        const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: await address() };
        const seconds = await start({ detectors: [Ec2], timeoutSeconds: TIMEOUT_SECONDS, env });
        expect(seconds).toBeLessThan(TIMEOUT_SECONDS + STARTUP_SECONDS);
        expect(await throughIt(SENT)).toEqual(thrice(SENT));
    });
});

describe("on GKE", () => {
    const env = async (): Promise<Record<string, string>> => ({
        GCE_METADATA_HOST: new URL((await double(startGkeMetadata())).url).host,
        KUBERNETES_SERVICE_HOST: "10.0.0.1",
    });

    test("pods behind a Service tell of the cloud and the cluster, and nothing of their own node", async () => {
        await start({ detectors: [Gcp], env: await env() });
        expect(await throughIt(SENT)).toEqual(thrice({ ...SENT, ...GKE_CLOUD }));
    });

    test("a cluster's name of one's own wins", async () => {
        await start({ detectors: [Gcp], clusterName: "shop-production", env: await env() });
        const named = { ...GKE_CLOUD, "k8s.cluster.name": "shop-production" };
        expect(await throughIt(SENT)).toEqual(thrice({ ...SENT, ...named }));
    });

    test("a node's own pod tells of the node too", async () => {
        await start({ detectors: [Gcp], mode: CollectorMode.DaemonSet, env: await env() });
        for (const resource of await throughIt(SENT))
            expect(resource).toMatchObject({ ...SENT, ...GKE_CLOUD, ...GKE_HOST });
    });
});

describe("with a pod's account, at a real Kubernetes API", () => {
    let kubernetes: KubernetesServer;
    beforeAll(async () => {
        kubernetes = await startKubernetes();
    });
    afterAll(() => kubernetes?.stop());

    test("a cluster that is not EKS is not called so, and the instance is told all the same", async () => {
        const metadata = await double(startEc2Metadata());
        await start({ detectors: [Eks, Ec2], kubernetes, env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url } });
        expect(await throughIt(SENT)).toEqual(thrice({ ...SENT, ...EC2_CLOUD }));
    });

    test("EKS is called so with no right in the cluster, and the instance tells the rest", async () => {
        const metadata = await double(startEc2Metadata());
        await start({
            detectors: [Eks, Ec2],
            kubernetes,
            env: {
                AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
                // As EKS sets it in a pod whose account has a role.
                AWS_ROLE_ARN: "arn:aws:iam::000011112222:role/made-up",
                AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
            },
        });
        expect(await throughIt(SENT)).toEqual(thrice({ ...SENT, ...EC2_CLOUD, "cloud.platform": "aws_eks" }));
    });

    test("it starts in time where the API answers and the metadata service does not", async () => {
        const { url } = await double(startSilence());
        const seconds = await start({
            detectors: [Eks, Ec2],
            timeoutSeconds: TIMEOUT_SECONDS,
            kubernetes,
            env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: url },
        });
        expect(seconds).toBeLessThan(TIMEOUT_SECONDS + STARTUP_SECONDS);
        expect(await throughIt(SENT)).toEqual(thrice(SENT));
    });
});
