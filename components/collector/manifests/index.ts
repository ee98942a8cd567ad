// One file for each kind of Kubernetes object, named after the kind. A factory creates the object if the arguments ask for it. A pure
// function computes its content from the plan.
export { createCiliumNetworkPolicy } from "./cilium-network-policy";
export { createConfigMap } from "./config-map";
export type { ManifestContext } from "./context";
export { createDaemonSet } from "./daemon-set";
export { createDeployment } from "./deployment";
export { createGrpcRoute } from "./grpc-route";
export { createHorizontalPodAutoscaler } from "./horizontal-pod-autoscaler";
export { createHttpRoute } from "./http-route";
export { createIngresses } from "./ingress";
export { createNetworkPolicy } from "./network-policy";
export { createOpenTelemetryCollector } from "./open-telemetry-collector";
export { createPersistentVolumeClaim } from "./persistent-volume-claim";
export { createPodDisruptionBudget } from "./pod-disruption-budget";
export { createPodMonitor } from "./pod-monitor";
export { createPrometheusRule } from "./prometheus-rule";
export { createRoles } from "./role";
export { createScaledObject } from "./scaled-object";
export { createSecurityContextConstraints } from "./security-context-constraints";
export { createHeadlessService, createService } from "./service";
export { createServiceAccount } from "./service-account";
export { createStatefulSet } from "./stateful-set";
