import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type Check } from "../shared/check";
import { tcp } from "../shared/flows";
import { objectName } from "../shared/kubernetes";
import { type ChildOptions, childOptions, lift, warnAll } from "../shared/outputs";
import { checkTokenText } from "../shared/secrets";
import { type ActiveGateRouteArgs, type DynaKubeArgs, DynaKubeVersion } from "./args";
import { type DynaKubePlan, dynaKubeSpec, planDynaKube } from "./dynakube";
import { networkPolicySpec, serviceSpec } from "./network";
import { type Place, placeOf } from "./place";
import { type SizingPlan, sizingPlan } from "./sizing";
import { communicationPorts, planStandalone, statefulSetSpec } from "./standalone";
import type { StandaloneActiveGateArgs } from "./standalone-args";
import { tlsSecretData } from "./tls";

/** Values that the functions need which create the children of a component. */
export interface Context {
    check: Check;
    name: string;
    args: ActiveGateRouteArgs;
    place: pulumi.Output<Place>;
    parent: pulumi.Resource;
    opts: pulumi.ComponentResourceOptions | undefined;
}

/** Creates a DynaKube and its Secrets. It checks all arguments before it registers the first resource. */
export function createDynaKube(context: Context, dynakube: DynaKubeArgs): pulumi.Output<DynaKubePlan> {
    const { check, name, args } = context;
    const { tokens, customProperties, customPropertiesSecretName, ...inputs } = dynakube;
    const within = check.at("dynakube");
    const plan = lift({ ...settingsOf(args), inputs }, ({ inputs: plain, place, sizing }) =>
        planDynaKube(check, placeOf(check, name, place), sizingPlan(check, name, sizing), plain),
    );
    const existing = {
        tokens: existingName(within.at("tokens.secretName"), tokens.secretName),
        tls: existingName(check.at("tls.secretName"), args.tls?.secretName),
        properties: existingName(within.at("customPropertiesSecretName"), customPropertiesSecretName),
    };
    const tls = tlsData(context);
    const keys = { apiToken: "apiToken", dataIngestToken: "dataIngestToken" };
    const tokenData = tokensData(within.at("tokens"), keys, { ...tokens });
    showWarnings(context, plan);
    if (args.tls === undefined && args.ca === undefined) warnOfOwnCertificate(context, plan);

    const child = childOptions(context.parent, context.opts);
    const secret = secretCreator(context, plan.sizing, child);
    const properties =
        customProperties === undefined
            ? undefined
            : lift({ customProperties }, (plain) => ({ customProperties: plain.customProperties ?? "" }));
    const secrets = {
        tokens: existing.tokens ?? secret("tokens", tokenData),
        tls: existing.tls ?? (tls && secret("tls", tls)),
        customProperties: existing.properties ?? (properties && secret("properties", properties)),
    };
    new k8s.apiextensions.CustomResource(
        `${name}-dynakube`,
        {
            apiVersion: `dynatrace.com/${dynakube.apiVersion ?? DynaKubeVersion.V1Beta6}`,
            kind: "DynaKube",
            metadata: metadataOf(plan),
            spec: plan.apply((plain) => dynaKubeSpec(plain, secrets)),
        },
        // The Operator rejects another environment for an existing DynaKube.
        { ...child, replaceOnChanges: ["spec.apiUrl"], deleteBeforeReplace: true },
    );
    return plan;
}

/** Creates a StatefulSet and everything that it needs. It checks all arguments before it registers the first resource. */
export function createStandalone(context: Context, standalone: StandaloneActiveGateArgs): void {
    const { check, name, args, parent, opts } = context;
    const { tokens, clusterId, communicationEndpoints, ...inputs } = standalone;
    const pemCertificate = args.tls?.certificatePem !== undefined;
    const plan = lift({ ...settingsOf(args), inputs }, ({ inputs: plain, place, sizing }) =>
        planStandalone(check, placeOf(check, name, place), sizingPlan(check, name, sizing), {
            ...plain,
            pemCertificate,
        }),
    );
    const existing = {
        tokens: existingName(check.at("standalone.tokens.secretName"), tokens.secretName),
        tls: existingName(check.at("tls.secretName"), args.tls?.secretName),
    };
    const tls = tlsData(context);
    const ports = lift({ text: communicationEndpoints }, ({ text }) => tcp(...communicationPorts(check, text)));
    const keys = { tenantToken: "tenant-token", authToken: "auth-token" };
    const tokenData = tokensData(check.at("standalone.tokens"), keys, { ...tokens });
    showWarnings(context, plan);

    const child = childOptions(parent, opts);
    const metadata = metadataOf(plan);
    const secret = secretCreator(context, plan.sizing, child);
    const account = new k8s.core.v1.ServiceAccount(
        `${name}-account`,
        { metadata, automountServiceAccountToken: false },
        child,
    );
    const to = {
        tokensSecretName: existing.tokens ?? secret("tokens", tokenData),
        tlsSecretName: existing.tls ?? (tls ? secret("tls", tls) : ""),
        clusterId: clusterId ?? clusterUid(name, child),
        communicationEndpoints,
        revision: tokens.revision,
    };
    const before: pulumi.Resource[] = [account];
    if (standalone.networkPolicy?.enabled !== false) {
        const spec = plan.apply((plain) => networkPolicySpec(plain, ports));
        before.push(new k8s.networking.v1.NetworkPolicy(`${name}-policy`, { metadata, spec }, child));
    }
    if (standalone.maxUnavailablePods !== undefined) {
        const spec = { maxUnavailable: plan.maxUnavailablePods, selector: { matchLabels: plan.selector } };
        new k8s.policy.v1.PodDisruptionBudget(`${name}-disruption`, { metadata, spec }, child);
    }
    new k8s.core.v1.Service(`${name}-service`, { metadata, spec: plan.apply(serviceSpec) }, child);
    new k8s.apps.v1.StatefulSet(
        `${name}-statefulset`,
        { metadata, spec: plan.apply((plain) => statefulSetSpec(plain, to)) },
        childOptions(parent, opts, before),
    );
}

/** Arguments that decide the address and the size of an ActiveGate; certificates and tokens are not included. */
function settingsOf({ kind, environment, namespace, ...args }: ActiveGateRouteArgs) {
    const { storage, replicas, cpuMillis, memoryMiB, gracePeriodSeconds, cpuLimitMillis, ephemeralStorageMiB } = args;
    const { group, networkZone, nodeSelector, labels } = args;
    return {
        place: { kind, environment, namespace },
        sizing: {
            ...{ storage, replicas, cpuMillis, memoryMiB, gracePeriodSeconds, cpuLimitMillis, ephemeralStorageMiB },
            ...{ group, networkZone, nodeSelector, labels },
        },
    };
}

/** The name of an existing object; undefined if none is given. @throws InputError for an invalid name. */
function existingName(
    check: Check,
    given: pulumi.Input<string | undefined> | undefined,
): pulumi.Output<string> | undefined {
    return given === undefined ? undefined : lift({ given }, ({ given: name }) => objectName(check, name));
}

function metadataOf(plan: pulumi.Output<{ place: Place; sizing: SizingPlan }>) {
    return { name: plan.place.name, namespace: plan.place.namespace, labels: plan.sizing.labels };
}

/** Creates Secrets with generated names: new content gets a new name, which restarts the pods that use it. */
function secretCreator({ name, place }: Context, sizing: pulumi.Output<SizingPlan>, child: ChildOptions) {
    return (role: string, stringData: pulumi.Input<Record<string, pulumi.Input<string>>>): pulumi.Output<string> =>
        new k8s.core.v1.Secret(
            `${name}-${role}`,
            {
                metadata: { namespace: place.namespace, labels: sizing.labels },
                type: "Opaque",
                stringData: pulumi.secret(stringData),
            },
            { ...child, additionalSecretOutputs: ["data", "stringData"] },
        ).metadata.name;
}

function tlsData({ check, name, args }: Context): pulumi.Output<Record<string, string>> | undefined {
    const { certificatePem, privateKeyPem, secretName } = args.tls ?? {};
    if (args.tls === undefined || secretName !== undefined) return undefined;
    return lift({ place: settingsOf(args).place, certificatePem, privateKeyPem }, ({ place, ...pem }) => {
        const pair = { certificatePem: pem.certificatePem ?? "", privateKeyPem: pem.privateKeyPem ?? "" };
        return tlsSecretData(check, placeOf(check, name, place).endpoint.host, pair);
    });
}

/** Content of a Secret of tokens; empty without tokens. `keys` maps each argument to its key in the Secret. */
function tokensData(
    check: Check,
    keys: Record<string, string>,
    tokens: Record<string, pulumi.Input<string | undefined> | undefined>,
): pulumi.Output<Record<string, string>> {
    return lift(tokens, (plain) =>
        Object.fromEntries(
            Object.entries(keys).flatMap(([field, key]) => {
                const token = plain[field];
                return token === undefined ? [] : [[key, checkTokenText(check.at(field), token)]];
            }),
        ),
    );
}

/** Reads the cluster's own id. */
function clusterUid(name: string, child: ChildOptions): pulumi.Output<string> {
    return k8s.core.v1.Namespace.get(`${name}-cluster`, "kube-system", child).metadata.uid;
}

function showWarnings({ parent }: Context, plan: pulumi.Output<{ sizing: SizingPlan }>): void {
    plan.sizing.warnings.apply((warnings) => warnAll(warnings, parent));
}

function warnOfOwnCertificate({ check, parent }: Context, plan: pulumi.Output<DynaKubePlan>): void {
    plan.place.apply(({ name, namespace }) => {
        const secret = `kubectl get secret ${name}-activegate-tls-secret -n ${namespace} -o jsonpath='{.data.server\\.crt}'`;
        const text =
            `${check.component}: ${check.at("ca").fullPath} is not given: the Operator signs the certificate of the ActiveGate itself, so no sender ` +
            `trusts it; give tls, or once the ActiveGate runs the output of \`${secret} | base64 -d\``;
        warnAll([text], parent);
    });
}
