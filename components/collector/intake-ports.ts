import type { types } from "@pulumi/kubernetes";

import { Tier } from "./config-plan";
import type { IntakePort } from "./fragment";
import { fragmentsOf } from "./fragments";
import { PORTS } from "./places";
import type { CollectorPlan } from "./collector-plan";

const GRPC: IntakePort = { name: "otlp-grpc", port: PORTS.grpc, protocol: "TCP", speaks: "grpc" };
const HTTP: IntakePort = { name: "otlp-http", port: PORTS.http, protocol: "TCP", speaks: "http" };

/** Where a tier's pods are sent to: by applications, or by the first tier, which speaks gRPC alone. */
export function intakePorts(plan: CollectorPlan): IntakePort[] {
    return [GRPC, ...(plan.tier === Tier.Second ? [] : [HTTP]), ...fragmentsOf(plan).ports];
}

/** The same as a port of a Service. */
export function servicePort({ receiver }: CollectorPlan, port: IntakePort): types.input.core.v1.ServicePort {
    const { name, protocol, speaks } = port;
    const appProtocol = speaks === undefined ? {} : { appProtocol: receiver.sender.appProtocols[speaks] };
    return { name, port: port.port, targetPort: name, protocol, ...appProtocol };
}
