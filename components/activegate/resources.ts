import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { lift, warnAll } from "../shared/outputs";
import { checkTokenText } from "../shared/secrets";
import { type ActiveGateRouteArgs, type DynaKubeArgs, DynaKubeVersion, type StandaloneArgs } from "./args";
import { type DynaKubePlan, dynaKubeSpec, planDynaKube } from "./dynakube";
import { networkPolicySpec, serviceSpec, tcp } from "./network";
import { type Place, placeOf } from "./place";
import { type SizingPlan, sizingPlan } from "./sizing";
import { communicationPorts, planStandalone, type StandalonePlan, statefulSetSpec } from "./standalone";
import { tlsSecretData } from "./tls";
import { Check } from "../shared/check";

/** What a component hands to the functions that make its children. */
export interface Making {
    check: Check;
    name: string;
    args: ActiveGateRouteArgs;
    place: pulumi.Output<Place>;
    parent: pulumi.Resource;
    dependsOn: pulumi.ResourceOptions["dependsOn"];
}

/** A DynaKube with its Secrets. All is checked before the first of them is registered. */
export function makeDynaKube(making: Making, dynakube: DynaKubeArgs): pulumi.Output<DynaKubePlan> {
    const { check, name, parent } = making;
    const { tokens, customProperties, customPropertiesSecretName, ...decisive } = dynakube;
    const plan: pulumi.Output<DynaKubePlan> = lift(
        { ...settingsOf(making), decisive },
        ({ decisive: plain, ...rest }) =>
            planDynaKube(check, placeOf(check, name, rest.place), sizingOf(check, name, rest), plain),
    );
    const tls = tlsData(making);
    const keys = { apiToken: "apiToken", dataIngestToken: "dataIngestToken" };
    const tokenData = tokensData(check.at("dynakube.tokens"), keys, { ...tokens });
    warn(making, plan);
    if (making.args.tls === undefined && making.args.caCertificatePem === undefined) warnOfOwnCertificate(making, plan);

    const secret = secretMaker(making, plan.sizing);
    const properties = customProperties === undefined ? undefined : pulumi.output({ customProperties });
    const secrets = {
        tokens: tokens.existingSecretName ?? secret("tokens", tokenData),
        tls: making.args.tls?.existingSecretName ?? (tls && secret("tls", tls)),
        customProperties: customPropertiesSecretName ?? (properties && secret("properties", properties)),
    };
    new k8s.apiextensions.CustomResource(
        `${name}-dynakube`,
        {
            apiVersion: `dynatrace.com/${dynakube.apiVersion ?? DynaKubeVersion.V1Beta6}`,
            kind: "DynaKube",
            metadata: metadataOf(plan),
            spec: plan.apply((plain) => dynaKubeSpec(plain, secrets)),
        },
        // The Operator refuses another environment for a DynaKube that exists.
        { parent, dependsOn: making.dependsOn, replaceOnChanges: ["spec.apiUrl"], deleteBeforeReplace: true },
    );
    return plan;
}

/** A StatefulSet with all it needs. All is checked before the first of it is registered. */
export function makeStandalone(making: Making, standalone: StandaloneArgs): void {
    const { check, name, parent } = making;
    const { tokens, clusterId, communicationEndpoints, ...decisive } = standalone;
    const pemCertificate = making.args.tls?.certificatePem !== undefined;
    const plan: pulumi.Output<StandalonePlan> = lift(
        { ...settingsOf(making), decisive },
        ({ decisive: plain, ...rest }) =>
            planStandalone(check, placeOf(check, name, rest.place), sizingOf(check, name, rest), {
                ...plain,
                pemCertificate,
            }),
    );
    const tls = tlsData(making);
    const ports = lift({ text: communicationEndpoints }, ({ text }) => communicationPorts(check, text).map(tcp));
    const keys = { tenantToken: "tenant-token", authToken: "auth-token" };
    const tokenData = tokensData(check.at("standalone.tokens"), keys, { ...tokens });
    warn(making, plan);

    const child = { parent, dependsOn: making.dependsOn };
    const metadata = metadataOf(plan);
    const secret = secretMaker(making, plan.sizing);
    const account = new k8s.core.v1.ServiceAccount(
        `${name}-account`,
        { metadata, automountServiceAccountToken: false },
        child,
    );
    const to = {
        tokensSecretName: tokens.existingSecretName ?? secret("tokens", tokenData),
        tlsSecretName: making.args.tls?.existingSecretName ?? (tls ? secret("tls", tls) : ""),
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
        const spec = {
            maxUnavailable: plan.maxUnavailablePods as pulumi.Output<number>,
            selector: { matchLabels: plan.selector },
        };
        new k8s.policy.v1.PodDisruptionBudget(`${name}-disruption`, { metadata, spec }, child);
    }
    new k8s.core.v1.Service(`${name}-service`, { metadata, spec: plan.apply(serviceSpec) }, child);
    new k8s.apps.v1.StatefulSet(
        `${name}-statefulset`,
        { metadata, spec: plan.apply((plain) => statefulSetSpec(plain, to)) },
        { parent, dependsOn: before },
    );
}

type Settings = ReturnType<typeof settingsOf>;

/** The arguments that decide where an ActiveGate is and how big; certificates and tokens are not among them. */
function settingsOf({ args }: Making) {
    const { kind, environment, namespace } = args;
    const { storage, replicas, cpuMillis, memoryMiB, gracePeriodSeconds, group, networkZone, nodeSelector, labels } =
        args;
    return {
        place: { kind, environment, namespace },
        sizing: {
            storage,
            replicas,
            cpuMillis,
            memoryMiB,
            gracePeriodSeconds,
            group,
            networkZone,
            nodeSelector,
            labels,
        },
    };
}

function sizingOf(check: Check, name: string, { sizing }: pulumi.Unwrap<Settings>): SizingPlan {
    return sizingPlan(check, name, sizing);
}

function metadataOf(plan: pulumi.Output<{ place: Place; sizing: SizingPlan }>) {
    return { name: plan.place.name, namespace: plan.place.namespace, labels: plan.sizing.labels };
}

/** Makes Secrets under names of their own, so that new content gets a new name, and what uses it is restarted. */
function secretMaker({ name, parent, dependsOn, place }: Making, sizing: pulumi.Output<SizingPlan>) {
    return (role: string, stringData: pulumi.Input<Record<string, pulumi.Input<string>>>): pulumi.Output<string> =>
        new k8s.core.v1.Secret(
            `${name}-${role}`,
            {
                metadata: { namespace: place.namespace, labels: sizing.labels },
                type: "Opaque",
                stringData: pulumi.secret(stringData),
            },
            { parent, dependsOn, additionalSecretOutputs: ["data", "stringData"] },
        ).metadata.name;
}

function tlsData(making: Making): pulumi.Output<Record<string, string>> | undefined {
    const { check, name, args } = making;
    const { certificatePem = "", privateKeyPem = "", existingSecretName } = args.tls ?? {};
    if (args.tls === undefined || existingSecretName !== undefined) return undefined;
    return lift({ place: settingsOf(making).place, certificatePem, privateKeyPem }, ({ place, ...pair }) =>
        tlsSecretData(check, placeOf(check, name, place).endpoint.host, pair),
    );
}

/** The content of a Secret of tokens; empty if none are given. `keys` says under which key each of them lies. */
function tokensData(
    check: Check,
    keys: Record<string, string>,
    tokens: Record<string, pulumi.Input<string> | undefined>,
): pulumi.Output<Record<string, string>> {
    return lift(tokens, (plain) =>
        Object.fromEntries(
            Object.entries(keys).flatMap(([field, key]) => {
                const token = plain[field];
                return token === undefined ? [] : [[key, checkTokenText(check.at(`${field}`), token)]];
            }),
        ),
    );
}

/** Read, not made: the cluster's own id. */
function clusterUid(name: string, child: pulumi.CustomResourceOptions): pulumi.Output<string> {
    return k8s.core.v1.Namespace.get(`${name}-cluster`, "kube-system", child).metadata.uid;
}

function warn({ parent }: Making, plan: pulumi.Output<{ sizing: SizingPlan }>): void {
    plan.sizing.warnings.apply((warnings) => warnAll(warnings, parent));
}

function warnOfOwnCertificate({ check, parent }: Making, plan: pulumi.Output<DynaKubePlan>): void {
    plan.place.apply(({ name, namespace }) => {
        const secret = `kubectl get secret ${name}-activegate-tls-secret -n ${namespace} -o jsonpath='{.data.server\\.crt}'`;
        const text =
            `${check.component}: caCertificatePem is not given: the Operator signs the ActiveGate's certificate itself, which no sender trusts; ` +
            `give tls, or once the ActiveGate runs the text of \`${secret} | base64 -d\``;
        warnAll([text], parent);
    });
}
