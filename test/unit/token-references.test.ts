import * as pulumi from "@pulumi/pulumi";

import { apiUrlOfEndpoint } from "../../components/ingest-token/api-url";
import { Check } from "../../components/shared/check";
import {
    ExternalTokenSecret,
    IngestToken,
    MetricsIngest,
    TelemetryPipeline,
    type TelemetryPipelineArgs,
    type TokenReferenceArgs,
} from "../../index";
import { capture, type Captured } from "../support/capture";

const endpoint = { environment: "abc12345" };
const LIVE = "https://abc12345.live.dynatrace.com/api";
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], kind: string): any =>
    resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;

describe("a pipeline with a token that is created elsewhere", () => {
    const references: [string, () => TokenReferenceArgs, { name: unknown; key: string }][] = [
        [
            "an ExternalTokenSecret",
            () =>
                new ExternalTokenSecret("external", {
                    store: { name: "aws" },
                    remoteRef: { key: "shop/dynatrace" },
                    revision: "1",
                    namespace: "telemetry",
                }),
            { name: expect.stringMatching(/^external-[0-9a-f]+$/), key: "token" },
        ],
        [
            "an IngestToken",
            () => new IngestToken("elsewhere", { endpoint, namespace: "telemetry" }),
            { name: "elsewhere-secret-1a2b3c4d", key: "token" },
        ],
        ["any Secret", () => ({ secret: { name: "mine", key: "dt" }, revision: "7" }), { name: "mine", key: "dt" }],
    ];

    test.each(references)(
        "%s: the Collector reads its Secret, and the pipeline creates none",
        async (_case, make, key) => {
            const resources = await capture(
                () => new TelemetryPipeline("telemetry", { endpoint, tokenReference: make() }),
            );
            const [container] = inputsOf(resources, "Deployment").spec.template.spec.containers;
            expect(container.env[0].valueFrom.secretKeyRef).toEqual(key);
            expect(resources.filter(({ name }) => name.startsWith("telemetry-ingest"))).toEqual([]);
            // The other conveniences stay.
            const { metadata } = inputsOf(resources, "Namespace");
            expect(metadata.name).toBe("telemetry");
            expect(metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
        },
    );

    test("another revision or another Secret restarts the pods", async () => {
        const annotations = async (secret: string, revision: string): Promise<unknown> => {
            const tokenReference = { secret: { name: secret }, revision };
            const resources = await capture(() => new TelemetryPipeline("telemetry", { endpoint, tokenReference }));
            return JSON.stringify(inputsOf(resources, "Deployment").spec.template.metadata.annotations);
        };
        const all = [await annotations("a", "1"), await annotations("a", "2"), await annotations("b", "1")];
        expect(new Set(all).size).toBe(3);
    });

    const known = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => void output.apply(resolve));
    async function outputsWith(make: () => TokenReferenceArgs): Promise<Record<string, unknown>> {
        let found: Promise<Record<string, unknown>> | undefined;
        await capture(() => {
            const pipeline = new TelemetryPipeline("telemetry", { endpoint, tokenReference: make() });
            const { secret, token, tokenId, routeDiagram } = pipeline;
            found = known(pulumi.output({ secret, token, tokenId, routeDiagram }));
        });
        return (await found) ?? {};
    }

    test("its outputs are those of the reference", async () => {
        const plain = await outputsWith(() => ({ secret: { name: "mine" } }));
        expect(plain).toMatchObject({
            secret: { name: "mine", key: "token" },
            routeDiagram: expect.stringContaining("abc12345"),
        });
        expect([plain.token, plain.tokenId]).toEqual([undefined, undefined]);
        const ingest = await outputsWith(() => new IngestToken("elsewhere", { endpoint }));
        expect([ingest.token, ingest.tokenId]).toEqual(["made-up", "dt0c01.MADEUP"]);
    });

    test("is checked with the token of an IngestToken", async () => {
        const resources = await capture(() => {
            const tokenReference = new IngestToken("elsewhere", { endpoint });
            new TelemetryPipeline("telemetry", { endpoint, tokenReference, ingestCheck: {} });
        });
        expect(inputsOf(resources, "dynamic/dynatrace:IngestCheck")).toMatchObject({
            // A secret, as the mocks show it.
            token: expect.objectContaining({ value: "made-up" }),
            scheme: "Api-Token",
        });
    });

    const reference = { secret: { name: "mine" } };
    test.each<[string, () => Partial<TelemetryPipelineArgs>, string]>([
        [
            "token as well",
            () => ({ tokenReference: reference, token: {} }),
            "tokenReference: cannot be combined with token; ",
        ],
        [
            "a check, for which no token is readable",
            () => ({ tokenReference: reference, ingestCheck: {} }),
            "ingestCheck: needs the token itself, which tokenReference does not hold; remove ingestCheck",
        ],
        [
            "a check, for which an IngestToken has no token",
            () => {
                const tokenReference = new IngestToken("elsewhere", { existingSecret: { name: "mine" } });
                return { tokenReference, ingestCheck: {} };
            },
            "ingestCheck: needs the token itself",
        ],
        [
            "an invalid name",
            () => ({ tokenReference: { secret: { name: "Bad Name" } } }),
            'tokenReference.secret.name: "Bad Name" is not',
        ],
        [
            "an unknown field",
            () => ({ tokenReference: { ...reference, rev: 1 } as never }),
            "tokenReference.rev: is not a known",
        ],
        ["no Secret", () => ({ tokenReference: {} as never }), "tokenReference.secret.name: is missing"],
        [
            "an unknown scheme",
            () => ({ tokenReference: { ...reference, scheme: "Basic" as never } }),
            'tokenReference.scheme: "Basic" is not known',
        ],
    ])("is refused with %s", async (_case, args, text) => {
        await capture(() => {
            const given = args();
            expect(() => new TelemetryPipeline("telemetry", { endpoint, ...given })).toThrow(
                `TelemetryPipeline("telemetry"): ${text}`,
            );
        });
    });

    test("takes a check that is off", async () => {
        const ingestCheck = { enabled: false };
        const make = (): unknown =>
            new TelemetryPipeline("telemetry", { endpoint, tokenReference: reference, ingestCheck });
        expect(inputsOf(await capture(make), "dynamic/dynatrace:IngestCheck")).toBeUndefined();
    });
});

describe("the API URL of an IngestToken", () => {
    const urlOf = async (program: () => unknown): Promise<unknown> =>
        inputsOf(await capture(program), "ApiToken").apiUrl as unknown;

    test("follows from endpoint for SaaS and Managed, also from an Output", async () => {
        const managed = { environment: "https://managed.example.com/e/abc12345" };
        expect(await urlOf(() => new IngestToken("shop", { endpoint }))).toBe(LIVE);
        expect(
            await urlOf(() => new IngestToken("shop", { endpoint: { environment: pulumi.output("abc12345") } })),
        ).toBe(LIVE);
        expect(await urlOf(() => new IngestToken("shop", { endpoint: managed }))).toBe(`${managed.environment}/api`);
    });

    test("is the given one where both are given, and the environment is the same", async () => {
        const apiUrl = "https://ag.example.com:9999/e/ABC12345/api";
        expect(await urlOf(() => new IngestToken("shop", { endpoint, apiUrl }))).toBe(apiUrl);
        // A proxy, whose URL names no environment.
        const proxy = "https://dynatrace.example.com/api";
        expect(await urlOf(() => new IngestToken("shop", { endpoint, apiUrl: proxy }))).toBe(proxy);
    });

    const other = "https://xyz98765.live.dynatrace.com/api";
    const problem =
        "names the environment xyz98765, but endpoint names abc12345, which would reject the token; remove apiUrl";
    test.each<[string, () => unknown]>([
        [`IngestToken("c"): apiUrl: ${problem}`, () => new IngestToken("c", { endpoint, apiUrl: other })],
        [
            `TelemetryPipeline("c"): token.apiUrl: ${problem}`,
            () => new TelemetryPipeline("c", { endpoint, token: { apiUrl: other } }),
        ],
        [
            `MetricsIngest("c"): token.apiUrl: ${problem}`,
            () => new MetricsIngest("c", { endpoint, token: { apiUrl: other } }),
        ],
        [
            'IngestToken("c"): endpoint: is only for a token created here',
            () => new IngestToken("c", { endpoint, token: `dt0c01.MADEUP.${"NOTASECRET".repeat(6)}` }),
        ],
        [
            'IngestToken("c"): endpoint: cannot be combined with existingSecret',
            () => new IngestToken("c", { endpoint, existingSecret: { name: "mine" } }),
        ],
        ['IngestToken("c"): endpoint.environment: is missing', () => new IngestToken("c", { endpoint: {} })],
    ])("is one error: %s", async (text, make) => {
        await capture(() => expect(make).toThrow(text));
    });

    test("is known when the program runs, if what decides it is", () => {
        const check = new Check('IngestToken("shop")').at("endpoint");
        expect(apiUrlOfEndpoint(check, endpoint)).toBe(LIVE);
        const ca = { pem: pulumi.output("later") };
        expect(apiUrlOfEndpoint(check, { ...endpoint, ca })).toBe(LIVE);
        expect(apiUrlOfEndpoint(check, { environment: "https://ag.example.com:9999/e/abc12345" })).toBeUndefined();
        expect(pulumi.Output.isInstance(apiUrlOfEndpoint(check, { environment: pulumi.output("abc12345") }))).toBe(
            true,
        );
    });
});
