import type * as pulumi from "@pulumi/pulumi";

import { InputError } from "../shared/check";
import type { CollectorImageArgs } from "./args";
import type { Build } from "./components";
import { CollectorDistribution } from "./names";
import { oneOf } from "../shared/part-checks";

/** Image of each distribution, and the version this release was tested with. */
const IMAGES: Record<Exclude<CollectorDistribution, "custom">, { repository: string; version: string }> = {
    dynatrace: { repository: "public.ecr.aws/dynatrace/dynatrace-otel-collector", version: "0.54.0" },
    contrib: {
        repository: "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
        version: "0.158.0",
    },
};

/** When a node asks the registry. @see https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy */
const PullPolicy = { Always: "Always", IfNotPresent: "IfNotPresent", Never: "Never" } as const;

/** `host:port/path`, of which the host may be missing. @see https://github.com/distribution/reference/blob/main/regexp.go */
const HOST = "([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\\[[0-9A-Fa-f:]+\\])";
const PART = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^(${HOST}(:\\d+)?/)?${PART}(/${PART})*$`);

/** An image, and what is in it. */
export interface CollectorImage {
    build: Build;
    /** As a container names it. */
    image: string;
    pullPolicy: string;
}

/** @throws InputError for a custom distribution of which nothing is said, and for what is no repository, digest or policy. */
export function imageOf(component: string, image: pulumi.Unwrap<CollectorImageArgs> = {}): CollectorImage {
    const distribution = image.distribution ?? CollectorDistribution.Dynatrace;
    if (image.repository !== undefined) checkRepository(component, image.repository);
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
    { digest, pullPolicy: asked = PullPolicy.IfNotPresent }: pulumi.Unwrap<CollectorImageArgs>,
    build: Build,
    repository: string,
): CollectorImage {
    const pullPolicy = oneOf(component, "image.pullPolicy", asked, PullPolicy);
    if (digest === undefined) return { build, pullPolicy, image: `${repository}:${build.version}` };
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
        const problem = `"${digest}" is not a digest; write sha256: and 64 hexadecimal digits`;
        throw new InputError(component, "image.digest", problem);
    }
    return { build, pullPolicy, image: `${repository}@${digest}` };
}

function checkRepository(component: string, repository: string): void {
    if (REPOSITORY.test(repository)) return;
    const way =
        "write e.g. registry.example.com/otel/collector, without scheme, and without the tag, which image.version gives";
    throw new InputError(component, "image.repository", `"${repository}" is not where an image is; ${way}`);
}
