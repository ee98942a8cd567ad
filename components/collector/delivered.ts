import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { lift } from "../shared/outputs";
import { checkNoToken } from "../shared/secrets";
import type { CollectorSettingsArgs } from "./args";
import { type PodPlan, planPods } from "./pod-fields";
import { checkOperatorService } from "./reach";
import { planVariables, planVariableSources } from "./variables";

/** What comes into the pods from elsewhere, but for the token. */
export interface DeliveredByUser {
    variables: pulumi.Output<types.input.core.v1.EnvVar[]>;
    variableSources: pulumi.Output<types.input.core.v1.EnvFromSource[]>;
    pods: pulumi.Output<PodPlan>;
    /** Of the Service. */
    serviceAnnotations: Annotations;
    /** Of the ServiceAccount. */
    accountAnnotations: Annotations;
}

type Annotations = pulumi.Output<Record<string, string>> | undefined;

/**
 * The arguments that decide a plan. What pods get from elsewhere decides nothing of it, so a preview shows a plan before names of Secrets,
 * or of what a cloud makes, are known.
 */
export function decisiveOf<A extends CollectorSettingsArgs>(args: A): A & { token: undefined } {
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

/** @throws InputError where the arguments cannot work. */
export function deliveredByUser(check: Check, args: CollectorSettingsArgs): DeliveredByUser {
    const { service, serviceAccount } = args;
    checkHasEffect(check, args);
    return {
        variables: lift(args.env, (plain) => planVariables(check, plain)),
        variableSources: lift(args.envFrom, (plain) => planVariableSources(check, plain)),
        pods: lift(args.pods, (plain) => planPods(check.at("pods"), plain, args)),
        serviceAnnotations: annotations(check.at("service.annotations"), service?.annotations),
        accountAnnotations: annotations(check.at("serviceAccount.annotations"), serviceAccount?.annotations),
    } as unknown as DeliveredByUser;
}

/** Whether something is given is known before its value is. */
function checkHasEffect(check: Check, { operator, service, serviceAccount }: CollectorSettingsArgs): void {
    if (operator !== undefined) checkOperatorService(check, { annotations: service?.annotations });
    if (serviceAccount?.existingName === undefined || serviceAccount.annotations === undefined) return;
    const problem = "are not written to an account that exists already; leave them out, or leave existingName out";
    throw check.at("serviceAccount.annotations").error(problem);
}

function annotations(check: Check, given: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined): Annotations {
    if (given === undefined) return undefined;
    return lift(given, (plain) => {
        checkNoToken(check, plain);
        return plain;
    }) as unknown as Annotations;
}
