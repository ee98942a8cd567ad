import { type Endpoint, resolveEndpoint } from "../endpoint";
import { parseEnvironment } from "../endpoint/environment";
import { EndpointRoute } from "../endpoint/route";
import { type Check } from "../shared/check";
import { kubernetesName, kubernetesNamespace } from "../shared/kubernetes";
import { ActiveGateKind } from "./args";

/** Namespace of the Dynatrace Operator, unless it was installed elsewhere. */
const DEFAULT_NAMESPACE = "dynatrace";

/** Longest name of a DynaKube that the Operator takes. */
const LONGEST_DYNAKUBE = 40;

export interface PlaceInputs {
    kind: ActiveGateKind;
    environment: string;
    host?: string;
    port?: number;
    namespace?: string;
}

/** Address of an ActiveGate, and the environment that it serves. */
export interface Place {
    /** Name of the objects: of the DynaKube, or of the StatefulSet and its Service. */
    name: string;
    namespace: string;
    /** How senders reach the ActiveGate. */
    endpoint: Endpoint;
    /** Base URL of the environment's own API, ends with `/api`; empty except for a DynaKube. */
    apiUrl: string;
    /** Repairs of the arguments, one sentence each. */
    warnings: string[];
}

/**
 * Resolves the address at which senders reach the ActiveGate.
 *
 * @throws InputError if the address is unknown, or no object can have the name.
 */
export function placeOf(check: Check, name: string, args: PlaceInputs): Place {
    if (args.kind === ActiveGateKind.Existing) return existingPlace(check, name, args);

    const dynakube = args.kind === ActiveGateKind.DynaKube;
    const objectName = dynakube ? dynaKubeName(check, name) : kubernetesName(check, name);
    const namespace = kubernetesNamespace(check.at("namespace"), args.namespace ?? DEFAULT_NAMESPACE);
    const service = dynakube ? `${objectName}-activegate` : objectName;
    const found = parseEnvironment(check.at("environment"), args.environment);
    const endpoint = resolveEndpoint(check, {
        environment: found.environmentId,
        route: EndpointRoute.ContainerActiveGate,
        host: `${service}.${namespace}.svc`,
    });
    const apiUrl = dynakube ? environmentApi(check, args.environment) : "";
    return { name: objectName, namespace, endpoint, apiUrl, warnings: found.warnings };
}

function existingPlace(check: Check, name: string, args: PlaceInputs): Place {
    const found = parseEnvironment(check.at("environment"), args.environment);
    const host = args.host ?? (found.route === EndpointRoute.Saas ? undefined : found.host);
    const route = /\.svc(\.|$)/.test(host ?? "") ? EndpointRoute.ContainerActiveGate : EndpointRoute.ActiveGate;
    const { environment, port } = args;
    const endpoint = resolveEndpoint(check, { environment, route, host: args.host, port });
    return { name, namespace: "", endpoint, apiUrl: "", warnings: found.warnings };
}

function dynaKubeName(check: Check, name: string): string {
    if (name.length > LONGEST_DYNAKUBE) {
        const problem = `has ${name.length} characters, but the name of a DynaKube has at most ${LONGEST_DYNAKUBE}; give the component a shorter name`;
        throw check.at("name").error(problem);
    }
    return kubernetesName(check, name);
}

/** The API that the Operator calls: the environment's own, never the one of an ActiveGate. */
function environmentApi(check: Check, environment: string): string {
    const { route, host, environmentId } = parseEnvironment(check.at("environment"), environment);
    if (route === EndpointRoute.Managed && host === undefined) {
        const problem = `"${environmentId}" does not name the domain of Dynatrace Managed; give the URL https://{domain}/e/${environmentId}`;
        throw check.at("environment").error(problem);
    }
    if (route !== undefined && route !== EndpointRoute.Saas && route !== EndpointRoute.Managed) {
        const problem = `${host} is an ActiveGate, but the Operator calls the environment itself; give the environment's own URL or id`;
        throw check.at("environment").error(problem);
    }
    return resolveEndpoint(check, { environment }).apiUrl ?? "";
}
