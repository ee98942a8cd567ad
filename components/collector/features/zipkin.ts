import { Signal } from "../../shared/signals";
import { Tier } from "../plan-types";
import { type Feature, fromSenders } from "./feature";
import type { IntakePort } from "../plan-types";
import { listenAt } from "./intake";

const PORT: IntakePort = { name: "zipkin", port: 9411, protocol: "TCP", speaks: "http" };

/** Receives spans in Zipkin formats. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/zipkinreceiver */
export const zipkin: Feature = {
    name: "zipkin",
    argument: "intake.zipkin",
    signal: Signal.Traces,
    components: [["receivers", "zipkin"]],
    on: ({ intake, tier }) => intake.zipkin === true && tier !== Tier.Second,
    render(plan) {
        const config = { ...plan.receiver.receiver.protocols.http, ...listenAt(plan, PORT) };
        return {
            receivers: [{ id: "zipkin", signal: Signal.Traces, config }],
            flows: [fromSenders("Senders send Zipkin spans.", PORT)],
        };
    },
};
