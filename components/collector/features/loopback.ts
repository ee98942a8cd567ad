import { joinHostPort } from "../../shared/url";
import { LOOPBACK, PORTS } from "../constants";
import { Tier } from "../plan-types";
import type { Feature } from "./feature";

/** Receives OTLP on the loopback address of the pod, which `kubectl port-forward` and other containers of the pod connect to. */
export const loopback: Feature = {
    name: "loopback",
    argument: "receiver.loopback",
    components: [["receivers", "otlp"]],
    on: ({ receiver, tier, ownPod }) => receiver.loopback && tier !== Tier.Second && !ownPod,
    render({ receiver, signals }) {
        const { grpc, http } = receiver.receiver.protocols;
        const protocols = {
            grpc: { ...grpc, endpoint: joinHostPort(LOOPBACK, PORTS.grpc) },
            http: { ...http, endpoint: joinHostPort(LOOPBACK, PORTS.http) },
        };
        return { receivers: signals.map((signal) => ({ id: "otlp/loopback", signal, config: { protocols } })) };
    },
};
