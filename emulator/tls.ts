import { generateKeyPair } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { certificatePem } from "./certificate";

/** A CA made for one emulator, and the server certificate it signed. */
export interface Certificates {
    caPem: string;
    certPem: string;
    /** PKCS #1 in PEM form. */
    keyPem: string;
}

const generate = promisify(generateKeyPair);
const HOUR_MILLIS = 60 * 60 * 1000;
const VALID_DAYS = 365;

/** @param names host names and addresses the server certificate is valid for. */
export async function makeCertificates(names: string[]): Promise<Certificates> {
    const [ca, server] = await Promise.all([
        generate("rsa", { modulusLength: 2048 }),
        generate("rsa", { modulusLength: 2048 }),
    ]);
    const [caKey, serverKey] = [ca.privateKey, server.privateKey];
    const caName = "pulumi-dynatrace-otlp emulator CA";
    // An hour back: clocks in containers differ.
    const notBefore = new Date(Date.now() - HOUR_MILLIS);
    const notAfter = new Date(Date.now() + VALID_DAYS * 24 * HOUR_MILLIS);
    const [subject = ""] = names;
    return {
        caPem: certificatePem({ kind: "ca", subject: caName, key: caKey, notBefore, notAfter }),
        certPem: certificatePem({
            kind: "server",
            subject,
            names,
            key: serverKey,
            issuer: caName,
            issuerKey: caKey,
            notBefore,
            notAfter,
        }),
        keyPem: serverKey.export({ type: "pkcs1", format: "pem" }).toString(),
    };
}

/** Writes the CA where other processes can read it. @returns its path and how to remove it. */
export function caFileOf(caPem: string): { caFile: string; remove: () => void } {
    const folder = mkdtempSync(join(tmpdir(), "dynatrace-emulator-"));
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, caPem);
    return { caFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
