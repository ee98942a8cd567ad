import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { lift } from "../shared/outputs";
import type { CollectorSettingsArgs } from "./args";
import { type PodPlan, planPods } from "./pod-fields";
import { checkOperatorService } from "./service-plan";
import { planVariables, planVariableSources } from "./variables";

/** Arguments that are copied to the pods and their objects unchanged, except the token. */
export interface PodInputs {
    variables: pulumi.Output<types.input.core.v1.EnvVar[]>;
    variableSources: pulumi.Output<types.input.core.v1.EnvFromSource[]>;
    pods: pulumi.Output<PodPlan>;
    /** Annotations of the Service. */
    serviceAnnotations: Annotations;
    /** Annotations of the ServiceAccount. */
    accountAnnotations: Annotations;
}

type Annotations = pulumi.Output<Record<string, string>> | undefined;

/**
 * The arguments that the plan depends on. The other arguments are often known only after a deployment, e.g. names of Secrets or of cloud
 * resources. A preview shows the plan without them.
 */
export function knownAtPreview<A extends CollectorSettingsArgs>(args: A): A & { token: undefined } {
    const { service, serviceAccount } = args;
    return {
        ...args,
        token: undefined,
        env: undefined,
        envFrom: undefined,
        pods: undefined,
        service: service && { ...service, annotations: undefined },
        serviceAccount: serviceAccount && { existingName: serviceAccount.existingName },
    };
}

/** @throws InputError for invalid arguments. */
export function podInputs(check: Check, args: CollectorSettingsArgs): PodInputs {
    const { service, serviceAccount } = args;
    checkHasEffect(check, args);
    return {
        variables: lift(args.env, (plain) => planVariables(check, plain)),
        variableSources: lift(args.envFrom, (plain) => planVariableSources(check, plain)),
        pods: lift(args.pods, (plain) => planPods(check.at("pods"), plain, args)),
        serviceAnnotations: annotations(service?.annotations),
        accountAnnotations: annotations(serviceAccount?.annotations),
    };
}

/** Checks for arguments without effect. Whether an argument is set is known before its value. */
function checkHasEffect(check: Check, { operator, service, serviceAccount }: CollectorSettingsArgs): void {
    if (operator !== undefined) checkOperatorService(check, { annotations: service?.annotations });
    if (serviceAccount?.existingName === undefined || serviceAccount.annotations === undefined) return;
    const problem =
        "cannot be combined with existingName, because an existing account is not changed; remove one of the two";
    throw check.at("serviceAccount.annotations").error(problem);
}

function annotations(given: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>): Annotations {
    if (given === undefined) return undefined;
    return lift(given, (plain = {}) => plain);
}
