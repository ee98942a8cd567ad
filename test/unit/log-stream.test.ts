import * as pulumi from "@pulumi/pulumi";

import { OutSystemsLogStream, type OutSystemsLogStreamArgs } from "../../components/log-stream";
import { OutSystemsLifeTimeForm } from "../../components/log-stream/args";
import { planStream } from "../../components/log-stream/settings";
import { retirementProblems } from "../../providers/tokens/checks";
import { capture, type Captured } from "../support/capture";
import { Check } from "../../components/shared/check";

const SAAS = { environment: "abc12345" };
const URL = "https://abc12345.live.dynatrace.com/api/v2/otlp/v1/logs";

const valueOf = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => void output.apply(resolve));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const tokenIn = (resources: Captured[]): any => resources.find(({ type }) => type.endsWith(":ApiToken"))?.inputs;

async function made(args: Partial<OutSystemsLogStreamArgs>) {
    let component: OutSystemsLogStream | undefined;
    const all = { endpoint: SAAS, lifeTimeVersion: "11.22.0", ...args };
    const resources = await capture(() => (component = new OutSystemsLogStream("outsystems", all)));
    const stream = component as unknown as OutSystemsLogStream;
    return { resources, stream, fields: await valueOf(stream.fields) };
}

const formOf = (lifeTimeVersion: string): OutSystemsLifeTimeForm =>
    planStream(new Check("C"), { endpoint: SAAS, lifeTimeVersion }).form;

describe("the fields of LifeTime", () => {
    test("11.22.0 and higher: Destination Dynatrace, URL, API access token", async () => {
        expect((await made({ lifeTimeVersion: "11.22.0" })).fields).toEqual({
            Destination: "Dynatrace",
            URL,
            "API access token": "Api-Token made-up",
        });
    });

    test("lower than 11.22.0: Destination Other, Protocol OTLP/HTTP, Endpoint, API key header name, API key", async () => {
        expect((await made({ lifeTimeVersion: "11.21.9" })).fields).toEqual({
            Destination: "Other",
            Protocol: "OTLP/HTTP",
            Endpoint: URL,
            "API key header name": "Authorization",
            "API key": "Api-Token made-up",
        });
    });

    test.each<[string, OutSystemsLifeTimeForm]>([
        ["11.22.0", "Dynatrace"],
        ["11.22", "Dynatrace"],
        ["11.22.0.1234", "Dynatrace"],
        ["11.100.0", "Dynatrace"],
        ["12.0.0", "Dynatrace"],
        ["11.21.99", "Other"],
        ["11.19.0", "Other"],
        ["11.9.0", "Other"],
    ])("versions are compared as numbers: %s has the form %s", (version, form) => expect(formOf(version)).toBe(form));

    test("a configuration made before 11.22.0 keeps its form, with the same URL, key and token", async () => {
        const [old, kept, upgraded] = [
            await made({ lifeTimeVersion: "11.21.0" }),
            await made({ lifeTimeVersion: "11.22.0", form: OutSystemsLifeTimeForm.Other }),
            await made({ lifeTimeVersion: "11.22.0" }),
        ];
        expect(kept.fields).toEqual(old.fields);
        expect(upgraded.fields["URL"]).toBe(old.fields["Endpoint"]);
        expect(upgraded.fields["API access token"]).toBe(old.fields["API key"]);
        expect(tokenIn(upgraded.resources)).toEqual(tokenIn(old.resources));
    });

    test("never name gRPC, which Dynatrace does not take", async () => {
        for (const lifeTimeVersion of ["11.21.0", "11.22.0"]) {
            expect(JSON.stringify((await made({ lifeTimeVersion })).fields)).not.toMatch(/grpc|4317/i);
        }
    });

    test("a platform token gets its own scheme", async () => {
        const token = `dt0s16.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
        expect((await made({ token: { token } })).fields["API access token"]).toBe(`Bearer ${token}`);
    });
});

describe("the token", () => {
    test("may ingest logs and nothing else", async () => {
        expect(tokenIn((await made({})).resources).scopes).toEqual(["logs.ingest"]);
    });

    test("is a secret in every output that holds it, and in no Kubernetes object", async () => {
        const { stream, resources } = await made({});
        expect(await pulumi.isSecret(stream.fields)).toBe(true);
        expect(await pulumi.isSecret(stream.authorization)).toBe(true);
        expect(await pulumi.isSecret(stream.destination)).toBe(false);
        expect(resources.filter(({ type }) => type.startsWith("kubernetes:"))).toEqual([]);
    });

    test("that was replaced serves on for a week, as somebody has to type the new one", async () => {
        expect(tokenIn((await made({})).resources).overlapDays).toBe(7);
        expect(tokenIn((await made({ token: { overlapDays: 2 } })).resources).overlapDays).toBe(2);
    });

    test.each([
        [10, 5, 5],
        [60, 30, 7],
        [30, 23, 7],
        [30, 23.5, 6],
        [10, 9.5, undefined],
    ])(
        "that lives %p days and is replaced after %p serves on for as many as fit, which the token's own check takes",
        async (expiresAfterDays, rotateAfterDays, overlapDays) => {
            const { resources } = await made({ token: { expiresAfterDays, rotateAfterDays } });
            const inputs = tokenIn(resources);
            expect(inputs.overlapDays).toBe(overlapDays);
            expect(retirementProblems(inputs)).toEqual([]);
        },
    );
});

describe("refused before anything is made", () => {
    test.each<[string, Partial<OutSystemsLogStreamArgs>, RegExp]>([
        ["a version that is none", { lifeTimeVersion: "latest" }, /lifeTimeVersion: "latest" is not a version/],
        ["half a version", { lifeTimeVersion: "11" }, /lifeTimeVersion: "11" is not a version/],
        [
            "a form that LifeTime has not",
            { lifeTimeVersion: "11.21.0", form: "Dynatrace" },
            /form: LifeTime 11\.21\.0 has no/,
        ],
        ["a form that nobody has", { form: "Splunk" as never }, /form: "Splunk" is not known; use Dynatrace or Other/],
        [
            "a Secret, which LifeTime cannot read",
            { token: { existingSecret: { name: "x" } } },
            /token\.existingSecret: /,
        ],
        ["a delivery to Kubernetes", { token: { secretDelivery: "managed" } }, /token\.secretDelivery: /],
        ["a OneAgent", { endpoint: { route: "oneagent" } }, /endpoint\.route: oneagent cannot be reached/],
        [
            "an ActiveGate inside a cluster",
            { endpoint: { environment: "https://ag.dynatrace.svc/e/abc12345" } },
            /endpoint\.route: container-activegate cannot be reached/,
        ],
    ])("%s", async (_case, args, text) => {
        const all = { endpoint: SAAS, lifeTimeVersion: "11.22.0", ...args };
        await capture(() => expect(() => new OutSystemsLogStream("outsystems", all)).toThrow(text));
    });
});

test("LifeTime before 11.19.0 has no log streaming: a warning says so", () => {
    const warningsFor = (lifeTimeVersion: string): string[] =>
        planStream(new Check("C"), { endpoint: SAAS, lifeTimeVersion }).warnings;
    expect(warningsFor("11.18.0")).toEqual([expect.stringMatching(/^C: lifeTimeVersion: .*11\.19\.0 or later/)]);
    expect(warningsFor("11.19.0")).toEqual([]);
});

test("an ActiveGate needs a certificate that LifeTime trusts: a warning says so", () => {
    const endpoint = { environment: "https://activegate.example.com:9999/e/abc12345" };
    const { url, warnings } = planStream(new Check("C"), { endpoint, lifeTimeVersion: "11.22.0" });
    expect(url).toBe("https://activegate.example.com:9999/e/abc12345/api/v2/otlp/v1/logs");
    expect(warnings).toEqual([expect.stringMatching(/public CA/)]);
});
