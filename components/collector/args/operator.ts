import type * as pulumi from "@pulumi/pulumi";
import { Field, type Fields } from "../../shared/fields";

/** What the OpenTelemetry Operator may do in addition to running the Collector. */
export interface CollectorOperatorArgs {
    /**
     * Lets the Operator rewrite the configuration when the Operator is upgraded. The next `pulumi up` reverts the change, so leave it off
     * unless you manage the configuration elsewhere.
     *
     * @default false
     */
    automaticUpgrade?: pulumi.Input<boolean | undefined>;
    /**
     * Lets the Operator (0.158 and later) create its own NetworkPolicy, which allows pods of every namespace.
     *
     * @default false
     */
    networkPolicy?: pulumi.Input<boolean | undefined>;
}

export const OPERATOR_FIELDS: Fields<CollectorOperatorArgs> = {
    automaticUpgrade: Field.Any,
    networkPolicy: Field.Any,
};
