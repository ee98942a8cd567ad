import type { Endpoint } from "../endpoint";
import { EndpointRoute } from "../endpoint/route";
import type { Signal } from "../shared/signals";

/** What a route diagram shows. */
export interface RouteFacts {
    to: Endpoint;
    /** OTLP/HTTP base URL of the Collector in between. */
    via: string;
    signals: Signal[];
}

const DESTINATIONS: Record<EndpointRoute, string> = {
    saas: "Dynatrace SaaS",
    managed: "Dynatrace Managed",
    activegate: "Environment ActiveGate",
    "container-activegate": "ActiveGate in the cluster",
    oneagent: "OneAgent",
};

/**
 * What flows where over which port, as a Mermaid flowchart.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function routeDiagram({ to, via, signals }: RouteFacts): string {
    const collector = new URL(via).hostname;
    const behindService = to.podPort === to.port ? "" : `, ${to.podPort} at the pod`;
    return [
        "flowchart LR",
        `    apps["Applications"] -- "OTLP/gRPC 4317<br/>OTLP/HTTP 4318" --> collector["Collector<br/>${collector}"]`,
        `    collector -- "${signals.join(", ")}<br/>OTLP/HTTPS ${to.port}${behindService}" --> dynatrace["${DESTINATIONS[to.route]}<br/>${to.host}"]`,
        "",
    ].join("\n");
}
