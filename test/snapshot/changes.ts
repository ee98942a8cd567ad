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
        what: "The receiver of container logs also reads files that the kubelet renamed, removes logtag, limits records to 483,616 bytes and repairs characters after it joined the parts of a line.",
        why: "Lines were lost by a rotation while the agent was away, the end of a long line was cut off, and a character at the end of a part was damaged.",
        matches: { path: /^receivers[.]file_?log[.](include|exclude|encoding|operators)/ },
    },
    {
        what: "A Collector that reads files marks the parts of a long line with log.split.",
        why: "A reader sees that a record continues.",
        matches: { path: /transform\/split-logs|^service[.]pipelines[.]logs[.]processors\[\d+\]$/ },
    },
    {
        what: "A Collector that reads files logs the same text at most a few times per minute.",
        why: "Links to files of the Docker runtime flooded the log.",
        matches: { path: /^service[.]telemetry[.]logs/ },
    },
    {
        what: "A log record whose body is cut has the attribute log.truncated.",
        why: "A reader sees that the end is missing.",
        matches: ({ after }) => JSON.stringify(after ?? "").includes("log.truncated"),
    },
    {
        what: "The receiver of the journal reads long messages.",
        why: "journalctl returned no message that is longer than 4 kB.",
        matches: { path: /^receivers[.]journald[.]all$/ },
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
