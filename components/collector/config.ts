import { stringify } from "yaml";

import type { Endpoint } from "../endpoint";
import { signalUrl } from "../endpoint";
import { Signal } from "../signals";
import type { AuthorizationScheme } from "../token-reference";
import { TokenFrom } from "./args";
import type { ComponentNames } from "./names";
import { MAX_REQUEST_BYTES, type MemoryPlan } from "./sizing";

/** Ports of the Collector's container. */
export const PORTS = { grpc: 4317, http: 4318, health: 13133 } as const;

/** Environment variables that the configuration reads and the workload sets. */
export const ENV = { token: "DT_API_TOKEN", podIp: "MY_POD_IP" } as const;

/** Where the workload mounts the token, and the name of its file there, whatever the key in the Secret. */
export const TOKEN_FILE = { directory: "/etc/dynatrace-token", name: "token" } as const;

/** The extension that signs requests with a token from a file. */
const FILE_AUTHENTICATOR = "bearertokenauth";

/** All that decides the configuration's text, but for the kind of token. */
export interface ConfigPlan {
    endpoint: Endpoint;
    signals: Signal[];
    names: ComponentNames;
    tokenFrom: TokenFrom;
    memory: MemoryPlan;
    kubernetesAttributes: boolean;
    cumulativeToDelta: boolean;
    resourceAttributes: Record<string, string>;
}

/**
 * The Collector's configuration as YAML: OTLP in over gRPC and HTTP, one exporter a signal out over HTTP and protobuf.
 *
 * @param scheme what stands before the token in the Authorization header.
 *
 * The same plan always gives the same text. The token is never in it, only the name of the variable or file that holds it.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/configuration
 */
export function collectorConfig(plan: ConfigPlan, scheme: AuthorizationScheme): string {
    const authenticators = fileAuthenticators(plan, scheme);
    return stringify(
        {
            extensions: { health_check: { endpoint: listenOn(PORTS.health) }, ...authenticators },
            receivers: { otlp: { protocols: receiverProtocols() } },
            processors: processors(plan),
            exporters: Object.fromEntries(
                plan.signals.map((signal) => [exporterId(plan, signal), exporter(plan, signal, scheme)]),
            ),
            service: {
                extensions: ["health_check", ...Object.keys(authenticators)],
                telemetry: { metrics: { level: "none" } },
                pipelines: Object.fromEntries(plan.signals.map((signal) => [signal, pipeline(plan, signal)])),
            },
        },
        { lineWidth: 0, aliasDuplicateObjects: false },
    );
}

/** Listens on the pod's own address, not on all of the node's. */
function listenOn(port: number): string {
    return `\${env:${ENV.podIp}}:${port}`;
}

function receiverProtocols(): object {
    return {
        // gRPC's own limit is 4 MiB a message, less than what an SDK's batch of prompts or stack traces can reach.
        grpc: { endpoint: listenOn(PORTS.grpc), max_recv_msg_size_mib: 16 },
        http: { endpoint: listenOn(PORTS.http) },
    };
}

function processors(plan: ConfigPlan): object {
    return {
        memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
        ...(plan.kubernetesAttributes ? { [plan.names.k8sAttributesProcessor]: kubernetesAttributes() } : {}),
        ...(hasResourceAttributes(plan) ? { resource: { attributes: resourceActions(plan.resourceAttributes) } } : {}),
        ...(needsDelta(plan) ? { [plan.names.cumulativeToDeltaProcessor]: { max_staleness: "25h" } } : {}),
    };
}

/** @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/kubernetes/k8s-enrich */
function kubernetesAttributes(): object {
    return {
        auth_type: "serviceAccount",
        extract: {
            metadata: [
                "k8s.cluster.uid",
                "k8s.namespace.name",
                "k8s.node.name",
                "k8s.pod.name",
                "k8s.pod.uid",
                "k8s.pod.ip",
                "k8s.deployment.name",
                "k8s.replicaset.name",
                "k8s.statefulset.name",
                "k8s.daemonset.name",
                "k8s.job.name",
                "k8s.cronjob.name",
                "k8s.container.name",
            ],
        },
        pod_association: [
            {
                sources: [
                    { from: "resource_attribute", name: "k8s.pod.name" },
                    { from: "resource_attribute", name: "k8s.namespace.name" },
                ],
            },
            { sources: [{ from: "resource_attribute", name: "k8s.pod.ip" }] },
            { sources: [{ from: "resource_attribute", name: "k8s.pod.uid" }] },
            { sources: [{ from: "connection" }] },
        ],
    };
}

/** An application's own attribute wins over the stack's. */
function resourceActions(attributes: Record<string, string>): object[] {
    return Object.keys(attributes)
        .sort()
        .map((key) => ({ key, value: escapeDollar(attributes[key] ?? ""), action: "insert" }));
}

/** The Collector expands `$` in every value of its configuration. */
function escapeDollar(text: string): string {
    return text.replaceAll("$", "$$$$");
}

function exporter(plan: ConfigPlan, signal: Signal, scheme: AuthorizationScheme): object {
    const { endpoint, memory } = plan;
    return {
        [`${signal}_endpoint`]: signalUrl(endpoint, signal),
        encoding: "proto",
        compression: "gzip",
        timeout: "30s",
        ...(endpoint.requiresToken ? authorization(plan, scheme) : {}),
        ...(endpoint.caCertificatePem === undefined
            ? {}
            : { tls: { ca_pem: endpoint.caCertificatePem, include_system_ca_certs_pool: true } }),
        // Dynatrace refuses spans that ended more than an hour ago: past that, trying again is of no use.
        retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "30s", max_elapsed_time: "1h" },
        sending_queue: {
            enabled: true,
            sizer: "bytes",
            queue_size: memory.queueBytes,
            batch: {
                sizer: "bytes",
                flush_timeout: "1s",
                min_size: MAX_REQUEST_BYTES[signal] / 2,
                max_size: MAX_REQUEST_BYTES[signal],
            },
        },
    };
}

function authorization(plan: ConfigPlan, scheme: AuthorizationScheme): object {
    return plan.tokenFrom === TokenFrom.File
        ? { auth: { authenticator: FILE_AUTHENTICATOR } }
        : { headers: { Authorization: `${scheme} \${env:${ENV.token}}` } };
}

/** @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/bearertokenauthextension */
function fileAuthenticators(plan: ConfigPlan, scheme: AuthorizationScheme): Record<string, object> {
    if (plan.tokenFrom !== TokenFrom.File) return {};
    return { [FILE_AUTHENTICATOR]: { filename: `${TOKEN_FILE.directory}/${TOKEN_FILE.name}`, scheme } };
}

function pipeline(plan: ConfigPlan, signal: Signal): object {
    return {
        receivers: ["otlp"],
        processors: [
            "memory_limiter",
            ...(plan.kubernetesAttributes ? [plan.names.k8sAttributesProcessor] : []),
            ...(hasResourceAttributes(plan) ? ["resource"] : []),
            ...(signal === Signal.Metrics && plan.cumulativeToDelta ? [plan.names.cumulativeToDeltaProcessor] : []),
        ],
        exporters: [exporterId(plan, signal)],
    };
}

function exporterId(plan: ConfigPlan, signal: Signal): string {
    return `${plan.names.otlpHttpExporter}/${signal}`;
}

function needsDelta(plan: ConfigPlan): boolean {
    return plan.cumulativeToDelta && plan.signals.includes(Signal.Metrics);
}

function hasResourceAttributes(plan: ConfigPlan): boolean {
    return Object.keys(plan.resourceAttributes).length > 0;
}
