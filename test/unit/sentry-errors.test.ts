import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { CollectorDistribution } from "../../components/collector/distributions";
import { InputError } from "../../components/shared/check";
import { SentryExport } from "../../components/sentry";
import type { SentryExportArgs } from "../../components/sentry/args";
import { capture } from "../support/capture";

const KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";
const TOKEN = "sntrys_made_up_and_long_enough";
const dsn = (id: number): string => `https://${KEY}@o1.ingest.us.sentry.io/${id}`;
const api = (id: number): string => `https://o1.ingest.us.sentry.io/api/${id}/integration/otlp`;
const TWO = { projects: { checkout: { dsn: dsn(1) }, cart: { dsn: dsn(2) } } };
const CONTRIB = { distribution: CollectorDistribution.Contrib };
const ORGANIZATION = { slug: "shop", token: TOKEN };

describe("what cannot work is said before anything is created", () => {
    const shop = { dsn: dsn(1) };
    test.each([
        [{}, "projects: is missing; name a project with its DSN, or give organization"],
        [{ projects: {} }, "projects: is empty"],
        [{ ...TWO, organization: ORGANIZATION }, "organization: cannot be combined with projects"],
        [
            { ...TWO, signals: ["traces", "metrics"] },
            "signals: metrics cannot be sent to Sentry, which does not accept them over OTLP",
        ],
        [{ ...TWO, signals: ["spans"] }, 'signals: "spans" is not known; use traces'],
        [{ ...TWO, signals: [] }, "signals: is empty"],
        [{ projects: { Shop: shop } }, 'projects.Shop: "Shop" cannot be part of the name of a Collector component'],
        [
            { projects: { shop: { dsn: `${api(1)}/v1/traces` } } },
            "projects.shop.dsn: has no public key before the host",
        ],
        [
            { projects: { shop: { ...shop, keySecret: { name: "s", key: "k" } } } },
            "projects.shop.dsn: holds a key and cannot be combined with keySecret",
        ],
        [
            { projects: { a: { ...shop, values: ["x"] }, b: { ...shop, values: ["x"] } } },
            'projects.b.values: "x" already belongs to a',
        ],
        [
            { projects: { a: { ...shop, values: [] }, b: shop } },
            "projects.a.values: is empty, so the project receives nothing",
        ],
        [{ projects: { a: { ...shop, values: [] } } }, "projects.a.values: is empty, so the project receives nothing"],
        [
            { organization: { ...ORGANIZATION, projects: {} }, image: CONTRIB },
            "organization.projects: is empty; name a project",
        ],
        [
            { projects: { a: { ...shop, takesRest: true }, b: { ...shop, takesRest: true } } },
            "projects.b.takesRest: is set for two projects",
        ],
        [{ projects: { a: { ...shop, ca: { pem: "x" } } } }, "projects.a.ca.pem: "],
        [{ ...TWO, queueMiB: 15 }, "queueMiB: 15 is not a whole number from 16 on"],
        [{ ...TWO, attribute: 'a"b' }, 'attribute: "a"b" is not the name of an attribute'],
        [{ ...TWO, spanEvents: "keep" }, 'spanEvents: "keep" is not known; use exceptionsAsAttributes, drop or send'],
        [{ ...TWO, routing: "table" }, 'routing: "table" is not known; use filter or connector'],
        [
            { ...TWO, routing: "connector" },
            'routing: "routing" is not among the connectors of the dynatrace distribution 0.54.0; set image.distribution to contrib',
        ],
        [
            { organization: ORGANIZATION },
            'organization: "sentry" is not among the exporters of the dynatrace distribution 0.54.0; set image.distribution to contrib',
        ],
        [
            { organization: ORGANIZATION, image: { ...CONTRIB, version: "0.144.0" } },
            "organization: needs 0.145.0 or later, but image.version is 0.144.0",
        ],
        [{ organization: { slug: "shop" }, image: CONTRIB }, "organization.token: is missing"],
        [
            { organization: { ...ORGANIZATION, slug: "https://shop.sentry.io" }, image: CONTRIB },
            "organization.slug: is not a slug",
        ],
        [
            { organization: { ...ORGANIZATION, url: "http://sentry.example.com" }, image: CONTRIB },
            "organization.url: must be an https URL",
        ],
        ...["https://:hunter2@sentry.example.com", "https://user:hunter2@sentry.example.com"].map((url) => [
            { organization: { ...ORGANIZATION, url }, image: CONTRIB },
            "organization.url: holds a user or a password",
        ]),
        ...[`https://sentry.example.com/?t=${TOKEN}`, `https://sentry.example.com/#${TOKEN}`].map((url) => [
            { organization: { ...ORGANIZATION, url }, image: CONTRIB },
            "organization.url: holds a query or a fragment",
        ]),
        [{ projects: { shop: { dsn: undefined } } }, "projects.shop.dsn: is missing; copy the DSN from Settings"],
        [
            { organization: { ...ORGANIZATION, slug: undefined }, image: CONTRIB },
            "organization.slug: is missing; copy it from the address of a page of Sentry",
        ],
        [
            { organization: { ...ORGANIZATION, projects: { cart: undefined } }, image: CONTRIB },
            'organization.projects["cart"]: is missing',
        ],
        ...(
            [
                [{ name: "Bad Name", key: "k" }, 'name: "Bad Name" is not the name of a Kubernetes object'],
                [{ name: "s", key: "x y" }, 'key: "x y" is not a key'],
                [{ key: "k" }, "name: is missing"],
                [{ name: "s" }, "key: is missing"],
                ...[KEY, TOKEN, dsn(1)].flatMap((secret) => [
                    [{ name: secret, key: "k" }, "name: is a key, a token or a DSN"],
                    [{ name: "s", key: secret }, "key: is a key, a token or a DSN"],
                ]),
            ] as [object, string][]
        ).flatMap(([place, text]) => [
            [{ projects: { shop: { dsn: api(1), keySecret: place } } }, `projects.shop.keySecret.${text}`],
            [
                { organization: { slug: "shop", tokenSecret: place }, image: CONTRIB },
                `organization.tokenSecret.${text}`,
            ],
        ]),
        [{ ...TWO, collectorName: "Bad Name" }, 'collectorName: "Bad Name" is not the name of an OtlpCollector'],
        [{ ...TWO, collectorName: "gateway", namespace: "Bad Name" }, 'namespace: "Bad Name" is not a namespace'],
        [
            { projects: { shop: { dsn: dsn(1), values: ["dt0c01.MADEUP.NOTASECRET"] } } },
            "projects.shop.values[0]: holds a token of Dynatrace",
        ],
        [
            { organization: { ...ORGANIZATION, token: `${TOKEN} ` }, image: CONTRIB },
            "organization.token: has white space",
        ],
        [{ organization: ORGANIZATION, routing: "filter", image: CONTRIB }, "routing: has no effect with organization"],
    ] as unknown as [SentryExportArgs, string][])("%#: %j", async (args, text) => {
        let thrown: unknown;
        const resources = await capture(() => {
            try {
                new SentryExport("sentry", args);
            } catch (error) {
                thrown = error;
            }
        });
        expect(thrown).toBeInstanceOf(InputError);
        const { message } = thrown as InputError;
        expect(message).toContain(`SentryExport("sentry"): ${text}`);
        expect(message).not.toMatch(new RegExp(`${KEY}|${TOKEN}|hunter2|NOTASECRET`));
        expect(resources.map(({ type }) => type)).toEqual(["dynatrace-otlp:index:SentryExport"]);
    });
});

describe("where a secret lies may be known later", () => {
    const later = (value: string): pulumi.Output<string> => pulumi.output(Promise.resolve(value));
    /** What an Output comes to: its value, or the error with which the program ends. */
    const outcome = async (input: pulumi.Input<string | undefined>): Promise<string | undefined> => {
        const { isKnown, isSecret, allResources, promise } = input as unknown as Record<string, unknown>;
        const parts = [isKnown, isSecret, (allResources as () => unknown)()] as Promise<unknown>[];
        await Promise.allSettled(parts);
        return (promise as () => Promise<string>)().catch(({ message }: Error) => message);
    };

    test("and each part is checked when it is", async () => {
        const said: Promise<string | undefined>[] = [];
        await capture(() => {
            for (const [secretName = "", key = ""] of [
                ["Bad Name", "k"],
                ["s", "x y"],
            ]) {
                const keySecret = { name: later(secretName), key: later(key) };
                const sentry = new SentryExport("sentry", { projects: { shop: { dsn: api(1), keySecret } } });
                const sources = sentry.collectorEnv.map(
                    ({ valueFrom }) => valueFrom as types.input.core.v1.EnvVarSource,
                );
                const references = sources.map((it) => it.secretKeyRef as types.input.core.v1.SecretKeySelector);
                said.push(...references.flatMap(({ name, key: found }) => [outcome(name), outcome(found)]));
            }
        });
        expect(await Promise.all(said)).toEqual([
            expect.stringContaining('projects.shop.keySecret.name: "Bad Name" is not the name'),
            "k",
            "s",
            expect.stringContaining('projects.shop.keySecret.key: "x y" is not a key'),
        ]);
    });
});
