import * as pulumi from "@pulumi/pulumi";

/**
 * Whether the default Kubernetes provider renders manifests to files, with Secrets in plain text, instead of applying them. It cannot
 * detect the setting of an explicit provider.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/ (renderYamlToDirectory)
 */
export function rendersToFiles(): boolean {
    return Boolean(new pulumi.Config("kubernetes").get("renderYamlToDirectory"));
}
