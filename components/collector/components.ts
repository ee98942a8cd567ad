import { closest } from "fastest-levenshtein";
import * as semver from "semver";

import { Check } from "../shared/check";
import { checkVersion, CollectorDistribution } from "./names";

/** Sections of a configuration that name components. */
export const COMPONENT_KINDS = ["extensions", "receivers", "processors", "exporters", "connectors"] as const;
export type ComponentKind = (typeof COMPONENT_KINDS)[number];

/** What a distribution is made of, by type and without `_`: a component keeps its letters through a rename. */
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
 * First versions of a distribution that hold a component, by the distribution's own count. Where that is not known for sure, a later one
 * stands here.
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

/** Which build runs, of which version. */
export interface Build {
    distribution: CollectorDistribution;
    version: string;
}

/** Whether a build holds a component; of a custom one that is taken for granted. */
export function holds(build: Build, kind: ComponentKind, type: string): boolean {
    const listed = listedOf(build);
    if (listed === undefined) return true;
    const since = SINCE[listed][`${kind}/${plain(type)}`];
    const newEnough =
        since === undefined || semver.gte(checkVersion(new Check(""), build.distribution, build.version), since);
    return newEnough && DISTRIBUTIONS[listed][kind].includes(plain(type));
}

/** @throws InputError naming who has the component, or what was meant, if the build does not hold it. */
export function checkHolds(check: Check, build: Build, kind: ComponentKind, type: string): void {
    if (holds(build, kind, type)) return;
    const what = `"${type}" is not among the ${kind} of the ${build.distribution} distribution ${build.version}`;
    throw check.error(`${what}; ${wayOut(build, kind, type)}`);
}

function wayOut(build: Build, kind: ComponentKind, type: string): string {
    const listed = listedOf(build) ?? "contrib";
    const since = SINCE[listed][`${kind}/${plain(type)}`];
    if (since !== undefined) return `set image.version to ${since} or later`;
    if (listed === "dynatrace" && CONTRIB[kind].includes(plain(type))) return "set image.distribution to contrib";
    const near = closest(plain(type), DISTRIBUTIONS[listed][kind]);
    return `did you mean ${near}? For a build of your own set image.distribution to custom`;
}

function listedOf({ distribution }: Build): Listed | undefined {
    return distribution === CollectorDistribution.Custom ? undefined : distribution;
}

function plain(type: string): string {
    return type.toLowerCase().replaceAll("_", "");
}
