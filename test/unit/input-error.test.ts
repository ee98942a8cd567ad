import fc from "fast-check";

import { InputError } from "../../components/shared/check";
import { OutSystemsLogStream } from "../../components/log-stream";
import { MetricsIngest } from "../../components/metrics-ingest";
import { capture } from "../support/capture";

const text = (unit: string, minLength: number, maxLength = minLength) =>
    fc.string({ unit: fc.constantFrom(...unit), minLength, maxLength });
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** All that a program or a log could show of an error. */
const shownBy = ({ message, component, field }: InputError): string => [message, component, field].join("\n");

describe("an error about an argument", () => {
    test("shows no more than the public id of a token, wherever the token stands", () => {
        const token = fc.tuple(
            fc.constantFrom("dt0c01", "dt0s16", "dt0s02"),
            text(`${LETTERS}234567`, 24),
            text(LETTERS, 64),
        );
        const around = fc.tuple(fc.constantFrom("", '"', "https://", "Api-Token ", "a="), fc.string({ maxLength: 9 }));
        fc.assert(
            fc.property(token, around, fc.nat(2), ([kind, id, secret], [before, after], place) => {
                const parts = ["OtlpCollector", "pods.env[0].name", "is wrong; use another"];
                parts[place] += ` ${before}${kind}.${id}.${secret} ${after}`;
                const shown = shownBy(new InputError(parts[0] ?? "", parts[1] ?? "", parts[2] ?? ""));
                return !shown.includes(secret) && shown.includes(`${kind}.${id}.***`);
            }),
        );
    });

    test("shows no password of a URL, with or without its scheme, whatever characters it has", () => {
        const password = text(`${LETTERS}abc0123456789:/@#?&'"%!=+-_.~`, 12, 40);
        const scheme = fc.constantFrom("", "https://", "http://", "socks5://", "//");
        const user = fc.constantFrom("", "user", "user@example.com", "us%65r");
        fc.assert(
            fc.property(scheme, user, password, fc.nat(2), (before, name, secret, place) => {
                const parts = ["OtlpCollector", "network.proxy.url", "is wrong; use another"];
                parts[place] += ` "${before}${name}:${secret}@proxy.example.com:3128"`;
                const shown = shownBy(new InputError(parts[0] ?? "", parts[1] ?? "", parts[2] ?? ""));
                return !shown.includes(secret) && shown.includes("@proxy.example.com:3128");
            }),
            {
                examples: [
                    ["", "", "//AAAAAAAAAAAA", 2],
                    ["", "user", "//AAAAAAAAAAAA", 2],
                    ["https://", "", "//AAAAAAAAAAAA", 2],
                ],
            },
        );
    });

    test.each([
        ['"https://activegate.example.com:9999/e/abc12345/api" names no host'],
        ['"mirror.example.com:5000/otel:0.54.0@sha256:0123abcd" has a tag and a digest'],
        ["it looks like https://{public key}@o{organization}.ingest.sentry.io/{project id}"],
        ["it looks like https://0123456789abcdef@o1.ingest.sentry.io/42"],
        ['"owner@example.com" has an @; use dt0c01.ABC, the public id'],
    ])("shows what is no secret as it was given: %s", (problem) => {
        const error = new InputError('OtlpCollector("gateway")', "endpoint.host", problem);
        expect(error.message).toBe(`OtlpCollector("gateway"): endpoint.host: ${problem}`);
        expect([error.component, error.field]).toEqual(['OtlpCollector("gateway")', "endpoint.host"]);
    });
});

describe("a component's error", () => {
    const token = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
    const endpoint = { environment: "abc12345" };
    const activegate = { environment: "abc12345", route: "activegate" as const };
    test.each<[string, () => unknown, string]>([
        [
            "a token for a schedule",
            () => new MetricsIngest("shop", { endpoint, cronJob: { schedule: token, script: "echo a 1" } }),
            "cronJob.schedule: holds a token of Dynatrace",
        ],
        [
            "a token for a version",
            () => new OutSystemsLogStream("o", { endpoint, lifeTimeVersion: token }),
            "lifeTimeVersion: holds a token",
        ],
        [
            "a password before a host",
            () => new MetricsIngest("shop", { endpoint: { ...activegate, host: "user:NOTASECRET@ag.example.com" } }),
            '"***@ag.example.com" is not a host name',
        ],
    ])("does not repeat %s", async (_case, make, shown) => {
        await capture(() => {
            expect(make).toThrow(shown);
            expect(make).not.toThrow(/NOTASECRET/);
        });
    });
});
