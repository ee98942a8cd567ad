import { createPrivateKey, X509Certificate } from "node:crypto";

import type * as pulumi from "@pulumi/pulumi";

import { type CaCertificate, caCertificate, checkCertificate } from "../shared/ca";
import { type Check } from "../shared/check";
import { lift } from "../shared/outputs";
import type { ActiveGateRouteArgs } from "./args";

export interface CertificatePair {
    certificatePem: string;
    privateKeyPem: string;
}

/** Certificates that senders must trust: `ca`, otherwise the certificate itself. @throws InputError if it is not PEM. */
export function trustedCertificates(check: Check, args: ActiveGateRouteArgs): pulumi.Output<CaCertificate | undefined> {
    const pem = args.tls?.certificatePem;
    return lift({ ca: args.ca, pem }, (plain) => {
        const given = caCertificate(check.at("ca"), plain.ca);
        if (given !== undefined) return given;
        checkCertificate(check.at("tls.certificatePem"), plain.pem);
        return plain.pem === undefined ? undefined : { pem: plain.pem };
    });
}

/**
 * Content of the Secret of a certificate: `tls.crt` and `tls.key` for the ActiveGate, `server.crt` for the certificate that the
 * Operator gives to senders.
 *
 * @param host name that senders connect to.
 * @throws InputError if no sender could trust the ActiveGate. The error does not contain the key.
 */
export function tlsSecretData(check: Check, host: string, pair: CertificatePair): Record<string, string> {
    const { certificatePem, privateKeyPem } = pair;
    const certificate = readable(
        check.at("tls.certificatePem"),
        "a certificate",
        () => new X509Certificate(certificatePem),
    );
    const key = readable(check.at("tls.privateKeyPem"), "a private key without passphrase", () =>
        createPrivateKey(privateKeyPem),
    );
    if (!certificate.checkPrivateKey(key)) {
        throw check
            .at("tls.privateKeyPem")
            .error("is not the key of tls.certificatePem; give the key that belongs to it");
    }
    if (certificate.checkHost(host) === undefined) {
        const names = certificate.subjectAltName ?? "none";
        const problem = `is not for ${host}, to which senders connect, so every export would fail; create one for DNS:${host} (this one has ${names})`;
        throw check.at("tls.certificatePem").error(problem);
    }
    return { "server.crt": certificatePem, "tls.crt": certificatePem, "tls.key": privateKeyPem };
}

/** The parser's own error may quote the key, so it is not passed on. */
function readable<T>(check: Check, what: string, read: () => T): T {
    try {
        return read();
    } catch {
        throw check.error(`is not ${what} in PEM form; it starts with -----BEGIN`);
    }
}
