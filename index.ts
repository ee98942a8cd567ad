export { ActiveGateRoute } from "./components/activegate";
export {
    ActiveGateKind,
    type ActiveGateRouteArgs,
    type ActiveGateSettingsArgs,
    type ActiveGateStorageArgs,
    type ActiveGateTlsArgs,
    type DynaKubeArgs,
    DynaKubeCapability,
    DynaKubeOtlp,
    type DynaKubeTokensArgs,
    DynaKubeVersion,
    type DynaKubeTelemetryIngestArgs,
    DynaKubeTelemetryProtocol,
    type DynaKubeTelemetryTlsArgs,
} from "./components/activegate/args";
export type {
    ActiveGateImageArgs,
    ActiveGateNetworkPolicyArgs,
    StandaloneActiveGateArgs,
    StandaloneActiveGateTokensArgs,
} from "./components/activegate/standalone-args";
export { dynaKubeScopes, type DynaKubeScopes } from "./components/activegate/dynakube";
export { AiGatewayExporter } from "./components/ai-gateway";
export { AiGateway, type AiGatewayExporterArgs, AiGatewayVia } from "./components/ai-gateway/args";
export { aiContentConfig, type AiContentConfigArgs } from "./components/ai-gateway/collector-config";
export { type AiContentArgs, AiContentProtection } from "./components/ai-content/args";
export type { AiGatewayField } from "./components/ai-gateway/settings";
export { OtlpCollector, type OtlpCollectorArgs } from "./components/collector";
export {
    type CollectorImageArgs,
    CollectorMode,
    type CollectorSettingsArgs,
    CollectorTokenFrom,
} from "./components/collector/args";
export { CollectorDistribution } from "./components/collector/distributions";
export {
    type CollectorSidecar,
    type CollectorSidecarArgs,
    type CollectorSidecarProcessingArgs,
    sidecarContainer,
} from "./components/collector/sidecar";
export type { Endpoint, EndpointArgs, ResolvedEndpointArgs } from "./components/endpoint";
export { resolveEndpoint } from "./components/endpoint/resolve";
export { type EnvironmentVariable, exporterEnv } from "./components/application-pods/exporter-env";
export {
    type ExporterClientCertificateArgs,
    type ExporterPasswordArgs,
    type ExporterTokenArgs,
    type ExporterEnv,
    type ExporterEnvArgs,
    ExporterProtocol,
    type ExporterVariable,
    ExporterVia,
    ExporterHeaderEncoding,
} from "./components/application-pods/exporter-env/args";
export {
    type ExternalSecretTargetArgs,
    ExternalTokenSecret,
    type ExternalTokenSecretArgs,
} from "./components/external-secret";
export {
    type SecretStoreRemoteReference,
    type SecretStoreRemoteReferenceArgs,
    SecretStoreKind,
    type SecretStoreReferenceArgs,
} from "./components/external-secret/args";
export { IngestCheck, type IngestCheckArgs, type IngestCheckSettingsArgs } from "./components/ingest-check";
export type { IngestCheckCollectorArgs } from "./components/ingest-check/target";
export { IngestToken, type IngestTokenArgs } from "./components/ingest-token";
export {
    type ExistingTokenSecretArgs,
    type TokenSecretArgs,
    TokenSecretDelivery,
    type IngestTokenSettingsArgs,
} from "./components/ingest-token/args";
export { InputError } from "./components/shared/check";
export { OutSystemsLogStream, type OutSystemsLogStreamArgs } from "./components/log-stream";
export { type OutSystemsLifeTimeFields, OutSystemsLifeTimeForm } from "./components/log-stream/args";
export {
    outSystemsTruncation,
    OUTSYSTEMS_TRUNCATED_ATTRIBUTE,
    type OutSystemsTruncationProcessor,
    type OutSystemsTruncationStatements,
} from "./components/log-stream/truncation";
export { MetricsIngest, type MetricsIngestArgs } from "./components/metrics-ingest";
export {
    type MetricsCronJobArgs,
    type MetricsVariable,
    type MetricsVariableSource,
} from "./components/metrics-ingest/args";
export {
    PushTokenDeletionPolicy,
    type PushTokenDestinationArgs,
    PushTokenSecret,
    type PushTokenSecretArgs,
} from "./components/push-secret";
export { EndpointRoute } from "./components/endpoint/route";
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
export { TelemetryPipeline } from "./components/telemetry-pipeline";
export type { TelemetryPipelineArgs } from "./components/telemetry-pipeline/args";
export type { CaCertificate, CaCertificateArgs } from "./components/shared/ca";
export type { ConfigMapKeyRef, KnownKeyRef, SecretKeyOutputs, SecretKeyRef } from "./components/shared/references";
export { AuthorizationScheme } from "./components/shared/secrets";
export { IpFamily, type IpFamilyArgs, IpFamilyPolicy } from "./components/shared/ip-families";
export { ClusterPlatform } from "./components/shared/platform";
export type { ResourceLimitArgs } from "./components/shared/resources";
export type { TokenReferenceArgs } from "./components/shared/token-reference";
export { injectExporterEnv } from "./components/application-pods/injection";
export {
    type InjectExporterEnvArgs,
    type InjectionRegistrationArgs,
    type InjectionRegistrationResult,
    InjectionWorkloadKind,
} from "./components/application-pods/injection/args";
export { ActiveGateToken, type ActiveGateTokenArgs } from "./providers/tokens/activegate-token";
export { ApiToken, type ApiTokenArgs } from "./providers/tokens/api-token";
export { TokenRetirement } from "./providers/tokens/state";
export { DynatraceProvider, type DynatraceProviderArgs } from "./providers/dynatrace-provider";
export { PlatformToken, type PlatformTokenArgs } from "./providers/tokens/platform-token";
export {
    type CollectorCiliumArgs,
    type CollectorNetworkArgs,
    type CollectorNetworkPolicyArgs,
} from "./components/collector/args/network";
export {
    CollectorCheckpoints,
    type CollectorCollectArgs,
    type CollectorKubeletMetricsArgs,
    type CollectorKubernetesObjectArgs,
    CollectorKubernetesObjectMode,
} from "./components/collector/args/collect";
export {
    type CollectorContainerLogsArgs,
    CollectorContainerLogsOf,
    type CollectorJournaldArgs,
    type CollectorJsonLogsArgs,
    type CollectorMultilineLogsArgs,
    type CollectorNodeLogsArgs,
    JournalPriority,
} from "./components/collector/args/logs";
export type * from "./components/collector/args/intake";
export {
    type CollectorKafkaArgs,
    CollectorKafkaMechanism,
    CollectorKafkaOffset,
    type CollectorKafkaSaslArgs,
    type CollectorKafkaTlsArgs,
    type CollectorKafkaTopicsArgs,
} from "./components/collector/args/kafka";
export {
    type CollectorDropAttributeArgs,
    type CollectorDropRuleArgs,
    type CollectorProbabilisticSamplingArgs,
    CollectorSeverity,
    CollectorSpanKind,
    type CollectorSpanMetricsArgs,
} from "./components/collector/args/selection";
export {
    CloudDetector,
    type CollectorEnrichmentArgs,
    type CollectorResourceDetectionArgs,
} from "./components/collector/args/enrichment";
export {
    type CollectorPersistentQueueArgs,
    type CollectorProcessingArgs,
    type CollectorRedactionArgs,
    type CollectorSecondTierArgs,
    type CollectorTailSamplingArgs,
} from "./components/collector/args/processing";
export {
    type CollectorServiceArgs,
    type CollectorServicePortArgs,
    type CollectorExposureArgs,
    type CollectorGatewayArgs,
    type CollectorIngressArgs,
    type CollectorIngressTlsArgs,
    CollectorServiceType,
    CollectorTrafficDistribution,
    CollectorTrafficPolicy,
    CollectorPortProtocol,
} from "./components/collector/args/exposure";
export { type CollectorMonitoringArgs } from "./components/collector/args/monitoring";
export { type CollectorOperatorArgs } from "./components/collector/args/operator";
export {
    type CollectorProbeArgs,
    CollectorDnsPolicy,
    type CollectorPodArgs,
    type CollectorServiceAccountArgs,
} from "./components/collector/args/pods";
export type { CollectorRbacArgs } from "./components/collector/args/rbac";
export {
    CollectorAutoscaler,
    type CollectorAutoscalingArgs,
    CollectorSize,
    type CollectorPodMetricArgs,
    type CollectorPrometheusTriggerArgs,
    type CollectorScalingArgs,
} from "./components/collector/args/scaling";
export { type CollectorSchedulingArgs, CollectorSpread } from "./components/collector/args/scheduling";
export { type CollectorProxyArgs } from "./components/collector/args/proxy";
export {
    type CollectorReceiverArgs,
    type CollectorReceiverBasicArgs,
    type CollectorReceiverBearerArgs,
    type CollectorReceiverCorsArgs,
    type CollectorReceiverTlsArgs,
    CollectorTlsVersion,
} from "./components/collector/args/receiver";
export { type CollectorTrustArgs } from "./components/collector/args/trust";
