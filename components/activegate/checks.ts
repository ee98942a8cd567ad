import { InputError } from "../shared/check";
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
export function checkArguments(component: string, args: ActiveGateRouteArgs): void {
    const { kind, tls } = args;
    if (!Object.values(ActiveGateKind).includes(kind)) {
        const known = Object.values(ActiveGateKind).join(", ");
        throw new InputError(component, "kind", `"${String(kind)}" is not a kind; use ${known}`);
    }
    for (const field of WITHOUT_EFFECT[kind]) {
        if (args[field] === undefined) continue;
        throw new InputError(component, field, `has no effect with kind ${kind}; leave it out, or change the kind`);
    }
    if (tls !== undefined) checkTls(component, args);
    if (kind === ActiveGateKind.DynaKube) checkDynaKube(component, args);
    if (kind === ActiveGateKind.Standalone) checkStandalone(component, args);
}

function checkTls(component: string, { tls, caCertificatePem }: ActiveGateRouteArgs): void {
    requireSource(component, "tls", ["certificatePem", "privateKeyPem"], { ...tls });
    if (tls?.existingSecretName !== undefined && caCertificatePem === undefined) {
        const problem =
            "is needed beside tls.existingSecretName: senders must know what to trust, and the Secret is not read here";
        throw new InputError(component, "caCertificatePem", problem);
    }
}

function checkDynaKube(component: string, { dynakube }: ActiveGateRouteArgs): void {
    if (dynakube === undefined) throw new InputError(component, "dynakube", "is missing; give at least its tokens");
    const { apiVersion, tokens } = dynakube;
    if (apiVersion !== undefined && !Object.values(DynaKubeVersion).includes(apiVersion)) {
        const known = Object.values(DynaKubeVersion).join(" or ");
        throw new InputError(
            component,
            "dynakube.apiVersion",
            `"${String(apiVersion)}" is not known here; use ${known}`,
        );
    }
    requireSource(component, "dynakube.tokens", ["apiToken", "dataIngestToken"], { ...tokens });
    if (dynakube.customProperties !== undefined) {
        requireSource(component, "dynakube", ["customProperties"], { ...dynakube }, "customPropertiesSecretName");
    }
}

function checkStandalone(component: string, { standalone, tls }: ActiveGateRouteArgs): void {
    if (standalone === undefined) {
        throw new InputError(
            component,
            "standalone",
            "is missing; give at least tokens, image and communicationEndpoints",
        );
    }
    if (tls === undefined) {
        const problem =
            "is missing: without it the ActiveGate presents a certificate that no sender can check; give certificatePem and privateKeyPem";
        throw new InputError(component, "tls", problem);
    }
    requireSource(component, "standalone.tokens", ["tenantToken", "authToken"], { ...standalone.tokens });
    if (standalone.clusterId === undefined && rendersToFiles()) {
        const problem =
            "is needed where manifests are rendered to files and no cluster is asked; give the uid of namespace kube-system";
        throw new InputError(component, "standalone.clusterId", problem);
    }
}

/** All values of a Secret, or the name of one that exists: less is not enough, and both leave open which counts. */
function requireSource(
    component: string,
    path: string,
    values: string[],
    given: Record<string, unknown>,
    reference = "existingSecretName",
): void {
    const present = values.filter((value) => given[value] !== undefined);
    if (given[reference] !== undefined) {
        if (present[0] === undefined) return;
        throw new InputError(
            component,
            `${path}.${present[0]}`,
            `has no effect beside ${reference}; keep one of the two`,
        );
    }
    const missing = values.find((value) => given[value] === undefined);
    if (missing !== undefined) {
        const problem = `is missing; give ${values.join(" and ")}, or ${reference} for a Secret that holds them`;
        throw new InputError(component, `${path}.${missing}`, problem);
    }
    if (rendersToFiles()) {
        const problem =
            "would be written in the clear into the rendered files (kubernetes:renderYamlToDirectory is set); " +
            `use ${reference} for a Secret that something else fills`;
        throw new InputError(component, `${path}.${values[values.length - 1]}`, problem);
    }
}
