import type * as pulumi from "@pulumi/pulumi";

import { Check } from "../shared/check";
import { imageRepository, objectName } from "../shared/kubernetes";
import { ALL_SIGNALS, normalizeSignals, scopesFor, type Signal } from "../shared/signals";
import { COLLECTOR_IMAGES } from "../shared/versions";
import {
    type DynaKubeArgs,
    DynaKubeCapability,
    DynaKubeOtlp,
    DynaKubeVersion,
    type DynaKubeTelemetryIngestArgs,
    DynaKubeTelemetryProtocol,
} from "./args";
import type { Place } from "./place";
import type { SizingPlan } from "./sizing";

/** Endings of the names of the Operator's own Services. */
const RESERVED_ENDINGS = /-(activegate|telemetry-ingest|webhook|extensions?-controller)$/;

/** Plain values that decide a DynaKube; secrets are not included. */
export type DynaKubeInputs = Omit<
    pulumi.Unwrap<DynaKubeArgs>,
    "tokens" | "customProperties" | "customPropertiesSecretName"
>;

/** All decisions about a DynaKube that need no cluster. */
export interface DynaKubePlan {
    place: Place;
    sizing: SizingPlan;
    capabilities: DynaKubeCapability[];
    /** The section that enables OTLP, with its settings. */
    otlp: object;
    /** `http://{service}.{namespace}.svc:4318` of the Operator's Collector; empty without one. */
    collectorEndpoint: string;
    image?: string;
    trustedCasConfigMapName?: string;
    proxySecretName?: string;
}

/** Names of Secrets, which may be known only after these are created. */
export interface DynaKubeSecrets {
    tokens: pulumi.Input<string>;
    tls?: pulumi.Input<string>;
    customProperties?: pulumi.Input<string>;
}

/** The least scopes for the two tokens of a DynaKube of this package. */
export interface DynaKubeScopes {
    apiToken: string[];
    dataIngestToken: string[];
}

/**
 * The least scopes with which the Operator accepts the tokens of a DynaKube of this package.
 *
 * @param signals signals that are ingested with `dataIngestToken`. @default all three, which `telemetryIngest` always needs
 * @throws InputError for an unknown signal or an empty list.
 * @see https://docs.dynatrace.com/docs/ingest-from/setup-on-k8s/deployment/tokens-permissions
 */
export function dynaKubeScopes(signals: Signal[] = ALL_SIGNALS): DynaKubeScopes {
    return {
        apiToken: ["DataExport", "InstallerDownload", "activeGateTokenManagement.create"],
        dataIngestToken: scopesFor(normalizeSignals(new Check("dynaKubeScopes"), signals)),
    };
}

/**
 * Decides a DynaKube whose ActiveGate receives OTLP.
 *
 * @throws InputError for values that the CRD or the Operator's webhook rejects, and for values that leave OTLP disabled.
 */
export function planDynaKube(check: Check, place: Place, sizing: SizingPlan, args: DynaKubeInputs): DynaKubePlan {
    const through = otlpSection(check, args);
    const telemetry = through === DynaKubeOtlp.TelemetryIngest;
    if (!telemetry && args.telemetryIngest !== undefined) {
        const problem = "has no effect unless otlpThrough is telemetryIngest; leave it out, or set that";
        throw check.at("dynakube.telemetryIngest").error(problem);
    }
    for (const field of ["injectInto", "signals"] as const) {
        if (!telemetry || args[field] === undefined) continue;
        const problem =
            "has no effect with otlpThrough telemetryIngest; leave it out, or use otlpExporterConfiguration";
        throw check.at(`dynakube.${field}`).error(problem);
    }
    const named = (field: "trustedCasConfigMapName" | "proxySecretName"): string | undefined =>
        args[field] === undefined ? undefined : objectName(check.at(`dynakube.${field}`), args[field]);
    const service = args.telemetryIngest?.serviceName ?? `${place.name}-telemetry-ingest`;
    return {
        place,
        sizing,
        capabilities: capabilities(check, args.capabilities),
        otlp: telemetry
            ? telemetryIngest(check, args.telemetryIngest ?? {})
            : exporterConfiguration(check, place.name, args),
        collectorEndpoint: telemetry ? `http://${service}.${place.namespace}.svc:4318` : "",
        image: args.image,
        trustedCasConfigMapName: named("trustedCasConfigMapName"),
        proxySecretName: named("proxySecretName"),
    };
}

/** The resource's spec. It always names the volume, because with some sections the Operator would use an ephemeral volume. */
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

function otlpSection(check: Check, args: DynaKubeInputs): DynaKubeOtlp {
    const field = "dynakube.otlpThrough";
    if (args.apiVersion === DynaKubeVersion.V1Beta5) {
        if (args.otlpThrough === DynaKubeOtlp.ExporterConfiguration) {
            const problem = "v1beta5 has no otlpExporterConfiguration; use telemetryIngest, or apiVersion v1beta6";
            throw check.at(field).error(problem);
        }
        return DynaKubeOtlp.TelemetryIngest;
    }
    const through = args.otlpThrough ?? DynaKubeOtlp.ExporterConfiguration;
    return check.at(field).oneOf(through, DynaKubeOtlp);
}

function capabilities(check: Check, asked: string[] = ["dynatrace-api", "metrics-ingest"]): DynaKubeCapability[] {
    const field = "dynakube.capabilities";
    if (/otlp|generic_ingest|log_analytics/.test(asked.join(" "))) {
        const problem =
            "OTLP is not a capability, and the Operator rejects it here; leave it out, because otlpThrough enables OTLP";
        throw check.at(field).error(problem);
    }
    for (const capability of asked) check.at(field).oneOf(capability, DynaKubeCapability);
    if (!asked.includes(DynaKubeCapability.DynatraceApi)) {
        const problem = "lacks dynatrace-api, which the ActiveGate needs to serve OTLP; add it";
        throw check.at(field).error(problem);
    }
    return Object.values(DynaKubeCapability).filter((capability) => asked.includes(capability));
}

/** An empty selector would select every namespace, so there is always a label. */
function exporterConfiguration(check: Check, name: string, args: DynaKubeInputs): object {
    const matchLabels = args.injectInto ?? { "dynatrace-otlp/inject": name };
    if (Object.keys(matchLabels).length === 0) {
        const problem = "is empty, which would select every namespace; name a label, or leave it out";
        throw check.at("dynakube.injectInto").error(problem);
    }
    const signals = normalizeSignals(check.at("dynakube"), args.signals);
    return {
        otlpExporterConfiguration: {
            signals: Object.fromEntries(signals.map((signal) => [signal, {}])),
            namespaceSelector: { matchLabels },
        },
    };
}

function telemetryIngest(check: Check, args: pulumi.Unwrap<DynaKubeTelemetryIngestArgs>): object {
    const protocols = args.protocols ?? [DynaKubeTelemetryProtocol.Otlp];
    const field = "dynakube.telemetryIngest";
    if (protocols.length === 0) {
        throw check.at(`${field}.protocols`).error("is empty; name at least one, or leave it out for otlp");
    }
    for (const protocol of protocols) check.at(`${field}.protocols`).oneOf(protocol, DynaKubeTelemetryProtocol);
    const { serviceName } = args;
    if (
        serviceName !== undefined &&
        (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(serviceName) || RESERVED_ENDINGS.test(serviceName))
    ) {
        const problem = `"${serviceName}" is not the name of a Service, or ends as the Operator's own do; use another name, e.g. telemetry`;
        throw check.at(`${field}.serviceName`).error(problem);
    }
    const { tls, imageRepository: repository = COLLECTOR_IMAGES.dynatrace.repository } = args;
    return {
        telemetryIngest: {
            protocols,
            serviceName,
            tlsRefName: tls === undefined ? undefined : objectName(check.at(`${field}.tls.secretName`), tls.secretName),
        },
        templates: {
            otelCollector: {
                imageRef: {
                    repository: imageRepository(check.at(`${field}.imageRepository`), repository),
                    tag: args.imageVersion ?? COLLECTOR_IMAGES.dynatrace.version,
                },
            },
        },
    };
}
