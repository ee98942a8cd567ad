import { joinHostPort } from "../../shared/url";
import type { ConfigPlan, IntakePort } from "../plan-types";

/** The address where a receiver listens. */
export function listenAt({ listenOn }: ConfigPlan, { port }: IntakePort): { endpoint: string } {
    return { endpoint: joinHostPort(listenOn, port) };
}
