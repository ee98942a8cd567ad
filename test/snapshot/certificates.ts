import { readFileSync } from "node:fs";
import * as path from "node:path";

const file = (name: string): string => readFileSync(path.join(__dirname, "certificates", name), "utf8");

/** Presented by a server with the names that an ActiveGate has in the programs. Made up, valid from 2020 to 2120, and used nowhere. */
export const SERVER = file("server.pem");
/** Its private key, since an ActiveGate takes only a pair. The file has no PEM header, so that nobody takes it for a key in use. */
export const SERVER_KEY = pem("RSA PRIVATE KEY", file("server-key.base64"));

/** Stands for `selfSigned` of test/support/certificates.ts, which makes another certificate each time. */
export function selfSigned(name: string): string {
    return file(`${name.toLowerCase().replaceAll(" ", "-")}.pem`);
}

function pem(type: string, base64: string): string {
    return `-----BEGIN ${type}-----\n${base64}-----END ${type}-----\n`;
}
