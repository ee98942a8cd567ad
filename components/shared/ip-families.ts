import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "./check";
import { Field, type Fields } from "./fields";

/** Address families of a Service. @see https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services */
export const IpFamilyPolicy = {
    /** One address. */
    SingleStack: "SingleStack",
    /** An IPv4 and an IPv6 address if the cluster has both families. */
    PreferDualStack: "PreferDualStack",
    /** An IPv4 and an IPv6 address. A cluster without both families rejects the Service. */
    RequireDualStack: "RequireDualStack",
} as const;
export type IpFamilyPolicy = (typeof IpFamilyPolicy)[keyof typeof IpFamilyPolicy];

/** An address family. */
export const IpFamily = { IPv4: "IPv4", IPv6: "IPv6" } as const;
export type IpFamily = (typeof IpFamily)[keyof typeof IpFamily];

/** Address families of Services. */
export interface IpFamilyArgs {
    /** Whether the Services have addresses of both families. @default - the cluster's default, `SingleStack` */
    ipFamilyPolicy?: pulumi.Input<IpFamilyPolicy | undefined>;
    /**
     * Address families in order of preference, e.g. `["IPv6", "IPv4"]`. Kubernetes cannot change the first family of an existing Service, so
     * the Service is replaced.
     *
     * @default - the cluster's order
     */
    ipFamilies?: pulumi.Input<pulumi.Input<IpFamily>[] | undefined>;
}

export const IP_FAMILY_FIELDS: Fields<IpFamilyArgs> = { ipFamilyPolicy: Field.Any, ipFamilies: Field.Any };

/** Fields of a Service. */
export type IpFamilies = Pick<types.input.core.v1.ServiceSpec, "ipFamilyPolicy" | "ipFamilies">;

/** @throws InputError for an unknown value, a family that is listed twice, and two families with `SingleStack`. */
export function ipFamiliesOf(check: Check, { ipFamilyPolicy, ipFamilies }: pulumi.Unwrap<IpFamilyArgs>): IpFamilies {
    if (ipFamilyPolicy !== undefined) check.at("ipFamilyPolicy").oneOf(ipFamilyPolicy, IpFamilyPolicy);
    if (ipFamilies === undefined) return ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy };
    const at = check.at("ipFamilies");
    const families = at.nonEmpty(ipFamilies, '["IPv6", "IPv4"]', "the cluster chooses");
    families.forEach((family, index) => at.at(index).oneOf(family, IpFamily));
    if (new Set(families).size < families.length) at.fail("has the same family twice; remove one of the two");
    if (families.length > 1 && (ipFamilyPolicy ?? IpFamilyPolicy.SingleStack) === IpFamilyPolicy.SingleStack) {
        at.fail("has two families, which need ipFamilyPolicy PreferDualStack or RequireDualStack; set it, or keep one");
    }
    return { ...(ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy }), ipFamilies: families };
}
