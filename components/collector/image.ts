import type * as pulumi from "@pulumi/pulumi";

import { InputError } from "../input-error";
import type { CollectorImageArgs } from "./args";
import type { Build } from "./components";
import { CollectorDistribution } from "./names";

/** Image of each distribution, and the version this release was tested with. */
const IMAGES: Record<Exclude<CollectorDistribution, "custom">, { repository: string; version: string }> = {
    dynatrace: { repository: "public.ecr.aws/dynatrace/dynatrace-otel-collector", version: "0.54.0" },
    contrib: {
        repository: "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
        version: "0.158.0",
    },
};

/** @throws InputError for a custom distribution of which nothing is said. */
export function imageOf(
    component: string,
    image: pulumi.Unwrap<CollectorImageArgs> = {},
): { build: Build; repository: string } {
    const distribution = image.distribution ?? CollectorDistribution.Dynatrace;
    if (distribution === CollectorDistribution.Custom) {
        const missing = (["repository", "version"] as const).find((field) => image[field] === undefined);
        if (missing !== undefined) {
            const problem = "is needed for a custom distribution; name your image's";
            throw new InputError(component, `image.${missing}`, problem);
        }
        return { build: { distribution, version: image.version ?? "" }, repository: image.repository ?? "" };
    }
    const known = (IMAGES as Partial<typeof IMAGES>)[distribution];
    const build = { distribution, version: image.version ?? known?.version ?? "" };
    return { build, repository: image.repository ?? known?.repository ?? "" };
}
