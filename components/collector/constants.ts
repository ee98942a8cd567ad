/** Ports of the Collector's container. */
export const PORTS = { grpc: 4317, http: 4318, health: 13133, metrics: 8888 } as const;

/** Address that no other pod can reach. */
export const LOOPBACK = "127.0.0.1";

/** Name of the container, in pods of this package and in pods of the OpenTelemetry Operator. */
export const CONTAINERS = { own: "collector", operator: "otc-container" } as const;

/** Environment variables that the configuration reads and the workload sets. */
export const ENV = { token: "DT_API_TOKEN", podIp: "MY_POD_IP" } as const;

/** Environment variables with pod fields, for some features. */
export const VARIABLES = { nodeName: "K8S_NODE_NAME", nodeIp: "K8S_NODE_IP", podName: "K8S_POD_NAME" } as const;

/** Environment variables with the user and the password for Kafka. */
export const KAFKA_VARIABLES = { username: "KAFKA_USERNAME", password: "KAFKA_PASSWORD" } as const;

/** Where the token is mounted. The file name does not depend on the key in the Secret. */
export const TOKEN_FILE = { directory: "/etc/dynatrace-token", name: "token" } as const;

/** Directory of the configuration. */
export const CONFIG_DIRECTORY = "/etc/otelcol";

/** Directory of the persistent queue. */
export const QUEUE_DIRECTORY = "/var/lib/otelcol/queue";

/** Directory of the read positions of files. */
export const CHECKPOINT_DIRECTORY = "/var/lib/otelcol/checkpoints";

/** A reference to an environment variable, which the Collector reads when it starts. */
export function variable(name: string): string {
    return `\${env:${name}}`;
}
