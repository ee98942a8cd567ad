import type * as pulumi from "@pulumi/pulumi";

import { combine } from "../shared/outputs";
import { CollectorMode } from "./args";
import { configObject, configText } from "./config";
import * as manifests from "./manifests";
import type { ManifestContext } from "./manifests";
import { workloadPods } from "./manifests/pod-template";
import type { PodInputs } from "./pod-inputs";
import type { CheckedToken, Delivery } from "./token";

/** Inputs that the pods of both tiers share. */
export interface TierInputs extends PodInputs {
    token: CheckedToken;
    /** ServiceAccount of the pods, and its rights. */
    access: pulumi.Resource[];
}

/** Creates the pods' ServiceAccount with the rights that the features need. */
export function createAccess(context: ManifestContext, inputs: PodInputs): pulumi.Resource[] {
    return [
        ...manifests.createServiceAccount(context, inputs),
        ...manifests.createRoles(context),
        ...manifests.createSecurityContextConstraints(context),
    ];
}

/** Creates the pods of a tier, their configuration and related objects. Returns the configuration as YAML. */
export function createTier(context: ManifestContext, inputs: TierInputs): pulumi.Output<string> {
    const { args, plan } = context;
    const config = combine(plan, inputs.token.scheme, configObject);
    const text = config.apply(configText);
    const { token, variables, variableSources, pods } = inputs;
    const delivery = { token, from: args.tokenFrom, variables, variableSources, pods };
    const before = [
        ...inputs.access,
        ...manifests.createNetworkPolicy(context),
        ...manifests.createCiliumNetworkPolicy(context),
        ...manifests.createPersistentVolumeClaim(context),
    ];
    if (args.operator === undefined) {
        createWorkload(context, text, delivery, before);
        manifests.createPodDisruptionBudget(context);
    } else {
        manifests.createOpenTelemetryCollector(context, config, delivery, before);
    }
    manifests.createHorizontalPodAutoscaler(context);
    manifests.createScaledObject(context);
    manifests.createPodMonitor(context);
    manifests.createPrometheusRule(context);
    return text;
}

/** Creates the access to the Service from outside the cluster. */
export function createExposure(context: ManifestContext): void {
    manifests.createIngresses(context);
    manifests.createHttpRoute(context);
    manifests.createGrpcRoute(context);
}

function createWorkload(
    context: ManifestContext,
    text: pulumi.Output<string>,
    delivery: Delivery,
    before: pulumi.Resource[],
): void {
    const { configMap, configMapName } = manifests.createConfigMap(context, text);
    const pods = workloadPods(context.plan, configMapName, delivery);
    const dependsOn = [configMap, ...before];
    switch (context.args.mode) {
        case CollectorMode.StatefulSet:
            manifests.createHeadlessService(context);
            manifests.createStatefulSet(context, pods, dependsOn);
            return;
        case CollectorMode.DaemonSet:
            manifests.createDaemonSet(context, pods, dependsOn);
            return;
        case undefined:
        case CollectorMode.TwoTier:
        case CollectorMode.Deployment:
            manifests.createDeployment(context, pods, dependsOn);
    }
}
