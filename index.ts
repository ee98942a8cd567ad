export { OtlpCollector, type OtlpCollectorArgs } from "./components/collector";
export type {
    CollectorImageArgs,
    CollectorNetworkPolicyArgs,
    CollectorSettingsArgs,
} from "./components/collector/args";
export { CollectorDistribution } from "./components/collector/names";
export { type Endpoint, type EndpointArgs, resolveEndpoint, Route } from "./components/endpoint";
export type { EnvironmentVariable } from "./components/exporter-env";
export { IngestToken, type IngestTokenArgs } from "./components/ingest-token";
export { type ExistingSecretArgs, SecretDelivery, type TokenSettingsArgs } from "./components/ingest-token/args";
export { InputError } from "./components/input-error";
export { Signal } from "./components/signals";
export { TelemetryPipeline, type TelemetryPipelineArgs } from "./components/telemetry-pipeline";
export { AuthorizationScheme, type TokenReferenceArgs } from "./components/token-reference";
export { ApiToken, type ApiTokenArgs } from "./providers/api-token";
export { Retire } from "./providers/api-token/state";
