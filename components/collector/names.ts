import * as semver from "semver";

import { InputError } from "../input-error";

/** Which build of the OpenTelemetry Collector an image holds; it decides names and available components. */
export const CollectorDistribution = {
    /** Dynatrace's own, versions 0.x of its own count. @see https://github.com/Dynatrace/dynatrace-otel-collector */
    Dynatrace: "dynatrace",
    /** OpenTelemetry's contrib build, and others that carry OpenTelemetry's version number. */
    Contrib: "contrib",
} as const;
export type CollectorDistribution = (typeof CollectorDistribution)[keyof typeof CollectorDistribution];

/** The type names of the components this package configures, as one Collector version writes them. */
export interface ComponentNames {
    otlpHttpExporter: string;
    k8sAttributesProcessor: string;
    cumulativeToDeltaProcessor: string;
}

/**
 * First version that knows the new spelling. The old one stays as an alias that warns, so where it is not known
 * for sure when a distribution took a rename over, the later version stands here.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md
 * @see https://github.com/Dynatrace/dynatrace-otel-collector/blob/main/CHANGELOG.md
 */
const RENAMES: Record<keyof ComponentNames, { before: string; after: string } & Record<CollectorDistribution, string>> =
    {
        otlpHttpExporter: { before: "otlphttp", after: "otlp_http", contrib: "0.144.0", dynatrace: "0.46.0" },
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
    };

/** Oldest versions with batching by bytes in the exporter's queue, which every exporter here relies on. */
const OLDEST: Record<CollectorDistribution, string> = { contrib: "0.130.0", dynatrace: "0.33.0" };

/** Oldest versions that notice a token in a mounted Secret to change: before, only the file itself was watched, not what a link leads to. */
const READS_TOKEN_AGAIN: Record<CollectorDistribution, string> = { contrib: "0.157.0", dynatrace: "0.53.0" };

/**
 * Component names by image version.
 *
 * @param version e.g. `0.54.0`, with or without `v`.
 * @throws InputError if it is not a version (`latest` tells nothing about names) or too old.
 */
export function componentNames(
    component: string,
    distribution: CollectorDistribution,
    version: string,
): ComponentNames {
    const parsed = checkVersion(component, distribution, version);
    const name = (key: keyof ComponentNames): string => {
        const rename = RENAMES[key];
        return semver.gte(parsed, rename[distribution]) ? rename.after : rename.before;
    };
    return {
        otlpHttpExporter: name("otlpHttpExporter"),
        k8sAttributesProcessor: name("k8sAttributesProcessor"),
        cumulativeToDeltaProcessor: name("cumulativeToDeltaProcessor"),
    };
}

/** @throws InputError if the image would go on with the token it started with when another lies in the mounted file. */
export function checkReadsTokenAgain(component: string, distribution: CollectorDistribution, version: string): void {
    const oldest = READS_TOKEN_AGAIN[distribution];
    if (semver.lt(checkVersion(component, distribution, version), oldest)) {
        throw new InputError(
            component,
            "tokenFrom",
            `file needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}, which would ` +
                "go on with the old token; raise image.version, or leave tokenFrom out",
        );
    }
}

/** The version as semver writes it. */
function checkVersion(component: string, distribution: CollectorDistribution, version: string): string {
    if (!Object.values(CollectorDistribution).includes(distribution)) {
        const known = Object.values(CollectorDistribution).join(", ");
        throw new InputError(component, "image.distribution", `"${distribution}" is not a distribution; use ${known}`);
    }
    const parsed = semver.valid(version) ?? semver.valid(semver.coerce(/^v?\d+\.\d+/.test(version) ? version : ""));
    if (parsed === null) {
        throw new InputError(
            component,
            "image.version",
            `"${version}" is not a version; component names differ between versions, so write one, e.g. 0.54.0`,
        );
    }
    if (semver.lt(parsed, OLDEST[distribution])) {
        throw new InputError(
            component,
            "image.version",
            `${version} cannot batch by bytes in its exporters; use ${OLDEST[distribution]} or later`,
        );
    }
    return parsed;
}
