import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";

import { certificatePem } from "../../emulator/certificate";
import { makeCertificates } from "../../emulator/tls";
import { createAuthority, selfSigned } from "../support/certificates";

const HOSTS = ["localhost", "127.0.0.1", "::1", "2001:db8::a:0:1", "1:2:3:4:5:6:7:8", "fe80::1:2", "::ffff:10.0.0.1"];
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

describe("the certificates of the emulator", () => {
    test("a server certificate is valid for the names and addresses it was made for, and for no other", async () => {
        const { caPem, certPem, keyPem } = await makeCertificates(HOSTS);
        const [ca, server] = [new X509Certificate(caPem), new X509Certificate(certPem)];
        expect(HOSTS.filter((host) => !server.checkHost(host) && !server.checkIP(host))).toEqual([]);
        expect(server.checkHost("example.com") ?? server.checkIP("127.0.0.2")).toBeUndefined();
        expect(server.checkIssued(ca) && server.verify(ca.publicKey)).toBe(true);
        expect([ca.ca, server.ca, server.keyUsage]).toEqual([true, false, ["1.3.6.1.5.5.7.3.1"]]);
        expect(keyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
        expect(server.serialNumber).not.toBe(ca.serialNumber);
    });

    test("dates before and after 2050 are read back as given", () => {
        const dates = { notBefore: new Date("2049-12-31T23:59:59Z"), notAfter: new Date("2050-01-01T00:00:00Z") };
        const { validFrom, validTo } = new X509Certificate(certificatePem({ kind: "ca", subject: "Ü", key, ...dates }));
        expect([new Date(validFrom), new Date(validTo)]).toEqual([dates.notBefore, dates.notAfter]);
    });

    test("an expired certificate and one without a name can be made", () => {
        const expired = new X509Certificate(selfSigned("", -10, -1));
        expect(Date.parse(expired.validTo)).toBeLessThan(Date.now());
        expect(expired.subject).toBeFalsy();
    });

    test.each([
        ["OpenSSL accepts a client of the CA", "servers", "authorized"],
        ["OpenSSL refuses a client of another CA of the same name", "another", "refused"],
    ])("%s", async (_, signer, expected) => {
        const [servers, another] = [createAuthority("servers"), createAuthority("servers")];
        const server = servers.issue("localhost", ["127.0.0.1"]);
        const listening = createServer(
            { key: server.keyPem, cert: server.certificatePem, ca: servers.pem, requestCert: true },
            (_request, response) => response.end(),
        ).listen(0, "127.0.0.1");
        await new Promise((resolve) => listening.once("listening", resolve));
        const own = (signer === "servers" ? servers : another).issue("checkout");
        try {
            const outcome = await new Promise((resolve) => {
                listening.once("tlsClientError", () => resolve("refused"));
                listening.once("secureConnection", () => resolve("authorized"));
                const { port } = listening.address() as AddressInfo;
                const client = connect({
                    host: "127.0.0.1",
                    port,
                    ca: servers.pem,
                    key: own.keyPem,
                    cert: own.certificatePem,
                });
                client.on("secureConnect", () => client.end()).on("error", () => undefined);
            });
            expect(outcome).toBe(expected);
        } finally {
            listening.close();
        }
    });
});
