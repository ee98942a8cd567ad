import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { joinHostPort } from "../../shared/url";
import { CollectorServiceType } from "../args/exposure";
import { PORTS } from "../constants";
import type { IntakePort } from "../plan-types";
import { intakePorts } from "../flows";
import { type CollectorPlan, Tier } from "../plan-types";
import type { PodInputs } from "../pod-inputs";
import { headlessName } from "../two-tier";
import { type ManifestContext, metadataOf } from "./context";

type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;

/** Spec of the Service for applications. With a DaemonSet, it routes to the pod on the sender's node, so a series stays with one pod. */
export function serviceSpec(plan: CollectorPlan): ServiceSpec {
    return {
        selector: plan.selector,
        ...plan.service,
        ...plan.ipFamilies,
        ports: intakePorts(plan).map((port) => servicePort(plan, port)),
    };
}

/** A port of the Service for an intake port. */
export function servicePort({ receiver }: CollectorPlan, port: IntakePort): k8s.types.input.core.v1.ServicePort {
    const { name, protocol, speaks, appProtocol } = port;
    const applies = speaks === undefined ? appProtocol : receiver.sender.appProtocols[speaks];
    const targetPort = port.port === PORTS.health ? PORTS.health : name;
    return { name, port: port.port, targetPort, protocol, ...(applies === undefined ? {} : { appProtocol: applies }) };
}

/** Gives each pod of a StatefulSet a DNS name from its start, so that senders wait for the pod. */
export function headlessServiceSpec({ tier, selector, ipFamilies }: CollectorPlan): ServiceSpec {
    return {
        clusterIP: "None",
        publishNotReadyAddresses: tier === Tier.Second,
        selector,
        ...ipFamilies,
        ports: [{ name: "otlp-grpc", port: PORTS.grpc, targetPort: "otlp-grpc", protocol: "TCP", appProtocol: "grpc" }],
    };
}

/** Creates the Service, unless the OpenTelemetry Operator creates it. Returns the URLs of the load balancer, if any. */
export function createService(
    { name, args, plan, options }: ManifestContext,
    annotations: PodInputs["serviceAnnotations"],
): pulumi.Output<string[]> {
    if (args.operator !== undefined) return pulumi.output<string[]>([]);
    const metadata = { ...metadataOf(plan), annotations };
    const service = new k8s.core.v1.Service(`${name}-service`, { metadata, spec: plan.apply(serviceSpec) }, options);
    return balancerUrls(plan, service.status);
}

export function createHeadlessService({ name, plan, options }: ManifestContext): void {
    const metadata = { ...metadataOf(plan), name: plan.apply(headlessName) };
    new k8s.core.v1.Service(`${name}-pods`, { metadata, spec: plan.apply(headlessServiceSpec) }, options);
}

/** URLs of the Service's load balancer, without `/v1/...`. A cloud may assign the address later or never. */
export function balancerUrls(
    plan: pulumi.Output<Pick<CollectorPlan, "service" | "receiver">>,
    status: pulumi.Output<k8s.types.output.core.v1.ServiceStatus | undefined>,
): pulumi.Output<string[]> {
    return pulumi.all([plan.service.type, plan.receiver.sender.urlScheme, status]).apply(([type, scheme, known]) => {
        if (type !== CollectorServiceType.LoadBalancer) return [];
        return (known?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname = ip }) => {
            if (hostname === undefined) return [];
            return [`${scheme}://${joinHostPort(hostname, PORTS.http)}`];
        });
    });
}
