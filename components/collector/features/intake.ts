import type { ConfigPlan } from "../plan-types";
import type { IntakePort } from "../plan-types";

/** The address where a receiver listens. */
export function listenAt({ listenOn }: ConfigPlan, { port }: IntakePort): { endpoint: string } {
    return { endpoint: `${listenOn}:${port}` };
}
