import { readsNode } from "../../components/collector/features";
import { CollectorMode } from "../../components/collector/args";
import { featureParts, FEATURES } from "../../components/collector/features";
import { collectorFlows } from "../../components/collector/flows";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import type { Flow } from "../../components/shared/flows";
import { planProfile } from "../../components/collector/profiles";
import { generatedTable, page, quoted, tables } from "./docs-support";
import { FEATURES_ON } from "../support/features-on";
import { Check } from "../../components/shared/check";

const TEXT = page("collector/README.md");
const WHO = 'OtlpCollector("gateway")';

const tableWith = (column: string): string[][] =>
    tables(TEXT).find(({ header }) => header.includes(column))?.rows ?? [];
const code = (items: string[]): string => items.map((item) => `\`${item}\``).join(", ");

/** What each row of the table of presets is about, alone. */
const PRESETS: Record<string, Partial<CollectorPlanInputs>> = {
    "processing.kubernetesAttributes": { processing: { kubernetesAttributes: true } },
    "collect.containerLogs": { collect: { containerLogs: {} } },
    "collect.journald": { collect: { journald: {} } },
    "collect.nodeLogs": { collect: { nodeLogs: [{ name: "nginx", include: ["/var/log/nginx/*.log"] }] } },
    "collect.hostMetrics": { collect: { hostMetrics: true } },
    "collect.kubeletMetrics": { collect: { kubeletMetrics: {} } },
    "collect.clusterMetrics": { collect: { clusterMetrics: true } },
    "collect.kubernetesEvents": { collect: { kubernetesEvents: true } },
    "collect.kubernetesObjects": { collect: { kubernetesObjects: [{ resource: "pods" }] } },
    "collect.annotatedPods": { collect: { annotatedPods: true } },
    "collect.scrapeConfigs": { collect: { scrapeConfigs: [{ job_name: "shop" }] } },
    "collect.selfTelemetry": { collect: { selfTelemetry: true } },
    "processing.enrichment.resourceDetection": {
        processing: { enrichment: { resourceDetection: { detectors: ["ec2"] } } },
    },
    "processing.enrichment.hostFromOneAgent": { processing: { enrichment: { hostFromOneAgent: true } } },
    "persistentQueue.hostPath": { persistentQueue: { hostPath: "/var/lib/queues" } },
    "network.hostPorts": { network: { hostPorts: true } },
};

function inputs(mode: CollectorMode, preset: Partial<CollectorPlanInputs>): CollectorPlanInputs {
    return {
        endpoint: { environment: "abc12345" },
        ...preset,
        processing: { kubernetesAttributes: false, ...preset.processing },
        mode,
    };
}

function modesOf(preset: Partial<CollectorPlanInputs>): CollectorMode[] {
    return Object.values(CollectorMode).filter((mode) => {
        try {
            return planCollector(new Check(WHO), "gateway", inputs(mode, preset)).mode === mode;
        } catch {
            return false;
        }
    });
}

/** A row as the code would write it: modes, rights, folders of the node, user, Pod Security. */
function row(name: string, preset: Partial<CollectorPlanInputs>): string[] {
    const modes = modesOf(preset);
    const args = inputs(modes[0] ?? CollectorMode.Deployment, preset);
    const { clusterRules, namespaceRules, volumes, volumeMounts, root } = featureParts(
        planCollector(new Check(WHO), "gateway", { ...args, namespace: "telemetry" }),
    );
    const rights = [...clusterRules, ...namespaceRules].map((rule) => {
        const { apiGroups, resources, resourceNames, verbs } = rule as unknown as Record<string, string[]>;
        const group = apiGroups?.[0] === "" ? "" : `${apiGroups?.[0]}/`;
        const only = resourceNames === undefined ? "" : " of its own";
        return `${code((resources ?? []).map((resource) => `${group}${resource}`))}${only} (${verbs?.join(", ")})`;
    });
    const folders = (volumes as { name: string; hostPath?: { path: string } }[]).flatMap(
        ({ name: volume, hostPath }) => {
            if (hostPath === undefined) return [];
            const mount = (volumeMounts as { name: string; readOnly?: boolean }[]).find((it) => it.name === volume);
            const path = hostPath.path.replace("telemetry-gateway", "{namespace}-{name}");
            return [`\`${path}\` (${mount?.readOnly ? "read" : "written"})`];
        },
    );
    const every = modes.length === Object.keys(CollectorMode).length;
    return [
        `\`${name}\``,
        every ? "all" : code(modes),
        rights.length === 0 ? "—" : rights.join("; "),
        folders.length === 0 ? "—" : folders.join(", "),
        root ? "root" : "10001",
        readsNode(args) ? "privileged" : "restricted",
    ];
}

/** Arguments that are no feature of the registry, and change the flows. */
const OTHERS: [string, Partial<CollectorPlanInputs>][] = [
    ["`monitoring`", { monitoring: {} }],
    ["`mode: twoTier`", { mode: CollectorMode.TwoTier }],
    [
        "`endpoint.route: container-activegate`",
        { endpoint: { environment: "abc12345", route: "container-activegate", host: "dk-activegate.dynatrace" } },
    ],
    ["`proxy`", { network: { proxy: { url: "http://proxy.example.com:3128" } } }],
    ["`network.service.ports`", { network: { service: { ports: [{ name: "fluent", port: 8006 }] } } }],
];

/** All flows of a Collector, with those of its second tier. */
function allFlows(args: Partial<CollectorPlanInputs>): Flow[] {
    const plan = planCollector(new Check(WHO), "gateway", {
        endpoint: { environment: "abc12345" },
        ...args,
        processing: { kubernetesAttributes: false, ...args.processing },
    });
    const tiers = plan.secondTier === undefined ? [plan] : [firstTier(plan), secondTier(plan)];
    return tiers.flatMap((tier) => collectorFlows(new Check(WHO), tier));
}

/** The flows that the arguments add to those of others. */
function flowsOf(args: Partial<CollectorPlanInputs>, others: Partial<CollectorPlanInputs> = {}): Flow[] {
    const known = new Set(allFlows(others).map((flow) => JSON.stringify(flow)));
    const added = allFlows(args).filter((flow) => !known.has(JSON.stringify(flow)));
    return [...new Map(added.map((flow) => [JSON.stringify(flow), flow])).values()];
}

/** Some features are on only together with `kubernetesAttributes`. */
function flowsOfFeature(name: string): Flow[] {
    const others = name === "kubernetes-attributes" ? {} : { processing: { kubernetesAttributes: true } };
    return flowsOf(FEATURES_ON[name] ?? {}, others);
}

function flowRows(): string[][] {
    const rowsOf = (what: string, flows: Flow[]): string[][] =>
        flows.map(({ direction, peer, ports, reason }) => [
            what,
            direction,
            peer.name,
            ports.length === 0 ? "all" : ports.map(({ port, protocol }) => `${port}/${protocol}`).join(", "),
            reason,
        ]);
    const features = FEATURES.flatMap(({ argument, name }) =>
        argument === undefined || argument === "proxy" ? [] : rowsOf(`\`${argument}\``, flowsOfFeature(name)),
    );
    return [
        ...rowsOf("every Collector", allFlows({})),
        ...features,
        ...OTHERS.flatMap(([what, args]) => rowsOf(what, flowsOf(args))),
    ];
}

describe("docs/collector", () => {
    test("says which modes, rights, folders and Pod Security each preset takes", () => {
        const header = ["Preset", "Modes", "Rights", "Folders of the node", "User", "Pod Security"];
        const rows = Object.entries(PRESETS).map(([name, preset]) => row(name, preset));
        const { found, expected } = generatedTable("collector/permissions.md", "rights", [header, ...rows]);
        expect(found).toBe(expected);
    });

    test("says which flows each feature needs, and why", () => {
        const header = ["For", "Direction", "Peer", "Ports", "Why"];
        const { found, expected } = generatedTable("collector/network.md", "flows", [header, ...flowRows()]);
        expect(found).toBe(expected);
    });

    test("has a row of flows for each feature that declares some", () => {
        const declaring = FEATURES.filter(({ argument, name }) => argument && flowsOfFeature(name).length > 0);
        expect(declaring.length).toBeGreaterThan(8);
        const named = new Set(flowRows().flatMap(([first = ""]) => quoted(first)));
        for (const { argument = "" } of declaring) expect(named).toContain(argument);
    });

    test("gives the figures that each size comes to", () => {
        const rows = (["small", "medium", "large"] as const).map((size) => {
            const { cpuMillis, memory, spansPerSecond, outageSeconds } = planProfile(new Check(WHO), { size });
            const millions = (memory.queueBytes / 1_000_000).toFixed(1);
            const figures = [cpuMillis, memory.limitMiB, memory.goMemLimit, spansPerSecond, millions, outageSeconds];
            return [`\`${size}\``, ...figures.map((figure) => figure.toLocaleString("en-US"))];
        });
        expect(tableWith("spans a second")).toEqual(rows);
    });
});
