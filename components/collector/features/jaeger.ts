import { Signal } from "../../shared/signals";
import { Tier } from "../plan-types";
import { type Feature, fromSenders } from "./feature";
import type { IntakePort } from "../plan-types";
import { listenAt } from "./intake";

const GRPC: IntakePort = { name: "jaeger-grpc", port: 14250, protocol: "TCP", speaks: "grpc" };
const HTTP: IntakePort = { name: "jaeger-http", port: 14268, protocol: "TCP", speaks: "http" };

/** Receives spans in Jaeger formats. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/jaegerreceiver */
export const jaeger: Feature = {
    name: "jaeger",
    argument: "intake.jaeger",
    signal: Signal.Traces,
    components: [["receivers", "jaeger"]],
    on: ({ intake, tier }) => intake.jaeger === true && tier !== Tier.Second,
    render(plan) {
        const { grpc, http } = plan.receiver.receiver.protocols;
        const protocols = {
            grpc: { ...grpc, ...listenAt(plan, GRPC) },
            thrift_http: { ...http, ...listenAt(plan, HTTP) },
        };
        return {
            receivers: [{ id: "jaeger", signal: Signal.Traces, config: { protocols } }],
            flows: [fromSenders("Senders send Jaeger spans.", GRPC, HTTP)],
        };
    },
};
