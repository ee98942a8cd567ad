import { isCertificateError } from "../dynatrace/transport";
import { type Context, fieldsOf, type Finding, isGate } from "./finding";
import type { NoAnswer } from "./post";

const INSIDE_ONLY =
    "that name is known inside the cluster only: run `pulumi up` there, forward a port and give collector.url, or set enabled: false";

/** What it means that no answer came, and what to do. */
export function explainConnection({ code, message }: NoAnswer, context: Context): Finding {
    const { address, port, ca } = fieldsOf(context);
    const { hostname, host } = new URL(context.otlpUrl);
    const problem = `got no answer from ${host} (${reasonOf(code, message)})`;
    const about = (field: string, wayOut: string, retry: boolean): Finding => ({ field, problem, wayOut, retry });

    if (isCertificateError(code)) return { problem, ...explainCertificate(code, ca, address, context) };
    if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
        return about(port, `what listens there does not speak TLS; ${rightPort(context)}`, false);
    }
    switch (code) {
        case "ENOTFOUND":
        case "EAI_AGAIN": {
            const inside = /\.svc(\.|$)/.test(hostname) || !hostname.includes(".");
            const wayOut = inside ? INSIDE_ONLY : "there is no such host; check its spelling, DNS and VPN";
            return about(address, wayOut, code === "EAI_AGAIN");
        }
        case "ECONNREFUSED":
            return about(port, `nothing listens there; ${rightPort(context)}`, true);
        case "ETIMEDOUT":
        case "EHOSTUNREACH":
        case "ENETUNREACH":
            return about(
                "timeoutSeconds",
                "something drops the packets: a firewall, a network policy, or a proxy that has to be named in HTTPS_PROXY " +
                    `(or this host in NO_PROXY); if it is only slow, set more than ${context.timeoutSeconds} seconds`,
                true,
            );
        case "ECONNRESET":
        case "EPIPE":
            return about(
                port,
                `the connection was cut: a proxy or firewall, or https where http is spoken; ${rightPort(context)}`,
                true,
            );
        default:
            return about(address, "check the network, a proxy (HTTPS_PROXY, NO_PROXY) and the address", true);
    }
}

/** Without what OpenSSL adds for its developers. */
function reasonOf(code: string, message: string): string {
    const reason = /error:[^:]*:[^:]*:[^:]*:([^:]*)/.exec(message)?.[1] ?? message;
    return reason.includes(code) ? reason : `${code}: ${reason}`;
}

function explainCertificate(code: string, ca: string, address: string, { hasCa }: Context): Omit<Finding, "problem"> {
    if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
        return {
            field: address,
            wayOut: "write a host that the certificate names, or have it issued for this one",
            retry: false,
        };
    }
    if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
        const when = code === "CERT_HAS_EXPIRED" ? "is expired" : "is not valid yet";
        return {
            field: ca,
            wayOut: `the certificate ${when}; renew it where it is presented, or set this clock`,
            retry: false,
        };
    }
    const wayOut = hasCa
        ? "the certificate was signed by another authority than the one given; give that one's certificate"
        : "no public authority signed the certificate; give the certificate of the one that did, in PEM form";
    return { field: ca, wayOut, retry: false };
}

function rightPort(context: Context): string {
    if (context.route === "collector") return "a Collector takes OTLP over HTTP on 4318, gRPC on 4317";
    if (context.route === "oneagent")
        return "the OneAgent listens on 14499 of its own host, once its OpenTelemetry endpoint is on";
    if (isGate(context)) return "an ActiveGate listens on 9999, its Service in a cluster on 443";
    return "Dynatrace listens on 443";
}
