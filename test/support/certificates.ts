import { generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";

import { md, pki } from "node-forge";

const DAY_MILLIS = 24 * 60 * 60 * 1000;
const keys = pki.rsa.generateKeyPair(1024);

/** A certificate that has signed itself, valid for some days from `now`, in PEM form. */
export function selfSigned(name: string, fromDays: number, toDays: number, now = new Date()): string {
    const day = (offset: number): Date => new Date(now.getTime() + offset * DAY_MILLIS);
    const made = pki.createCertificate();
    made.publicKey = keys.publicKey;
    made.serialNumber = "01";
    made.validity.notBefore = day(fromDays);
    made.validity.notAfter = day(toDays);
    const subject = name === "" ? [] : [{ name: "commonName", value: name }];
    made.setSubject(subject);
    made.setIssuer(subject);
    made.sign(keys.privateKey, md.sha256.create());
    return pki.certificateToPem(made);
}

/** A certificate and its private key, in PEM form. */
export interface Issued {
    certificatePem: string;
    keyPem: string;
}

/** A CA that signs for tests. */
export interface Authority {
    pem: string;
    /** For a server at these addresses, or a client where there are none. */
    issue(name: string, addresses?: string[]): Issued;
}

export function createAuthority(name: string): Authority {
    const signer = pair();
    const issuer = [{ name: "commonName", value: name }];
    const make = (subject: typeof issuer, publicKey: pki.PublicKey, extensions: object[]): string => {
        const made = pki.createCertificate();
        made.publicKey = publicKey;
        made.serialNumber = `01${randomBytes(8).toString("hex")}`;
        made.validity.notBefore = new Date(Date.now() - DAY_MILLIS);
        made.validity.notAfter = new Date(Date.now() + DAY_MILLIS);
        made.setSubject(subject);
        made.setIssuer(issuer);
        made.setExtensions(extensions);
        made.sign(signer.privateKey, md.sha256.create());
        return pki.certificateToPem(made);
    };
    const ca = [
        { name: "basicConstraints", cA: true, critical: true },
        { name: "keyUsage", keyCertSign: true, critical: true },
    ];
    return {
        pem: make(issuer, signer.publicKey, ca),
        issue(subject, addresses = []) {
            const own = pair();
            const altNames = addresses.map((it) => (isIP(it) ? { type: 7, ip: it } : { type: 2, value: it }));
            const usage = { name: "extKeyUsage", serverAuth: altNames.length > 0, clientAuth: altNames.length === 0 };
            const names = altNames.length === 0 ? [] : [{ name: "subjectAltName", altNames }];
            const certificatePem = make([{ name: "commonName", value: subject }], own.publicKey, [usage, ...names]);
            return { certificatePem, keyPem: own.keyPem };
        },
    };
}

/** Node makes keys much faster than forge does. */
function pair(): pki.rsa.KeyPair & { keyPem: string } {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    return {
        keyPem: privateKey,
        privateKey: pki.privateKeyFromPem(privateKey),
        publicKey: pki.publicKeyFromPem(publicKey),
    };
}
