import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { lift } from "../inputs";
import type { CollectorSettingsArgs } from "./args";
import { type PodPlan, planPods } from "./pod-fields";
import { planVariables, planVariableSources } from "./variables";

/** What comes into the pods from elsewhere, but for the token. */
export interface DeliveredByUser {
    variables: pulumi.Output<types.input.core.v1.EnvVar[]>;
    variableSources: pulumi.Output<types.input.core.v1.EnvFromSource[]>;
    pods: pulumi.Output<PodPlan>;
}

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
export function deliveredByUser(component: string, args: CollectorSettingsArgs): DeliveredByUser {
    return {
        variables: lift(args.env, (plain) => planVariables(component, plain)),
        variableSources: lift(args.envFrom, (plain) => planVariableSources(component, plain)),
        pods: lift(args.pods, (plain) => planPods(component, plain, args)),
    } as unknown as DeliveredByUser;
}
