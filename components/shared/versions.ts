/** Versions of the images that this release was tested with. Every default image is defined here. */

/** Default images of the Collector. @see https://github.com/Dynatrace/dynatrace-otel-collector/releases */
export const COLLECTOR_IMAGES = {
    dynatrace: { repository: "public.ecr.aws/dynatrace/dynatrace-otel-collector", version: "0.54.0" },
    contrib: {
        repository: "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
        version: "0.158.0",
    },
} as const;
