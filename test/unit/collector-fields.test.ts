import * as pulumi from "@pulumi/pulumi";

import { OTLP_COLLECTOR_FIELDS, OtlpCollector, type OtlpCollectorArgs } from "../../components/collector";
import { checkArguments } from "../../components/shared/arguments";
import { Check } from "../../components/shared/check";

const BASE = { endpoint: { environment: "abc12345" }, token: { secretName: "ingest-token" } };
const NOTHING = pulumi.output<undefined>(undefined);

/** Arguments with an Output that holds no value, once it is known. */
function known(args: Partial<OtlpCollectorArgs>): Promise<unknown> {
    const given = checkArguments(new Check("C", "", OTLP_COLLECTOR_FIELDS), { ...BASE, ...args });
    return new Promise((resolve, reject) => {
        // The Output's own promise: what a resource would wait for.
        const { promise } = pulumi.output(given) as unknown as { promise: () => Promise<unknown> };
        promise().then(resolve, reject);
    });
}

test.each<[string, Partial<OtlpCollectorArgs>]>([
    ["namespace", { namespace: NOTHING }],
    ["signals", { signals: NOTHING }],
    ["networkPolicy.fromNamespaces", { networkPolicy: { fromNamespaces: NOTHING } }],
    ["networkPolicy.fromAddresses", { networkPolicy: { fromAddresses: NOTHING } }],
    ["receiver", { receiver: NOTHING }],
    ["receiver.tls", { receiver: { tls: NOTHING } }],
    ["receiver.bearer", { receiver: { bearer: NOTHING } }],
    ["image.digest", { image: { digest: NOTHING } }],
    ["serviceAccount.existingName", { serviceAccount: { existingName: NOTHING } }],
    ["service.loadBalancerSourceRanges", { service: { loadBalancerSourceRanges: NOTHING } }],
    ["persistentQueue.storageClassName", { persistentQueue: { storageClassName: NOTHING } }],
    ["redaction.emails", { redaction: { emails: NOTHING } }],
    ["trust.systemCertificates", { trust: { systemCertificates: NOTHING } }],
])(
    "an Output without a value for %s is an error: the default would open more or create something else",
    async (field, args) => {
        await expect(known(args)).rejects.toThrow(`C: ${field}: is missing: the Output given for it holds no value`);
    },
);

test("an Output without a value leaves an argument unset where the default opens nothing", async () => {
    const args = {
        replicas: NOTHING,
        labels: NOTHING,
        tailSampling: NOTHING,
        ownConfig: {},
        pods: { affinity: NOTHING },
    };
    await expect(known(args)).resolves.toMatchObject({ ...BASE, pods: {} });
});

test("a Collector without arguments says which argument is missing first", () => {
    const make = (): OtlpCollector => new OtlpCollector("x", undefined as never);
    expect(make).toThrow('OtlpCollector("x"): endpoint.environment: is missing; give an environment id');
});
