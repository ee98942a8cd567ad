import { Tier } from "../plan-types";
import type { Feature } from "./feature";

/** The user's CA certificates, in pods that connect to Dynatrace. */
export const trust: Feature = {
    name: "trust",
    argument: "network.trust",
    volumeNames: ["trust"],
    on: ({ tier }) => tier !== Tier.First,
    render: ({ trust: { volumes, volumeMounts, podAnnotations } }) => ({ volumes, volumeMounts, podAnnotations }),
};
