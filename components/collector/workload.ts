import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../kubernetes-names";
import { DEFAULT_SECRET_KEY, type TokenReferenceArgs } from "../token-reference";
import { ENV, PORTS } from "./config";
import type { CollectorPlan } from "./plan";

type DeploymentSpec = types.input.apps.v1.DeploymentSpec;
type PolicyRule = types.input.rbac.v1.PolicyRule;

/** Annotation of the pods that changes with the token and so restarts them. The name of the ConfigMap does that for the configuration. */
export const TOKEN_REVISION = "dynatrace-otlp/token-revision";

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
): DeploymentSpec {
    return {
        replicas: plan.replicas,
        // A second Collector beside the old one for a moment, never none.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: plan.selector },
        template: {
            metadata: { labels: plan.labels, annotations: podAnnotations(plan, token) },
            spec: {
                serviceAccountName: plan.name,
                automountServiceAccountToken: plan.kubernetesAttributes,
                // Time to send what is in the queues.
                terminationGracePeriodSeconds: 60,
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: USER,
                    runAsGroup: USER,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                    {
                        name: "collector",
                        image: plan.image,
                        imagePullPolicy: plan.imagePullPolicy,
                        args: [`--config=${CONFIG_DIRECTORY}/config.yaml`],
                        env: [
                            {
                                name: ENV.token,
                                valueFrom: {
                                    secretKeyRef: {
                                        name: token.secretName,
                                        key: token.secretKey ?? DEFAULT_SECRET_KEY,
                                    },
                                },
                            },
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
                        volumeMounts: [{ name: "config", mountPath: CONFIG_DIRECTORY, readOnly: true }],
                    },
                ],
                volumes: [{ name: "config", configMap: { name: configMapName } }],
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

function podAnnotations(
    plan: pulumi.Output<CollectorPlan>,
    token: TokenReferenceArgs,
): pulumi.Output<Record<string, string>> {
    return pulumi
        .all([plan, token.secretName, token.revision])
        .apply(([{ podAnnotations }, secretName, revision]): Record<string, string> => ({
            ...podAnnotations,
            [TOKEN_REVISION]: shortHash(`${secretName} ${revision ?? ""}`),
        }));
}
