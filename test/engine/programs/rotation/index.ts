import * as pulumi from "@pulumi/pulumi";
import { IngestToken, TokenSecretDelivery } from "pulumi-dynatrace-otlp";

const config = new pulumi.Config();
const days = (key: string): number | undefined => {
    const seconds = config.getNumber(`${key}Seconds`);
    return seconds === undefined ? undefined : seconds / 86_400;
};

const token = new IngestToken("ingest", {
    signals: ["logs"],
    secretDelivery: TokenSecretDelivery.None,
    expiresAfterDays: days("expiresAfter") ?? 30,
    rotateAfterDays: days("rotateAfter"),
    overlapDays: days("overlap"),
    warnBeforeDays: config.getNumber("warnBeforeDays"),
});

export const tokenId = token.tokenId;
export const daysLeft = token.daysLeft;
