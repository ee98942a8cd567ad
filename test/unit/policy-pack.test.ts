import { policies } from "../../policy";
import { withLevels } from "../../policy/pack";

test("every policy is mandatory, says what it is about and the way out, and has a name of this package", () => {
    expect(policies.map(({ name }) => name).sort()).toEqual([
        "dynatrace-otlp-endpoint",
        "dynatrace-otlp-network-policy",
        "dynatrace-otlp-no-token-in-clear",
        "dynatrace-otlp-token-expiry",
        "dynatrace-otlp-token-scopes",
        "dynatrace-otlp-token-secret-output",
    ]);
    for (const { enforcementLevel, description, remediationSteps } of policies) {
        expect(enforcementLevel).toBe("mandatory");
        expect(description).toMatch(/^.{20,}\.$/);
        expect(remediationSteps).toMatch(/^.{10,}\.$/);
    }
});

test("every setting has a default, so that the pack works without configuration", () => {
    for (const { name, configSchema } of policies) {
        for (const [key, schema] of Object.entries(configSchema?.properties ?? {})) {
            expect([name, key, typeof schema.default]).not.toContain("undefined");
        }
        expect(configSchema?.required ?? []).toEqual([]);
    }
});

test("configuring a mandatory policy leaves it mandatory, unless the level is what is configured", () => {
    const name = "dynatrace-otlp-token-expiry";
    expect(withLevels(policies, { [name]: { maxDays: 30 } })).toEqual({
        [name]: { enforcementLevel: "mandatory", maxDays: 30 },
    });
    const lowered = { [name]: { enforcementLevel: "advisory" as const, maxDays: 30 } };
    expect(withLevels(policies, lowered)).toEqual(lowered);
    expect(withLevels(policies, { [name]: "disabled" })).toEqual({ [name]: "disabled" });
    expect(withLevels(policies, { "namespaces-have-an-owner": { a: 1 } })).toEqual({
        "namespaces-have-an-owner": { a: 1 },
    });
});
