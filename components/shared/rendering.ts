import * as pulumi from "@pulumi/pulumi";

/** Selects the provider that creates Secrets. */
const SECRET = "kubernetes:core/v1:Secret";
const SETTING = "renderYamlToDirectory";

/**
 * Refuses credentials where the Kubernetes provider of a component renders manifests to files, which hold Secrets in plain text. The
 * provider is the one given in `provider` or `providers` of the component or of its parent, otherwise the default provider, which the
 * stack's configuration sets.
 *
 * @param refuse throws the error. Its parameter names the setting, e.g. `kubernetes:renderYamlToDirectory is set`.
 * @returns undefined if nothing can be refused anymore. For a given provider an Output that fails with the error, because the setting is
 * known only when the provider is registered; create the component's resources after it.
 * @throws every error of `refuse`, for the default provider.
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/ (renderYamlToDirectory)
 */
export function refuseRendered(
    component: pulumi.Resource,
    refuse: (setting: string) => void,
): pulumi.Output<pulumi.Resource[]> | undefined {
    const provider = component.getProvider(SECRET);
    if (provider === undefined) {
        if (new pulumi.Config("kubernetes").get(SETTING)) refuse(`kubernetes:${SETTING} is set`);
        return undefined;
    }
    if (!(SETTING in provider)) return undefined;
    const directory: pulumi.Input<unknown> = provider[SETTING];
    return pulumi.output({ directory }).apply((plain): pulumi.Resource[] => {
        if (plain.directory) refuse(`its Kubernetes provider sets ${SETTING}`);
        return [];
    });
}
