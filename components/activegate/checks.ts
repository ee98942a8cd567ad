import { type Check } from "../shared/check";
import { ActiveGateKind, type ActiveGateRouteArgs, DynaKubeVersion } from "./args";

/** Arguments of an ActiveGate that the component creates. */
const CREATED = [
    ...(["namespace", "tls", "storage", "replicas", "cpuMillis", "memoryMiB", "gracePeriodSeconds"] as const),
    ...(["cpuLimitMillis", "ephemeralStorageMiB"] as const),
    ...(["group", "networkZone", "nodeSelector", "labels"] as const),
];

/** Arguments that have no effect with a kind. */
const WITHOUT_EFFECT: Record<ActiveGateKind, readonly (keyof ActiveGateRouteArgs)[]> = {
    existing: [...CREATED, "dynakube", "standalone"],
    dynakube: ["host", "port", "standalone"],
    standalone: ["host", "port", "dynakube"],
};

/** An argument that cannot work where manifests are rendered to files. */
export interface NotRendered {
    check: Check;
    /** @param setting the setting that renders, e.g. `kubernetes:renderYamlToDirectory is set`. */
    problem: (setting: string) => string;
}

/**
 * Checks which arguments are given. This must be known when the program runs.
 *
 * @returns what to refuse where manifests are rendered to files.
 * @throws InputError for an argument that is missing or has no effect.
 */
export function checkGiven(check: Check, args: ActiveGateRouteArgs): NotRendered[] {
    const kind = kindOf(check.at("kind"), args.kind);
    for (const field of WITHOUT_EFFECT[kind]) {
        if (args[field] === undefined) continue;
        throw check.at(field).error(`has no effect with kind ${kind}; leave it out, or change the kind`);
    }
    return [
        ...(args.tls === undefined ? [] : checkTls(check, args)),
        ...(kind === ActiveGateKind.DynaKube ? checkDynaKube(check, args) : []),
        ...(kind === ActiveGateKind.Standalone ? checkStandalone(check, args) : []),
    ];
}

function kindOf(check: Check, kind: ActiveGateKind | undefined): ActiveGateKind {
    const known = Object.values(ActiveGateKind).join(", ");
    if (kind === undefined) throw check.error(`is missing; use ${known}`);
    if (Object.values(ActiveGateKind).includes(kind)) return kind;
    throw check.error(`"${String(kind)}" is not a kind; use ${known}`);
}

function checkTls(check: Check, { tls, ca }: ActiveGateRouteArgs): NotRendered[] {
    const rendered = requireSource(check.at("tls"), ["certificatePem", "privateKeyPem"], { ...tls });
    if (tls?.secretName !== undefined && ca === undefined) {
        const problem =
            "is needed with tls.secretName, because the component does not read the Secret; give the CA certificates that senders trust";
        throw check.at("ca").error(problem);
    }
    return rendered;
}

function checkDynaKube(check: Check, { dynakube }: ActiveGateRouteArgs): NotRendered[] {
    if (dynakube === undefined) throw check.at("dynakube").error("is missing; give at least its tokens");
    const { apiVersion, tokens } = dynakube;
    if (apiVersion !== undefined && !Object.values(DynaKubeVersion).includes(apiVersion)) {
        const known = Object.values(DynaKubeVersion).join(" or ");
        throw check.at("dynakube.apiVersion").error(`"${String(apiVersion)}" is not supported; use ${known}`);
    }
    const rendered = requireSource(check.at("dynakube.tokens"), ["apiToken", "dataIngestToken"], { ...tokens });
    if (dynakube.customProperties === undefined) return rendered;
    const within = check.at("dynakube");
    return [...rendered, ...requireSource(within, ["customProperties"], { ...dynakube }, "customPropertiesSecretName")];
}

function checkStandalone(check: Check, { standalone, tls }: ActiveGateRouteArgs): NotRendered[] {
    if (standalone === undefined) {
        throw check.at("standalone").error("is missing; give at least tokens, image and communicationEndpoints");
    }
    if (tls === undefined) {
        const problem =
            "is missing: without it the ActiveGate presents a certificate that no sender can verify; give certificatePem and privateKeyPem";
        throw check.at("tls").error(problem);
    }
    const within = check.at("standalone.tokens");
    const rendered = requireSource(within, ["tenantToken", "authToken"], { ...standalone.tokens });
    if (standalone.clusterId !== undefined) return rendered;
    const problem = (setting: string): string =>
        `is needed where manifests are rendered to files (${setting}), because no cluster is read; ` +
        "give the UID of namespace kube-system";
    return [...rendered, { check: check.at("standalone.clusterId"), problem }];
}

/** Requires either all values of a Secret or the name of an existing Secret, and not both. */
function requireSource(
    check: Check,
    values: string[],
    given: Record<string, unknown>,
    reference = "secretName",
): NotRendered[] {
    const present = values.find((value) => given[value] !== undefined);
    if (given[reference] !== undefined) {
        if (present === undefined) return [];
        throw check.at(present).error(`cannot be combined with ${reference}; remove one of the two`);
    }
    const missing = values.find((value) => given[value] === undefined);
    if (missing !== undefined) {
        const problem = `is missing; give ${values.join(" and ")}, or ${reference} for a Secret that holds them`;
        throw check.at(missing).error(problem);
    }
    const problem = (setting: string): string =>
        `would be written in plain text into the rendered files (${setting}); ` +
        `use ${reference} for a Secret that another tool fills`;
    return [{ check: check.at(values.at(-1) ?? reference), problem }];
}
