import type * as index from "../../index";

/** One argument that cannot work, in a component that works otherwise. */
export interface WrongArgument {
    component: keyof typeof index;
    args: object;
    /** Where the wrong value goes. */
    path: string;
    value: unknown;
    /** What the error says after the component's name. @default - `{path}: ` */
    says?: string;
    /** As a plain value it is right, e.g. `undefined`. */
    plain?: false;
    /** Has to be known when the program runs. */
    output?: false;
}

const endpoint = { environment: "abc12345" };
const token = { secret: { name: "dynatrace-token" } };
/** Looks like a token and is none. */
const MADE_UP = `dt0c01.${"MADEUP".repeat(4)}.${"MADEUPSECRET".repeat(5)}`;

/** Wrong for a Collector, alone and in a pipeline. */
const OF_COLLECTORS: Omit<WrongArgument, "component" | "args">[] = [
    { path: "platform", value: "docker", output: false },
    { path: "cpuLimitMillis", value: 100 },
    { path: "ephemeralStorageMiB", value: 0 },
    { path: "collect.checkpoints", value: "etcd", output: false },
    { path: "pods.seLinuxOptions", value: { type: "spc_t" }, says: "pods.seLinuxOptions.type: " },
    { path: "network.service.ipFamilies", value: ["IPv6", "IPv4"] },
    { path: "network.service.ipFamilyPolicy", value: "Both" },
    { path: "replicas", value: 3 },
    { path: "replicas", value: 0 },
    { path: "size", value: "huge" },
    { path: "cpuMillis", value: -1 },
    { path: "memoryMiB", value: 5 },
    { path: "image.distribution", value: "debian" },
    { path: "image.version", value: "latest" },
    { path: "image.repository", value: "Bad Repository" },
    { path: "image.digest", value: "sha256:1" },
    { path: "image.pullPolicy", value: "Sometimes" },
    { path: "pods.env[0].name", value: "1ST" },
    { path: "processing.enrichment.environment", value: 5 },
    { path: "processing.enrichment.costCenter", value: 4711 },
    { path: "processing.enrichment.namespaceAnnotations", value: { "a b": "c" } },
    { path: "rbac.namespaces", value: [], output: false },
    { path: "rbac.namespaces", value: ["Bad_Name"], output: false, says: "rbac.namespaces[0]: " },
    {
        path: "rbac.creates",
        value: false,
        output: false,
        says: "rbac.creates: is not a known field; did you mean create?",
    },
    { path: "processing.redaction.patterns", value: ["("], says: "processing.redaction.patterns[0]: " },
    { path: "processing.drop", value: [{ signal: "traces" }], says: "processing.drop[0]: " },
    {
        path: "processing.drop",
        value: [{ signal: "logs", bodyPattern: "(" }],
        says: "processing.drop[0].bodyPattern: ",
    },
    {
        path: "processing.spanMetrics",
        value: { dimensions: ["span.name"] },
        says: "processing.spanMetrics.dimensions[0]: ",
    },
    { path: "processing.probabilisticSampling.percentage", value: 0 },
    { path: "intake.kafka", value: { brokers: ["kafka"] }, says: "intake.kafka.brokers[0]: " },
    { path: "persistentQueue.sizeGiB", value: 0 },
    {
        path: "network.networkPolicy.fromNamespaces",
        value: ["Bad_Name"],
        says: "network.networkPolicy.fromNamespaces[0]: ",
    },
    { path: "network.networkPolicy.fromNamespaces", value: [] },
    {
        path: "network.networkPolicy.fromAddresses",
        value: ["10.0.0.1"],
        says: "network.networkPolicy.fromAddresses[0]: ",
    },
    { path: "network.networkPolicy.apiServerPorts", value: [0], says: "network.networkPolicy.apiServerPorts[0]: " },
    { path: "network.networkPolicy.ingress", value: [{ form: [] }], says: "network.networkPolicy.ingress[0].form: " },
    { path: "network.networkPolicy.egress", value: [{ to: [] }], says: "network.networkPolicy.egress[0].to: " },
    {
        path: "network.networkPolicy.egress",
        value: [{ ports: [{ port: 0 }] }],
        says: "network.networkPolicy.egress[0].ports[0].port: ",
    },
    { path: "network.service.ports", value: [{ name: "Fluent", port: 1 }], says: "network.service.ports[0].name: " },
    { path: "network.service.type", value: "ExternalName" },
    {
        path: "network.service.annotations",
        value: { note: MADE_UP },
        says: "network.service.annotations: holds a token",
    },
    { path: "pods.serviceAccount.existingName", value: "Bad Name" },
    { path: "network.trust.ca.pem", value: "not a certificate" },
    { path: "labels", value: { "a b": "c" } },
    { path: "scheduling.nodeSelector", value: { "a b": "c" } },
    { path: "pods.labels", value: { team: MADE_UP }, says: "pods.labels: holds a token" },
    ...["collect.containerLogs", "collect.kubeletMetrics", "intake.statsd", "intake.syslog", "persistentQueue"].map(
        (path) => ({
            path,
            value: true,
            says: `${path}: must be an object; write {} for the defaults`,
        }),
    ),
    // Names of development versions get no help of their own.
    { path: "networkPolicy", value: {}, output: false, says: "networkPolicy: is not a known field; remove it" },
    { path: "collect.containerLogsOf", value: "every", output: false, says: "collect.containerLogsOf: is not a known" },
];

/** Wrong for a Collector on each node. */
const OF_AGENTS: Omit<WrongArgument, "component" | "args">[] = [
    {
        path: "collect.containerLogs",
        value: { namespaces: ["shop"], exceptNamespaces: ["pay"] },
        output: false,
        says: "collect.containerLogs.namespaces: cannot be combined with exceptNamespaces; remove one of the two",
    },
    {
        path: "collect.containerLogs",
        value: { namespaces: [] },
        output: false,
        says: "collect.containerLogs.namespaces: is empty",
    },
    {
        path: "collect.containerLogs",
        value: { maxLineBytes: 500 },
        output: false,
        says: "collect.containerLogs.maxLineBytes: ",
    },
    {
        path: "collect.containerLogs",
        value: { json: { levelField: "" } },
        output: false,
        says: "collect.containerLogs.json.levelField: is empty",
    },
    { path: "collect.namespaces", value: ["shop"], output: false, says: "collect.namespaces: has no effect" },
    { path: "collect.namespaces", value: ["Shop"], output: false, says: "collect.namespaces[0]: " },
    { path: "collect.nodeLogs", value: {}, output: false },
    ...(
        [
            [{ name: "Nginx" }, "name"],
            [{ include: [] }, "include"],
            [{ include: ["nginx.log"] }, "include[0]"],
            [{ include: ["/*/nginx.log"] }, "include[0]"],
            [{ include: ["/var/**/*.log"] }, "include[0]"],
            [{ include: ["/usr/local/app/*.log"] }, "include[0]"],
            [{ include: ["/var/log/pods/*/*/*.log"] }, "include[0]"],
            [{ include: ["/var/log/../lib/*.log"] }, "include[0]"],
            [{ exclude: ["*.gz"] }, "exclude[0]"],
            [{ firstLine: "^a?" }, "firstLine"],
            [{ maxLineBytes: 1_000_000 }, "maxLineBytes"],
            [{ json: { timeField: "" } }, "json.timeField"],
            [{ incude: [] }, "incude"],
        ] as const
    ).map(([wrong, field]) => ({
        path: "collect.nodeLogs",
        value: [{ name: "nginx", include: ["/var/log/nginx/*.log"], ...wrong }],
        output: false as const,
        says: `collect.nodeLogs[0].${field}: `,
    })),
];

/** At least 60, a third of them in a pipeline. */
export const WRONG: WrongArgument[] = [
    ...OF_COLLECTORS.map((it): WrongArgument => ({ ...it, component: "OtlpCollector", args: { endpoint, token } })),
    ...OF_COLLECTORS.map((it): WrongArgument => ({
        ...it,
        component: "TelemetryPipeline",
        args: { endpoint, token: { existingSecret: { name: "dynatrace-token" } } },
        path: `collector.${it.path}`,
        says: `collector.${it.says ?? `${it.path}`}`,
    })),
    ...OF_AGENTS.map((it): WrongArgument => ({
        ...it,
        component: "OtlpCollector",
        args: { endpoint, token, mode: "daemonSet" },
    })),
    ...(["OtlpCollector", "TelemetryPipeline"] as const).flatMap((component): WrongArgument[] => {
        const args = component === "OtlpCollector" ? { endpoint, token } : { endpoint };
        return [
            { component, args, path: "endpoint.environment", value: "no environment" },
            { component, args, path: "endpoint.port", value: 0 },
            { component, args, path: "endpoint.route", value: "carrier-pigeon" },
            { component, args, path: "signals", value: ["trace"] },
            { component, args, path: "signals", value: [] },
            { component, args, path: "namespace", value: "Bad_Namespace" },
            { component, args, path: "namespace", value: undefined, plain: false, says: "namespace: is missing" },
            {
                component,
                args,
                path: "nmespace",
                value: "shop",
                output: false,
                says: "nmespace: is not a known field; did you mean namespace?",
            },
        ];
    }),
    { component: "OtlpCollector", args: { endpoint, token }, path: "token.secret.name", value: "Bad Name" },
    { component: "OtlpCollector", args: { endpoint, token }, path: "token.secret.key", value: "a/b" },
    { component: "OtlpCollector", args: { endpoint, token }, path: "token.scheme", value: "Basic" },
    { component: "TelemetryPipeline", args: { endpoint }, path: "token.secret.name", value: "Bad Name" },
    { component: "TelemetryPipeline", args: { endpoint }, path: "token.secretDelivery", value: "none", output: false },
    {
        component: "TelemetryPipeline",
        args: { endpoint },
        path: "collector.processing.tailSamplng",
        value: {},
        output: false,
        says: "collector.processing.tailSamplng: is not a known field; did you mean tailSampling?",
    },
    { component: "IngestToken", args: {}, path: "namespace", value: "Bad_Namespace" },
    { component: "IngestToken", args: {}, path: "token", value: "two words" },
    { component: "IngestToken", args: {}, path: "token", value: undefined, plain: false, says: "token: is missing" },
    { component: "IngestToken", args: {}, path: "signals", value: ["trace"] },
    {
        component: "ActiveGateRoute",
        args: { kind: "existing", ...endpoint, host: "gate.example.com" },
        path: "host",
        value: "https://gate",
    },
    {
        component: "ActiveGateRoute",
        args: { kind: "existing", ...endpoint, host: "gate.example.com" },
        path: "labels",
        value: { team: MADE_UP },
        // As an Output the field is rejected before its value is known: it has no effect with this kind.
        output: false,
        says: "labels: holds a token",
    },
    {
        component: "ExternalTokenSecret",
        args: { store: { name: "vault" }, remoteRef: { key: "a" }, revision: "1" },
        path: "store.name",
        value: "Bad Name",
    },
    {
        component: "PushTokenSecret",
        args: { token, store: { name: "vault" }, remoteRef: { key: "a" } },
        path: "store.name",
        value: "Bad Name",
    },
    { component: "MetricsIngest", args: { endpoint }, path: "namespace", value: "Bad_Namespace" },
    {
        component: "OutSystemsLogStream",
        args: { endpoint, lifeTimeVersion: "11.22.0" },
        path: "lifeTimeVersion",
        value: "old",
    },
    {
        component: "AiGatewayExporter",
        args: { gateway: "litellm", collectorUrl: "http://c.ns:4318" },
        path: "collectorUrl",
        value: "c.ns",
    },
    {
        component: "SentryExport",
        args: { projects: { shop: { dsn: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2" } } },
        path: "projects.shop.dsn",
        value: "https://example.com",
    },
    { component: "IngestCheck", args: { endpoint, token: "made-up" }, path: "timeoutSeconds", value: 0 },
];
