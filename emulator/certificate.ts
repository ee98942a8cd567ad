import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import * as asn1 from "asn1js";

/** What a certificate says, and who signs it. */
export interface CertificateArgs {
    /** `ca` signs other certificates; the others are for one end of a TLS connection. */
    kind: "ca" | "server" | "client";
    /** Common name of the owner. Empty: no name at all. */
    subject: string;
    /** RSA key of the owner. The private one serves as well. */
    key: KeyObject;
    /** Common name of the signer. @default - the subject, which signs for itself */
    issuer?: string;
    /** Private RSA key of the signer. @default - the owner's key */
    issuerKey?: KeyObject;
    notBefore: Date;
    notAfter: Date;
    /** Host names and IP addresses that the certificate is valid for. @default - none */
    names?: string[];
}

const OID = {
    sha256WithRsa: "1.2.840.113549.1.1.11",
    commonName: "2.5.4.3",
    subjectKeyIdentifier: "2.5.29.14",
    keyUsage: "2.5.29.15",
    subjectAltName: "2.5.29.17",
    basicConstraints: "2.5.29.19",
    authorityKeyIdentifier: "2.5.29.35",
    extKeyUsage: "2.5.29.37",
    serverAuth: "1.3.6.1.5.5.7.3.1",
    clientAuth: "1.3.6.1.5.5.7.3.2",
};
const CONTEXT_SPECIFIC = 3;

/**
 * A certificate in PEM form.
 *
 * @throws Error for a certificate that Node cannot read.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function certificatePem(args: CertificateArgs): string {
    const { subject, key, issuer = subject, issuerKey = key } = args;
    const algorithm = sequence(oid(OID.sha256WithRsa), new asn1.Null());
    const signed = sequence(
        tagged(0, new asn1.Integer({ value: 2 })),
        new asn1.Integer({ valueHex: Buffer.concat([Buffer.from([1]), randomBytes(15)]) }),
        algorithm,
        nameOf(issuer),
        sequence(time(args.notBefore), time(args.notAfter)),
        nameOf(subject),
        asn1.fromBER(spki(key)).result,
        tagged(3, sequence(...extensions(args, issuerKey))),
    );
    const signature = sign("sha256", Buffer.from(signed.toBER()), issuerKey);
    const der = sequence(signed, algorithm, new asn1.BitString({ valueHex: signature })).toBER();
    return new X509Certificate(Buffer.from(der)).toString();
}

function extensions({ kind, key, names = [] }: CertificateArgs, issuerKey: KeyObject): asn1.Sequence[] {
    if (kind === "ca") {
        return [
            extension(
                OID.basicConstraints,
                sequence(new asn1.Boolean({ value: true }), new asn1.Integer({ value: 0 })),
                true,
            ),
            // keyCertSign and cRLSign
            extension(OID.keyUsage, bits(0b0000_0110, 1), true),
            extension(OID.subjectKeyIdentifier, new asn1.OctetString({ valueHex: identifier(key) })),
        ];
    }
    const altNames = names.map((name) =>
        isIP(name) ? primitive(7, addressBytes(name)) : primitive(2, Buffer.from(name)),
    );
    return [
        extension(OID.basicConstraints, sequence(), true),
        // digitalSignature and keyEncipherment
        extension(OID.keyUsage, bits(0b1010_0000, 5), true),
        extension(OID.extKeyUsage, sequence(oid(kind === "server" ? OID.serverAuth : OID.clientAuth))),
        extension(OID.authorityKeyIdentifier, sequence(primitive(0, identifier(issuerKey)))),
        ...(altNames.length > 0 ? [extension(OID.subjectAltName, sequence(...altNames))] : []),
    ];
}

function extension(id: string, value: asn1.AsnType, critical = false): asn1.Sequence {
    const flag = critical ? [new asn1.Boolean({ value: true })] : [];
    return sequence(oid(id), ...flag, new asn1.OctetString({ valueHex: value.toBER() }));
}

function nameOf(commonName: string): asn1.Sequence {
    if (commonName === "") return sequence();
    const attribute = sequence(oid(OID.commonName), new asn1.Utf8String({ value: commonName }));
    return sequence(new asn1.Set({ value: [attribute] }));
}

/** From 2050 on, the year has four digits. */
function time(valueDate: Date): asn1.AsnType {
    return valueDate.getUTCFullYear() < 2050
        ? new asn1.UTCTime({ valueDate })
        : new asn1.GeneralizedTime({ valueDate });
}

function spki(key: KeyObject): Buffer {
    return (key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" });
}

/** The SHA-1 of the public key, as RFC 5280 proposes for a key's identifier. */
function identifier(key: KeyObject): Buffer {
    const pkcs1 = (key.type === "private" ? createPublicKey(key) : key).export({ type: "pkcs1", format: "der" });
    return createHash("sha1").update(pkcs1).digest();
}

/** 4 or 16 bytes. The URL parser writes every IPv6 address in groups of hexadecimal digits. */
function addressBytes(address: string): Buffer {
    if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
    const [left = [], right = []] = new URL(`http://[${address}]`).hostname
        .slice(1, -1)
        .split("::")
        .map((part) => part.split(":").filter((group) => group !== ""));
    const zeros = Array<string>(8 - left.length - right.length).fill("0");
    return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, "0")).join(""), "hex");
}

function oid(value: string): asn1.ObjectIdentifier {
    return new asn1.ObjectIdentifier({ value });
}

function sequence(...value: asn1.AsnType[]): asn1.Sequence {
    return new asn1.Sequence({ value });
}

function tagged(tagNumber: number, value: asn1.AsnType): asn1.Constructed {
    return new asn1.Constructed({ idBlock: { tagClass: CONTEXT_SPECIFIC, tagNumber }, value: [value] });
}

function primitive(tagNumber: number, valueHex: Buffer): asn1.Primitive {
    return new asn1.Primitive({ idBlock: { tagClass: CONTEXT_SPECIFIC, tagNumber }, valueHex });
}

function bits(byte: number, unusedBits: number): asn1.BitString {
    return new asn1.BitString({ valueHex: Buffer.from([byte]), unusedBits });
}
