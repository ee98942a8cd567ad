import * as semver from "semver";

import { Check, closeTo } from "../shared/check";

/** A distribution of the OpenTelemetry Collector. It determines the available components and their names. */
export const CollectorDistribution = {
    /** Distribution of Dynatrace, with its own versions 0.x. @see https://github.com/Dynatrace/dynatrace-otel-collector */
    Dynatrace: "dynatrace",
    /** OpenTelemetry's contrib distribution, and other distributions with OpenTelemetry's versions. */
    Contrib: "contrib",
    /** Your own distribution, with OpenTelemetry's versions. Its components are not checked. */
    Custom: "custom",
} as const;
export type CollectorDistribution = (typeof CollectorDistribution)[keyof typeof CollectorDistribution];

/** A distribution and its version. */
export interface Build {
    distribution: CollectorDistribution;
    version: string;
}

/** The two version schemes. */
export type VersionCount = Exclude<CollectorDistribution, "custom">;

/** The version scheme of a distribution. */
export function countOf(distribution: CollectorDistribution): VersionCount {
    return distribution === CollectorDistribution.Custom ? CollectorDistribution.Contrib : distribution;
}

/** Sections of a configuration that name components. */
export const COMPONENT_KINDS = ["extensions", "receivers", "processors", "exporters", "connectors"] as const;
export type ComponentKind = (typeof COMPONENT_KINDS)[number];

/** Component types of a distribution, without `_`: a rename only adds or removes `_`. */
type Components = Record<ComponentKind, string[]>;

const words = (text: string): string[] => text.trim().split(/\s+/);

/** @see https://github.com/Dynatrace/dynatrace-otel-collector/blob/main/manifest.yaml */
const DYNATRACE: Components = {
    extensions: words("zpages bearertokenauth oidcauth oidc k8sleaderelector healthcheck filestorage"),
    receivers: words(`otlp filelog fluentforward hostmetrics jaeger journald netflow prometheus statsd syslog zipkin
        k8sobjects kubeletstats k8scluster k8sevents kafka kafkametrics`),
    processors: words(`batch memorylimiter attributes cumulativetodelta filter k8sattributes metricstarttime
        probabilisticsampler redaction resourcedetection resource tailsampling genainormalizer transform`),
    exporters: words("debug otlp otlpgrpc otlphttp loadbalancing kafka"),
    connectors: words("forward spanmetrics"),
};

/** @see https://github.com/open-telemetry/opentelemetry-collector-releases/blob/main/distributions/otelcol-contrib/manifest.yaml */
const CONTRIB: Components = {
    extensions: words(`zpages ack asapauth awsproxy azureauth basicauth bearertokenauth cgroupruntime datadog
        awscloudwatchmetricstreamsencoding awslogsencoding azureencoding avrologencoding googlecloudlogentryencoding jaegerencoding
        jsonlogencoding otlpencoding skywalkingencoding textencoding zipkinencoding googleclientauth headerssetter healthcheck
        healthcheckv2 httpforwarder jaegerremotesampling oauth2client dockerobserver ecsobserver ecstaskobserver hostobserver
        k8sobserver kafkatopicsobserver oidc oidcauth opamp pprof sigv4auth filestorage dbstorage redisstorage sumologic
        k8sleaderelector`),
    receivers: words(`nop otlp activedirectoryds aerospike apache apachespark awscloudwatch awscontainerinsight
        awscontainerinsightreceiver awsecscontainermetrics awsfirehose awss3 awsxray azureblob azureeventhub azuremonitor bigip carbon
        chrony cloudflare cloudfoundry collectd couchdb datadog dockerstats elasticsearch envoyals expvar faro filelog filestats
        flinkmetrics fluentforward github googlecloudmonitoring googlecloudpubsub googlecloudspanner haproxy hostmetrics httpcheck
        influxdb iis jaeger jmx journald k8scluster k8sevents k8sobjects kafkametrics kafka kubeletstats libhoney loki memcached
        mongodbatlas mongodb mysql namedpipe netflow nginx nsxt ntp oracledb otlpjsonfile otelarrow podman podmanstats postgresql
        prometheus prometheussimple prometheusremotewrite purefa purefb pulsar rabbitmq receivercreator redis riak saphana signalfx
        skywalking snmp snowflake solace splunkenterprise splunkhec sqlquery sqlserver sshcheck statsd stef syslog tcpcheck tcplog
        tlscheck udplog vcenter wavefront webhookevent windowseventlog windowsperfcounters zipkin zookeeper`),
    processors:
        words(`batch memorylimiter attributes coralogix cumulativetodelta deltatocumulative deltatorate filter geoip
        genainormalizer groupbyattrs groupbytrace interval isolationforest k8sattributes logdedup metricsgeneration
        experimentalmetricsgeneration metricstarttime metricstransform probabilisticsampler redaction remotetap resourcedetection
        resource schema span sumologic tailsampling transform`),
    exporters:
        words(`debug nop otlp otlpgrpc otlphttp alibabacloudlogservice awscloudwatchlogs awsemf awskinesis awsxray awss3 azureblob
        azuredataexplorer azuremonitor bmchelix carbon cassandra clickhouse coralogix datadog dataset doris elasticsearch faro file
        googlecloud googlecloudpubsub googlemanagedprometheus honeycombmarker influxdb kafka loadbalancing logicmonitor logzio mezmo
        opensearch otelarrow prometheus prometheusremotewrite pulsar rabbitmq sapm sentry signalfx splunkhec stef sumologic syslog
        tencentcloudlogservice tinybird zipkin`),
    connectors:
        words(`forward count datadog exceptions failover grafanacloud otlpjson roundrobin routing servicegraph spanmetrics sum
        signaltometrics`),
};

const DISTRIBUTIONS = { dynatrace: DYNATRACE, contrib: CONTRIB };
type Listed = keyof typeof DISTRIBUTIONS;

/**
 * First version of a distribution that has a component. If the first version is uncertain, a later version is listed.
 */
const SINCE: Record<Listed, Record<string, string>> = {
    dynatrace: {
        "extensions/bearertokenauth": "0.53.0",
        "processors/genainormalizer": "0.53.0",
        "extensions/k8sleaderelector": "0.46.0",
        "receivers/k8scluster": "0.46.0",
        "receivers/k8sevents": "0.46.0",
        "receivers/kubeletstats": "0.46.0",
        "receivers/k8sobjects": "0.46.0",
        "receivers/journald": "0.46.0",
        "receivers/hostmetrics": "0.46.0",
        "exporters/loadbalancing": "0.46.0",
        "processors/resourcedetection": "0.46.0",
    },
    /** @see https://github.com/open-telemetry/opentelemetry-collector-releases/pull/1511 */
    contrib: { "processors/genainormalizer": "0.156.0" },
};

/** Whether a build has a component. A custom build is assumed to have it. */
export function holds(build: Build, kind: ComponentKind, type: string): boolean {
    const listed = listedOf(build);
    if (listed === undefined) return true;
    const since = SINCE[listed][`${kind}/${plainType(type)}`];
    const newEnough =
        since === undefined || semver.gte(checkVersion(new Check(""), build.distribution, build.version), since);
    return newEnough && DISTRIBUTIONS[listed][kind].includes(plainType(type));
}

/** @throws InputError if the build does not have the component. The error names an image that has it, or a similar component. */
export function checkHolds(check: Check, build: Build, kind: ComponentKind, type: string): void {
    if (holds(build, kind, type)) return;
    const what = `"${type}" is not among the ${kind} of the ${build.distribution} distribution ${build.version}`;
    check.fail(`${what}; ${wayOut(build, kind, type)}`);
}

function wayOut(build: Build, kind: ComponentKind, type: string): string {
    const listed = listedOf(build) ?? CollectorDistribution.Contrib;
    const since = SINCE[listed][`${kind}/${plainType(type)}`];
    if (since !== undefined) return `set image.version to ${since} or later`;
    const inContrib = CONTRIB[kind].includes(plainType(type));
    if (listed === CollectorDistribution.Dynatrace && inContrib) return "set image.distribution to contrib";
    const likely = closeTo(plainType(type), DISTRIBUTIONS[listed][kind]);
    const custom = "set image.distribution to custom if your own build has it";
    return likely === undefined ? `remove it, or ${custom}` : `did you mean ${likely}? Or ${custom}`;
}

function listedOf({ distribution }: Build): Listed | undefined {
    return distribution === CollectorDistribution.Custom ? undefined : distribution;
}

/** The type of a component without `_`, which differs between versions. */
export function plainType(type: string): string {
    return type.toLowerCase().replaceAll("_", "");
}

/** Component types that this package configures, in the spelling of one Collector version. */
export interface ComponentNames {
    otlpHttpExporter: string;
    loadBalancingExporter: string;
    k8sAttributesProcessor: string;
    cumulativeToDeltaProcessor: string;
    resourceDetectionProcessor: string;
    fileLogReceiver: string;
    hostMetricsReceiver: string;
    kubeletStatsReceiver: string;
    k8sObjectsReceiver: string;
    fluentForwardReceiver: string;
    spanMetricsConnector: string;
}

/**
 * First version with the new spelling. The old spelling remains a deprecated alias, so if the first version of a distribution is
 * uncertain, a later version is listed.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md
 * @see https://github.com/Dynatrace/dynatrace-otel-collector/blob/main/CHANGELOG.md
 */
const RENAMES: Record<keyof ComponentNames, { before: string; after: string } & Record<VersionCount, string>> = {
    otlpHttpExporter: { before: "otlphttp", after: "otlp_http", contrib: "0.144.0", dynatrace: "0.46.0" },
    loadBalancingExporter: {
        before: "loadbalancing",
        after: "load_balancing",
        contrib: "0.153.0",
        dynatrace: "0.49.0",
    },
    k8sAttributesProcessor: {
        before: "k8sattributes",
        after: "k8s_attributes",
        contrib: "0.146.0",
        dynatrace: "0.46.0",
    },
    cumulativeToDeltaProcessor: {
        before: "cumulativetodelta",
        after: "cumulative_to_delta",
        contrib: "0.157.0",
        dynatrace: "0.53.0",
    },
    resourceDetectionProcessor: {
        before: "resourcedetection",
        after: "resource_detection",
        contrib: "0.153.0",
        dynatrace: "0.49.0",
    },
    fileLogReceiver: { before: "filelog", after: "file_log", contrib: "0.149.0", dynatrace: "0.47.0" },
    hostMetricsReceiver: { before: "hostmetrics", after: "host_metrics", contrib: "0.151.0", dynatrace: "0.49.0" },
    kubeletStatsReceiver: {
        before: "kubeletstats",
        after: "kubelet_stats",
        contrib: "0.153.0",
        dynatrace: "0.49.0",
    },
    fluentForwardReceiver: {
        before: "fluentforward",
        after: "fluent_forward",
        contrib: "0.151.0",
        dynatrace: "0.49.0",
    },
    spanMetricsConnector: { before: "spanmetrics", after: "span_metrics", contrib: "0.151.0", dynatrace: "0.49.0" },
    k8sObjectsReceiver: { before: "k8sobjects", after: "k8s_objects", contrib: "0.151.0", dynatrace: "0.49.0" },
};

/** First versions whose own telemetry accepts resource attributes as a list. They warn about a map. */
const RESOURCE_LIST: Record<VersionCount, string> = { contrib: "0.151.0", dynatrace: "0.49.0" };

/** Oldest versions known to repair the characters of a line after they joined its parts. */
const REPAIRS_TEXT: Record<VersionCount, string> = { contrib: "0.149.0", dynatrace: "0.47.0" };

/** Oldest versions whose exporter queues batch by bytes. Every exporter of this package uses it. */
const OLDEST: Record<VersionCount, string> = { contrib: "0.130.0", dynatrace: "0.33.0" };

/** Oldest versions known to support keyed hashes. Older versions reject the configuration. */
const HASHES_WITH_KEY: Record<VersionCount, string> = { contrib: "0.149.0", dynatrace: "0.48.0" };

/** Oldest versions that detect a changed token in a mounted Secret. Older versions watch the file, not the target of its symbolic link. */
const READS_TOKEN_AGAIN: Record<VersionCount, string> = { contrib: "0.157.0", dynatrace: "0.53.0" };

/**
 * Component names by image version.
 *
 * @param version e.g. `0.54.0`, with or without `v`.
 * @throws InputError for a text that is not a version, such as `latest`, and for a version that is too old.
 */
export function componentNames(check: Check, distribution: CollectorDistribution, version: string): ComponentNames {
    const parsed = checkVersion(check, distribution, version);
    const named = (key: keyof ComponentNames): string => {
        const { before, after, ...since } = RENAMES[key];
        return semver.gte(parsed, since[countOf(distribution)]) ? after : before;
    };
    return {
        otlpHttpExporter: named("otlpHttpExporter"),
        loadBalancingExporter: named("loadBalancingExporter"),
        k8sAttributesProcessor: named("k8sAttributesProcessor"),
        cumulativeToDeltaProcessor: named("cumulativeToDeltaProcessor"),
        resourceDetectionProcessor: named("resourceDetectionProcessor"),
        fileLogReceiver: named("fileLogReceiver"),
        hostMetricsReceiver: named("hostMetricsReceiver"),
        kubeletStatsReceiver: named("kubeletStatsReceiver"),
        k8sObjectsReceiver: named("k8sObjectsReceiver"),
        fluentForwardReceiver: named("fluentForwardReceiver"),
        spanMetricsConnector: named("spanMetricsConnector"),
    };
}

/** Whether the Collector's own telemetry accepts resource attributes as a list of names and values. */
export function takesResourceList(check: Check, distribution: CollectorDistribution, version: string): boolean {
    return semver.gte(checkVersion(check, distribution, version), RESOURCE_LIST[countOf(distribution)]);
}

/** Whether the receiver of files can read bytes as they are, and repair invalid characters afterwards. */
export function repairsText(check: Check, distribution: CollectorDistribution, version: string): boolean {
    return semver.gte(checkVersion(check, distribution, version), REPAIRS_TEXT[countOf(distribution)]);
}

/** @throws InputError if the image does not read a changed token file again. */
export function checkReadsTokenAgain(check: Check, distribution: CollectorDistribution, version: string): void {
    const oldest = READS_TOKEN_AGAIN[countOf(distribution)];
    if (semver.gte(checkVersion(check, distribution, version), oldest)) return;
    const problem = `file needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}`;
    const way = "raise image.version, or remove tokenFrom";
    check.at("tokenFrom").fail(`${problem}, which keeps using the old token; ${way}`);
}

/** @throws InputError if the image does not support keyed hashes. */
export function checkHashesWithKey(check: Check, distribution: CollectorDistribution, version: string): void {
    const oldest = HASHES_WITH_KEY[countOf(distribution)];
    if (semver.gte(checkVersion(check, distribution, version), oldest)) return;
    const problem = `hash needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}`;
    check.at("processing.aiContent").fail(`${problem}; raise image.version, or use drop or mask`);
}

/** The version in semver format. @throws InputError for an invalid or too old version. */
export function checkVersion(check: Check, distribution: CollectorDistribution, version: string): string {
    const at = check.at("image.version");
    const known: string[] = Object.values(CollectorDistribution);
    if (!known.includes(distribution)) {
        check.at("image.distribution").fail(`"${distribution}" is not a distribution; use ${known.join(", ")}`);
    }
    const parsed = semver.valid(version) ?? semver.valid(semver.coerce(/^v?\d+\.\d+/.test(version) ? version : ""));
    if (parsed === null) {
        return at.fail(
            `"${version}" is not a version; component names differ between versions, so write one, e.g. 0.54.0`,
        );
    }
    const oldest = OLDEST[countOf(distribution)];
    if (semver.lt(parsed, oldest)) {
        at.fail(`${version} cannot batch by bytes in its exporters; use ${oldest} or later`);
    }
    return parsed;
}
