import { type CollectorPlanInputs, planCollector } from "../../components/collector/plan";
import { OtlpCollector, type OtlpCollectorArgs } from "../../index";
import { capture, manifestsOf } from "../support/capture";
import { Check } from "../../components/shared/check";

const BASE = { endpoint: { environment: "abc12345" }, namespace: "telemetry" };
const WHO = 'OtlpCollector("gateway")';
const DELTAS = { processing: { cumulativeToDelta: false } };

/** What a program with a Collector registers, by kind; the last of a kind. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects as the API server takes them
async function objectsOf(args: Partial<OtlpCollectorArgs>): Promise<Record<string, any>> {
    const all = { ...BASE, token: { secret: { name: "ingest-token" } }, ...args };
    const resources = await capture(() => new OtlpCollector("gateway", all));
    return Object.fromEntries(manifestsOf(resources).map((object) => [object.kind, object]));
}
const warningsOf = (args: Partial<CollectorPlanInputs>): string[] =>
    planCollector(new Check(WHO), "gateway", { ...BASE, ...args }).warnings;
const make = (args: Partial<OtlpCollectorArgs>) => (): OtlpCollector =>
    new OtlpCollector("gateway", { ...BASE, token: { secret: { name: "ingest-token" } }, ...args });

describe("the account", () => {
    test("takes annotations, by which a cloud knows it", async () => {
        const annotations = { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/made-up" };
        const { ServiceAccount } = await objectsOf({ pods: { serviceAccount: { annotations } } });
        expect(ServiceAccount.metadata).toMatchObject({ name: "gateway", annotations });
    });

    test("is one that exists, which gets the rights, in both tiers", async () => {
        const serviceAccount = { existingName: "shared" };
        const objects = await objectsOf({
            mode: "twoTier",
            pods: { serviceAccount },
            collect: { kubernetesEvents: true },
        });
        expect(objects).not.toHaveProperty("ServiceAccount");
        for (const kind of ["ClusterRoleBinding", "RoleBinding"]) {
            expect(objects[kind].subjects).toEqual([
                { kind: "ServiceAccount", name: "shared", namespace: "telemetry" },
            ]);
        }
        for (const kind of ["Deployment", "StatefulSet"]) {
            expect(objects[kind].spec.template.spec.serviceAccountName).toBe("shared");
        }
    });
});

describe("variables from whole objects, images to the byte, volumes that go", () => {
    test("all keys of a Secret or ConfigMap are variables, below what is set by name", async () => {
        const { Deployment } = await objectsOf({
            pods: {
                envFrom: [
                    { secretRef: { name: "partner" }, prefix: "PARTNER_" },
                    { configMapRef: { name: "regions", optional: true } },
                ],
            },
        });
        expect(Deployment.spec.template.spec.containers[0].envFrom).toEqual([
            { prefix: "PARTNER_", secretRef: { name: "partner" } },
            { configMapRef: { name: "regions", optional: true } },
        ]);
    });

    test("a digest names the image, and the version what it can do", async () => {
        const digest = `sha256:${"ab".repeat(32)}`;
        const image = { repository: "registry.example.com/collector", digest, version: "0.52.0" };
        const { Deployment, ConfigMap } = await objectsOf({ image });
        expect(Deployment.spec.template.spec.containers[0].image).toBe(`registry.example.com/collector@${digest}`);
        expect(ConfigMap.data["config.yaml"]).toContain("cumulativetodelta");
        expect(make({ image: { ...image, version: "0.30.0" } })).toThrow("image.version");
    });

    test("volumes of a StatefulSet stay, unless they are to go with it or with a pod", async () => {
        const retention = async (persistentQueue: OtlpCollectorArgs["persistentQueue"]) =>
            (await objectsOf({ mode: "statefulSet", persistentQueue }))["StatefulSet"].spec
                .persistentVolumeClaimRetentionPolicy;
        expect(await retention({})).toBeUndefined();
        expect(await retention({ deleteWithWorkload: true })).toEqual({ whenDeleted: "Delete", whenScaled: "Retain" });
        const scaled = { ...DELTAS, mode: "statefulSet", scaling: { autoscaling: { maxReplicas: 3 } } } as const;
        expect(warningsOf({ ...scaled, persistentQueue: { deleteWhenScaledDown: true } })[0]).toContain("is lost");
        expect(warningsOf({ ...scaled, persistentQueue: {} })[0]).toContain("is not sent until the pod is added again");
    });
});
