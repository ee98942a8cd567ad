import * as fc from "fast-check";

import { planProfile, spansPerSecond } from "../../components/collector/profiles";
import { memoryPlan } from "../../components/collector/sizing";
import { Check } from "../../components/shared/check";
import { CollectorSize } from "../../components/collector/args/scaling";

const WHO = 'OtlpCollector("gateway")';
const plan = (args: Parameters<typeof planProfile>[1] = {}) => planProfile(new Check(WHO), args);

describe("a size", () => {
    test.each([
        ["small", 200, 512, 6_000],
        ["medium", 1000, 2048, 30_000],
        ["large", 2000, 4096, 60_000],
    ] as const)("%s is %d thousandths of a core and %d MiB, for %d spans a second", (size, cpu, memoryMiB, spans) => {
        expect(plan({ size })).toMatchObject({ size, cpuMillis: cpu, spansPerSecond: spans });
        expect(plan({ size }).memory).toEqual(memoryPlan(new Check(WHO, "memoryMiB"), memoryMiB));
    });

    test("is small where nothing is asked for, which is what a Collector has without a profile", () => {
        expect(plan()).toEqual(plan({ size: "small" }));
        expect(plan()).toMatchObject({ cpuMillis: 200, memory: { limitMiB: 512, goMemLimit: "409MiB" } });
    });

    test("holds its own load for some ten seconds while Dynatrace does not answer, whichever it is", () => {
        for (const size of [CollectorSize.Small, CollectorSize.Medium, CollectorSize.Large]) {
            expect(plan({ size }).outageSeconds).toBeGreaterThanOrEqual(9);
            expect(plan({ size }).outageSeconds).toBeLessThanOrEqual(14);
        }
    });

    test("leaves room below the memory limiter beside three full queues", () => {
        for (const size of [CollectorSize.Small, CollectorSize.Medium, CollectorSize.Large]) {
            const { limitMiB, queueBytes } = plan({ size }).memory;
            expect((3 * queueBytes) / (limitMiB * 1024 * 1024)).toBeLessThan(0.6 / 2);
        }
    });
});

describe("figures of one's own", () => {
    test("override those of the size, which is the smallest unless another is set", () => {
        expect(plan({ memoryMiB: 1024 })).toMatchObject({ size: "small", cpuMillis: 200, memory: { limitMiB: 1024 } });
        expect(plan({ cpuMillis: 750 })).toMatchObject({ size: "small", cpuMillis: 750, memory: { limitMiB: 512 } });
        const large = plan({ size: "large", memoryMiB: 8192 });
        expect(large).toMatchObject({ cpuMillis: 2000, memory: { limitMiB: 8192 }, spansPerSecond: 60_000 });
        expect(plan({ size: "large", cpuMillis: 500, memoryMiB: 512 })).toMatchObject({ cpuMillis: 500 });
    });

    test("say what load they are for: more CPU, never less", () => {
        expect(spansPerSecond(500)).toBe(15_000);
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 64_000 }), (millis) => {
                expect(spansPerSecond(millis)).toBeLessThanOrEqual(millis * 30.488);
                expect(spansPerSecond(millis + 1)).toBeGreaterThanOrEqual(spansPerSecond(millis));
            }),
        );
    });

    test.each([
        ["an unknown size", { size: "huge" as never }, 'size: "huge" is not known; use small, medium or large'],
        ["a size that was removed", { size: "custom" as never }, 'size: "custom" is not known'],
        ["too little memory", { memoryMiB: 64 }, "memoryMiB: 64 is too small"],
        ["no CPU", { cpuMillis: 0 }, "cpuMillis: 0 is not a whole number"],
    ])("are refused where they cannot work: %s", (_, args, text) => {
        expect(() => plan(args)).toThrow(`${WHO}: ${text}`);
    });
});
