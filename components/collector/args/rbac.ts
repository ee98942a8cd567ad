import { Field, type Fields } from "../../shared/fields";

/** The Collector's rights in the cluster. @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export interface CollectorRbacArgs {
    /**
     * Creates the roles and bindings. With `false`, somebody else must create them: the output `roles` contains them. Until then the pods
     * run, and log what they may not read. Must be known when the program runs.
     *
     * @default true
     */
    create?: boolean;
    /**
     * Namespaces that the Collector reads. It gets a Role in each of them, instead of a ClusterRole, and adds nothing to the data of other
     * namespaces. Namespaces and nodes are objects of the cluster, so presets and fields that read them cannot be combined with it. Must be
     * known when the program runs.
     *
     * @default - the whole cluster
     */
    namespaces?: string[];
}

export const RBAC_FIELDS: Fields<CollectorRbacArgs> = {
    create: Field.Any,
    namespaces: Field.NoFallback,
};
