import { Signal } from "../../shared/signals";
import { type IntakePort, Tier } from "../plan-types";
import { type Feature, fromSenders } from "./feature";
import { listenAt } from "./intake";

const PORT: IntakePort = { name: "fluent-forward", port: 8006, protocol: "TCP" };

/** Receives logs of Fluentd and Fluent Bit. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/fluentforwardreceiver */
export const fluentForward: Feature = {
    name: "fluent-forward",
    argument: "intake.fluentForward",
    signal: Signal.Logs,
    components: [["receivers", "fluent_forward"]],
    on: ({ intake, tier }) => intake.fluentForward === true && tier !== Tier.Second,
    check(check, { receiver, intake }) {
        if (intake.fluentForward !== true) return;
        const { urlScheme, authorization } = receiver.sender;
        if (urlScheme === "http" && authorization === undefined) return;
        check
            .at("intake.fluentForward")
            .fail(
                "has neither TLS nor credentials, so senders could bypass receiver.tls, receiver.bearer and receiver.basic; " +
                    "send with Fluent Bit's output opentelemetry, or run it in a separate Collector",
            );
    },
    render(plan) {
        const id = plan.names.fluentForwardReceiver;
        return {
            receivers: [{ id, signal: Signal.Logs, config: listenAt(plan, PORT) }],
            flows: [fromSenders("Fluentd and Fluent Bit send logs.", PORT)],
        };
    },
};
