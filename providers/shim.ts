import * as pulumi from "@pulumi/pulumi";

import { stepsToThisPackage } from "./package-path";
import { providerText } from "./provider-text";
import { type Kind, resourceType } from "./tokens/registry";

/**
 * A resource whose provider is the installed runtime of this package.
 *
 * It is what `pulumi.dynamic.Resource` would create, with a provider text of our own: Pulumi would serialize a whole class, which
 * takes a third of a second and 3 kB, recorded twice for each resource.
 */
export abstract class InstalledResource extends pulumi.CustomResource {
    constructor(kind: Kind, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
        const inputs = { ...props, __provider: providerText(kind, stepsToThisPackage()) };
        // The SDK captures four stack traces for each property, for its report of leaked promises. They take longer than all else here.
        const { stackTraceLimit } = Error;
        Error.stackTraceLimit = 1;
        try {
            super(resourceType(kind), name, inputs, pulumi.mergeOptions({ hideDiffs: ["__provider"] }, opts));
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    }
}
