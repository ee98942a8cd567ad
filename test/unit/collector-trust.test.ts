import { X509Certificate } from "node:crypto";

import { planTrust, TRUST_REVISION } from "../../components/collector/trust";
import { selfSigned } from "../support/certificates";
import { Check } from "../../components/shared/check";

const WHO = 'OtlpCollector("gateway")';
const NOW = new Date("2030-06-15T12:00:00Z");
const certificate = (name: string, from: number, to: number): string => selfSigned(name, from, to, NOW);

const plan = (args: Parameters<typeof planTrust>[1], endpointPem?: string) =>
    planTrust(new Check(WHO, "network.trust"), args, NOW, endpointPem === undefined ? undefined : { pem: endpointPem });
const GOOD = certificate("Good CA", -10, 400);
const OLD = certificate("Old CA", -400, -1);

describe("a CA of one's own", () => {
    test("is not asked for: nothing is mounted and the system's certificates are trusted", () => {
        expect(plan({})).toEqual({ volumes: [], volumeMounts: [], podAnnotations: {}, warnings: [] });
    });

    test("in PEM form stands in the configuration, beside the system's certificates", () => {
        expect(plan({ ca: { pem: GOOD } })).toEqual({
            tls: { ca_pem: GOOD, include_system_ca_certs_pool: true },
            volumes: [],
            volumeMounts: [],
            podAnnotations: {},
            warnings: [],
        });
    });

    test("can be the only one that is trusted", () => {
        const { tls } = plan({ ca: { pem: GOOD }, systemCertificates: false });
        expect(tls).toMatchObject({ include_system_ca_certs_pool: false });
    });

    test.each([
        [
            "a Secret",
            { ca: { secret: { name: "corporate-ca" } } },
            { secret: { secretName: "corporate-ca", items: [{ key: "ca.crt", path: "ca.crt" }], defaultMode: 0o444 } },
        ],
        [
            "a ConfigMap, under a key of its own",
            { ca: { configMap: { name: "bundle", key: "trust-bundle.pem" } } },
            { configMap: { name: "bundle", items: [{ key: "trust-bundle.pem", path: "ca.crt" }], defaultMode: 0o444 } },
        ],
    ])("in %s is mounted where the exporters look for it", (_, args, source) => {
        const { tls, volumes, volumeMounts } = plan(args);
        expect(volumes).toEqual([{ name: "trust", ...source }]);
        const [mount] = volumeMounts;
        expect(mount).toEqual({ name: "trust", mountPath: "/etc/otelcol-trust", readOnly: true });
        expect(tls).toEqual({ ca_file: "/etc/otelcol-trust/ca.crt", include_system_ca_certs_pool: true });
    });

    test("that changes in its Secret replaces the pods, if its revision is told", () => {
        expect(plan({ ca: { secret: { name: "ca" } }, revision: "7" }).podAnnotations).toEqual({
            [TRUST_REVISION]: "7",
        });
    });
});

describe("the CA of the endpoint", () => {
    const ACTIVEGATE = certificate("ActiveGate CA", -10, 400);

    test("is trusted beside one of one's own, neither in the place of the other", () => {
        const { tls } = plan({ ca: { pem: GOOD } }, ACTIVEGATE);
        expect(namesIn(tls?.ca_pem)).toEqual(["CN=ActiveGate CA", "CN=Good CA"]);
        // A file without a line's end at its end is no reason for one block to run into the other.
        expect(namesIn(plan({ ca: { pem: GOOD } }, ACTIVEGATE.trim()).tls?.ca_pem)).toHaveLength(2);
    });

    test("is written once, and as it is, where it is the only one", () => {
        expect(plan({}, ACTIVEGATE).tls?.ca_pem).toBe(ACTIVEGATE);
        expect(plan({ ca: { pem: ACTIVEGATE } }, ACTIVEGATE).tls?.ca_pem).toBe(ACTIVEGATE);
        expect(plan({ systemCertificates: false }, ACTIVEGATE).tls?.include_system_ca_certs_pool).toBe(false);
    });

    test("is told apart where it expires, or is none", () => {
        const soon = certificate("ActiveGate CA", -10, 3);
        expect(plan({ ca: { pem: GOOD } }, soon).warnings).toEqual([
            expect.stringContaining(`${WHO}: endpoint.ca.pem: "CN=ActiveGate CA" expires in 3 days`),
        ]);
        expect(() => plan({ ca: { pem: GOOD } }, OLD)).toThrow(`${WHO}: endpoint.ca.pem: has expired`);
    });

    test.each(["secret", "configMap"])("is not passed over for that in a %s", (source) => {
        expect(() => plan({ ca: { [source]: { name: "corporate-ca" } } }, ACTIVEGATE)).toThrow(
            `${WHO}: network.trust.ca.${source}: cannot be combined with endpoint.ca; put all certificates into one of the two, or set both as pem`,
        );
    });

    test("may be in a Secret or ConfigMap, which is mounted", () => {
        for (const source of ["secret", "configMap"] as const) {
            const reference = { [source]: { name: "gate-ca", key: "ca.crt" } };
            expect(planTrust(new Check(WHO, "network.trust"), {}, NOW, reference)).toEqual(plan({ ca: reference }));
        }
    });

    /** Subjects of all certificates in a text, read one by one as the Collector does. */
    function namesIn(pem = ""): string[] {
        const blocks = pem.match(/^-----BEGIN CERTIFICATE-----\r?\n[^-]+^-----END CERTIFICATE-----\r?$/gm) ?? [];
        return blocks.map((block) => new X509Certificate(block).subject);
    }
});

describe("a certificate's expiry", () => {
    test("is warned about from thirty days before, with name, days and date", () => {
        expect(plan({ ca: { pem: certificate("Corporate CA", -10, 30) } }).warnings).toEqual([
            `${WHO}: network.trust.ca.pem: "CN=Corporate CA" expires in 30 days, on 2030-07-15; exports that need ` +
                "it fail after that date; add its successor",
        ]);
        expect(plan({ ca: { pem: certificate("Corporate CA", -10, 30.1) } }).warnings).toEqual([]);
    });

    test("is warned about as early as one asks for, or not before it", () => {
        const pem = certificate("Corporate CA", -10, 80);
        expect(plan({ ca: { pem }, warnBeforeExpiryDays: 90 }).warnings).toHaveLength(1);
        const soon = certificate("Corporate CA", -10, 1);
        expect(plan({ ca: { pem: soon }, warnBeforeExpiryDays: 0 }).warnings).toEqual([]);
    });

    test("is looked at for each of several certificates in one text", () => {
        const { warnings } = plan({ ca: { pem: GOOD + certificate("Second CA", -10, 3) + OLD } });
        expect(warnings).toHaveLength(2);
        expect(warnings[0]).toContain('"CN=Second CA" expires in 3 days, on 2030-06-18');
        expect(warnings[1]).toContain('"CN=Old CA" has expired on 2030-06-14; remove it from the bundle');
    });

    test("in the past is an error once no certificate is left", () => {
        expect(() => plan({ ca: { pem: OLD } })).toThrow(
            `${WHO}: network.trust.ca.pem: has expired: "CN=Old CA" on 2030-06-14; use the current CA`,
        );
        expect(() => plan({ ca: { pem: OLD + OLD } })).toThrow("has expired");
    });

    test("does not hide that a certificate is not valid yet", () => {
        expect(plan({ ca: { pem: certificate("Next CA", 2, 400) } }).warnings).toEqual([
            expect.stringContaining('"CN=Next CA" is not valid before 2030-06-17'),
        ]);
    });

    test("names a certificate without subject by its fingerprint", () => {
        const [warning] = plan({ ca: { pem: certificate("", -10, 3) } }).warnings;
        expect(warning).toMatch(/the certificate ([0-9A-F]{2}:){31}[0-9A-F]{2} expires in 3 days/);
    });
});

describe("an argument that cannot work is refused:", () => {
    const broken = GOOD.replace(/\n[A-Za-z0-9+/]{20}/, "\nMADEUPMADEUP");
    test.each([
        ["text that is no certificate", { ca: { pem: "hello" } }, "network.trust.ca.pem: is not PEM"],
        [
            "a private key",
            { ca: { pem: `${GOOD}-----BEGIN PRIVATE KEY-----\nMADE\n-----END PRIVATE KEY-----` } },
            "network.trust.ca.pem: holds a private key; give the certificates alone",
        ],
        [
            "a damaged certificate, by its number",
            { ca: { pem: GOOD + broken } },
            "network.trust.ca.pem: block 2 of 2 is not a certificate; copy the complete certificate again",
        ],
        [
            "two sources",
            { ca: { secret: { name: "a" }, configMap: { name: "b" } } },
            "network.trust.ca.configMap: cannot be combined with secret; put all",
        ],
        [
            "a key without a name",
            { ca: { secret: { key: "ca.pem" } as never } },
            "network.trust.ca.secret.name: is missing",
        ],
        ["a revision of a text", { ca: { pem: GOOD }, revision: "2" }, "network.trust.revision: has no effect"],
        [
            "nothing to trust",
            { systemCertificates: false },
            "network.trust.systemCertificates: is false, so no certificate",
        ],
        [
            "no name",
            { ca: { secret: { name: "Corporate_CA" } } },
            'network.trust.ca.secret.name: "Corporate_CA" is not the name',
        ],
        ["no key", { ca: { secret: { name: "ca", key: "a/b" } } }, 'network.trust.ca.secret.key: "a/b" is not a key'],
        [
            "half a day",
            { ca: { pem: GOOD }, warnBeforeExpiryDays: 0.5 },
            "network.trust.warnBeforeExpiryDays: 0.5 is not",
        ],
    ])("%s", (_, args, text) => {
        expect(() => plan(args)).toThrow(`${WHO}: ${text}`);
    });
});
