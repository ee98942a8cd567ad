import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { CollectorTokenFrom } from "../../components/collector/args";
import { type CollectorSidecarArgs, sidecarContainer } from "../../components/collector/sidecar";

const ARGS: CollectorSidecarArgs = {
    endpoint: { environment: "abc12345" },
    token: { secret: { name: "ingest-token" }, revision: "1" },
    configMapName: "shop-collector",
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain data behind Input types
const settled = (args: Partial<CollectorSidecarArgs> = {}): Promise<any> =>
    new Promise((resolve) => pulumi.output(sidecarContainer("shop", { ...ARGS, ...args })).apply(resolve));

describe("a Collector in an application's own pod", () => {
    test("starts before the application, ends after it, and listens where no other pod can reach it", async () => {
        const { container, config, httpEndpoint } = await settled();
        expect(container.restartPolicy).toBe("Always");
        expect(container.ports).toEqual([]);
        const { protocols } = parse(config).receivers.otlp;
        expect([protocols.grpc.endpoint, protocols.http.endpoint]).toEqual(["127.0.0.1:4317", "127.0.0.1:4318"]);
        expect(httpEndpoint).toBe("http://127.0.0.1:4318");
        // The kubelet asks from outside of the pod.
        expect(parse(config).extensions.health_check.endpoint).toBe("[${env:MY_POD_IP}]:13133");
    });

    test("is restricted by itself, whatever the pod allows", async () => {
        const { container } = await settled();
        expect(container.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: 10001,
            runAsGroup: 10001,
            seccompProfile: { type: "RuntimeDefault" },
        });
    });

    test("knows its pod without any right to read the cluster", async () => {
        const { container, config } = await settled();
        const { processors } = parse(config);
        expect(processors).not.toHaveProperty("k8s_attributes");
        const used = processors["resource/pod"].attributes.map(({ value }: { value: string }) => value);
        const set = container.env.map(({ name }: { name: string }) => `\${env:${name}}`);
        expect(set).toEqual(expect.arrayContaining(used));
        expect(used).toHaveLength(4);
    });

    test("has the token by reference, in the environment or as a file", async () => {
        const byVariable = await settled();
        const secretKeyRef = { name: "ingest-token", key: "token" };
        expect(byVariable.container.env[0]).toEqual({ name: "DT_API_TOKEN", valueFrom: { secretKeyRef } });
        expect(Object.keys(byVariable.annotations)).toEqual(["dynatrace-otlp/token-revision"]);
        const byFile = await settled({ tokenFrom: CollectorTokenFrom.File });
        expect(byFile.annotations).toEqual({});
        expect(byFile.podSecurityContext).toEqual({ fsGroup: 10001 });
        expect(byFile.volumes.map(({ name }: { name: string }) => name)).toEqual(["config", "token"]);
        expect(byFile.volumes[0].configMap.name).toBe("shop-collector");
    });

    test("says what cannot work when it is asked for", () => {
        expect(() => sidecarContainer("shop", { ...ARGS, memoryMiB: 64 })).toThrow(
            /^sidecarContainer\("shop"\): memoryMiB: 64/,
        );
    });
});
