import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import { lift } from "../shared/outputs";
import type { CollectorSettingsArgs } from "./args";
import { readsNode } from "./features";
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
    const { network, pods, scheduling } = args;
    const service = network?.service && { ...network.service, annotations: undefined };
    const serviceAccount = pods?.serviceAccount && { existingName: pods.serviceAccount.existingName };
    return {
        ...args,
        token: undefined,
        network: network && { ...network, service },
        pods: pods && { serviceAccount, annotations: pods.annotations, allowNodeAccess: pods.allowNodeAccess },
        scheduling: scheduling && { spread: scheduling.spread },
    };
}

/** @throws InputError for invalid arguments. */
export function podInputs(check: Check, args: CollectorSettingsArgs): PodInputs {
    const { mode, operator, network } = args;
    const { serviceAccount, env, envFrom, ...more } = args.pods ?? {};
    // The plan contains the annotations and the spread.
    const fields = { pods: { ...more, annotations: undefined }, scheduling: { ...args.scheduling, spread: undefined } };
    const context = { mode, operator, serviceAccount, platform: args.platform, usesNode: readsNode(args) };
    checkHasEffect(check, args);
    return {
        variables: lift(env, (plain) => planVariables(check.at("pods.env"), plain)),
        variableSources: lift(envFrom, (plain) => planVariableSources(check.at("pods.envFrom"), plain)),
        pods: lift(fields, (plain) => planPods(check, plain, context)),
        serviceAnnotations: annotations(network?.service?.annotations),
        accountAnnotations: annotations(serviceAccount?.annotations),
    };
}

/** Checks for arguments without effect. Whether an argument is set is known before its value. */
function checkHasEffect(check: Check, { operator, network, pods }: CollectorSettingsArgs): void {
    const { serviceAccount } = pods ?? {};
    if (operator !== undefined)
        checkOperatorService(check.at("network"), { annotations: network?.service?.annotations });
    if (serviceAccount?.existingName === undefined || serviceAccount.annotations === undefined) return;
    const problem =
        "cannot be combined with existingName, because an existing account is not changed; remove one of the two";
    throw check.at("pods.serviceAccount.annotations").error(problem);
}

function annotations(given: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>): Annotations {
    if (given === undefined) return undefined;
    return lift(given, (plain = {}) => plain);
}
