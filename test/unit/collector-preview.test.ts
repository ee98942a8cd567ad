import * as pulumi from "@pulumi/pulumi";

import { OtlpCollector, type OtlpCollectorArgs } from "../../index";

const BASE = { endpoint: { environment: "abc12345" }, namespace: "telemetry" };
const make = (args: Record<string, unknown>) => () =>
    new OtlpCollector("gateway", { ...BASE, ...args } as unknown as OtlpCollectorArgs);

describe("what is not known in a preview", () => {
    /** Runs a program as a preview does, in which such values stay unknown. */
    async function preview(program: () => unknown): Promise<Record<string, unknown>> {
        const inputs: Record<string, unknown> = {};
        await pulumi.runtime.setMocks(
            {
                newResource: ({ name, inputs: given }) => {
                    inputs[name] = given;
                    return { id: name, state: given as Record<string, unknown> };
                },
                call: () => ({}),
            },
            "project",
            "stack",
            true,
        );
        program();
        await pulumi.runtime.disconnect();
        return inputs;
    }

    test("stops nothing, and hides nothing but itself", async () => {
        const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;
        const inputs = await preview(
            make({
                token: { secret: { name: unknown, key: "token" }, revision: unknown, scheme: unknown },
                network: { service: { annotations: { a: unknown } } },
                pods: { serviceAccount: { annotations: unknown } },
            }),
        );
        const shown = inputs["gateway-deployment"] as {
            spec: { template: { spec: { containers: { image: string; env: object[] }[] } } };
        };
        expect(shown.spec.template.spec.containers[0]?.image).toContain("dynatrace-otel-collector:");
        expect(shown.spec.template.spec.containers[0]?.env).toContainEqual(
            expect.objectContaining({ name: "MY_POD_IP" }),
        );
        expect(inputs["gateway-service"]).toMatchObject({
            spec: { selector: { "app.kubernetes.io/instance": "gateway" } },
        });
    });

    test("stops nothing where all of it is unknown", async () => {
        const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<never>;
        const nested = { endpoint: unknown, namespace: unknown, signals: unknown, labels: unknown, image: unknown };
        const more = {
            receiver: unknown,
            network: { trust: unknown },
            processing: { resourceAttributes: unknown },
            pods: { env: unknown, envFrom: unknown },
        };
        const policy = { fromNamespaces: unknown, fromAddresses: unknown, apiServerPorts: unknown };
        const inputs = await preview(
            make({
                ...nested,
                ...more,
                network: { ...more.network, networkPolicy: policy },
                pods: { ...more.pods, labels: unknown },
                token: { secret: { name: unknown } },
            }),
        );
        expect(Object.keys(inputs)).toContain("gateway-deployment");
    });
});
