import * as pulumi from "@pulumi/pulumi";

/**
 * Whether the default Kubernetes provider writes files instead of applying, Secrets in the clear. That of a provider given
 * explicitly cannot be seen from here.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/ (renderYamlToDirectory)
 */
export function rendersToFiles(): boolean {
    return Boolean(new pulumi.Config("kubernetes").get("renderYamlToDirectory"));
}
