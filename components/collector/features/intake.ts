import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import type { CollectorIntakeArgs } from "../args/collect";
import type { ConfigPlan, IntakePlan } from "../plan-types";
import type { IntakePort } from "./feature";

/** @throws InputError for an interval that is not a whole number of seconds. */
export function planIntake(check: Check, args: pulumi.Unwrap<CollectorIntakeArgs> = {}): IntakePlan {
    const { jaeger = false, zipkin = false, statsd = false, statsdIntervalSeconds = 60 } = args;
    check.at("intake.statsdIntervalSeconds").wholeNumber(statsdIntervalSeconds);
    return { jaeger, zipkin, statsd, statsdIntervalSeconds };
}

/** The address where a receiver listens. */
export function listenAt({ listenOn }: ConfigPlan, { port }: IntakePort): { endpoint: string } {
    return { endpoint: `${listenOn}:${port}` };
}
