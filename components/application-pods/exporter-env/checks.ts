import * as pulumi from "@pulumi/pulumi";

import { Check, InputError } from "../../shared/check";
import { plainUrl } from "../../shared/url";
import { type ExporterEnvArgs, ExporterProtocol, ExporterVia, HeaderEncoding } from "./args";

export const COMPONENT = "exporterEnv";

/** What only a Collector can ask of a sender. */
const FOR_COLLECTORS = ["clientCertificate", "collectorToken", "collectorPassword"] as const;

/** Checks which arguments are given, which is known at once. @throws InputError where they contradict each other. */
export function checkShape(args: ExporterEnvArgs): void {
    const fail = (field: string, problem: string): never => {
        throw new InputError(COMPONENT, field, problem);
    };
    const ways = Object.values(ExporterVia).join(", ");
    if (args?.via === undefined) return fail("via", `is missing; use ${ways}`);
    checkEnum("via", args.via, ExporterVia);
    checkEnum("protocol", args.protocol ?? ExporterProtocol.Http, ExporterProtocol);
    checkEnum("headerEncoding", args.headerEncoding ?? HeaderEncoding.Raw, HeaderEncoding);
    const toCollector = args.via === ExporterVia.Collector;
    const needed = toCollector ? (["collectorUrl"] as const) : (["endpoint", "token"] as const);
    const useless = toCollector ? (["endpoint", "token"] as const) : (["collectorUrl", ...FOR_COLLECTORS] as const);
    for (const field of needed) if (args[field] === undefined) fail(field, `is needed for via "${args.via}"; give it`);
    for (const field of useless) {
        if (args[field] !== undefined) fail(field, `has no effect for via "${args.via}"; leave it out`);
    }
    if (args.collectorToken !== undefined && args.collectorPassword !== undefined) {
        fail("collectorPassword", "stands beside collectorToken, but a Collector asks for one of them; keep one");
    }
    const shown = args.token ?? args.collectorToken ?? args.collectorPassword;
    if (args.headerEncoding !== undefined && shown === undefined) {
        fail("headerEncoding", "has no effect where no token is sent; leave it out, or give collectorToken");
    }
    if (!toCollector && args.protocol === ExporterProtocol.Grpc) {
        fail("protocol", 'Dynatrace takes no gRPC; leave it out, or send to a Collector with via "collector"');
    }
    const { configMapName, secretName } = args.caCertificate ?? { configMapName: "" };
    if ((configMapName === undefined) === (secretName === undefined)) {
        fail("caCertificate", "names one ConfigMap or one Secret; give configMapName or secretName, not both");
    }
    if (args.endpoint?.caCertificatePem !== undefined && args.caCertificate === undefined) {
        fail(
            "endpoint.caCertificatePem",
            "is not where a pod can read it; put it in a ConfigMap in the pods' namespace and name that in caCertificate",
        );
    }
}

function checkEnum(field: string, value: string, known: Record<string, string>): void {
    if (!Object.values(known).includes(value)) {
        throw new InputError(COMPONENT, field, `"${value}" is not known; use ${Object.values(known).join(", ")}`);
    }
}

/**
 * Checks a Collector's URL, once it is known.
 *
 * @throws InputError where it does not fit what is spoken, or what is to be encrypted. Warns of a credential that is not.
 */
export function checkCollectorUrl(url: string, protocol: ExporterProtocol, args: ExporterEnvArgs): string {
    const fail = (problem: string): never => {
        throw new InputError(COMPONENT, "collectorUrl", problem);
    };
    const parsed = plainUrl(new Check(COMPONENT, "collectorUrl"), url, "http://gateway.telemetry.svc:4318");
    if (/\/v1\/(traces|metrics|logs)\/?$/.test(parsed.pathname)) {
        return fail("ends with the path of one signal, and the SDK appends that itself; leave out /v1/...");
    }
    const wrongPort = protocol === ExporterProtocol.Grpc ? "4318" : "4317";
    if (parsed.port === wrongPort) {
        return fail(`port ${wrongPort} does not speak ${protocol}; use ${wrongPort === "4318" ? 4317 : 4318}`);
    }
    if (parsed.protocol === "http:") checkUnencrypted(args);
    return url;
}

function checkUnencrypted(args: ExporterEnvArgs): void {
    for (const field of ["caCertificate", "clientCertificate"] as const) {
        if (args[field] === undefined) continue;
        const problem = "has no effect, since collectorUrl begins with http and nothing is encrypted";
        throw new InputError(COMPONENT, field, `${problem}; give the Collector receiver.tls, and its https URL here`);
    }
    for (const field of ["collectorToken", "collectorPassword"] as const) {
        if (args[field] === undefined) continue;
        const way = "give the Collector receiver.tls, unless a mesh encrypts";
        void pulumi.log.warn(
            `${COMPONENT}: ${field}: is sent unencrypted, since collectorUrl begins with http; ${way}`,
        );
    }
}
