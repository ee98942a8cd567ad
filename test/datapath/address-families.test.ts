// A pod has an IPv4 or an IPv6 address. Each address that a Collector joins with a port holds for both, in each component that reads it.
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";

import { stringify } from "yaml";

import { CollectorMode } from "../../components/collector/args";
import { configObject } from "../../components/collector/config";
import { planCollector } from "../../components/collector/plan";
import { Check } from "../../components/shared/check";
import { AuthorizationScheme } from "../../components/shared/secrets";
import { type Emulator, startEmulator } from "../../emulator";
import { CollectorDistribution, type OtlpCollectorArgs } from "../../index";
import { findManifest, type Manifest, type RunningCollector, startCollector } from "../support/collector";
import { loopbackWithFreePorts, until } from "../support/processes";
import { Programs } from "../support/programs";
import { ensure } from "../toolchain/toolchain.cjs";
import { only, post, renderGateway, replaced, SCOPES, SECRETS, traces } from "./collector-support";

jest.setTimeout(120_000);

const EVERYTHING: Partial<OtlpCollectorArgs> = {
    intake: { jaeger: true, zipkin: true, statsd: {}, syslog: {} },
    monitoring: {},
    receiver: { loopback: true },
};
const OLD = { image: { distribution: CollectorDistribution.Contrib, version: "0.149.0" } };
const COLLECTORS: ["otelcol-158" | "otelcol-149", Partial<OtlpCollectorArgs>][] = [
    ["otelcol-158", EVERYTHING],
    ["otelcol-149", { ...OLD, monitoring: {}, receiver: { loopback: true } }],
];
const FAMILIES = [
    ["IPv6", () => Promise.resolve("::1")],
    ["IPv4", (ports: number[]) => loopbackWithFreePorts(ports)],
] as const;
const TESTED = COLLECTORS.flatMap(([tool, args]) =>
    FAMILIES.map(([family, address]) => ({ tool, family, args, address })),
);

interface Port {
    containerPort: number;
    protocol?: "TCP" | "UDP";
}
const portsOf = (manifests: Manifest[]): Port[] =>
    findManifest<{ spec: { template: { spec: { containers: { ports: Port[] }[] } } } }>(manifests, "Deployment").spec
        .template.spec.containers[0]?.ports ?? [];

const accepts = (host: string, port: number): Promise<boolean> =>
    new Promise((resolve) => {
        const socket = connect({ host, port }, () => {
            socket.destroy();
            resolve(true);
        });
        socket.on("error", () => resolve(false));
    });
/** Nothing else can bind a UDP port where a receiver listens. */
const isBound = (host: string, port: number): Promise<boolean> =>
    new Promise((resolve) => {
        const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
        socket.once("error", () => resolve(true));
        socket.bind(port, host, () => socket.close(() => resolve(false)));
    });

let emulator: Emulator;
beforeAll(async () => (emulator = await startEmulator({ route: "activegate" })));
afterAll(() => emulator?.stop());

describe.each(TESTED)("$tool in a pod with an $family address", ({ tool, args, address }) => {
    let collector: RunningCollector;
    let ports: Port[];
    let loopback: string;

    beforeAll(async () => {
        loopback = await loopbackWithFreePorts([4317, 4318]);
        // Other Collectors of the tests listen on the loopback address of this machine.
        const manifests = replaced(await renderGateway(emulator, args), (text) =>
            // With the whole ports, because the embedded Dynatrace may have any port, e.g. 43170.
            text.replaceAll(/\b127\.0\.0\.1:(?=431[78]\b)/g, `${loopback}:`),
        );
        ports = portsOf(manifests);
        const podIp = await address([...new Set(ports.map(({ containerPort }) => containerPort))]);
        const binary = (await ensure([tool]))[tool];
        const { token } = emulator.createToken({ scopes: SCOPES });
        collector = await startCollector({
            binary,
            manifests: only(manifests, "Deployment"),
            secrets: SECRETS(token),
            podIp,
        });
    });
    afterAll(() => collector?.stop());

    test("starts, and listens on every port of its container", async () => {
        const { podIp } = collector;
        const listens = await Promise.all(
            ports.map(async ({ containerPort, protocol = "TCP" }) => ({
                port: `${containerPort}/${protocol}`,
                open: await (protocol === "TCP" ? accepts : isBound)(podIp, containerPort),
            })),
        );
        expect(listens.filter(({ open }) => !open)).toEqual([]);
        expect(listens.length).toBe(tool === "otelcol-158" ? 10 : 4);
    });

    test("sends on what it receives, at the pod's address and at the loopback address", async () => {
        emulator.reset();
        await post(collector.httpEndpoint, "traces", traces({ "service.name": "shop" }, {}));
        await post(`http://${loopback}:4318`, "traces", traces({ "service.name": "port-forward" }, {}));
        const arrived = await until("arrival", 30, () =>
            emulator.arrived().counts.spans === 2 ? emulator.arrived().spans : undefined,
        );
        expect(arrived).toHaveLength(2);
        expect(emulator.refused()).toEqual([]);
    });
});

test.each([["::1"], ["127.0.0.1"]])("the kubelet of a node with the address %s is asked", async (address) => {
    const plan = planCollector(new Check("C"), "gateway", {
        ...{ endpoint: { environment: "abc12345" }, ...OLD, mode: CollectorMode.DaemonSet },
        collect: { kubeletMetrics: { skipCertificateCheck: true } },
    });
    const { receivers } = configObject(plan, AuthorizationScheme.ApiToken) as { receivers: Record<string, object> };
    // Stands in for a kubelet, which cannot be had without a container runtime: it only counts connections.
    let asked = 0;
    const kubelet = createServer((socket) => {
        asked += 1;
        socket.destroy();
    });
    await new Promise<void>((resolve) => kubelet.listen(0, address, resolve));
    const { port } = kubelet.address() as { port: number };
    const programs = new Programs("kubelet");
    try {
        const config = {
            receivers: { kubeletstats: receivers["kubeletstats"] },
            exporters: { otlp_http: { endpoint: "http://127.0.0.1:9" } },
            service: {
                telemetry: { metrics: { level: "none" } },
                pipelines: { metrics: { receivers: ["kubeletstats"], exporters: ["otlp_http"] } },
            },
        };
        // Outside of a cluster there is no account of a pod.
        const text = stringify(config)
            .replace("auth_type: serviceAccount", "auth_type: none")
            .replace(":10250", `:${port}`)
            .replace("collection_interval: 60s", "collection_interval: 1s");
        const binary = (await ensure(["otelcol-149"]))["otelcol-149"];
        programs.start("otelcol", binary, [`--config=yaml:${text}`], { K8S_NODE_IP: address });
        expect(await until("a connection to the kubelet", 30, () => asked || undefined)).toBeGreaterThan(0);
    } finally {
        await programs.stop();
        kubelet.close();
    }
});
