import { selfSigned } from "./certificates";

/** Values of one argument, by a name, each as the part of a component's arguments that sets it. */
type Values = Record<string, Record<string, unknown>>;

const SPANS_OF_HEALTH = { error_mode: "ignore", traces: { span: ['name == "GET /health"'] } };
const DELTAS_ONLY = { processing: { cumulativeToDelta: false } };
const HOSTS = { hosts: ["otlp.example.com"], className: "nginx", tls: { secretName: "otlp-tls" } };
const GRPC = { "nginx.ingress.kubernetes.io/backend-protocol": "GRPC" };
const GATEWAY = { name: "edge", namespace: "gateways", sectionName: "https" };

/** Those that are asked for more often than not, since they go with least of the rest, and those with components that no Collector of the tests has. */
export const SHARES: Record<string, number> = {
    node: 0.9,
    scaling: 0.7,
    collect: 0.4,
    intake: 0.1,
    aiContent: 0.25,
    rbac: 0.2,
};

/** What a Collector can be asked for besides the dimensions of the matrix. */
export const ARGUMENTS: Record<string, Values> = {
    node: {
        "container logs": { collect: { containerLogs: { exceptNamespaces: ["kube-system"] } } },
        "all of a node": { collect: { hostMetrics: true, containerLogs: {}, kubeletMetrics: {} } },
        "a kubelet": { collect: { kubeletMetrics: { skipCertificateCheck: true } } },
        "logs of some pods": {
            collect: {
                containerLogs: {
                    pods: "annotated",
                    multiline: [{ firstLine: "^[0-9]{4}-", namespace: "shop", podPrefix: "pay" }],
                },
            },
        },
        journal: { collect: { journald: { units: ["kubelet.service"], priority: "warning" } } },
        "logs in JSON": {
            collect: {
                containerLogs: { namespaces: ["shop", "pay"], json: { messageField: "text" }, maxLineBytes: 100_000 },
                journald: { json: {} },
            },
        },
        "logs of Docker": { collect: { containerLogs: { dockerRuntime: true, multiline: [{ firstLine: "^[^ ]" }] } } },
        "files of a node": {
            collect: {
                nodeLogs: [
                    { name: "nginx", include: ["/var/log/nginx/*.log"], exclude: ["/var/log/nginx/debug*"], json: {} },
                    { name: "app", include: ["/srv/app/logs/**/*.log"], firstLine: "^[0-9]{4}-.*$", fromStart: true },
                ],
            },
        },
    },
    collect: {
        cluster: { collect: { clusterMetrics: true } },
        "cluster and events": { collect: { clusterMetrics: true, kubernetesEvents: true } },
        "objects of Kubernetes": {
            collect: {
                kubernetesObjects: [
                    { resource: "events", group: "events.k8s.io", mode: "watch" },
                    { resource: "pods", namespaces: ["shop"], labelSelector: "tier in (frontend)" },
                ],
            },
        },
        "annotated pods": { collect: { annotatedPods: true } },
        "namespaces alone": { collect: { annotatedPods: true, kubernetesEvents: true, namespaces: ["shop", "pay"] } },
        "jobs of one's own": {
            collect: { scrapeConfigs: [{ job_name: "db", static_configs: [{ targets: ["db.shop.svc:9187"] }] }] },
        },
    },
    "metrics of itself": { every: { collect: { selfTelemetry: true, metricsIntervalSeconds: 30 } } },
    signals: {
        traces: { signals: ["traces"] },
        "traces and logs": { signals: ["traces", "logs"] },
        metrics: { signals: ["metrics"] },
    },
    kubernetesAttributes: { off: { processing: { kubernetesAttributes: false } } },
    cumulativeToDelta: { off: DELTAS_ONLY },
    intake: {
        "traces of others": { intake: { jaeger: true, zipkin: true } },
        StatsD: { intake: { statsd: { intervalSeconds: 30 } } },
        syslog: { intake: { syslog: {} } },
        "syslog of BSD": { intake: { syslog: { rfc3164: { timeZone: "Europe/Vienna" }, octetCounting: true } } },
    },
    "logs of Fluent": { Fluent: { intake: { fluentForward: true } } },
    kafka: {
        plain: {
            intake: {
                kafka: { brokers: ["kafka-0.kafka.svc:9092"], traces: { topics: ["otlp_spans"] }, groupId: "a" },
            },
        },
        secured: {
            intake: {
                kafka: {
                    brokers: ["b-1.kafka.example.com:9096", "b-2.kafka.example.com:9096"],
                    traces: { topics: ["^spans-.*"], encoding: "zipkin_json" },
                    initialOffset: "earliest",
                    tls: { ca: { configMap: { name: "kafka-ca" } } },
                    sasl: { username: { name: "kafka" }, password: { name: "kafka", key: "secret" } },
                },
            },
        },
    },
    drop: {
        some: {
            processing: {
                drop: [
                    { signal: "traces", name: 'GET "/health" $1', spanKind: "server" },
                    { signal: "traces", resourceAttributes: [{ key: "k8s.namespace.name", pattern: "^test-" }] },
                ],
            },
        },
        "of metrics": { processing: { drop: [{ signal: "metrics", namePattern: "^go_" }] } },
    },
    spanMetrics: {
        "as it comes": { processing: { spanMetrics: {} } },
        told: {
            processing: { spanMetrics: { dimensions: ["http.route"], bucketsMillis: [10, 100], seriesLimit: 50 } },
        },
    },
    probabilisticSampling: { some: { processing: { probabilisticSampling: { percentage: 2.5 } } } },
    replicas: { three: { replicas: 3, ...DELTAS_ONLY }, "three that compute": { replicas: 3 } },
    scaling: {
        HPA: { scaling: { autoscaling: { maxReplicas: 6 } }, ...DELTAS_ONLY },
        "HPA by a queue": {
            scaling: {
                autoscaling: {
                    maxReplicas: 9,
                    minReplicas: 3,
                    podMetric: { name: "otelcol_exporter_queue_size", averageValue: "20M" },
                },
            },
            ...DELTAS_ONLY,
        },
        KEDA: {
            scaling: {
                autoscaling: {
                    autoscaler: "keda",
                    maxReplicas: 6,
                    prometheus: {
                        serverAddress: "http://prometheus.monitoring.svc:9090",
                        query: "sum(up)",
                        threshold: 0.8,
                    },
                },
            },
            ...DELTAS_ONLY,
        },
        "strictly spread": { scheduling: { spread: "require" }, scaling: { maxUnavailablePods: 2 } },
        "not spread": { scheduling: { spread: "off" } },
    },
    secondTier: { larger: { secondTier: { replicas: 3, cpuMillis: 500, memoryMiB: 1024 } } },
    tailSampling: {
        "as it comes": { processing: { tailSampling: {} } },
        slow: {
            processing: {
                tailSampling: { slowerThanMillis: 500, percentage: 2.5, errors: false, decisionSeconds: 20 },
            },
        },
    },
    checkpoints: { "in the pod": { collect: { checkpoints: "pod" } }, none: { collect: { checkpoints: "none" } } },
    size: { medium: { size: "medium" }, large: { size: "large" } },
    figures: {
        small: { cpuMillis: 100, memoryMiB: 256 },
        uneven: { cpuMillis: 333, memoryMiB: 777 },
        "limits of a quota": { cpuLimitMillis: 1000, ephemeralStorageMiB: 512 },
    },
    receiver: {
        "web pages": { receiver: { cors: { allowedOrigins: ["https://shop.example.com"] } } },
        "large requests": { receiver: { maxHttpRequestMiB: 40, maxGrpcMessageMiB: 32 } },
        encrypted: { receiver: { tls: { secretName: "gateway-tls" } } },
        "loopback too": { receiver: { loopback: true } },
    },
    service: {
        "load balancer": {
            network: {
                service: {
                    type: "LoadBalancer",
                    loadBalancerSourceRanges: ["203.0.113.0/24"],
                    annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" },
                },
            },
        },
        "ports of nodes": { network: { service: { type: "NodePort", externalTrafficPolicy: "Cluster" } } },
        "both address families": {
            network: { service: { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6", "IPv4"] } },
        },
        "same zone": { network: { service: { trafficDistribution: "PreferSameZone" } } },
        "ports of one's own": {
            network: {
                service: {
                    ports: [
                        { name: "fluent", port: 8006 },
                        { name: "syslog", port: 5514, protocol: "UDP" },
                        { name: "health", port: 13133, appProtocol: "http" },
                    ],
                },
            },
        },
    },
    hostPorts: { on: { network: { hostPorts: true } } },
    exposure: {
        "HTTP Ingress": { network: { exposure: { httpIngress: HOSTS, controllerNamespace: "ingress-nginx" } } },
        "both Ingresses": {
            network: {
                exposure: { httpIngress: HOSTS, grpcIngress: { hosts: ["grpc.example.com"], annotations: GRPC } },
            },
        },
        "HTTP by a Gateway": { network: { exposure: { gateway: { ...GATEWAY, httpHosts: ["*.example.com"] } } } },
        "all by a Gateway": {
            network: {
                exposure: { gateway: { ...GATEWAY, httpHosts: ["otlp.example.com"], grpcHosts: ["grpc.example.com"] } },
            },
        },
    },
    networkPolicy: {
        Cilium: { network: { networkPolicy: { cilium: {} } } },
        "Cilium on OpenShift": {
            network: {
                networkPolicy: {
                    cilium: {
                        dnsNamespace: "openshift-dns",
                        dnsPort: 5353,
                        dnsLabels: { "dns.operator.openshift.io/daemonset-dns": "default" },
                    },
                    fromNamespaces: ["shop"],
                },
            },
        },
        "some namespaces": { network: { networkPolicy: { fromNamespaces: ["shop", "pay"], apiServerPorts: [16443] } } },
        "some addresses": { network: { networkPolicy: { fromAddresses: ["203.0.113.0/24", "2001:db8::/32"] } } },
        "rules of one's own": {
            network: {
                networkPolicy: {
                    ingress: [{ from: [{ ipBlock: { cidr: "169.254.7.127/32" } }], ports: [{ port: 15021 }] }],
                    egress: [
                        {
                            to: [
                                {
                                    namespaceSelector: {
                                        matchLabels: { "kubernetes.io/metadata.name": "istio-system" },
                                    },
                                },
                            ],
                            ports: [{ port: 15012 }],
                        },
                    ],
                },
            },
        },
        off: { network: { networkPolicy: { enabled: false } } },
    },
    proxy: {
        "by its URL": {
            network: { proxy: { url: "http://proxy.example.com:3128", noProxy: ["10.0.0.0/8", ".internal"] } },
        },
        "by a Secret": {
            network: { proxy: { secret: { name: "egress" }, secretHost: "proxy.example.com", revision: "2" } },
        },
    },
    trust: {
        Secret: { network: { trust: { ca: { secret: { name: "corporate-ca", key: "bundle.pem" } }, revision: "7" } } },
        ConfigMap: { network: { trust: { ca: { configMap: { name: "corporate-ca" } }, systemCertificates: false } } },
        PEM: { network: { trust: { ca: { pem: selfSigned("Corporate CA", -1, 3650) } } } },
    },
    operator: { "as it comes": { operator: {} }, told: { operator: { networkPolicy: true } } },
    env: {
        texts: { pods: { env: [{ name: "REGION", value: "eu-central-1" }] } },
        Secrets: {
            pods: {
                env: [
                    { name: "PARTNER_TOKEN", valueFrom: { secretKeyRef: { name: "partner", key: "PARTNER_TOKEN" } } },
                ],
            },
        },
    },
    envFrom: {
        both: {
            pods: {
                envFrom: [{ secretRef: { name: "partner" }, prefix: "PARTNER_" }, { configMapRef: { name: "site" } }],
            },
        },
    },
    pods: {
        places: {
            scheduling: {
                nodeSelector: { pool: "telemetry" },
                tolerations: [{ key: "dedicated", operator: "Equal", value: "telemetry", effect: "NoSchedule" }],
                priorityClassName: "system-cluster-critical",
            },
            pods: { imagePullSecretNames: ["registry"], labels: { "example.com/mesh": "off" } },
        },
        SELinux: { pods: { seLinuxOptions: { level: "s0:c1,c2" } } },
        "names and probes": {
            pods: {
                dnsConfig: { options: [{ name: "ndots", value: "2" }] },
                terminationGracePeriodSeconds: 90,
                probes: { startupSeconds: 60, livenessPeriodSeconds: 20, readinessPeriodSeconds: 5, failures: 5 },
            },
        },
        "what the Operator has no field for": {
            pods: {
                hostAliases: [{ ip: "10.1.2.3", hostnames: ["activegate.example.com"] }],
                resizePolicy: [{ resourceName: "memory", restartPolicy: "RestartContainer" }],
            },
        },
        "other containers": {
            pods: {
                volumes: [{ name: "shared", emptyDir: {} }],
                volumeMounts: [{ name: "shared", mountPath: "/shared", readOnly: true }],
                initContainers: [{ name: "before", image: "registry.example.com/before:1.0.0" }],
                extraContainers: [{ name: "beside", image: "registry.example.com/beside:1.0.0" }],
            },
        },
    },
    serviceAccount: {
        "with a role": {
            pods: { serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::0:role/x" } } },
        },
        existing: { pods: { serviceAccount: { existingName: "telemetry" } } },
    },
    rbac: {
        "of some namespaces": { rbac: { namespaces: ["shop", "pay"] } },
        "of others": { rbac: { create: false } },
    },
    monitoring: {
        "as it comes": { monitoring: {} },
        told: { monitoring: { labels: { release: "prometheus" }, fromNamespaces: ["monitoring"], alerts: false } },
    },
    redaction: {
        off: { processing: { redaction: { dynatraceTokens: false } } },
        "bank accounts": { processing: { redaction: { ibans: true } } },
        everything: {
            processing: {
                redaction: {
                    emails: true,
                    paymentCards: true,
                    ipAddresses: true,
                    patterns: ["secret$", "(?i)pass"],
                },
            },
        },
    },
    aiContent: {
        off: { processing: { aiContent: { protection: "off", identity: "off" } } },
        drop: { processing: { aiContent: { keepKeys: ["gen_ai.prompt.name"], extraKeys: ["shop.prompt.*"] } } },
        mask: { processing: { aiContent: { protection: "mask", identity: "mask" } } },
        hash: { processing: { aiContent: { protection: "hash", identity: "hash", hashKey: { name: "hash-key" } } } },
        truncate: { processing: { aiContent: { protection: "truncate", truncateAtBytes: 200, identity: "drop" } } },
    },
    enrichment: {
        cluster: {
            processing: {
                enrichment: {
                    clusterName: 'a "b" $c',
                    clusterUid: "00000000-0000-0000-0000-000000000000",
                    clusterEntity: "KUBERNETES_CLUSTER-0123456789ABCDEF",
                },
            },
        },
        stack: { processing: { enrichment: { environment: "production", owner: "shop", commit: "0123456" } } },
        "labels of pods": {
            processing: {
                enrichment: {
                    podLabels: { "example.com/team": "dt.owner" },
                    podAnnotations: { "example.com/cost": "dt.cost.costcenter" },
                    namespaceLabels: { "example.com/stage": "deployment.environment.name" },
                },
            },
        },
        "annotations of Namespaces": {
            processing: {
                enrichment: {
                    namespaceAnnotations: { "example.com/cost": "dt.cost.costcenter" },
                    legacyWorkloadAttributes: true,
                    podFromConnection: false,
                },
            },
        },
        costs: {
            processing: {
                enrichment: { securityContext: "shop-team", costCenter: "4711", costProduct: "webshop" },
            },
        },
        cloud: { processing: { enrichment: { resourceDetection: { detectors: ["eks", "ec2"], timeoutSeconds: 10 } } } },
        "host of OneAgent": { processing: { enrichment: { hostFromOneAgent: true } } },
        plain: { processing: { enrichment: { dynatraceRecipe: false } } },
    },
    resourceAttributes: { some: { processing: { resourceAttributes: { "shop.region": "eu $1" } } } },
    cutLargeRecords: { off: { processing: { cutLargeRecords: false } } },
    labels: { some: { labels: { team: "shop" }, pods: { annotations: { "sidecar.istio.io/inject": "false" } } } },
    mirror: {
        some: { image: { repository: "registry.example.com/otel/collector", pullPolicy: "Always" } },
        "to the byte": { image: { digest: `sha256:${"0123456789abcdef".repeat(4)}` } },
    },
    extraConfig: {
        filter: {
            extraConfig: {
                processors: { "filter/health": SPANS_OF_HEALTH },
                service: { pipelines: { traces: { processors: ["filter/health"] } } },
            },
        },
        "a copy": {
            extraConfig: {
                connectors: { "forward/copy": {} },
                exporters: { debug: {} },
                service: {
                    pipelines: {
                        traces: { exporters: ["forward/copy"] },
                        "traces/copy": { receivers: ["forward/copy"], exporters: ["debug"] },
                    },
                },
            },
        },
        "other limits": {
            extraConfig: { processors: { memory_limiter: { spike_limit_percentage: 10 } } },
        },
    },
    // Last: where a platform rejects a dimension of the matrix, the platform gives way.
    platform: {
        openshift: { platform: "openshift" },
        gkeAutopilot: { platform: "gkeAutopilot" },
        eksFargate: { platform: "eksFargate" },
        minikube: { platform: "minikube" },
    },
};

/** Those that a sidecar has as well. */
export const SIDECAR_ARGUMENTS = [
    "platform",
    ...["signals", "cumulativeToDelta", "figures", "mirror"],
    ...["redaction", "resourceAttributes", "extraConfig"],
];
