import * as pulumi from "@pulumi/pulumi";

import { OTLP_COLLECTOR_FIELDS, OtlpCollector, type OtlpCollectorArgs } from "../../components/collector";
import { checkArguments } from "../../components/shared/arguments";
import { Check } from "../../components/shared/check";

const BASE = { endpoint: { environment: "abc12345" }, token: { secret: { name: "ingest-token" } } };
const NOTHING = pulumi.output<undefined>(undefined);

/** What a resource waits for of an Output. Each part rejects by itself, and Node ends on one that nobody awaits. */
interface Parts {
    promise: () => Promise<unknown>;
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    allResources: () => Promise<unknown>;
}

/** The value of an argument given as an Output, or the error. */
async function known(field: string, args: Partial<OtlpCollectorArgs>): Promise<unknown> {
    const given = checkArguments(new Check("C", "", OTLP_COLLECTOR_FIELDS), { ...BASE, ...args });
    const at = (value: unknown, name: string): unknown => (value as Record<string, unknown>)[name];
    const output = field.split(".").reduce<unknown>(at, given) as Parts;
    const parts = [output.promise(), output.isKnown, output.isSecret, output.allResources()];
    const [value] = await Promise.allSettled(parts);
    if (value?.status === "rejected") throw value.reason;
    return value?.value;
}

test.each<[string, Partial<OtlpCollectorArgs>]>([
    ["namespace", { namespace: NOTHING }],
    ["signals", { signals: NOTHING }],
    ["network.networkPolicy.fromNamespaces", { network: { networkPolicy: { fromNamespaces: NOTHING } } }],
    ["network.networkPolicy.fromAddresses", { network: { networkPolicy: { fromAddresses: NOTHING } } }],
    ["receiver", { receiver: NOTHING }],
    ["receiver.tls", { receiver: { tls: NOTHING } }],
    ["receiver.bearer", { receiver: { bearer: NOTHING } }],
    ["image.digest", { image: { digest: NOTHING } }],
    ["pods.serviceAccount.existingName", { pods: { serviceAccount: { existingName: NOTHING } } }],
    ["network.service.loadBalancerSourceRanges", { network: { service: { loadBalancerSourceRanges: NOTHING } } }],
    ["persistentQueue.storageClassName", { persistentQueue: { storageClassName: NOTHING } }],
    ["processing.redaction.emails", { processing: { redaction: { emails: NOTHING } } }],
    ["network.trust.systemCertificates", { network: { trust: { systemCertificates: NOTHING } } }],
])(
    "an Output without a value for %s is an error: the default would open more or create something else",
    async (field, args) => {
        await expect(known(field, args)).rejects.toThrow(
            `C: ${field}: is missing: the Output given for it holds no value`,
        );
    },
);

test.each<[string, Partial<OtlpCollectorArgs>]>([
    ["replicas", { replicas: NOTHING }],
    ["labels", { labels: NOTHING }],
    ["processing.tailSampling", { processing: { tailSampling: NOTHING } }],
    ["scheduling.affinity", { scheduling: { affinity: NOTHING } }],
])("an Output without a value for %s leaves it unset: the default opens nothing", async (field, args) => {
    await expect(known(field, args)).resolves.toBeUndefined();
});

test("null for an object leaves it out", () => {
    const args = { collect: { containerLogs: null }, persistentQueue: null, intake: { statsd: null } } as never;
    const given = checkArguments(new Check("C", "", OTLP_COLLECTOR_FIELDS), args);
    expect(given).toEqual({ collect: {}, intake: {} });
});

test("a Collector without arguments says which argument is missing first", () => {
    const make = (): OtlpCollector => new OtlpCollector("x", undefined as never);
    expect(make).toThrow('OtlpCollector("x"): endpoint.environment: is missing; give an environment id');
});
