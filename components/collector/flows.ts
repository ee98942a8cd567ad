import type { Check } from "../shared/check";
import { DNS, dnsFlows, type Flow, OPENSHIFT_DNS, type Peer, tcp } from "../shared/flows";
import { kubernetesNamespace } from "../shared/kubernetes";
import { EndpointRoute } from "../endpoint/route";
import { PORTS } from "./constants";
import { featureParts } from "./features";
import { type FeatureFlow, fromSenders } from "./features/feature";
import type { IntakePort } from "./plan-types";
import { usesToken } from "./features/self-telemetry";
import { type CollectorPlan, Tier } from "./plan-types";
import { directDestination } from "./proxy";
import { secondTier } from "./two-tier";

const GRPC: IntakePort = { name: "otlp-grpc", port: PORTS.grpc, protocol: "TCP", speaks: "grpc" };
const HTTP: IntakePort = { name: "otlp-http", port: PORTS.http, protocol: "TCP", speaks: "http" };

/** The DNS server of most clusters. */
const KUBE_DNS = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };

/**
 * All flows of a tier: those that each Collector has, and those of its features.
 *
 * @throws InputError for invalid DNS settings of Cilium.
 */
export function collectorFlows(check: Check, plan: CollectorPlan): Flow[] {
    const own = [...featureParts(plan).flows, ...ownPortFlows(plan)].map((flow) => resolved(plan, flow));
    const [apiServer, others] = [own.filter(isApiServer), own.filter((flow) => !isApiServer(flow))];
    return [
        ...incoming(plan).map((flow) => resolved(plan, flow)),
        ...nameResolution(check, plan),
        ...apiServer,
        ...others,
        ...outgoing(plan),
    ];
}

/** Ports for applications; in the second tier, the port for the first tier. */
export function intakePorts(plan: CollectorPlan): IntakePort[] {
    return [...incoming(plan), ...featureParts(plan).flows, ...ownPortFlows(plan)].flatMap((flow) =>
        flow.peer === "senders" ? flow.ports : [],
    );
}

/** @throws InputError for a port of the user whose name or number is taken. */
export function checkOwnPorts(check: Check, plan: CollectorPlan): void {
    const health: IntakePort = { name: "health", port: 0, protocol: "TCP" };
    const metrics: IntakePort = { name: "metrics", port: PORTS.metrics, protocol: "TCP" };
    const taken = [
        ...intakePorts({ ...plan, ownPorts: [] }),
        health,
        ...(plan.monitoring === undefined ? [] : [metrics]),
    ];
    plan.ownPorts.forEach((own, index) => {
        const at = check.at("network.service.ports").at(index);
        const isHealth = own.port === PORTS.health;
        const same = taken.find(({ port, protocol }) => port === own.port && protocol === own.protocol);
        if (same !== undefined)
            at.at("port").fail(`${own.port} is the port ${same.name}; remove it, or use another port`);
        if (!isHealth && taken.some(({ name }) => name === own.name)) {
            at.at("name").fail(`"${own.name}" is the name of another port; use another name`);
        }
        taken.push(own);
    });
}

/** The user's ports. The second tier has none. */
function ownPortFlows({ ownPorts, tier }: CollectorPlan): FeatureFlow[] {
    if (ownPorts.length === 0 || tier === Tier.Second) return [];
    return [fromSenders("Senders reach receivers of extraConfig.", ...ownPorts)];
}

/** Flows to the pods that are not of a feature. */
function incoming(plan: CollectorPlan): FeatureFlow[] {
    const otlp: FeatureFlow =
        plan.tier === Tier.Second
            ? { direction: "in", peer: "senders", ports: [GRPC], reason: "The first tier sends to the second tier." }
            : { direction: "in", peer: "senders", ports: [GRPC, HTTP], reason: "Applications send OTLP." };
    const node: Peer = { name: "the pod's own node", at: [{ kind: "ownNode" }] };
    return [
        otlp,
        { direction: "in", peer: node, ports: tcp(PORTS.health), reason: "The kubelet probes the pods." },
        ...(plan.monitoring === undefined
            ? []
            : [
                  {
                      direction: "in" as const,
                      peer: {
                          name: "Prometheus",
                          at: [{ kind: "namespaces" as const, names: plan.monitoring.fromNamespaces }],
                      },
                      ports: tcp(PORTS.metrics),
                      reason: "Prometheus scrapes the Collector's own metrics.",
                  },
              ]),
    ];
}

/** Flows from the pods that are not of a feature. */
function outgoing(plan: CollectorPlan): Flow[] {
    return [
        ...(plan.tier === Tier.First
            ? [
                  {
                      direction: "out" as const,
                      peer: {
                          name: "second tier",
                          at: [{ kind: "pods" as const, labels: secondTier(plan).selector }],
                      },
                      ports: tcp(PORTS.grpc),
                      reason: "The first tier distributes data over the second tier.",
                  },
              ]
            : []),
        ...(usesToken(plan) ? [destinationFlow(plan)] : []),
    ];
}

/** The way to Dynatrace. */
export function destinationFlow({ destination, endpoint }: Pick<CollectorPlan, "destination" | "endpoint">): Flow {
    const { host, port, inCluster } = destination;
    const direct = directDestination(endpoint);
    const isDirect = direct.host === host && direct.port === port;
    const [name, reason] = !isDirect
        ? ["proxy", "Sends data to Dynatrace through the proxy."]
        : endpoint.route === EndpointRoute.ContainerActiveGate || endpoint.route === EndpointRoute.ActiveGate
          ? ["ActiveGate", "Sends data to Dynatrace through the ActiveGate."]
          : ["Dynatrace", "Sends data to Dynatrace."];
    return { direction: "out", peer: { name, at: [{ kind: "host", host, inCluster }] }, ports: tcp(port), reason };
}

/** Cilium allows only the servers that it knows: those of the arguments, or those of Kubernetes and of OpenShift. */
function nameResolution(check: Check, { cilium }: CollectorPlan): Flow[] {
    if (cilium === undefined) return DNS;
    const { dnsNamespace, dnsLabels, dnsPort } = cilium;
    if (dnsNamespace === undefined && dnsLabels === undefined && dnsPort === undefined) {
        return dnsFlows([{ pods: KUBE_DNS, port: 53 }, OPENSHIFT_DNS]);
    }
    const at = check.at("network.networkPolicy.cilium");
    const labels = dnsLabels ?? KUBE_DNS.labels;
    if (Object.keys(labels).length === 0) {
        const problem =
            "is empty, so every pod in the namespace would count as a DNS server; set its labels, or remove it";
        throw at.at("dnsLabels").error(problem);
    }
    const port = at.at("dnsPort").wholeNumber(dnsPort ?? 53, 1, 65535);
    const namespace = kubernetesNamespace(at.at("dnsNamespace"), dnsNamespace ?? KUBE_DNS.namespace);
    return dnsFlows([{ pods: { namespace, labels }, port }]);
}

/** Replaces names of peers by where the plan has them. */
function resolved(plan: CollectorPlan, flow: FeatureFlow): Flow {
    if (flow.peer === "senders") return { ...flow, peer: sendersOf(plan) };
    if (flow.peer === "apiServer") {
        return {
            ...flow,
            peer: { name: "API server", at: [{ kind: "apiServer" }] },
            ports: tcp(...plan.apiServerPorts),
        };
    }
    return { ...flow, peer: flow.peer, ports: flow.ports };
}

function sendersOf({ fromPods, fromNamespaces, fromAddresses }: CollectorPlan): Peer {
    if (fromPods !== undefined) return { name: "first tier", at: [{ kind: "pods", labels: fromPods }] };
    return {
        name: "senders",
        at: [
            { kind: "namespaces", names: fromNamespaces },
            { kind: "addresses", ranges: fromAddresses },
        ],
    };
}

function isApiServer({ peer }: Flow): boolean {
    return peer.at.some(({ kind }) => kind === "apiServer");
}
