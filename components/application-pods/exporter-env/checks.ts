import * as pulumi from "@pulumi/pulumi";

import { caSource } from "../../shared/ca";
import { type Check } from "../../shared/check";
import { plainUrl } from "../../shared/url";
import { type ExporterEnvArgs, ExporterProtocol, ExporterVia, ExporterHeaderEncoding } from "./args";

/** Fields that only a Collector can require of a sender. */
const FOR_COLLECTORS = ["clientCertificate", "collectorToken", "collectorPassword"] as const;

/** Checks which arguments are given, which is known immediately. @throws InputError for arguments that contradict each other. */
export function checkShape(check: Check, args: ExporterEnvArgs): void {
    const fail = (field: string, problem: string): never => check.at(field).fail(problem);
    const ways = Object.values(ExporterVia).join(", ");
    if (args.via === undefined) return fail("via", `is missing; use ${ways}`);
    check.at("via").oneOf(args.via, ExporterVia);
    check.at("protocol").oneOf(args.protocol ?? ExporterProtocol.Http, ExporterProtocol);
    check.at("headerEncoding").oneOf(args.headerEncoding ?? ExporterHeaderEncoding.Raw, ExporterHeaderEncoding);
    const toCollector = args.via === ExporterVia.Collector;
    const needed = toCollector ? (["collectorUrl"] as const) : (["endpoint", "token"] as const);
    const useless = toCollector ? (["endpoint", "token"] as const) : (["collectorUrl", ...FOR_COLLECTORS] as const);
    for (const field of needed) {
        if (args[field] === undefined) fail(field, `is missing, and required for via "${args.via}"; give ${field}`);
    }
    for (const field of useless) {
        if (args[field] !== undefined) fail(field, `cannot be combined with via "${args.via}"; remove ${field}`);
    }
    if (args.collectorToken !== undefined && args.collectorPassword !== undefined) {
        fail("collectorPassword", "cannot be combined with collectorToken: a Collector requires only one; remove one");
    }
    const shown = args.token ?? args.collectorToken ?? args.collectorPassword;
    if (args.headerEncoding !== undefined && shown === undefined) {
        fail("headerEncoding", "has no effect where no token is sent; remove headerEncoding, or give collectorToken");
    }
    if (!toCollector && args.protocol === ExporterProtocol.Grpc) {
        fail(
            "protocol",
            'Dynatrace does not accept gRPC; remove protocol, or send to a Collector with via "collector"',
        );
    }
    checkCaSource(check, args.ca, args.endpoint, "pod");
}

/**
 * Checks a Collector's URL when the URL is known, and warns of a credential that is sent unencrypted.
 *
 * @throws InputError for a URL that contradicts the protocol or the certificates.
 */
export function checkCollectorUrl(
    check: Check,
    url: string | undefined,
    protocol: ExporterProtocol,
    args: ExporterEnvArgs,
): string {
    const at = check.at("collectorUrl");
    const parsed = plainUrl(at, url, "http://gateway.telemetry.svc:4318");
    if (/\/v1\/(traces|metrics|logs)\/?$/.test(parsed.pathname)) {
        at.fail("ends with the path of one signal, which the SDK appends; remove /v1/...");
    }
    const wrongPort = protocol === ExporterProtocol.Grpc ? "4318" : "4317";
    if (parsed.port === wrongPort) {
        at.fail(`port ${wrongPort} does not accept ${protocol}; use ${wrongPort === "4318" ? 4317 : 4318}`);
    }
    if (parsed.protocol === "http:") checkUnencrypted(check, args);
    return url ?? "";
}

function checkUnencrypted(check: Check, args: ExporterEnvArgs): void {
    for (const field of ["ca", "clientCertificate"] as const) {
        if (args[field] === undefined) continue;
        const problem = "has no effect, because collectorUrl begins with http and nothing is encrypted";
        check.at(field).fail(`${problem}; set receiver.tls of the Collector, and give its https URL here`);
    }
    for (const field of ["collectorToken", "collectorPassword"] as const) {
        if (args[field] === undefined) continue;
        const way = "set receiver.tls of the Collector, unless a service mesh encrypts";
        const problem = "is sent unencrypted, because collectorUrl begins with http";
        void pulumi.log.warn(check.at(field).warning(`${problem}; ${way}`));
    }
}

/** Which sources of CA certificates are set. */
interface CaSources {
    pem?: unknown;
    secret?: unknown;
    configMap?: unknown;
}

/** Whether a value is known only later. */
function isLater(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/**
 * Checks where a pod finds CA certificates. Which fields are given is known immediately.
 *
 * @param reader the pod, e.g. `gateway's pod`.
 * @throws InputError unless the certificates are in a Secret or ConfigMap.
 */
export function checkCaSource(
    check: Check,
    ca: CaSources | undefined,
    endpoint: { ca?: pulumi.Input<CaSources | undefined> } | undefined,
    reader: string,
): void {
    const way = `store the certificates in a ConfigMap in the namespace of the ${reader}, and name it in ca.configMap`;
    if (ca === undefined) {
        const given = endpoint?.ca;
        const found = isLater(given) || caSource(check.at("endpoint.ca"), given) !== undefined;
        if (found) check.at("endpoint.ca").fail(`cannot be read by a ${reader}; ${way}`);
        return;
    }
    if (isLater(ca)) check.at("ca").fail("is an Output; give an object, with Outputs as name and key");
    const source = caSource(check.at("ca"), ca);
    if (source === undefined) check.at("ca").fail("is empty; set configMap or secret");
    if (source === "pem") check.at("ca.pem").fail(`cannot be read by a ${reader}; ${way}`);
}
