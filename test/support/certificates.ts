import { generateKeyPairSync, type KeyObject } from "node:crypto";

import { certificatePem } from "../../emulator/certificate";

const DAY_MILLIS = 24 * 60 * 60 * 1000;
const rsaKey = (): KeyObject => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const sharedKey = rsaKey();

/** A certificate that has signed itself, valid for some days from `now`, in PEM form. */
export function selfSigned(name: string, fromDays: number, toDays: number, now = new Date()): string {
    const day = (offset: number): Date => new Date(now.getTime() + offset * DAY_MILLIS);
    return certificatePem({
        kind: "ca",
        subject: name,
        key: sharedKey,
        notBefore: day(fromDays),
        notAfter: day(toDays),
    });
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
    const issuerKey = rsaKey();
    const validity = () => ({
        notBefore: new Date(Date.now() - DAY_MILLIS),
        notAfter: new Date(Date.now() + DAY_MILLIS),
    });
    return {
        pem: certificatePem({ kind: "ca", subject: name, key: issuerKey, ...validity() }),
        issue(subject, addresses = []) {
            const key = rsaKey();
            const kind = addresses.length > 0 ? "server" : "client";
            const signer = { issuer: name, issuerKey };
            return {
                certificatePem: certificatePem({ kind, subject, key, names: addresses, ...signer, ...validity() }),
                keyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
            };
        },
    };
}
