import type * as pulumi from "@pulumi/pulumi";

import { InputError } from "../shared/check";
import { ALL_SIGNALS, normalizeSignals, scopesFor, type Signal } from "../shared/signals";
import {
    type DynaKubeArgs,
    DynaKubeCapability,
    DynaKubeOtlp,
    DynaKubeVersion,
    type TelemetryIngestArgs,
    TelemetryProtocol,
} from "./args";
import type { Place } from "./place";
import type { SizingPlan } from "./sizing";

/** Image of the Operator's Collector, and the version this release was tested with. */
export const TELEMETRY_IMAGE = { repository: "public.ecr.aws/dynatrace/dynatrace-otel-collector", tag: "0.54.0" };

/** Endings that the Operator keeps for its own Services. */
const RESERVED_ENDINGS = /-(activegate|telemetry-ingest|webhook|extensions?-controller)$/;

/** Plain values of what decides a DynaKube; secrets are not among them. */
export type DynaKubeInputs = Omit<
    pulumi.Unwrap<DynaKubeArgs>,
    "tokens" | "customProperties" | "customPropertiesSecretName"
>;

/** Everything about a DynaKube that is decided before a cluster is asked. */
export interface DynaKubePlan {
    place: Place;
    sizing: SizingPlan;
    capabilities: DynaKubeCapability[];
    /** The section that switches OTLP on, with what belongs to it. */
    otlp: object;
    /** `http://{service}.{namespace}.svc:4318` of the Operator's Collector; empty without one. */
    collectorEndpoint: string;
    image?: string;
    trustedCasConfigMapName?: string;
    proxySecretName?: string;
}

/** Names of Secrets, which may be known only once these exist. */
export interface DynaKubeSecrets {
    tokens: pulumi.Input<string>;
    tls?: pulumi.Input<string>;
    customProperties?: pulumi.Input<string>;
}

/** Scopes of the two tokens that a DynaKube made here needs, and no others. */
export interface DynaKubeScopes {
    apiToken: string[];
    dataIngestToken: string[];
}

/**
 * The least scopes with which the Operator takes the tokens of a DynaKube made here.
 *
 * @param signals what is ingested with `dataIngestToken`; all three if left out, which `telemetryIngest` always needs.
 * @see https://docs.dynatrace.com/docs/ingest-from/setup-on-k8s/deployment/tokens-permissions
 */
export function dynaKubeScopes(signals: Signal[] = ALL_SIGNALS): DynaKubeScopes {
    return {
        apiToken: ["DataExport", "InstallerDownload", "activeGateTokenManagement.create"],
        dataIngestToken: scopesFor(normalizeSignals("dynaKubeScopes", signals)),
    };
}

/**
 * Decides a DynaKube whose ActiveGate takes OTLP.
 *
 * @throws InputError for what the CRD or the Operator's webhook would refuse, and for what would leave OTLP switched off.
 */
export function planDynaKube(component: string, place: Place, sizing: SizingPlan, args: DynaKubeInputs): DynaKubePlan {
    const through = otlpSection(component, args);
    const telemetry = through === DynaKubeOtlp.TelemetryIngest;
    if (!telemetry && args.telemetryIngest !== undefined) {
        const problem = "has no effect unless otlpThrough is telemetryIngest; leave it out, or set that";
        throw new InputError(component, "dynakube.telemetryIngest", problem);
    }
    for (const field of ["injectInto", "signals"] as const) {
        if (!telemetry || args[field] === undefined) continue;
        const problem =
            "has no effect with otlpThrough telemetryIngest; leave it out, or use otlpExporterConfiguration";
        throw new InputError(component, `dynakube.${field}`, problem);
    }
    const service = args.telemetryIngest?.serviceName ?? `${place.name}-telemetry-ingest`;
    return {
        place,
        sizing,
        capabilities: capabilities(component, args.capabilities),
        otlp: telemetry
            ? telemetryIngest(component, args.telemetryIngest ?? {})
            : exporterConfiguration(component, place.name, args),
        collectorEndpoint: telemetry ? `http://${service}.${place.namespace}.svc:4318` : "",
        image: args.image,
        trustedCasConfigMapName: args.trustedCasConfigMapName,
        proxySecretName: args.proxySecretName,
    };
}

/** The resource's spec. The volume is always spelled out: with some sections the Operator would fall back to an ephemeral one. */
export function dynaKubeSpec(plan: DynaKubePlan, secrets: DynaKubeSecrets): object {
    const { place, sizing } = plan;
    return {
        apiUrl: place.apiUrl,
        tokens: secrets.tokens,
        networkZone: sizing.networkZone,
        trustedCAs: plan.trustedCasConfigMapName,
        proxy: plan.proxySecretName === undefined ? undefined : { valueFrom: plan.proxySecretName },
        activeGate: {
            capabilities: plan.capabilities,
            replicas: sizing.replicas,
            resources: sizing.resources,
            terminationGracePeriodSeconds: sizing.gracePeriodSeconds,
            group: sizing.group,
            image: plan.image,
            nodeSelector: sizing.nodeSelector,
            labels: sizing.extraLabels,
            tlsSecretName: secrets.tls,
            customProperties:
                secrets.customProperties === undefined ? undefined : { valueFrom: secrets.customProperties },
            ...(sizing.claim === undefined ? { useEphemeralVolume: true } : { volumeClaimTemplate: sizing.claim }),
        },
        ...plan.otlp,
    };
}

function otlpSection(component: string, args: DynaKubeInputs): DynaKubeOtlp {
    const field = "dynakube.otlpThrough";
    if (args.apiVersion === DynaKubeVersion.V1Beta5) {
        if (args.otlpThrough === DynaKubeOtlp.ExporterConfiguration) {
            const problem = "v1beta5 has no otlpExporterConfiguration; use telemetryIngest, or apiVersion v1beta6";
            throw new InputError(component, field, problem);
        }
        return DynaKubeOtlp.TelemetryIngest;
    }
    const through = args.otlpThrough ?? DynaKubeOtlp.ExporterConfiguration;
    return oneOf(component, field, DynaKubeOtlp, through);
}

function capabilities(component: string, asked: string[] = ["dynatrace-api", "metrics-ingest"]): DynaKubeCapability[] {
    const field = "dynakube.capabilities";
    if (/otlp|generic_ingest|log_analytics/.test(asked.join(" "))) {
        const problem =
            "OTLP cannot be asked for here, the Operator refuses it; it is switched on by otlpThrough, leave it out";
        throw new InputError(component, field, problem);
    }
    for (const capability of asked) oneOf(component, field, DynaKubeCapability, capability);
    if (!asked.includes(DynaKubeCapability.DynatraceApi)) {
        const problem = "lacks dynatrace-api, behind which the ActiveGate serves OTLP; add it";
        throw new InputError(component, field, problem);
    }
    return Object.values(DynaKubeCapability).filter((capability) => asked.includes(capability));
}

/** An empty selector would mean every namespace, so there is always a label to set. */
function exporterConfiguration(component: string, name: string, args: DynaKubeInputs): object {
    const matchLabels = args.injectInto ?? { "dynatrace-otlp/inject": name };
    if (Object.keys(matchLabels).length === 0) {
        const problem = "is empty, which would select every namespace; name a label, or leave it out";
        throw new InputError(component, "dynakube.injectInto", problem);
    }
    const signals = normalizeSignals(component, args.signals);
    return {
        otlpExporterConfiguration: {
            signals: Object.fromEntries(signals.map((signal) => [signal, {}])),
            namespaceSelector: { matchLabels },
        },
    };
}

function telemetryIngest(component: string, args: pulumi.Unwrap<TelemetryIngestArgs>): object {
    const protocols = args.protocols ?? [TelemetryProtocol.Otlp];
    const field = "dynakube.telemetryIngest";
    if (protocols.length === 0) {
        throw new InputError(component, `${field}.protocols`, "is empty; name at least one, or leave it out for otlp");
    }
    for (const protocol of protocols) oneOf(component, `${field}.protocols`, TelemetryProtocol, protocol);
    const { serviceName } = args;
    if (
        serviceName !== undefined &&
        (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(serviceName) || RESERVED_ENDINGS.test(serviceName))
    ) {
        const problem = `"${serviceName}" is no name for a Service, or ends as the Operator's own do; choose another, e.g. telemetry`;
        throw new InputError(component, `${field}.serviceName`, problem);
    }
    return {
        telemetryIngest: { protocols, serviceName, tlsRefName: args.tlsSecretName },
        templates: {
            otelCollector: {
                imageRef: {
                    repository: args.imageRepository ?? TELEMETRY_IMAGE.repository,
                    tag: args.imageVersion ?? TELEMETRY_IMAGE.tag,
                },
            },
        },
    };
}

function oneOf<T extends string>(component: string, field: string, known: Record<string, T>, value: string): T {
    const found = Object.values(known).find((one) => one === value);
    if (found !== undefined) return found;
    throw new InputError(component, field, `"${value}" is not known; use ${Object.values(known).join(", ")}`);
}
