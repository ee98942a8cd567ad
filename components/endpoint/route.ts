/** The way from a sender to Dynatrace. @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api */
export const EndpointRoute = {
    /** `https://{environment}.live.dynatrace.com`, port 443. */
    Saas: "saas",
    /** Dynatrace Managed and Dynatrace for Government: `https://{host}/e/{environment}`, port 443. */
    Managed: "managed",
    /** Environment ActiveGate: `https://{host}:9999/e/{environment}`. */
    ActiveGate: "activegate",
    /** ActiveGate in a cluster: port 443 at its Service, 9999 at its pod. */
    ContainerActiveGate: "container-activegate",
    /** OneAgent on the same host: `http://localhost:14499`, traces and metric lines only, no token. */
    OneAgent: "oneagent",
} as const;
export type EndpointRoute = (typeof EndpointRoute)[keyof typeof EndpointRoute];
