/** Ports of the Collector's container. */
export const PORTS = { grpc: 4317, http: 4318, health: 13133, metrics: 8888 } as const;

/** The container's name, here and where the OpenTelemetry Operator makes the pods. */
export const CONTAINERS = { own: "collector", operator: "otc-container" } as const;

/** Environment variables that the configuration reads and the workload sets. */
export const ENV = { token: "DT_API_TOKEN", podIp: "MY_POD_IP" } as const;

/** The same, for what some features need to know of their pod. */
export const VARIABLES = { nodeName: "K8S_NODE_NAME", nodeIp: "K8S_NODE_IP", podName: "K8S_POD_NAME" } as const;

/** Where the workload mounts the token, and the name of its file there, whatever the key in the Secret. */
export const TOKEN_FILE = { directory: "/etc/dynatrace-token", name: "token" } as const;

/** Where the configuration is mounted. */
export const CONFIG_DIRECTORY = "/etc/otelcol";

/** Where the queue's volume is mounted. */
export const QUEUE_DIRECTORY = "/var/lib/otelcol/queue";

/** Where it is kept how far container logs were read. */
export const CHECKPOINT_DIRECTORY = "/var/lib/otelcol/checkpoints";

/** Reads an environment variable when the Collector starts. */
export function variable(name: string): string {
    return `\${env:${name}}`;
}
