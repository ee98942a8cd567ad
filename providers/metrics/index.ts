export type { IndexedLine } from "./batches";
export { LostReply, MetricsClient, metricsClientFromEnv, type MetricsClientOptions } from "./client";
export { type EnrichmentOptions, oneAgentDimensions } from "./enrichment";
export {
    countLine,
    gaugeLine,
    type GaugeSummary,
    type LineDetails,
    metadataLine,
    MetricLineError,
    type MetricMetadata,
    MetricType,
    processDimension,
    summaryLine,
} from "./lines";
export type { ReturnedLine, SendOutcome, WarnedLine } from "./outcome";
