import { type Check } from "../shared/check";
import { rendersToFiles } from "../shared/rendering";
import { ActiveGateKind, type ActiveGateRouteArgs, DynaKubeVersion } from "./args";

/** Arguments of an ActiveGate that is made here, whoever runs it. */
const MADE_HERE = [
    ...(["namespace", "tls", "storage", "replicas", "cpuMillis", "memoryMiB", "gracePeriodSeconds"] as const),
    ...(["group", "networkZone", "nodeSelector", "labels"] as const),
];

/** Arguments that a kind would leave unused. */
const WITHOUT_EFFECT: Record<ActiveGateKind, readonly (keyof ActiveGateRouteArgs)[]> = {
    existing: [...MADE_HERE, "dynakube", "standalone"],
    dynakube: ["host", "port", "standalone"],
    standalone: ["host", "port", "dynakube"],
};

/**
 * Checks what must be known when the program runs: which arguments are given, not what they are.
 *
 * @throws InputError naming the argument that is missing or has to go.
 */
export function checkArguments(check: Check, args: ActiveGateRouteArgs): void {
    const { kind, tls } = args;
    if (!Object.values(ActiveGateKind).includes(kind)) {
        const known = Object.values(ActiveGateKind).join(", ");
        throw check.at("kind").error(`"${String(kind)}" is not a kind; use ${known}`);
    }
    for (const field of WITHOUT_EFFECT[kind]) {
        if (args[field] === undefined) continue;
        throw check.at(field).error(`has no effect with kind ${kind}; leave it out, or change the kind`);
    }
    if (tls !== undefined) checkTls(check, args);
    if (kind === ActiveGateKind.DynaKube) checkDynaKube(check, args);
    if (kind === ActiveGateKind.Standalone) checkStandalone(check, args);
}

function checkTls(check: Check, { tls, caCertificatePem }: ActiveGateRouteArgs): void {
    requireSource(check.at("tls"), ["certificatePem", "privateKeyPem"], { ...tls });
    if (tls?.existingSecretName !== undefined && caCertificatePem === undefined) {
        const problem =
            "is needed beside tls.existingSecretName: senders must know what to trust, and the Secret is not read here";
        throw check.at("caCertificatePem").error(problem);
    }
}

function checkDynaKube(check: Check, { dynakube }: ActiveGateRouteArgs): void {
    if (dynakube === undefined) throw check.at("dynakube").error("is missing; give at least its tokens");
    const { apiVersion, tokens } = dynakube;
    if (apiVersion !== undefined && !Object.values(DynaKubeVersion).includes(apiVersion)) {
        const known = Object.values(DynaKubeVersion).join(" or ");
        throw check.at("dynakube.apiVersion").error(`"${String(apiVersion)}" is not known here; use ${known}`);
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
            "is missing: without it the ActiveGate presents a certificate that no sender can check; give certificatePem and privateKeyPem";
        throw check.at("tls").error(problem);
    }
    requireSource(check.at("standalone.tokens"), ["tenantToken", "authToken"], { ...standalone.tokens });
    if (standalone.clusterId === undefined && rendersToFiles()) {
        const problem =
            "is needed where manifests are rendered to files and no cluster is asked; give the uid of namespace kube-system";
        throw check.at("standalone.clusterId").error(problem);
    }
}

/** All values of a Secret, or the name of one that exists: less is not enough, and both leave open which counts. */
function requireSource(
    check: Check,
    values: string[],
    given: Record<string, unknown>,
    reference = "existingSecretName",
): void {
    const present = values.filter((value) => given[value] !== undefined);
    if (given[reference] !== undefined) {
        if (present[0] === undefined) return;
        throw check.at(`${present[0]}`).error(`has no effect beside ${reference}; keep one of the two`);
    }
    const missing = values.find((value) => given[value] === undefined);
    if (missing !== undefined) {
        const problem = `is missing; give ${values.join(" and ")}, or ${reference} for a Secret that holds them`;
        throw check.at(`${missing}`).error(problem);
    }
    if (rendersToFiles()) {
        const problem =
            "would be written in the clear into the rendered files (kubernetes:renderYamlToDirectory is set); " +
            `use ${reference} for a Secret that something else fills`;
        throw check.at(`${values[values.length - 1]}`).error(problem);
    }
}
