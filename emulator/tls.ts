import { createPrivateKey, generateKeyPair, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { pki, md } from "node-forge";

/** A CA made for one emulator, and the server certificate it signed. */
export interface Certificates {
    caPem: string;
    certPem: string;
    keyPem: string;
}

const generate = promisify(generateKeyPair);
const days = 24 * 60 * 60 * 1000;

/** @param names host names and addresses the server certificate is valid for. */
export async function makeCertificates(names: string[]): Promise<Certificates> {
    const [caKey, serverKey] = await Promise.all([rsaKey(), rsaKey()]);
    const caName = [{ name: "commonName", value: "pulumi-dynatrace-otlp emulator CA" }];
    const ca = certificate(caKey, caKey, caName, caName, [
        { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
        { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
        { name: "subjectKeyIdentifier" },
    ]);
    const server = certificate(caKey, serverKey, [{ name: "commonName", value: names[0] as string }], caName, [
        { name: "basicConstraints", cA: false, critical: true },
        { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
        { name: "extKeyUsage", serverAuth: true },
        { name: "subjectAltName", altNames: names.map(altName) },
        { name: "authorityKeyIdentifier", keyIdentifier: ca.generateSubjectKeyIdentifier().getBytes() },
    ]);
    return { caPem: pem(ca), certPem: pem(server), keyPem: serverKey };
}

/** Writes the CA where other processes can read it. @returns its path and how to remove it. */
export function caFileOf(caPem: string): { caFile: string; remove: () => void } {
    const folder = mkdtempSync(join(tmpdir(), "dynatrace-emulator-"));
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, caPem);
    return { caFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function rsaKey(): Promise<string> {
    const { privateKey } = await generate("rsa", { modulusLength: 2048 });
    return createPrivateKey(privateKey.export({ type: "pkcs1", format: "pem" })).export({
        type: "pkcs1",
        format: "pem",
    }) as string;
}

type Name = { name: string; value: string }[];

function certificate(
    signerKey: string,
    ownKey: string,
    subject: Name,
    issuer: Name,
    extensions: object[],
): pki.Certificate {
    const own = pki.privateKeyFromPem(ownKey);
    const made = pki.createCertificate();
    made.publicKey = pki.setRsaPublicKey(own.n, own.e);
    made.serialNumber = `01${Buffer.from(crypto.getRandomValues(new Uint8Array(15))).toString("hex")}`;
    // An hour back: clocks in containers differ.
    made.validity.notBefore = new Date(Date.now() - 60 * 60 * 1000);
    made.validity.notAfter = new Date(Date.now() + 365 * days);
    made.setSubject(subject);
    made.setIssuer(issuer);
    made.setExtensions(extensions);
    made.sign(pki.privateKeyFromPem(signerKey), md.sha256.create());
    return made;
}

function altName(name: string): object {
    return isIP(name) ? { type: 7, ip: name } : { type: 2, value: name };
}

function pem(made: pki.Certificate): string {
    // Read back by node, so that a certificate it would not take is found here.
    return new X509Certificate(pki.certificateToPem(made)).toString();
}
