import { Tier } from "../plan-types";
import type { Feature } from "./feature";

/** What the OTLP receiver needs in addition to its own settings: authentication of senders, and the files for TLS. */
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
