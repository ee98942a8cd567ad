import * as semver from "semver";

import type { Flow } from "../../shared/flows";
import { tcp } from "../../shared/flows";
import { checkVersion, countOf, type VersionCount } from "../distributions";
import type { Broker } from "../kafka";
import { Tier } from "../plan-types";
import type { Feature } from "./feature";

/** Oldest versions known to have every setting that is rendered. */
const OLDEST: Record<VersionCount, string> = { contrib: "0.146.0", dynatrace: "0.46.0" };

/** Reads telemetry from Kafka topics. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/kafkareceiver */
export const kafka: Feature = {
    name: "kafka",
    argument: "intake.kafka",
    components: [["receivers", "kafka"]],
    volumeNames: ["kafka-ca", "kafka-client"],
    on: ({ kafka: plan, tier }) => plan !== undefined && tier !== Tier.Second,
    check(check, { kafka: plan, build: { distribution, version } }) {
        const oldest = OLDEST[countOf(distribution)];
        if (plan === undefined || semver.gte(checkVersion(check, distribution, version), oldest)) return;
        const problem = `needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}`;
        check.at("intake.kafka").fail(`${problem}; raise image.version`);
    },
    render({ kafka: plan }) {
        if (plan === undefined) return {};
        const { brokers, signals, config, env, volumes, volumeMounts } = plan;
        return {
            receivers: signals.map((signal) => ({ id: "kafka", signal, config })),
            env,
            volumes,
            volumeMounts,
            groupFiles: volumes.length > 0,
            flows: brokers.map(toBroker),
        };
    },
};

function toBroker({ host, port }: Broker): Flow {
    const inCluster = /\.svc(\.|$)/.test(host) || !host.includes(".");
    return {
        direction: "out",
        peer: { name: "Kafka broker", at: [{ kind: "host", host, inCluster }] },
        ports: tcp(port),
        reason: "Reads topics.",
    };
}
