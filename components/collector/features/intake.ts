import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import type { CollectorIntakeArgs } from "../args/intake";
import type { ConfigPlan, IntakePlan } from "../plan-types";
import type { IntakePort } from "./feature";

/** @throws InputError for an interval that is not a whole number of seconds. */
export function planIntake(check: Check, args: pulumi.Unwrap<CollectorIntakeArgs> = {}): IntakePlan {
    const { jaeger = false, zipkin = false, statsd } = args;
    if (statsd === undefined) return { jaeger, zipkin };
    const { intervalSeconds = 60 } = statsd;
    check.at("intake.statsd.intervalSeconds").wholeNumber(intervalSeconds);
    return { jaeger, zipkin, statsd: { intervalSeconds } };
}

/** The address where a receiver listens. */
export function listenAt({ listenOn }: ConfigPlan, { port }: IntakePort): { endpoint: string } {
    return { endpoint: `${listenOn}:${port}` };
}
