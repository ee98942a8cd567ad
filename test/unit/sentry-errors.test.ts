import { CollectorDistribution } from "../../components/collector/names";
import { InputError } from "../../components/input-error";
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
        [{ ...TWO, organization: ORGANIZATION }, "organization: stands beside projects"],
        [
            { ...TWO, signals: ["traces", "metrics"] },
            "signals: metrics cannot go to Sentry, which takes none over OTLP",
        ],
        [{ ...TWO, signals: ["spans"] }, 'signals: "spans" is not a signal'],
        [{ ...TWO, signals: [] }, "signals: is empty"],
        [{ projects: { Shop: shop } }, 'projects.Shop: "Shop" cannot be part of a component\'s name'],
        [
            { projects: { shop: { dsn: `${api(1)}/v1/traces` } } },
            "projects.shop.dsn: has no public key before the host",
        ],
        [
            { projects: { shop: { ...shop, keySecret: { secretName: "s", key: "k" } } } },
            "projects.shop.dsn: holds a key beside keySecret",
        ],
        [
            { projects: { a: { ...shop, values: ["x"] }, b: { ...shop, values: ["x"] } } },
            'projects.b.values: "x" belongs to a already',
        ],
        [
            { projects: { a: { ...shop, values: [] }, b: shop } },
            "projects.a.values: is empty, so the project gets nothing",
        ],
        [
            { projects: { a: { ...shop, takesRest: true }, b: { ...shop, takesRest: true } } },
            "projects.b.takesRest: is set for two projects",
        ],
        [{ projects: { a: { ...shop, caCertificatePem: "x" } } }, "projects.a.caCertificatePem: "],
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
        [{ organization: { slug: "shop" }, image: CONTRIB }, "organization.token: is needed once"],
        [
            { organization: { ...ORGANIZATION, slug: "https://shop.sentry.io" }, image: CONTRIB },
            "organization.slug: is not a slug",
        ],
        [
            { organization: { ...ORGANIZATION, url: "http://sentry.example.com" }, image: CONTRIB },
            "organization.url: is not an https URL",
        ],
        [
            { organization: { ...ORGANIZATION, token: `${TOKEN} ` }, image: CONTRIB },
            "organization.token: has white space",
        ],
        [{ organization: ORGANIZATION, routing: "filter", image: CONTRIB }, "routing: has no effect with organization"],
    ] as [SentryExportArgs, string][])("%#: %j", async (args, text) => {
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
        expect(message).not.toMatch(new RegExp(`${KEY}|${TOKEN}`));
        expect(resources.map(({ type }) => type)).toEqual(["dynatrace-otlp:index:SentryExport"]);
    });
});
