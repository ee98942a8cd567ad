import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { COLLECTOR_IMAGES } from "../shared/versions";
import type { CollectorImageArgs } from "./args";
import type { Build } from "./distributions";
import { CollectorDistribution } from "./distributions";

/** When a node asks the registry. @see https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy */
const PullPolicy = { Always: "Always", IfNotPresent: "IfNotPresent", Never: "Never" } as const;

/** `host:port/path`; the host is optional. @see https://github.com/distribution/reference/blob/main/regexp.go */
const HOST = "([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\\[[0-9A-Fa-f:]+\\])";
const PART = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^(${HOST}(:\\d+)?/)?${PART}(/${PART})*$`);

/** An image and its build. */
export interface CollectorImage {
    build: Build;
    /** Image reference for a container. */
    image: string;
    pullPolicy: string;
}

/** @throws InputError for a custom distribution without repository or version, and for an invalid repository, digest or pull policy. */
export function imageOf(check: Check, image: pulumi.Unwrap<CollectorImageArgs> = {}): CollectorImage {
    const distribution = image.distribution ?? CollectorDistribution.Dynatrace;
    if (image.repository !== undefined) checkRepository(check, image.repository);
    if (distribution === CollectorDistribution.Custom) {
        const missing = (["repository", "version"] as const).find((field) => image[field] === undefined);
        if (missing !== undefined) {
            const problem = "is required for a custom distribution; set it for your image";
            throw check.at(`image.${missing}`).error(problem);
        }
        return named(check, image, { distribution, version: image.version ?? "" }, image.repository ?? "");
    }
    const known = COLLECTOR_IMAGES[distribution];
    const build = { distribution, version: image.version ?? known?.version ?? "" };
    return named(check, image, build, image.repository ?? known?.repository ?? "");
}

/** The image reference. A digest selects the image; the version determines its components. */
function named(
    check: Check,
    { digest, pullPolicy: asked = PullPolicy.IfNotPresent }: pulumi.Unwrap<CollectorImageArgs>,
    build: Build,
    repository: string,
): CollectorImage {
    const pullPolicy = check.at("image.pullPolicy").oneOf(asked, PullPolicy);
    if (digest === undefined) return { build, pullPolicy, image: `${repository}:${build.version}` };
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
        const problem = `"${digest}" is not a digest; write sha256: and 64 hexadecimal digits`;
        throw check.at("image.digest").error(problem);
    }
    return { build, pullPolicy, image: `${repository}@${digest}` };
}

function checkRepository(check: Check, repository: string): void {
    if (REPOSITORY.test(repository)) return;
    const way =
        "write e.g. registry.example.com/otel/collector, without scheme, and without the tag, which image.version sets";
    throw check.at("image.repository").error(`"${repository}" is not the name of an image; ${way}`);
}
