import * as semver from "semver";

import { type Check } from "../shared/check";

/** Which build of the OpenTelemetry Collector an image holds; it decides names and available components. */
export const CollectorDistribution = {
    /** Dynatrace's own, versions 0.x of its own count. @see https://github.com/Dynatrace/dynatrace-otel-collector */
    Dynatrace: "dynatrace",
    /** OpenTelemetry's contrib build, and others that carry OpenTelemetry's version number. */
    Contrib: "contrib",
    /** A build of your own, versions of OpenTelemetry's count; what it holds is not checked. */
    Custom: "custom",
} as const;
export type CollectorDistribution = (typeof CollectorDistribution)[keyof typeof CollectorDistribution];

/** The type names of the components this package configures, as one Collector version writes them. */
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
}

/** The count that a distribution's versions follow. */
type Count = Exclude<CollectorDistribution, "custom">;
const countOf = (distribution: CollectorDistribution): Count =>
    distribution === CollectorDistribution.Custom ? CollectorDistribution.Contrib : distribution;

/**
 * First version that knows the new spelling. The old one stays as an alias that warns, so where it is not known
 * for sure when a distribution took a rename over, the later version stands here.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md
 * @see https://github.com/Dynatrace/dynatrace-otel-collector/blob/main/CHANGELOG.md
 */
const RENAMES: Record<keyof ComponentNames, { before: string; after: string } & Record<Count, string>> = {
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
    k8sObjectsReceiver: { before: "k8sobjects", after: "k8s_objects", contrib: "0.151.0", dynatrace: "0.49.0" },
};

/** First versions whose own telemetry takes resource attributes as a list; a map makes them warn. */
const RESOURCE_LIST: Record<Count, string> = { contrib: "0.151.0", dynatrace: "0.49.0" };

/** Oldest versions with batching by bytes in the exporter's queue, which every exporter here relies on. */
const OLDEST: Record<Count, string> = { contrib: "0.130.0", dynatrace: "0.33.0" };

/** Oldest versions that start although a cloud does not answer, known for sure; those before end where it is another cloud. */
const STARTS_WITHOUT_CLOUD: Record<Count, string> = { contrib: "0.158.0", dynatrace: "0.54.0" };

/** Oldest versions that can hash with a key, known for sure; those before refuse the configuration. */
const HASHES_WITH_KEY: Record<Count, string> = { contrib: "0.149.0", dynatrace: "0.48.0" };

/** Oldest versions that notice a token in a mounted Secret to change: before, only the file itself was watched, not what a link leads to. */
const READS_TOKEN_AGAIN: Record<Count, string> = { contrib: "0.157.0", dynatrace: "0.53.0" };

/**
 * Component names by image version.
 *
 * @param version e.g. `0.54.0`, with or without `v`.
 * @throws InputError if it is not a version (`latest` tells nothing about names) or too old.
 */
export function componentNames(check: Check, distribution: CollectorDistribution, version: string): ComponentNames {
    const parsed = checkVersion(check, distribution, version);
    const names = Object.entries(RENAMES).map(([key, rename]) => [
        key,
        semver.gte(parsed, rename[countOf(distribution)]) ? rename.after : rename.before,
    ]);
    return Object.fromEntries(names) as unknown as ComponentNames;
}

/** Whether the Collector's own telemetry takes resource attributes as a list of names and values. */
export function takesResourceList(check: Check, distribution: CollectorDistribution, version: string): boolean {
    return semver.gte(checkVersion(check, distribution, version), RESOURCE_LIST[countOf(distribution)]);
}

/** @throws InputError if the image would go on with the token it started with when another lies in the mounted file. */
export function checkReadsTokenAgain(check: Check, distribution: CollectorDistribution, version: string): void {
    const oldest = READS_TOKEN_AGAIN[countOf(distribution)];
    if (semver.lt(checkVersion(check, distribution, version), oldest)) {
        throw check
            .at("tokenFrom")
            .error(
                `file needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}, which would ` +
                    "go on with the old token; raise image.version, or leave tokenFrom out",
            );
    }
}

/** @throws InputError if the image would not start where a cloud's metadata cannot be read. */
export function checkStartsWithoutCloud(check: Check, distribution: CollectorDistribution, version: string): void {
    const oldest = STARTS_WITHOUT_CLOUD[countOf(distribution)];
    if (semver.gte(checkVersion(check, distribution, version), oldest)) return;
    const problem = `needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}, which does not start where the cloud does not answer`;
    throw check.at("enrichment.resourceDetection").error(`${problem}; raise image.version, or leave it out`);
}

/** @throws InputError if the image would not start with a hash that takes a key. */
export function checkHashesWithKey(check: Check, distribution: CollectorDistribution, version: string): void {
    const oldest = HASHES_WITH_KEY[countOf(distribution)];
    if (semver.gte(checkVersion(check, distribution, version), oldest)) return;
    const problem = `hash needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}`;
    throw check.at("aiContent").error(`${problem}; raise image.version, or use drop or mask`);
}

/** The version as semver writes it. @throws InputError if it is not a version, or too old. */
export function checkVersion(check: Check, distribution: CollectorDistribution, version: string): string {
    if (!Object.values(CollectorDistribution).includes(distribution)) {
        const known = Object.values(CollectorDistribution).join(", ");
        throw check.at("image.distribution").error(`"${distribution}" is not a distribution; use ${known}`);
    }
    const parsed = semver.valid(version) ?? semver.valid(semver.coerce(/^v?\d+\.\d+/.test(version) ? version : ""));
    if (parsed === null) {
        throw check
            .at("image.version")
            .error(`"${version}" is not a version; component names differ between versions, so write one, e.g. 0.54.0`);
    }
    if (semver.lt(parsed, OLDEST[countOf(distribution)])) {
        throw check
            .at("image.version")
            .error(`${version} cannot batch by bytes in its exporters; use ${OLDEST[countOf(distribution)]} or later`);
    }
    return parsed;
}
