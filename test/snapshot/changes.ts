import type { Change } from "./diff";

/** Changes of what is rendered that are meant. One that matches nothing fails the test. */
export interface Intended {
    /** What is different for a user, as a sentence. */
    what: string;
    why: string;
    /** Patterns of parts of a change, all of which have to match, or a function. */
    matches: ((change: Change) => boolean) | { program?: RegExp; kind?: RegExp; name?: RegExp; path?: RegExp };
}

export const INTENDED: Intended[] = [
    {
        what: "A stack has one TokenOwner for each environment instead of one TokenMark for each token.",
        why: "A token costs about what one resource costs. Neither is an object in the cluster.",
        matches: { kind: /^Token(Mark|Owner)$/ },
    },
    {
        what: "A token has a key, which its name in Dynatrace contains.",
        why: "The owner is the stack's, so the name has to tell which of its tokens it is.",
        matches: { kind: /^(ApiToken|PlatformToken|ActiveGateToken)$/, path: /^key$/ },
    },
    {
        what: "The warnings of resolveEndpoint have other texts.",
        why: "They are written in plain English, and the rule about .apps. hosts is the same for telemetry and for the API.",
        matches: { program: /^endpoint /, path: /^warnings\[0\]$/ },
    },
    {
        what: "The probe of a pipeline's IngestCheck names the pipeline in its errors.",
        why: "An error names the component that the user wrote.",
        matches: { program: /^telemetry-pipeline /, kind: /IngestProbe|IngestCheck/, path: /^component$/ },
    },
    {
        what: "The notes of AI gateways have other texts.",
        why: "They are written in plain English.",
        matches: { program: /ai-gateway/, name: /^notes$/, path: /^\[\d+\]$/ },
    },
    {
        what: "A Service has no sessionAffinity, and an OpenTelemetryCollector no configVersions.",
        why: "The arguments are removed: gRPC keeps one connection to a pod anyway, and the Operator keeps three versions by default.",
        matches: { kind: /^(Service|OpenTelemetryCollector)$/, path: /^spec\.(sessionAffinity|configVersions)$/ },
    },
    {
        what: "Components have the output secret, an object with name and key, instead of secretName and secretKey.",
        why: "A reference to a key of a Secret has one form everywhere.",
        matches: { kind: /^result$/, name: /^(secret|secretName|secretKey)$/, path: /^$/ },
    },
    {
        what: "ActiveGateRoute has the output ca instead of caCertificatePem.",
        why: "CA certificates have one form everywhere.",
        matches: { program: /^activegate-route /, kind: /^result$/, name: /^(ca|caCertificatePem)$/, path: /^$/ },
    },
    {
        what: "resolveEndpoint returns ca instead of caCertificatePem.",
        why: "CA certificates have one form everywhere.",
        matches: { program: /^endpoint /, kind: /^result$/, path: /^(ca|caCertificatePem)$/ },
    },
    {
        what: "A field of an AI gateway's form names its Secret with name and key.",
        why: "A reference to a key of a Secret has one form everywhere.",
        matches: {
            program: /^ai-gateway/,
            kind: /^result$/,
            name: /^fields$/,
            path: /\.secret\.(name|key|secretName|secretKey)$/,
        },
    },
    {
        what: "Network policies also allow the DNS server of OpenShift, at port 5353 of its pods.",
        why: "A network that judges behind the Service sees port 5353, so no name resolved on OpenShift with default arguments.",
        matches: ({ kind, path, before, after }) =>
            /^(Cilium)?NetworkPolicy$/.test(kind) &&
            /^spec\.egress/.test(path) &&
            before === undefined &&
            JSON.stringify(after).includes("openshift-dns"),
    },
    {
        what: "The example for AWS Secrets Manager is a TelemetryPipeline, with the output routeDiagram.",
        why: "A pipeline takes a token that is delivered by an ExternalTokenSecret.",
        matches: {
            program: /aws-secrets-manager/,
            kind: /^(TelemetryPipeline|result)$/,
            name: /^(telemetry|routeDiagram)$/,
            path: /^$/,
        },
    },
    {
        what: "The token in the example for AWS Secrets Manager is created at the API of the endpoint.",
        why: "An IngestToken takes endpoint, so the URL does not have to be set a second time.",
        matches: { program: /aws-secrets-manager/, kind: /^(ApiToken|TokenMark)$/, path: /^apiUrl$/ },
    },
    {
        what: "The Collector listens on `[${env:MY_POD_IP}]:4317` instead of `${env:MY_POD_IP}:4317`, likewise on its other ports.",
        why: "Without brackets, the Collector does not start in a pod with an IPv6 address.",
        matches: ({ before, after }) =>
            [before, after].some((it) => typeof it === "string" && /\$\{env:MY_POD_IP\}\]?:\d+"?$/.test(it)),
    },
    {
        what: "An Ingress of the class nginx has the annotations proxy-body-size and, for gRPC or TLS, backend-protocol.",
        why: "ingress-nginx refuses bodies above 1 MB, and speaks HTTP/1.1 to the gRPC port.",
        matches: { kind: /^Ingress$/, path: /^metadata\.annotations/ },
    },
    {
        what: "The processor that finds the sender's pod does not use the address of a connection behind an Ingress, a Gateway, a load balancer and ports of nodes.",
        why: "The other end of the connection is a pod that forwards, whose identity and dt.security_context the data took.",
        matches: { path: /(^|\.)processors\.k8s_?attributes\.pod_association/ },
    },
    {
        what: "A processor remembers the k8s.pod.ip that the sender sets, and transform/kubernetes removes one that belongs to no pod.",
        why: "The address of a sidecar of a mesh, of loopback or of a node was written as the address of the pod.",
        matches: { path: /(^|\.)(processors\["resource\/sender"\]|pipelines\.\w+\.processors)/ },
    },
    {
        what: "Annotations metadata.dynatrace.com of Namespaces become attributes, below those of the pod.",
        why: "The Dynatrace Operator copies them to pods, so the same cluster gave two answers.",
        matches: { path: /(^|\.)processors\.k8s_?attributes\.extract\.annotations/ },
    },
    {
        what: "transform/kubernetes sets no dt.kubernetes.workload.kind and .name, merges the JSON of the Namespace, and runs before the processor that adds the attributes of the stack.",
        why: "The two attributes are deprecated; processing.enrichment.legacyWorkloadAttributes adds them. An annotation of a Namespace wins over the stack.",
        matches: { path: /(^|\.)processors\["transform\/kubernetes"\]/ },
    },
    {
        what: "OtlpCollector and TelemetryPipeline have the output roles.",
        why: "Somebody else can create the roles and bindings.",
        matches: { kind: /^(result|OtlpCollector|TelemetryPipeline)$/, name: /^roles$/ },
    },
    {
        what: "The attribute log.truncated marks a log record whose body was cut to fit into a request.",
        why: "A reader must see that text is missing.",
        matches: ({ before, after }) =>
            before === undefined &&
            typeof after === "string" &&
            after.includes('set(log.attributes["log.truncated"], true)'),
    },
    {
        what: "Container logs are also read from rotated files, their parts are joined by the container parser up to the longest record, and logtag is removed.",
        why: "Lines before a rotation were lost while the pod was replaced. A character at the end of a part stays whole.",
        matches: { path: /(^|\.)receivers\.file_?log\.(operators|include|exclude|encoding)/ },
    },
    {
        what: "The attribute log.split marks the parts of a long line.",
        why: "A reader must see that one line became several records.",
        matches: { path: /(^|\.)processors\["transform\/split-logs"\]/ },
    },
    {
        what: "Read positions are written with fsync.",
        why: "A node that loses its power must not leave a damaged file, with which the Collector does not start.",
        matches: { path: /extensions\["file_storage\/checkpoints"\]\.fsync$/ },
    },
    {
        what: "A Collector that reads files samples its own log messages.",
        why: "A file that cannot be opened filled the log with the same message.",
        matches: { path: /(^|\.)service\.telemetry\.logs/ },
    },
    {
        what: "The journal is read with all fields, however long they are.",
        why: "Without it, journalctl returns no message that is longer than 4 kB.",
        matches: { path: /(^|\.)receivers\.journald\.all$/ },
    },
];

/**
 * Names of values in matrix-arguments.ts that are others now: `{ "extraConfig: filter": "extraConfig: filter" }`.
 * The snapshot knows what a combination asks for by the names of its time.
 */
export const RENAMED: Record<string, string> = Object.fromEntries(
    ["filter", "a copy", "other limits"].map((value) => [`ownConfig: ${value}`, `extraConfig: ${value}`]),
);

export function isMatch({ matches }: Intended, change: Change): boolean {
    if (typeof matches === "function") return matches(change);
    return (["program", "kind", "name", "path"] as const).every((part) => matches[part]?.test(change[part]) ?? true);
}
