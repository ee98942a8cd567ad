import { OtlpCollector } from "../../components/collector";
import type { CollectorImageArgs } from "../../components/collector/args";
import { SentryExport } from "../../components/sentry";
import type { SentryExportArgs } from "../../components/sentry/args";
import type { Emulator } from "../../emulator";
import { ensure } from "../toolchain/toolchain.cjs";
import { capture, type Captured, manifestsOf } from "./capture";
import { findManifest, type RunningCollector, startCollector } from "./collector";

const SCOPES = ["openTelemetryTrace.ingest", "metrics.ingest", "logs.ingest"];

export interface StackOptions {
    emulator: Emulator;
    sentry: SentryExportArgs;
    image: CollectorImageArgs;
    tool: "otelcol-149" | "otelcol-158";
    /** Runs the configuration that sends to Sentry alone, in the same pod. */
    alone?: boolean;
}

/** Deploys a Collector that sends to Dynatrace and Sentry, as a program would, and starts it. */
export async function startSentryStack(options: StackOptions): Promise<RunningCollector> {
    const { emulator, image, sentry, tool, alone } = options;
    let standalone = "";
    const resources = await capture(() => {
        const made = new SentryExport("sentry", { ...sentry, image });
        made.standaloneConfig.apply((text) => (standalone = text));
        new OtlpCollector("gateway", {
            endpoint: { environment: emulator.url, ca: { pem: emulator.caPem } },
            token: { secret: { name: "ingest-token" } },
            processing: { kubernetesAttributes: false },
            image,
            extraConfig: made.extraConfig,
            pods: { env: made.collectorEnv, annotations: made.collectorAnnotations },
        });
    });
    const manifests = manifestsOf(resources);
    if (alone) findManifest<{ data: Record<string, string> }>(manifests, "ConfigMap").data["config.yaml"] = standalone;
    const { token } = emulator.createToken({ scopes: SCOPES });
    const secrets = { "ingest-token": { token }, ...madeSecrets(resources) };
    return startCollector({ binary: (await ensure([tool]))[tool], manifests, secrets });
}

/** What the Secrets hold that a program made, by the name they got. */
export function madeSecrets(resources: Captured[]): Record<string, Record<string, string>> {
    const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    return Object.fromEntries(secrets.map(({ name, inputs }) => [`${name}-1a2b3c4d`, opened(inputs["stringData"])]));
}

/** A secret comes in an envelope. */
function opened(stringData: unknown): Record<string, string> {
    const { value } = stringData as { value: Record<string, string> };
    return value;
}
