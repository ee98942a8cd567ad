import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** What the OpenTelemetry Operator does on its own, beyond running the Collector. */
export interface CollectorOperatorArgs {
    /**
     * Lets the Operator rewrite the configuration when it is upgraded. Then `pulumi up` writes it back, so leave it out unless the
     * configuration is kept elsewhere.
     *
     * @default false
     */
    automaticUpgrade?: pulumi.Input<boolean | undefined>;
    /**
     * Lets the Operator (0.158 and later) create its own NetworkPolicy, which lets in pods of every namespace.
     *
     * @default false
     */
    networkPolicy?: pulumi.Input<boolean | undefined>;
    /** Versions of the configuration that the Operator keeps. @default 3 */
    configVersions?: pulumi.Input<number | undefined>;
}

export const OPERATOR_FIELDS: Fields<CollectorOperatorArgs> = {
    automaticUpgrade: Field.Any,
    networkPolicy: Field.Any,
    configVersions: Field.Any,
};
