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

/** An image, and what is in it. */
export interface CollectorImage {
    build: Build;
    /** As a container names it. */
    image: string;
}

/** @throws InputError for a custom distribution of which nothing is said, and for what is no digest. */
export function imageOf(component: string, image: pulumi.Unwrap<CollectorImageArgs> = {}): CollectorImage {
    const distribution = image.distribution ?? CollectorDistribution.Dynatrace;
    if (distribution === CollectorDistribution.Custom) {
        const missing = (["repository", "version"] as const).find((field) => image[field] === undefined);
        if (missing !== undefined) {
            const problem = "is needed for a custom distribution; name your image's";
            throw new InputError(component, `image.${missing}`, problem);
        }
        return named(component, image, { distribution, version: image.version ?? "" }, image.repository ?? "");
    }
    const known = (IMAGES as Partial<typeof IMAGES>)[distribution];
    const build = { distribution, version: image.version ?? known?.version ?? "" };
    return named(component, image, build, image.repository ?? known?.repository ?? "");
}

/** A digest says which image, and the version what it can do. */
function named(
    component: string,
    { digest }: pulumi.Unwrap<CollectorImageArgs>,
    build: Build,
    repository: string,
): CollectorImage {
    if (digest === undefined) return { build, image: `${repository}:${build.version}` };
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
        const problem = `"${digest}" is not a digest; write sha256: and 64 hexadecimal digits`;
        throw new InputError(component, "image.digest", problem);
    }
    return { build, image: `${repository}@${digest}` };
}
