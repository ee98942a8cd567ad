import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { TokenReferenceArgs } from "../token-reference";
import { TokenFrom } from "./args";
import { ENV, PORTS } from "./config";
import type { CollectorPlan } from "./plan";
import { tokenParts } from "./token";

type DeploymentSpec = types.input.apps.v1.DeploymentSpec;
type PolicyRule = types.input.rbac.v1.PolicyRule;

/** Where the configuration is mounted. */
const CONFIG_DIRECTORY = "/etc/otelcol";

/** User and group of the Dynatrace Collector's image; other distributions run under it as well. */
const USER = 10001;

/** What the Kubernetes attributes processor reads, and nothing more. */
export const KUBERNETES_ATTRIBUTES_RULES: PolicyRule[] = [
    { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
];

/**
 * The Deployment. Each leaf is lifted on its own, so that a preview shows all that does not depend on the token.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (the profile is `restricted`)
 */
export function deploymentSpec(
    plan: pulumi.Output<CollectorPlan>,
    configMapName: pulumi.Output<string>,
    token: TokenReferenceArgs,
    tokenFrom: TokenFrom = TokenFrom.Environment,
): DeploymentSpec {
    const delivered = tokenParts(plan, tokenFrom, token, USER);
    return {
        replicas: plan.replicas,
        // A second Collector beside the old one for a moment, never none.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: plan.selector },
        template: {
            metadata: { labels: plan.labels, annotations: delivered.annotations },
            spec: {
                serviceAccountName: plan.name,
                automountServiceAccountToken: plan.kubernetesAttributes,
                // Time to send what is in the queues.
                terminationGracePeriodSeconds: 60,
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: USER,
                    runAsGroup: USER,
                    ...delivered.podSecurityContext,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                    {
                        name: "collector",
                        image: plan.image,
                        imagePullPolicy: plan.imagePullPolicy,
                        args: [`--config=${CONFIG_DIRECTORY}/config.yaml`],
                        env: [
                            ...delivered.env,
                            { name: ENV.podIp, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
                            { name: "GOMEMLIMIT", value: plan.memory.goMemLimit },
                        ],
                        ports: [
                            { name: "otlp-grpc", containerPort: PORTS.grpc, protocol: "TCP" },
                            { name: "otlp-http", containerPort: PORTS.http, protocol: "TCP" },
                            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
                        ],
                        livenessProbe: {
                            httpGet: { path: "/", port: PORTS.health },
                            initialDelaySeconds: 10,
                            periodSeconds: 30,
                        },
                        readinessProbe: { httpGet: { path: "/", port: PORTS.health }, periodSeconds: 10 },
                        resources: {
                            requests: {
                                cpu: plan.cpuMillis.apply((millis) => `${millis}m`),
                                memory: plan.memory.limitMiB.apply((mib) => `${mib}Mi`),
                            },
                            limits: { memory: plan.memory.limitMiB.apply((mib) => `${mib}Mi`) },
                        },
                        securityContext: {
                            allowPrivilegeEscalation: false,
                            capabilities: { drop: ["ALL"] },
                            privileged: false,
                            readOnlyRootFilesystem: true,
                        },
                        volumeMounts: [
                            { name: "config", mountPath: CONFIG_DIRECTORY, readOnly: true },
                            ...delivered.volumeMounts,
                        ],
                    },
                ],
                volumes: [{ name: "config", configMap: { name: configMapName } }, ...delivered.volumes],
            },
        },
    };
}

/** The ports applications send to. */
export function serviceSpec(plan: pulumi.Output<CollectorPlan>): types.input.core.v1.ServiceSpec {
    return {
        selector: plan.selector,
        ports: [
            { name: "otlp-grpc", port: PORTS.grpc, targetPort: "otlp-grpc", protocol: "TCP", appProtocol: "grpc" },
            { name: "otlp-http", port: PORTS.http, targetPort: "otlp-http", protocol: "TCP", appProtocol: "http" },
        ],
    };
}
