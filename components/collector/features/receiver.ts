import { Tier } from "../plan-types";
import type { Feature } from "./feature";

/** Additional parts of the OTLP receiver: authentication of senders, and files for TLS. */
export const receiver: Feature = {
    name: "receiver",
    argument: "receiver",
    optionalComponents: [
        ["extensions", "basicauth"],
        ["extensions", "bearertokenauth"],
    ],
    volumeNames: ["receiver-tls", "receiver-client-ca", "receiver-auth"],
    on: ({ tier }) => tier !== Tier.Second,
    render: ({ receiver: { extensions, volumes, volumeMounts } }) => ({
        extensions,
        volumes,
        volumeMounts,
        groupFiles: volumes.length > 0,
    }),
};
