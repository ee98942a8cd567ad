export { ActiveGateRoute } from "./components/activegate";
export {
    type ActiveGateImageArgs,
    ActiveGateKind,
    type ActiveGateNetworkPolicyArgs,
    type ActiveGateRouteArgs,
    type ActiveGateSettingsArgs,
    type ActiveGateStorageArgs,
    type ActiveGateTlsArgs,
    type DynaKubeArgs,
    DynaKubeCapability,
    DynaKubeOtlp,
    type DynaKubeTokensArgs,
    DynaKubeVersion,
    type StandaloneArgs,
    type StandaloneTokensArgs,
    type TelemetryIngestArgs,
    TelemetryProtocol,
} from "./components/activegate/args";
export { dynaKubeScopes, type DynaKubeScopes } from "./components/activegate/dynakube";
export { AiGatewayExporter } from "./components/ai-gateway";
export { AiGateway, type AiGatewayExporterArgs, AiGatewayVia } from "./components/ai-gateway/args";
export { aiContentConfig, type AiContentConfigArgs } from "./components/ai-gateway/collector-config";
export { type AiContentArgs, type HashKeyArgs, Protection } from "./components/ai-content/args";
export type { AiGatewayField } from "./components/ai-gateway/settings";
export { OtlpCollector, type OtlpCollectorArgs } from "./components/collector";
export {
    type CollectorImageArgs,
    CollectorMode,
    type CollectorNetworkPolicyArgs,
    type CollectorSettingsArgs,
    TokenFrom,
} from "./components/collector/args";
export {
    type CollectArgs,
    ContainerLogsOf,
    type IntakeArgs,
    type JournaldArgs,
    JournalPriority,
    type KubernetesObjectArgs,
    KubernetesObjectMode,
    type MultilineLogsArgs,
} from "./components/collector/args-collect";
export {
    CloudDetector,
    type EnrichmentArgs,
    type PersistentQueueArgs,
    type RedactionArgs,
    type ResourceDetectionArgs,
    type SecondTierArgs,
    type TailSamplingArgs,
} from "./components/collector/args-data";
export type { CiliumArgs } from "./components/collector/cilium";
export type { ExposureArgs, GatewayArgs, IngressArgs } from "./components/collector/ingress";
export type { MonitoringArgs } from "./components/collector/monitoring";
export { CollectorDistribution } from "./components/collector/names";
export type { OperatorArgs } from "./components/collector/operator";
export { type CollectorProbeArgs, DnsPolicy, type PodArgs } from "./components/collector/pod-args";
export { CollectorSize } from "./components/collector/profiles";
export type { ProxyArgs } from "./components/collector/proxy";
export {
    type CollectorServiceArgs,
    type ServiceAccountArgs,
    ServiceType,
    SessionAffinity,
    TrafficDistribution,
    TrafficPolicy,
} from "./components/collector/args-service";
export {
    type ReceiverArgs,
    type ReceiverBasicArgs,
    type ReceiverBearerArgs,
    type ReceiverCorsArgs,
    type ReceiverTlsArgs,
    TlsVersion,
} from "./components/collector/receiver-args";
export { Autoscaler, type AutoscalingArgs, type ScalingArgs, Spread } from "./components/collector/scaling";
export type { PodMetricArgs, PrometheusTriggerArgs } from "./components/collector/scaling-triggers";
export { type Sidecar, type SidecarArgs, sidecarContainer } from "./components/collector/sidecar";
export type { TrustArgs } from "./components/collector/trust";
export type { CollectorVariableArgs, CollectorVariableSourceArgs } from "./components/collector/variables";
export { type Endpoint, type EndpointArgs, resolveEndpoint } from "./components/endpoint";
export { type EnvironmentVariable, exporterEnv } from "./components/application-pods/exporter-env";
export {
    type CaCertificateArgs,
    type ClientCertificateArgs,
    type CollectorPasswordArgs,
    type CollectorTokenArgs,
    type ExporterEnv,
    type ExporterEnvArgs,
    ExporterProtocol,
    type ExporterVariable,
    ExporterVia,
    HeaderEncoding,
} from "./components/application-pods/exporter-env/args";
export { ExternalTokenSecret, type ExternalTokenSecretArgs } from "./components/external-secret";
export {
    type RemoteReference,
    type RemoteReferenceArgs,
    SecretStoreKind,
    type SecretStoreReferenceArgs,
} from "./components/external-secret/args";
export { IngestCheck, type IngestCheckArgs, type IngestCheckSettingsArgs } from "./components/ingest-check";
export type { CheckCollectorArgs } from "./components/ingest-check/target";
export { IngestToken, type IngestTokenArgs } from "./components/ingest-token";
export { type ExistingSecretArgs, SecretDelivery, type TokenSettingsArgs } from "./components/ingest-token/args";
export { InputError } from "./components/shared/check";
export { OutSystemsLogStream, type OutSystemsLogStreamArgs } from "./components/log-stream";
export { type LifeTimeFields, LifeTimeForm } from "./components/log-stream/args";
export {
    outSystemsTruncation,
    TRUNCATED_ATTRIBUTE,
    type TruncationProcessor,
    type TruncationStatements,
} from "./components/log-stream/truncation";
export { MetricsIngest, type MetricsIngestArgs } from "./components/metrics-ingest";
export {
    type MetricsCronJobArgs,
    type MetricsSecretKey,
    type MetricsVariable,
    type MetricsVariableSource,
} from "./components/metrics-ingest/args";
export {
    PushDeletionPolicy,
    type PushDestinationArgs,
    PushTokenSecret,
    type PushTokenSecretArgs,
} from "./components/push-secret";
export { Route } from "./components/endpoint/route";
export { SentryExport } from "./components/sentry";
export {
    type SentryExportArgs,
    type SentryOrganizationArgs,
    type SentryPodArgs,
    type SentryProjectArgs,
    SentryRouting,
    type SentrySecretArgs,
    SentrySpanEvents,
} from "./components/sentry/args";
export { Signal } from "./components/shared/signals";
export { TelemetryPipeline, type TelemetryPipelineArgs } from "./components/telemetry-pipeline";
export { AuthorizationScheme, type TokenReferenceArgs } from "./components/shared/secrets";
export { injectExporterEnv } from "./components/application-pods/injection";
export {
    type InjectExporterEnvArgs,
    type RegistrationArgs,
    type RegistrationResult,
    WorkloadKind,
} from "./components/application-pods/injection/args";
export { ActiveGateToken, type ActiveGateTokenArgs } from "./providers/activegate-token";
export { ApiToken, type ApiTokenArgs } from "./providers/api-token";
export { Retire } from "./providers/api-token/state";
export { PlatformToken, type PlatformTokenArgs } from "./providers/platform-token";
