import { X509Certificate } from "node:crypto";

import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type CaCertificate, caCertificate, caSource, checkCertificate } from "../shared/ca";
import type { Check } from "../shared/check";
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
 * @param check check of the arguments.
 * @param now current time, for expiry.
 * @param endpointCa certificates of the endpoint, which are trusted too.
 * @throws InputError for two sources, for invalid certificates, and if every certificate has expired.
 */
export function planTrust(
    check: Check,
    args: pulumi.Unwrap<CollectorTrustArgs>,
    now: Date = new Date(),
    endpointCa?: CaCertificate,
): TrustPlan {
    const own = caCertificate(check.at("ca"), args.ca);
    checkSources(check, args, own, endpointCa);
    const systemCertificates = args.systemCertificates ?? true;
    const source = own ?? endpointCa;
    if (source === undefined) {
        if (!systemCertificates) {
            const problem = "is false, so no certificate would be trusted; set ca too";
            throw check.at("systemCertificates").error(problem);
        }
        return { volumes: [], volumeMounts: [], podAnnotations: {}, warnings: [] };
    }
    const include = { include_system_ca_certs_pool: systemCertificates };
    if (source.pem !== undefined) {
        const days = check.at("warnBeforeExpiryDays").wholeNumber(args.warnBeforeExpiryDays ?? 30, 0);
        const warned = (where: Check, pem?: string): string[] =>
            pem === undefined ? [] : expiryWarnings(where.at("ca.pem"), pem, days, now);
        const added = own?.pem === endpointCa?.pem ? undefined : own?.pem;
        const warnings = [...warned(check.top.at("endpoint"), endpointCa?.pem), ...warned(check, added)];
        return {
            tls: { ca_pem: joined(endpointCa?.pem, added), ...include },
            volumes: [],
            volumeMounts: [],
            podAnnotations: {},
            warnings,
        };
    }
    return {
        tls: { ca_file: `${DIRECTORY}/${FILE}`, ...include },
        volumes: [volume(source)],
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

function checkSources(
    check: Check,
    args: pulumi.Unwrap<CollectorTrustArgs>,
    own: CaCertificate | undefined,
    endpointCa: CaCertificate | undefined,
): void {
    const bothPem = own?.pem !== undefined && endpointCa?.pem !== undefined;
    if (own !== undefined && endpointCa !== undefined && !bothPem) {
        const source = caSource(check.at("ca"), own) ?? "pem";
        const way = "put all certificates into one of the two, or set both as pem";
        throw check.at("ca").at(source).error(`cannot be combined with endpoint.ca; ${way}`);
    }
    const mounted = own ?? endpointCa;
    if (args.revision === undefined || mounted?.secret !== undefined || mounted?.configMap !== undefined) return;
    const problem = "has no effect without ca.secret or ca.configMap; set one of these, or remove it";
    throw check.at("revision").error(problem);
}

function volume({ secret, configMap }: CaCertificate): types.input.core.v1.Volume {
    const items = [{ key: (secret ?? configMap)?.key ?? FILE, path: FILE }];
    if (secret !== undefined) return { name: "trust", secret: { secretName: secret.name, items, defaultMode: 0o444 } };
    return { name: "trust", configMap: { name: configMap?.name, items, defaultMode: 0o444 } };
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
