import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import { type Check } from "../shared/check";
import type { StandaloneArgs } from "./args";
import type { Place } from "./place";
import { type SizingPlan, whole } from "./sizing";

type StatefulSetSpec = types.input.apps.v1.StatefulSetSpec;
type EnvVar = types.input.core.v1.EnvVar;

/** Ports of an ActiveGate's container, and of its Service. */
export const PORTS = { https: 9999, http: 9998, serviceHttps: 443, serviceHttp: 80 } as const;

/** User and group of the image. */
const USER = 1001;

const SECRETS = "/var/lib/dynatrace/secrets";

/** The modules that OTLP in all three signals, and lines of the metrics protocol, need. */
const MODULES = ["restInterface", "metrics_ingest", "otlp_ingest", "generic_ingest", "log_analytics_collector"];

/** What the buffers are kept in; of all that the ActiveGate writes to, the one thing that must outlive its pod. */
const BUFFER = "ag-tmp-gateway";

/** What the ActiveGate writes to, on a root file system that it cannot write to. */
const WRITABLE: Record<string, string> = {
    "ag-lib-gateway-config": "/var/lib/dynatrace/gateway/config",
    "ag-lib-gateway-temp": "/var/lib/dynatrace/gateway/temp",
    "ag-lib-gateway-data": "/var/lib/dynatrace/gateway/data",
    "ag-lib-gateway-ssl": "/var/lib/dynatrace/gateway/ssl",
    "ag-log-gateway": "/var/log/dynatrace/gateway",
    [BUFFER]: "/var/tmp/dynatrace/gateway",
};

/** Annotation of the pods that changes with the tokens of a Secret made elsewhere. */
export const TOKENS_REVISION = "dynatrace-otlp/tokens-revision";

/** First version that reads its certificate in PEM form. */
const PEM_SINCE = "1.307.0";

/** Plain values of what decides the workload; tokens are not among them. */
export type StandaloneInputs = Omit<
    pulumi.Unwrap<StandaloneArgs>,
    "tokens" | "clusterId" | "communicationEndpoints"
> & {
    /** Whether the certificate is given in PEM form. */
    pemCertificate: boolean;
};

/** Everything about a standalone ActiveGate that is decided before a cluster is asked. */
export interface StandalonePlan {
    place: Place;
    sizing: SizingPlan;
    image: string;
    imagePullPolicy: string;
    pullSecretName?: string;
    modules: string[];
    plainHttp: boolean;
    fromNamespaces: string[];
    maxUnavailablePods?: number;
    /** Labels that select the pods; they never change for the life of the StatefulSet. */
    selector: Record<string, string>;
}

/** What may be known only once other things exist. */
export interface StandaloneReferences {
    tokensSecretName: pulumi.Input<string>;
    tlsSecretName: pulumi.Input<string>;
    clusterId: pulumi.Input<string>;
    /** Where it reports to. */
    communicationEndpoints: pulumi.Input<string>;
    revision?: pulumi.Input<string>;
}

/**
 * Decides a standalone ActiveGate.
 *
 * @throws InputError for what could not start or not reach Dynatrace.
 */
export function planStandalone(check: Check, place: Place, sizing: SizingPlan, args: StandaloneInputs): StandalonePlan {
    const { image, maxUnavailablePods } = args;
    const repository = image.repository ?? "public.ecr.aws/dynatrace/dynatrace-activegate";
    return {
        place,
        sizing,
        image: `${repository}:${imageVersion(check, image.version, args.pemCertificate)}`,
        imagePullPolicy: image.pullPolicy ?? "IfNotPresent",
        pullSecretName: image.pullSecretName,
        modules: [...new Set([...MODULES, ...(args.modules ?? [])])],
        plainHttp: args.plainHttp ?? false,
        fromNamespaces: [...(args.networkPolicy?.fromNamespaces ?? [])].sort(),
        maxUnavailablePods:
            maxUnavailablePods === undefined
                ? undefined
                : whole(check.at("standalone.maxUnavailablePods"), maxUnavailablePods),
        selector: { "app.kubernetes.io/name": "activegate", "app.kubernetes.io/instance": place.name },
    };
}

/**
 * The StatefulSet.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/dynatrace-activegate/activegate-in-container/configuration
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (the profile is `restricted`)
 */
export function statefulSetSpec(plan: StandalonePlan, to: StandaloneReferences): StatefulSetSpec {
    const { place, sizing, selector } = plan;
    const emptyDirs = Object.keys(WRITABLE).filter((volume) => volume !== BUFFER || sizing.claim === undefined);
    return {
        serviceName: place.name,
        replicas: sizing.replicas,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        template: {
            metadata: {
                labels: { ...sizing.labels, ...selector },
                ...(to.revision === undefined ? {} : { annotations: { [TOKENS_REVISION]: to.revision } }),
            },
            spec: {
                serviceAccountName: place.name,
                automountServiceAccountToken: false,
                terminationGracePeriodSeconds: sizing.gracePeriodSeconds,
                nodeSelector: sizing.nodeSelector,
                ...(plan.pullSecretName === undefined ? {} : { imagePullSecrets: [{ name: plan.pullSecretName }] }),
                topologySpreadConstraints: [
                    {
                        maxSkew: 1,
                        topologyKey: "kubernetes.io/hostname",
                        whenUnsatisfiable: "ScheduleAnyway",
                        labelSelector: { matchLabels: selector },
                    },
                ],
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: USER,
                    runAsGroup: USER,
                    fsGroup: USER,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [container(plan, to)],
                volumes: [
                    { name: "tokens", secret: { secretName: to.tokensSecretName, defaultMode: 0o440 } },
                    { name: "tls", secret: { secretName: to.tlsSecretName, defaultMode: 0o440 } },
                    ...emptyDirs.map((name) => ({ name, emptyDir: {} })),
                ],
            },
        },
        ...(sizing.claim === undefined ? {} : claims(sizing.claim)),
    };
}

function container(plan: StandalonePlan, to: StandaloneReferences): types.input.core.v1.Container {
    return {
        name: "activegate",
        image: plan.image,
        imagePullPolicy: plan.imagePullPolicy,
        env: environment(plan, to),
        ports: [
            { name: "https", containerPort: PORTS.https, protocol: "TCP" },
            ...(plan.plainHttp ? [{ name: "http", containerPort: PORTS.http, protocol: "TCP" }] : []),
        ],
        readinessProbe: { ...probe("/rest/health"), periodSeconds: 15, failureThreshold: 3, timeoutSeconds: 2 },
        livenessProbe: { ...probe("/rest/state"), periodSeconds: 30, failureThreshold: 2, timeoutSeconds: 2 },
        resources: plan.sizing.resources,
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
        },
        volumeMounts: [
            { name: "tokens", mountPath: `${SECRETS}/tokens`, readOnly: true },
            { name: "tls", mountPath: `${SECRETS}/tls`, readOnly: true },
            ...Object.entries(WRITABLE).map(([name, mountPath]) => ({ name, mountPath })),
        ],
    };
}

function environment({ place, sizing, ...plan }: StandalonePlan, to: StandaloneReferences): EnvVar[] {
    return [
        { name: "DT_TENANT", value: place.endpoint.environmentId },
        { name: "DT_SERVER", value: to.communicationEndpoints },
        { name: "DT_ID_SEED_NAMESPACE", value: place.namespace },
        { name: "DT_ID_SEED_K8S_CLUSTER_ID", value: to.clusterId },
        { name: "DT_CAPABILITIES", value: plan.modules.join(",") },
        { name: "DT_DNS_ENTRY_POINT", value: `https://${place.endpoint.host}:${PORTS.serviceHttps}/communication` },
        ...(sizing.group === undefined ? [] : [{ name: "DT_GROUP", value: sizing.group }]),
        ...(sizing.networkZone === undefined ? [] : [{ name: "DT_NETWORK_ZONE", value: sizing.networkZone }]),
        ...(plan.plainHttp ? [{ name: "DT_HTTP_PORT", value: String(PORTS.http) }] : []),
    ];
}

/** An ActiveGate takes a minute and more to start. */
function probe(path: string): types.input.core.v1.Probe {
    return { httpGet: { path, port: "https", scheme: "HTTPS" }, initialDelaySeconds: 90 };
}

function claims(spec: NonNullable<SizingPlan["claim"]>): Partial<StatefulSetSpec> {
    return {
        volumeClaimTemplates: [{ metadata: { name: BUFFER }, spec }],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" },
    };
}

function imageVersion(check: Check, version: string, pemCertificate: boolean): string {
    const field = "standalone.image.version";
    const parsed = /^\d+\.\d+\.\d+/.test(version) ? semver.coerce(version) : null;
    if (parsed === null) {
        const problem = `"${version}" is not a version; write one as the registry does, e.g. 1.337.36.20260526-135434, so that pods agree`;
        throw check.at(field).error(problem);
    }
    if (pemCertificate && semver.lt(parsed, PEM_SINCE)) {
        const problem = `${version} cannot read tls.certificatePem; use 1.307 or later, or tls.existingSecretName with server.p12`;
        throw check.at(field).error(problem);
    }
    return version;
}

/**
 * The TCP ports of the addresses it reports to, each once.
 *
 * @param endpoints one text, as Dynatrace writes it: addresses with separators between them.
 * @throws InputError if no address is in it, or one without TLS.
 */
export function communicationPorts(check: Check, endpoints: string): number[] {
    const urls = endpoints.match(/[a-z]+:\/\/[^\s,;{}*]+/gi) ?? [];
    if (urls.length === 0 || !urls.every((url) => url.startsWith("https://") && URL.canParse(url))) {
        const problem =
            "holds no https address, or one that is none; take communicationEndpoints of the environment's connectivity " +
            "information for ActiveGates as it is, e.g. https://abc12345.live.dynatrace.com:443";
        throw check.at("standalone.communicationEndpoints").error(problem);
    }
    return [...new Set(urls.map((url) => Number(new URL(url).port || "443")))].sort((a, b) => a - b);
}
