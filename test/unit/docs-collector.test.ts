import { readsNode } from "../../components/collector/features";
import { CollectorMode } from "../../components/collector/args";
import { featureParts } from "../../components/collector/features";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { planProfile } from "../../components/collector/profiles";
import { page, quoted, tables } from "./docs-support";
import { Check } from "../../components/shared/check";

const TEXT = page("collector.md");
const WHO = 'OtlpCollector("gateway")';

const tableWith = (column: string): string[][] =>
    tables(TEXT).find(({ header }) => header.includes(column))?.rows ?? [];
const code = (items: string[]): string => items.map((item) => `\`${item}\``).join(", ");

/** What each row of the table of presets is about, alone. */
const PRESETS: Record<string, Partial<CollectorPlanInputs>> = {
    "processing.kubernetesAttributes": { processing: { kubernetesAttributes: true } },
    "collect.containerLogs": { collect: { containerLogs: {} } },
    "collect.journald": { collect: { journald: {} } },
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

describe("docs/collector.md", () => {
    test.each(Object.entries(PRESETS))(
        "says which modes, rights, folders and Pod Security %s takes",
        (name, preset) => {
            expect(tableWith("Rights").find(([first]) => first === `\`${name}\``)).toEqual(row(name, preset));
        },
    );

    test("has no row for a preset that there is not", () => {
        expect(tableWith("Rights").map(([name = ""]) => quoted(name)[0])).toEqual(Object.keys(PRESETS));
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
