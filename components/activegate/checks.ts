import { type Check } from "../shared/check";
import { rendersToFiles } from "../shared/rendering";
import { ActiveGateKind, type ActiveGateRouteArgs, DynaKubeVersion } from "./args";

/** Arguments of an ActiveGate that the component creates. */
const CREATED = [
    ...(["namespace", "tls", "storage", "replicas", "cpuMillis", "memoryMiB", "gracePeriodSeconds"] as const),
    ...(["group", "networkZone", "nodeSelector", "labels"] as const),
];

/** Arguments that have no effect with a kind. */
const WITHOUT_EFFECT: Record<ActiveGateKind, readonly (keyof ActiveGateRouteArgs)[]> = {
    existing: [...CREATED, "dynakube", "standalone"],
    dynakube: ["host", "port", "standalone"],
    standalone: ["host", "port", "dynakube"],
};

/**
 * Checks which arguments are given. This must be known when the program runs.
 *
 * @throws InputError for an argument that is missing or has no effect.
 */
export function checkGiven(check: Check, args: ActiveGateRouteArgs): void {
    const kind = kindOf(check.at("kind"), args.kind);
    for (const field of WITHOUT_EFFECT[kind]) {
        if (args[field] === undefined) continue;
        throw check.at(field).error(`has no effect with kind ${kind}; leave it out, or change the kind`);
    }
    if (args.tls !== undefined) checkTls(check, args);
    if (kind === ActiveGateKind.DynaKube) checkDynaKube(check, args);
    if (kind === ActiveGateKind.Standalone) checkStandalone(check, args);
}

function kindOf(check: Check, kind: ActiveGateKind | undefined): ActiveGateKind {
    const known = Object.values(ActiveGateKind).join(", ");
    if (kind === undefined) throw check.error(`is missing; use ${known}`);
    if (Object.values(ActiveGateKind).includes(kind)) return kind;
    throw check.error(`"${String(kind)}" is not a kind; use ${known}`);
}

function checkTls(check: Check, { tls, ca }: ActiveGateRouteArgs): void {
    requireSource(check.at("tls"), ["certificatePem", "privateKeyPem"], { ...tls });
    if (tls?.secretName !== undefined && ca === undefined) {
        const problem =
            "is needed with tls.secretName, because the component does not read the Secret; give the CA certificates that senders trust";
        throw check.at("ca").error(problem);
    }
}

function checkDynaKube(check: Check, { dynakube }: ActiveGateRouteArgs): void {
    if (dynakube === undefined) throw check.at("dynakube").error("is missing; give at least its tokens");
    const { apiVersion, tokens } = dynakube;
    if (apiVersion !== undefined && !Object.values(DynaKubeVersion).includes(apiVersion)) {
        const known = Object.values(DynaKubeVersion).join(" or ");
        throw check.at("dynakube.apiVersion").error(`"${String(apiVersion)}" is not supported; use ${known}`);
    }
    requireSource(check.at("dynakube.tokens"), ["apiToken", "dataIngestToken"], { ...tokens });
    if (dynakube.customProperties !== undefined) {
        requireSource(check.at("dynakube"), ["customProperties"], { ...dynakube }, "customPropertiesSecretName");
    }
}

function checkStandalone(check: Check, { standalone, tls }: ActiveGateRouteArgs): void {
    if (standalone === undefined) {
        throw check.at("standalone").error("is missing; give at least tokens, image and communicationEndpoints");
    }
    if (tls === undefined) {
        const problem =
            "is missing: without it the ActiveGate presents a certificate that no sender can verify; give certificatePem and privateKeyPem";
        throw check.at("tls").error(problem);
    }
    requireSource(check.at("standalone.tokens"), ["tenantToken", "authToken"], { ...standalone.tokens });
    if (standalone.clusterId === undefined && rendersToFiles()) {
        const problem =
            "is needed where manifests are rendered to files, because no cluster is read; give the UID of namespace kube-system";
        throw check.at("standalone.clusterId").error(problem);
    }
}

/** Requires either all values of a Secret or the name of an existing Secret, and not both. */
function requireSource(check: Check, values: string[], given: Record<string, unknown>, reference = "secretName"): void {
    const present = values.find((value) => given[value] !== undefined);
    if (given[reference] !== undefined) {
        if (present === undefined) return;
        throw check.at(present).error(`cannot be combined with ${reference}; remove one of the two`);
    }
    const missing = values.find((value) => given[value] === undefined);
    if (missing !== undefined) {
        const problem = `is missing; give ${values.join(" and ")}, or ${reference} for a Secret that holds them`;
        throw check.at(missing).error(problem);
    }
    if (rendersToFiles()) {
        const problem =
            "would be written in plain text into the rendered files (kubernetes:renderYamlToDirectory is set); " +
            `use ${reference} for a Secret that another tool fills`;
        throw check.at(values.at(-1) ?? reference).error(problem);
    }
}
