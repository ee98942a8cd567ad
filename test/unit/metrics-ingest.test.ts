import * as pulumi from "@pulumi/pulumi";

import { MetricsIngest, type MetricsIngestArgs } from "../../components/metrics-ingest";
import { curlCommand, metricsEndpoint } from "../../components/metrics-ingest/plan";
import { capture, type Captured } from "../support/capture";
import { Check } from "../../components/shared/check";

const SAAS = { environment: "abc12345" };
const PEM = "-----BEGIN CERTIFICATE-----\nMADEUP\n-----END CERTIFICATE-----\n";
const CRON = { schedule: "*/5 * * * *", script: "echo shop.load 1" };

const kinds = (resources: Captured[]): string[] => resources.map(({ type }) => type.split(":").pop() ?? "").sort();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], kind: string): any =>
    resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;
const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
    new Promise((resolve) => void output.apply((value) => resolve(value)));

/** What a component registers, and what it gives out. */
async function made(args: MetricsIngestArgs) {
    let component: MetricsIngest | undefined;
    const resources = await capture(() => (component = new MetricsIngest("shop", args)));
    const { url, env, curl, secret } = component as unknown as MetricsIngest;
    return {
        resources,
        url: await valueOf(url),
        env: await valueOf(env),
        curl: await valueOf(curl),
        secretName: secret && (await valueOf(secret.name)),
    };
}

describe("the address and variables of each route", () => {
    test.each<[string, MetricsIngestArgs["endpoint"], string]>([
        ["SaaS", SAAS, "https://abc12345.live.dynatrace.com/api/v2/metrics/ingest"],
        [
            "Managed and Dynatrace for Government",
            { environment: "https://managed.example.com/e/abc12345" },
            "https://managed.example.com/e/abc12345/api/v2/metrics/ingest",
        ],
        [
            "an Environment ActiveGate",
            { environment: "https://activegate.example.com:9999/e/abc12345" },
            "https://activegate.example.com:9999/e/abc12345/api/v2/metrics/ingest",
        ],
        [
            "an ActiveGate in the cluster",
            { environment: "https://ag.dynatrace.svc/e/abc12345" },
            "https://ag.dynatrace.svc/e/abc12345/api/v2/metrics/ingest",
        ],
    ])("%s: with the token by reference", async (_case, endpoint, expected) => {
        const { resources, url, env, secretName } = await made({ endpoint });
        expect(url).toBe(expected);
        expect(env).toEqual([
            { name: "DT_METRICS_INGEST_URL", value: expected },
            { name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { name: secretName, key: "token" } } },
        ]);
        expect(kinds(resources)).toEqual(["ApiToken", "IngestToken", "MetricsIngest", "Secret", "TokenOwner"]);
    });

    test("the OneAgent on the host: http://localhost:14499/metrics/ingest, and no token at all", async () => {
        const { resources, url, env, curl, secretName } = await made({ endpoint: { route: "oneagent" } });
        expect(url).toBe("http://localhost:14499/metrics/ingest");
        expect(env).toEqual([{ name: "DT_METRICS_INGEST_URL", value: url }]);
        expect(kinds(resources)).toEqual(["MetricsIngest"]);
        expect([secretName, curl.includes("Authorization")]).toEqual([undefined, false]);
    });

    test("the OneAgent on another port", async () => {
        const { url } = await made({ endpoint: { route: "oneagent", port: 15000 } });
        expect(url).toBe("http://localhost:15000/metrics/ingest");
    });
});

test("the token holds the scope metrics.ingest and no other", async () => {
    expect(inputsOf((await made({ endpoint: SAAS })).resources, "ApiToken").scopes).toEqual(["metrics.ingest"]);
});

test("the curl command posts text/plain with the token from the environment, as in Dynatrace's own example", async () => {
    const { curl } = await made({ endpoint: SAAS });
    expect(curl).toBe(
        'curl -L -X POST "$DT_METRICS_INGEST_URL" -H "Authorization: Api-Token $DT_API_TOKEN" ' +
            "-H 'Content-Type: text/plain; charset=utf-8' --data-raw 'cpu.temperature,cpu=1 55'",
    );
    expect(curlCommand("Bearer")).toContain('"Authorization: Bearer $DT_API_TOKEN"');
});

describe("a script on a schedule", () => {
    const withCron = (cronJob: object = {}, more: Partial<MetricsIngestArgs> = {}): ReturnType<typeof made> =>
        made({ endpoint: SAAS, cronJob: { ...CRON, ...cronJob }, ...more });

    test("runs at the restricted profile, and a run is never repeated", async () => {
        const { resources } = await withCron();
        const { spec } = inputsOf(resources, "CronJob");
        expect(spec).toMatchObject({ schedule: "*/5 * * * *", concurrencyPolicy: "Forbid" });
        expect(spec.jobTemplate.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 600 });
        const pod = spec.jobTemplate.spec.template.spec;
        expect(pod).toMatchObject({
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        });
        expect(pod.containers[0].securityContext).toEqual({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
        });
    });

    test("gets the variables, the scheme of the token, then its own", async () => {
        const env = [{ name: "QUEUE", value: "north" }];
        const { resources, secretName, url } = await withCron({ env });
        const [container] = inputsOf(resources, "CronJob").spec.jobTemplate.spec.template.spec.containers;
        expect(container.env).toEqual([
            { name: "DT_METRICS_INGEST_URL", value: url },
            { name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { name: secretName, key: "token" } } },
            { name: "DT_TOKEN_SCHEME", value: "Api-Token" },
            ...env,
        ]);
        const { data } = inputsOf(resources, "ConfigMap");
        expect(container.command.map((file: string) => file.replace("/etc/dynatrace-metrics/", ""))).toEqual([
            "/bin/sh",
            ...Object.keys(data),
        ]);
        expect(data["script.sh"]).toBe(CRON.script);
    });

    test("may reach DNS, Dynatrace and the ports it asks for, and nobody reaches it", async () => {
        const { resources } = await withCron({ egressPorts: [80, 443] });
        const { podSelector, ingress, egress, policyTypes } = inputsOf(resources, "NetworkPolicy").spec;
        const tcp = (port: number): object => ({ port, protocol: "TCP" });
        expect([policyTypes, ingress]).toEqual([["Ingress", "Egress"], []]);
        expect(egress).toEqual([
            { ports: [{ port: 53, protocol: "UDP" }, tcp(53)] },
            {
                to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } }],
                ports: [{ port: 5353, protocol: "UDP" }, tcp(5353)],
            },
            { ports: [tcp(443), tcp(80)] },
        ]);
        const { metadata } = inputsOf(resources, "CronJob").spec.jobTemplate.spec.template;
        expect(metadata.labels).toMatchObject(podSelector.matchLabels);
    });

    test("behind an ActiveGate trusts its certificate, and its pod's port is open", async () => {
        const { resources } = await withCron(
            {},
            { endpoint: { environment: "https://ag.dynatrace.svc/e/abc12345", ca: { pem: PEM } } },
        );
        expect(inputsOf(resources, "ConfigMap").data["ca.crt"]).toBe(PEM);
        const [container] = inputsOf(resources, "CronJob").spec.jobTemplate.spec.template.spec.containers;
        expect(container.env).toContainEqual({ name: "CURL_CA_BUNDLE", value: "/etc/dynatrace-metrics/ca.crt" });
        expect(inputsOf(resources, "NetworkPolicy").spec.egress[2]).toEqual({
            ports: [{ port: 9999, protocol: "TCP" }],
        });
    });

    test("uses a Secret made elsewhere, with the scheme of what is in it", async () => {
        const token = { existingSecret: { name: "mine", key: "dt", scheme: "Bearer" as const } };
        const { resources } = await withCron({}, { token });
        const [container] = inputsOf(resources, "CronJob").spec.jobTemplate.spec.template.spec.containers;
        expect(container.env.slice(1, 3)).toEqual([
            { name: "DT_API_TOKEN", valueFrom: { secretKeyRef: { name: "mine", key: "dt" } } },
            { name: "DT_TOKEN_SCHEME", value: "Bearer" },
        ]);
        expect(kinds(resources)).not.toContain("Secret");
    });
});

test("every child's name starts with the component's, and a given token is in its Secret alone", async () => {
    const token = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
    const { resources } = await made({ endpoint: SAAS, cronJob: CRON, token: { token: pulumi.secret(token) } });
    for (const { name } of resources) expect(name).toMatch(/^shop(-|$)/);
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("NOTASECRET"));
    expect(holders.map(({ type }) => type)).toEqual(["kubernetes:core/v1:Secret"]);
});

test("the address of the API that makes the token is that of the endpoint, but not where it is an ActiveGate", async () => {
    expect(inputsOf((await made({ endpoint: SAAS })).resources, "ApiToken").apiUrl).toBe(
        "https://abc12345.live.dynatrace.com/api",
    );
    const endpoint = { environment: "https://activegate.example.com:9999/e/abc12345" };
    expect(inputsOf((await made({ endpoint })).resources, "ApiToken").apiUrl).toBeUndefined();
});

describe("refused before anything is made", () => {
    const secret = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
    test.each<[string, MetricsIngestArgs, RegExp]>([
        [
            "a token for the OneAgent",
            { endpoint: { route: "oneagent" }, token: {} },
            /: token: is not for the OneAgent/,
        ],
        ["a CronJob for the OneAgent", { endpoint: { route: "oneagent" }, cronJob: CRON }, /: cronJob: cannot reach/],
        [
            "a CronJob without a Secret",
            { endpoint: SAAS, cronJob: CRON, token: { secretDelivery: "none" } },
            /: token\.secretDelivery: /,
        ],
        [
            "a schedule that is none",
            { endpoint: SAAS, cronJob: { ...CRON, schedule: "5 minutes" } },
            /: cronJob\.schedule: /,
        ],
        ["an empty script", { endpoint: SAAS, cronJob: { ...CRON, script: " \n" } }, /: cronJob\.script: is empty/],
        [
            "a token in the script",
            { endpoint: SAAS, cronJob: { ...CRON, script: `T=${secret}` } },
            /: cronJob\.script: holds a token/,
        ],
        [
            "a port that is none",
            { endpoint: SAAS, cronJob: { ...CRON, egressPorts: [0] } },
            /: cronJob\.egressPorts: 0/,
        ],
        ...["DT_METRICS_INGEST_URL", "DT_API_TOKEN", "DT_TOKEN_SCHEME"].map(
            (name): [string, MetricsIngestArgs, RegExp] => [
                `another ${name}, which would win over the one set here`,
                { endpoint: SAAS, cronJob: { ...CRON, env: [{ name, value: "x" }] } },
                new RegExp(`: cronJob\\.env\\[0\\]\\.name: "${name}" is already set by the component; leave it out$`),
            ],
        ),
        [
            "another CA for curl, where there is one",
            { endpoint: { ...SAAS, ca: { pem: PEM } }, cronJob: { ...CRON, env: [{ name: "CURL_CA_BUNDLE" }] } },
            /: cronJob\.env\[0\]\.name: "CURL_CA_BUNDLE" is already set by the component/,
        ],
        [
            "a variable that stands twice",
            { endpoint: SAAS, cronJob: { ...CRON, env: [{ name: "A" }, { name: "A" }] } },
            /: cronJob\.env\[1\]\.name: "A" is in the list twice/,
        ],
        [
            "a variable that no shell could read",
            { endpoint: SAAS, cronJob: { ...CRON, env: [{ name: "MY-KEY" }] } },
            /: cronJob\.env\[0\]\.name: "MY-KEY" is not the name of a variable/,
        ],
        ["no time", { endpoint: SAAS, cronJob: { ...CRON, timeoutSeconds: 0 } }, /: cronJob\.timeoutSeconds: 0/],
        ["a wrong endpoint", { endpoint: { environment: "https://example.com" } }, /: endpoint\.environment: /],
    ])("%s", async (_case, args, text) => {
        const attempt = (): unknown => new MetricsIngest("shop", args);
        await capture(() => {
            expect(attempt).toThrow(text);
            expect(attempt).toThrow(/^MetricsIngest\("shop"\): /);
            expect(attempt).not.toThrow(/NOTASECRET/);
        });
    });

    test("a OneAgent that shows only when a value is known, as whether there is a token has to be known before", () => {
        expect(() => metricsEndpoint(new Check("C"), { route: "oneagent" }, false)).toThrow(
            /^C: endpoint\.route: oneagent decides/,
        );
    });

    test("a CronJob under a name that Kubernetes does not take", async () => {
        await capture(() =>
            expect(() => new MetricsIngest("Shop_1", { endpoint: SAAS, cronJob: CRON })).toThrow(/: name: "Shop_1"/),
        );
    });
});
