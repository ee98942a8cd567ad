// Every flow that a feature declares, and a list of flows that have to work, are open in the rendered policies; a list of others is closed.
import type { CollectorSettingsArgs } from "../../components/collector/args";
import { collectorFlows } from "../../components/collector/flows";
import { ciliumPolicy } from "../../components/collector/manifests/cilium-network-policy";
import { networkPolicySpec } from "../../components/collector/manifests/network-policy";
import { planCollector } from "../../components/collector/plan";
import type { CollectorPlan } from "../../components/collector/plan-types";
import { knownAtPreview } from "../../components/collector/pod-inputs";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { networkPolicySpec as activeGatePolicy } from "../../components/activegate/network";
import { networkPolicySpec as cronJobPolicy } from "../../components/metrics-ingest/cron-job";
import { Check, InputError } from "../../components/shared/check";
import { tcp } from "../../components/shared/flows";
import { ClusterPlatform } from "../../components/shared/platform";
import {
    connectionsOf,
    type Deployed,
    mustStayClosed,
    mustWork,
    type Named,
    type World,
    WORLDS,
} from "../support/flow-worlds";
import { type Args, isSidecar, matrix } from "../support/matrix";
import { type End, isAllowed } from "../support/network";
import { writeResults } from "../support/results";

jest.setTimeout(300_000);

/** As in the other tests of the matrix. */
const SEED = 158;
const WHO = 'OtlpCollector("gateway")';
const CHECK = new Check(WHO);

/** The tiers of a Collector with these arguments. */
function tiersOf(args: Args): CollectorPlan[] {
    // A check reports its first error again.
    const plan = planCollector(new Check(WHO), "gateway", knownAtPreview(args as CollectorSettingsArgs) as never);
    return plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
}

/** The policies that the Collector renders. */
function policiesOf(tiers: CollectorPlan[]): object[] {
    return tiers
        .filter(({ networkPolicy }) => networkPolicy)
        .map((tier) =>
            tier.cilium === undefined
                ? {
                      kind: "NetworkPolicy",
                      metadata: { name: tier.name, namespace: tier.namespace },
                      spec: networkPolicySpec(tier),
                  }
                : ciliumPolicy(CHECK, tier),
        );
}

function expected(deployed: Deployed): Named[] {
    const declared = deployed.tiers.flatMap((tier) =>
        collectorFlows(CHECK, tier).flatMap((flow) => connectionsOf(tier, deployed.world, flow)),
    );
    return [...declared, ...mustWork(deployed)];
}

/** A policy of Cilium knows only the DNS server that it is given. */
function fits({ cilium }: CollectorPlan, { dns }: World): boolean {
    return cilium?.dnsPort === undefined || cilium.dnsPort === dns.port;
}

/** The tiers on a platform; undefined if the platform rejects the arguments. */
function tiersOn(args: Args): CollectorPlan[] | undefined {
    try {
        return tiersOf(args);
    } catch (error) {
        if (error instanceof InputError) return undefined;
        throw error;
    }
}

test("over the matrix, every flow is open, and nothing else that is tried", () => {
    const rows: { platform: string; features: string; flows: number; open: number; closedAsMeant: boolean }[] = [];
    const wrong: string[] = [];
    for (const { asked, values, args: given } of matrix(SEED).taken.filter(({ values: it }) => !isSidecar(it))) {
        for (const [platform, world] of Object.entries<World>(WORLDS)) {
            const args = { ...given, platform: world.platform };
            const tiers = tiersOn(args);
            if (tiers === undefined || tiers.some((tier) => !fits(tier, world))) continue;
            const policies = policiesOf(tiers);
            const deployed = { args, tiers, world };
            const flows = expected(deployed);
            const features = [values.mode, values.route, ...asked].join(", ");
            const shut = flows.filter(({ connection }) => !isAllowed(policies, connection));
            const leaks =
                policies.length === 0
                    ? []
                    : mustStayClosed(deployed).filter(({ connection }) => isAllowed(policies, connection));
            const open = flows.length - shut.length;
            rows.push({ platform, features, flows: flows.length, open, closedAsMeant: leaks.length === 0 });
            for (const { name } of shut) wrong.push(`${platform}: closed: ${name} (${features})`);
            for (const { name } of leaks) wrong.push(`${platform}: open: ${name} (${features})`);
        }
    }
    writeResults("flows", rows);
    expect([wrong.length, ...wrong.slice(0, 20)]).toEqual([0]);
    expect(rows.length).toBeGreaterThan(2_000);
    const platforms = Object.values(ClusterPlatform);
    expect(platforms.filter((name) => rows.filter(({ platform }) => platform === name).length < 200)).toEqual([]);
});

describe.each(Object.entries<World>(WORLDS))("the other components, on %s", (_, world) => {
    const selector = { app: "mine" };
    const own = { ip: world.address(10), namespace: "telemetry", labels: selector };
    const shop = { ip: world.address(20), namespace: "shop" };
    const host = { ip: world.address(99) };
    const reached = (spec: object) => {
        const policies = [{ kind: "NetworkPolicy", metadata: { name: "mine", namespace: "telemetry" }, spec }];
        const from = (end: End, port: number) => isAllowed(policies, { from: end, to: own, port, protocol: "TCP" });
        const to = (end: End, port: number, protocol: "TCP" | "UDP" = "TCP") =>
            isAllowed(policies, { from: own, to: end, port, protocol });
        const { dns } = world;
        return { from, to, dns: [to(dns.end, dns.port, "UDP"), to(dns.end, dns.port)] };
    };

    test("an ActiveGate hears senders, finds names and reaches Dynatrace, and no more", () => {
        const { from, to, dns } = reached(
            activeGatePolicy({ selector, fromNamespaces: ["shop"], plainHttp: false }, tcp(443)),
        );
        expect([...dns, to(host, 443), from(shop, 9999)]).toEqual([true, true, true, true]);
        const stranger = { ...shop, namespace: "stranger" };
        expect([to(host, 80), to(shop, 5353), from(shop, 9998), from(stranger, 9999)]).not.toContain(true);
    });

    test("a CronJob finds names and reaches Dynatrace and what its script reads, and nobody reaches it", () => {
        const { from, to, dns } = reached(cronJobPolicy({ selector, dynatracePort: 443, egressPorts: [5432] }));
        expect([...dns, to(host, 443), to(shop, 5432)]).toEqual([true, true, true, true]);
        expect([to(host, 80), to(shop, 5353), from(shop, 443)]).not.toContain(true);
    });
});

describe("rules and ports of one's own", () => {
    const world: World = WORLDS.kubernetes;
    const base = { endpoint: { environment: "abc12345" }, mode: "twoTier" };
    const mesh = {
        ingress: [
            { ports: [{ port: 15008 }] },
            { from: [{ ipBlock: { cidr: "169.254.7.127/32" } }], ports: [{ port: 13133 }] },
        ],
        egress: [
            {
                to: [
                    {
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "istio-system" } },
                        podSelector: { matchLabels: { app: "istiod" } },
                    },
                ],
                ports: [{ port: 15012 }],
            },
        ],
    };
    const istiod = { ip: world.address(40), namespace: "istio-system", labels: { app: "istiod" } };
    const other = { ip: world.address(41), namespace: "istio-system", labels: { app: "other" } };
    const ztunnel = { ip: "169.254.7.127" };
    const pod = ({ namespace, selector: labels }: CollectorPlan) => ({ ip: world.address(10), namespace, labels });

    test.each([
        ["a NetworkPolicy", undefined],
        ["a CiliumNetworkPolicy", {}],
    ])("%s lets a mesh through, at both tiers, and no more than it names", (_, cilium) => {
        const tiers = tiersOf({ ...base, network: { networkPolicy: { ...mesh, cilium } } });
        const policies = policiesOf(tiers);
        const tcp = { protocol: "TCP" as const };
        for (const own of tiers.map(pod)) {
            const may = (to: typeof other, port: number) => isAllowed(policies, { from: own, to, port, ...tcp });
            expect(isAllowed(policies, { from: other, to: own, port: 15008, ...tcp })).toBe(true);
            expect(isAllowed(policies, { from: ztunnel, to: own, port: 13133, ...tcp })).toBe(true);
            expect(isAllowed(policies, { from: { ip: "169.254.7.128" }, to: own, port: 13133, ...tcp })).toBe(false);
            expect([may(istiod, 15012), may(other, 15012), may(istiod, 15013)]).toEqual([true, false, false]);
        }
    });

    test.each([
        ["a NetworkPolicy", undefined],
        ["a CiliumNetworkPolicy", {}],
    ])("%s lets the addresses of a cloud's balancer ask for the Collector's health, and no others", (_, cilium) => {
        const ports = [{ name: "health", port: 13133 }];
        const fromAddresses = ["130.211.0.0/22", "2600:1901:8001::/48"];
        const tiers = tiersOf({ ...base, network: { service: { ports }, networkPolicy: { cilium, fromAddresses } } });
        const policies = policiesOf(tiers);
        const reached = (ip: string, to: CollectorPlan | undefined) =>
            [13133, 4318].map((port) => {
                if (to === undefined) throw new Error("there is no such tier");
                return isAllowed(policies, { from: { ip, entities: ["world"] }, to: pod(to), port, protocol: "TCP" });
            });
        expect(reached("130.211.1.7", tiers[0])).toEqual([true, true]);
        expect(reached("2600:1901:8001::7", tiers[0])).toEqual([true, true]);
        expect(reached("203.0.113.7", tiers[0])).toEqual([false, false]);
        expect(reached("130.211.1.7", tiers[1])).toEqual([false, false]);
    });

    test.each([
        ["a NetworkPolicy", undefined],
        ["a CiliumNetworkPolicy", {}],
    ])("%s lets senders reach the ports added to the Service, at the first tier alone", (_, cilium) => {
        const ports = [{ name: "syslog", port: 5514, protocol: "UDP" }];
        const tiers = tiersOf({ ...base, network: { service: { ports }, networkPolicy: { cilium } } });
        const policies = policiesOf(tiers);
        const reached = tiers.map((tier) =>
            isAllowed(policies, { from: other, to: pod(tier), port: 5514, protocol: "UDP" }),
        );
        expect(reached).toEqual([true, false]);
    });
});
