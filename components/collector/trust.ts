import { X509Certificate } from "node:crypto";

import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { checkCertificate } from "../endpoint";
import type { Check } from "../shared/check";
import { dataKey, objectName } from "../shared/kubernetes";
import type { CollectorTrustArgs } from "./args/trust";

/** Mount path for certificates of a Secret or ConfigMap. */
const DIRECTORY = "/etc/otelcol-trust";
const FILE = "ca.crt";
const DAY_MILLIS = 24 * 60 * 60 * 1000;

/** The `tls` setting of an exporter. @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md */
export interface ExporterTls {
    ca_pem?: string;
    ca_file?: string;
    include_system_ca_certs_pool: boolean;
}

/** Parts of the configuration and the pods for CA certificates. */
export interface TrustPlan {
    /** Undefined if only the system's certificates are trusted. */
    tls?: ExporterTls;
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    /** Annotations that change with `revision` and so restart the pods. */
    podAnnotations: Record<string, string>;
    warnings: string[];
}

/** Annotation of the pods that changes with the certificates in a Secret or ConfigMap. */
export const TRUST_REVISION = "dynatrace-otlp/trust-revision";

/**
 * Plans which certificates the exporters trust.
 *
 * @param field path of the arguments, for errors.
 * @param now current time, for expiry.
 * @param endpointPem certificates of the endpoint, which are trusted too.
 * @throws InputError for two sources, for invalid certificates, and if every certificate has expired.
 */
export function planTrust(
    check: Check,
    args: pulumi.Unwrap<CollectorTrustArgs>,
    now: Date = new Date(),
    endpointPem?: string,
): TrustPlan {
    const source = checkSources(check, args, endpointPem);
    const systemCertificates = args.systemCertificates ?? true;
    if (source === undefined) {
        if (!systemCertificates) {
            const problem = "is false, so no certificate would be trusted; set a source of certificates too";
            throw check.at("systemCertificates").error(problem);
        }
        return { volumes: [], volumeMounts: [], podAnnotations: {}, warnings: [] };
    }
    const include = { include_system_ca_certs_pool: systemCertificates };
    if (source === "caCertificatePem") {
        const days = check.at("warnBeforeExpiryDays").wholeNumber(args.warnBeforeExpiryDays ?? 30, 0);
        const warned = (where: Check, pem?: string): string[] =>
            pem === undefined ? [] : expiryWarnings(where.at("caCertificatePem"), pem, days, now);
        const own = args.caCertificatePem === endpointPem ? undefined : args.caCertificatePem;
        const warnings = [...warned(check.top.at("endpoint"), endpointPem), ...warned(check, own)];
        return {
            tls: { ca_pem: joined(endpointPem, own), ...include },
            volumes: [],
            volumeMounts: [],
            podAnnotations: {},
            warnings,
        };
    }
    return {
        tls: { ca_file: `${DIRECTORY}/${FILE}`, ...include },
        volumes: [volume(check, args)],
        volumeMounts: [{ name: "trust", mountPath: DIRECTORY, readOnly: true }],
        podAnnotations: args.revision === undefined ? {} : { [TRUST_REVISION]: args.revision },
        warnings: [],
    };
}

/** Concatenates PEM texts. */
function joined(...pems: (string | undefined)[]): string {
    const [first = "", second] = pems.filter((pem) => pem !== undefined);
    return second === undefined ? first : `${first.trimEnd()}\n${second}`;
}

const SOURCES = ["caCertificatePem", "caSecretName", "caConfigMapName"] as const;

function checkSources(
    check: Check,
    args: pulumi.Unwrap<CollectorTrustArgs>,
    endpointPem?: string,
): (typeof SOURCES)[number] | undefined {
    const [given, second] = SOURCES.filter((key) => args[key] !== undefined);
    if (given !== undefined && given !== "caCertificatePem" && endpointPem !== undefined) {
        const problem = "cannot be combined with endpoint.caCertificatePem";
        const way = `set these certificates as network.trust.caCertificatePem, or move endpoint.caCertificatePem to it`;
        throw check.at(given).error(`${problem}; ${way}`);
    }
    const source = given ?? (endpointPem === undefined ? undefined : "caCertificatePem");
    if (second !== undefined) {
        const problem = `cannot be combined with ${given ?? ""}; put all certificates into one of the two`;
        throw check.at(second).error(problem);
    }
    for (const key of ["caKey", "revision"] as const) {
        if (args[key] === undefined || (source !== undefined && source !== "caCertificatePem")) continue;
        const problem = "has no effect without caSecretName or caConfigMapName; set one of these, or remove it";
        throw check.at(key).error(problem);
    }
    return source;
}

function volume(check: Check, args: pulumi.Unwrap<CollectorTrustArgs>): types.input.core.v1.Volume {
    const items = [{ key: dataKey(check.at("caKey"), args.caKey ?? FILE), path: FILE }];
    if (args.caSecretName !== undefined) {
        const secretName = objectName(check.at("caSecretName"), args.caSecretName);
        return { name: "trust", secret: { secretName, items, defaultMode: 0o444 } };
    }
    const name = objectName(check.at("caConfigMapName"), args.caConfigMapName);
    return { name: "trust", configMap: { name, items, defaultMode: 0o444 } };
}

/**
 * Warnings about the certificates of a PEM text, one sentence each.
 *
 * An expired certificate next to valid certificates is only a warning: a bundle keeps the old CA during a CA rotation.
 *
 * @throws InputError for invalid certificates, and if every certificate has expired.
 */
export function expiryWarnings(check: Check, pem: string, warnBeforeExpiryDays: number, now: Date): string[] {
    const certificates = readCertificates(check, pem);
    const dead = certificates.filter((it) => expiry(it) <= now);
    if (dead.length === certificates.length) {
        const which = certificates.map((it) => `${subject(it)} on ${day(expiry(it))}`).join(", ");
        throw check.error(`has expired: ${which}; use the current CA`);
    }
    const soon = new Date(now.getTime() + warnBeforeExpiryDays * DAY_MILLIS);
    return certificates.flatMap((it) => {
        const about = (text: string): string[] => [check.warning(`${subject(it)} ${text}`)];
        if (expiry(it) <= now) return about(`has expired on ${day(expiry(it))}; remove it from the bundle`);
        if (new Date(it.validFrom) > now) return about(`is not valid before ${day(new Date(it.validFrom))}`);
        if (expiry(it) > soon) return [];
        const days = Math.floor((expiry(it).getTime() - now.getTime()) / DAY_MILLIS);
        return about(
            `expires in ${days} days, on ${day(expiry(it))}; exports that need it fail after that date; add its successor`,
        );
    });
}

/** @throws InputError without the parser's message, which may quote the input. */
function readCertificates(check: Check, pem: string): X509Certificate[] {
    checkCertificate(check, pem);
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    return blocks.map((block, index) => {
        try {
            return new X509Certificate(block);
        } catch {
            const problem = `block ${index + 1} of ${blocks.length} is not a certificate; copy the complete certificate again`;
            throw check.error(problem);
        }
    });
}

/** The subject in one line, or the fingerprint of a certificate without a subject. */
function subject(certificate: X509Certificate): string {
    const name = (certificate.subject ?? "").split("\n").filter(Boolean).join(", ");
    return name === "" ? `the certificate ${certificate.fingerprint256}` : `"${name}"`;
}

function day(date: Date): string {
    return date.toISOString().slice(0, 10);
}

/** Expiry date. Node before 23 only provides it as text. */
function expiry(certificate: X509Certificate): Date {
    return new Date(certificate.validTo);
}
