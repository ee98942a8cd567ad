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
