import * as pulumi from "@pulumi/pulumi";
import { OutSystemsLogStream } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();

const logs = new OutSystemsLogStream("outsystems", {
    // An environment id, e.g. abc12345, or the URL of the environment.
    endpoint: { environment: config.require("environment") },
    // The version that LifeTime shows. The form depends on the version.
    lifeTimeVersion: config.get("lifeTimeVersion") ?? "11.22.0",
    token: { expiresAfterDays: 180 },
});

/** A secret: `pulumi stack output fields --show-secrets`. */
export const fields = logs.fields;
export const destination = logs.destination;
export const tokenId = logs.tokenId;
export const expiresAt = logs.expiresAt;
