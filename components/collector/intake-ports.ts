import type { types } from "@pulumi/kubernetes";

import type { CollectorPlan } from "./plan-types";
import { Tier } from "./plan-types";
import { PORTS } from "./constants";
import { featureParts } from "./features";
import type { IntakePort } from "./features/feature";

const GRPC: IntakePort = { name: "otlp-grpc", port: PORTS.grpc, protocol: "TCP", speaks: "grpc" };
const HTTP: IntakePort = { name: "otlp-http", port: PORTS.http, protocol: "TCP", speaks: "http" };

/** Ports for applications; in the second tier, the port for the first tier. */
export function intakePorts(plan: CollectorPlan): IntakePort[] {
    return [GRPC, ...(plan.tier === Tier.Second ? [] : [HTTP]), ...featureParts(plan).ports];
}

/** A port of the Service for an intake port. */
export function servicePort({ receiver }: CollectorPlan, port: IntakePort): types.input.core.v1.ServicePort {
    const { name, protocol, speaks } = port;
    const appProtocol = speaks === undefined ? {} : { appProtocol: receiver.sender.appProtocols[speaks] };
    return { name, port: port.port, targetPort: name, protocol, ...appProtocol };
}
