/** Type tokens of the components. They are part of every URN, so a change needs an alias. */
export const ActiveGateRoute = "dynatrace-otlp:index:ActiveGateRoute";
export const AiGatewayExporter = "dynatrace-otlp:index:AiGatewayExporter";
export const ExternalTokenSecret = "dynatrace-otlp:index:ExternalTokenSecret";
export const IngestCheck = "dynatrace-otlp:index:IngestCheck";
export const IngestToken = "dynatrace-otlp:index:IngestToken";
export const MetricsIngest = "dynatrace-otlp:index:MetricsIngest";
export const OtlpCollector = "dynatrace-otlp:index:OtlpCollector";
export const OutSystemsLogStream = "dynatrace-otlp:index:OutSystemsLogStream";
export const PushTokenSecret = "dynatrace-otlp:index:PushTokenSecret";
export const SecretsManagerToken = "dynatrace-otlp:aws:SecretsManagerToken";
export const SentryExport = "dynatrace-otlp:index:SentryExport";
export const SsmParameterToken = "dynatrace-otlp:aws:SsmParameterToken";
export const TelemetryPipeline = "dynatrace-otlp:index:TelemetryPipeline";

/** Types of Kubernetes resources that the policies check. */
export const NetworkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
export const CiliumNetworkPolicy = "kubernetes:cilium.io/v2:CiliumNetworkPolicy";
export const CiliumClusterwideNetworkPolicy = "kubernetes:cilium.io/v2:CiliumClusterwideNetworkPolicy";
export const Deployment = "kubernetes:apps/v1:Deployment";
export const StatefulSet = "kubernetes:apps/v1:StatefulSet";
export const DaemonSet = "kubernetes:apps/v1:DaemonSet";
export const OpenTelemetryCollector = "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector";
