import { renderedConfig } from "../../components/collector/config";
import { featureParts } from "../../components/collector/features";
import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { firstTier, secondTier } from "../../components/collector/two-tier";
import { IBANS } from "../../components/collector/features/ibans";
import { Check } from "../../components/shared/check";

const plan = (args: Partial<CollectorPlanInputs>) =>
    planCollector(new Check('OtlpCollector("gateway")'), "gateway", { endpoint: { environment: "abc12345" }, ...args });

const masked = (text: string): string =>
    IBANS.reduce((rest, pattern) => rest.replace(new RegExp(pattern, "g"), "****"), text);

/** A made-up IBAN with right check digits. */
function iban(country: string, rest: string): string {
    const digits = `${rest}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
    return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, "0")}${rest}`;
}

describe("IBANs", () => {
    test.each([
        iban("AT", "1900000000012345"),
        iban("DE", "370400440000012345"),
        iban("FR", "20041010050500013M02606"),
        iban("NO", "86011117947"),
        iban("MT", "MALT011000012345MTLCAST001S"),
        iban("GB", "WEST12345698765432"),
    ])("%s is masked, at once, in groups, in lower case and in a sentence", (number) => {
        const groups = number.match(/.{1,4}/g) ?? [];
        for (const text of [number, groups.join(" "), groups.join("-"), number.toLowerCase()]) {
            expect(masked(`paid to ${text}, thanks`)).toBe("paid to ****, thanks");
        }
    });

    test.each([
        ["a digit too few", "DE8937040044053201300"],
        ["a digit too many", "DE893704004405320130001"],
        ["check digits that never occur", "DE99370400440532013000"],
        ["a country without IBANs", "US89370400440532013000"],
        ["part of a longer word", "XDE89370400440532013000"],
        ["another sign within", "DE89_370400440532013000"],
    ])("%s is no IBAN", (_why, text) => expect(masked(text)).toBe(text));
});

describe("metrics from spans", () => {
    test("are counted by the first tier, which does not sample; the second tier samples", () => {
        const both = plan({ mode: "twoTier", processing: { spanMetrics: {}, tailSampling: {} } });
        expect(renderedConfig(firstTier(both), "Api-Token")).toMatchObject({
            connectors: { "forward/traces": {} },
            service: {
                pipelines: {
                    "traces/received": { exporters: ["span_metrics", "forward/traces"] },
                    traces: { receivers: ["forward/traces"], processors: [], exporters: ["load_balancing/traces"] },
                    metrics: { receivers: ["otlp", "span_metrics"] },
                },
            },
        });
        expect(renderedConfig(secondTier(both), "Api-Token")).not.toHaveProperty("connectors");
    });
});

test.each([
    [
        { processing: { spanMetrics: {} }, signals: ["traces"] },
        /processing\.spanMetrics: .*does not contain metrics; add/,
    ],
    [{ processing: { spanMetrics: { dimensions: ["span.kind"] } } }, /spanMetrics\.dimensions\[0\]: "span\.kind"/],
    [{ processing: { spanMetrics: { bucketsMillis: [5, 5] } } }, /bucketsMillis\[1\]: 5 is not above/],
    [{ processing: { probabilisticSampling: {}, tailSampling: {} } }, /probabilisticSampling: cannot be combined/],
    [{ processing: { probabilisticSampling: { percentage: 101 } } }, /percentage: 101 is not a percentage/],
    [{ processing: { drop: [{ signal: "logs" }] } }, /drop\[0\]: has no condition/],
    [{ processing: { drop: [{ signal: "logs", name: "x" }] } }, /drop\[0\]\.name: is not a condition for logs/],
    [{ processing: { drop: [{ signal: "traces", namePattern: ".*" }] } }, /namePattern: ".\*" matches an empty/],
    [{ processing: { drop: [{ signal: "traces", name: "\ud83d" }] } }, /name: contains half of a character/],
    [{ intake: { fluentForward: true }, receiver: { tls: { secretName: "tls" } } }, /fluentForward: has neither TLS/],
    [{ intake: { kafka: { brokers: ["k:9092"] } } }, /intake\.kafka: has no topics/],
    [{ intake: { kafka: { brokers: ["k:9092"], logs: { topics: ["a b"] } } } }, /logs\.topics\[0\]: "a b" is not/],
    [
        { intake: { kafka: { brokers: ["k:9092"], metrics: { topics: ["m"], encoding: "text" } } } },
        /metrics\.encoding: "text" is not known/,
    ],
])("is refused: %j", (args, text) => {
    expect(() => plan(args as never)).toThrow(text);
});

test("Kafka's user and password are references, and the password warns without TLS", () => {
    const sasl = { mechanism: "PLAIN", username: { name: "kafka" }, password: { name: "kafka" } } as const;
    const found = plan({ intake: { kafka: { brokers: ["k.shop.svc:9092"], logs: { topics: ["t"] }, sasl } } });
    expect(featureParts(found).env).toContainEqual({
        name: "KAFKA_PASSWORD",
        valueFrom: { secretKeyRef: { name: "kafka", key: "password" } },
    });
    expect(found.warnings.join()).toContain("intake.kafka.sasl: the password and all data are transmitted unencrypted");
});
