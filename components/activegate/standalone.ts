import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import { type Check } from "../shared/check";
import { type IpFamilies, ipFamiliesOf } from "../shared/ip-families";
import { imageRepository, namespaceNames, objectName, PullPolicy } from "../shared/kubernetes";
import { ClusterPlatform, idsOn, platformOf } from "../shared/platform";
import type { StandaloneActiveGateArgs } from "./standalone-args";
import type { Place } from "./place";
import type { SizingPlan } from "./sizing";

type StatefulSetSpec = types.input.apps.v1.StatefulSetSpec;
type EnvVar = types.input.core.v1.EnvVar;

/** Ports of an ActiveGate's container, and of its Service. */
export const PORTS = { https: 9999, http: 9998, serviceHttps: 443, serviceHttp: 80 } as const;

/** User and group of the image. */
const USER = 1001;

const SECRETS = "/var/lib/dynatrace/secrets";

/** Modules for OTLP in all three signals and for lines of the metrics protocol. */
const MODULES = ["restInterface", "metrics_ingest", "otlp_ingest", "generic_ingest", "log_analytics_collector"];

/** Volume of the buffers, the only volume whose content must outlive the pod. */
const BUFFER = "ag-tmp-gateway";

/** Folders that the ActiveGate writes to; its root file system is read-only. */
const WRITABLE: Record<string, string> = {
    "ag-lib-gateway-config": "/var/lib/dynatrace/gateway/config",
    "ag-lib-gateway-temp": "/var/lib/dynatrace/gateway/temp",
    "ag-lib-gateway-data": "/var/lib/dynatrace/gateway/data",
    "ag-lib-gateway-ssl": "/var/lib/dynatrace/gateway/ssl",
    "ag-log-gateway": "/var/log/dynatrace/gateway",
    [BUFFER]: "/var/tmp/dynatrace/gateway",
};

/** Pod annotation that changes with the tokens of an existing Secret. */
export const TOKENS_REVISION = "dynatrace-otlp/tokens-revision";

/** Image without tag. @see https://gallery.ecr.aws/dynatrace/dynatrace-activegate */
const DEFAULT_REPOSITORY = "public.ecr.aws/dynatrace/dynatrace-activegate";

/** First version that reads its certificate in PEM form. */
const PEM_SINCE = "1.307.0";

/** Plain values that decide the workload; tokens are not included. */
export type StandaloneInputs = Omit<
    pulumi.Unwrap<StandaloneActiveGateArgs>,
    "tokens" | "clusterId" | "communicationEndpoints"
> & {
    /** Whether the certificate is given in PEM form. */
    pemCertificate: boolean;
};

/** All decisions about a standalone ActiveGate that need no cluster. */
export interface StandalonePlan {
    place: Place;
    sizing: SizingPlan;
    image: string;
    imagePullPolicy: string;
    pullSecretName?: string;
    modules: string[];
    plainHttp: boolean;
    platform: ClusterPlatform;
    /** Address families of the Service. */
    ipFamilies: IpFamilies;
    fromNamespaces: string[];
    maxUnavailablePods?: number;
    /** Labels that select the pods; they never change for the life of the StatefulSet. */
    selector: Record<string, string>;
}

/** Values that may be known only after other resources exist. */
export interface StandaloneReferences {
    tokensSecretName: pulumi.Input<string>;
    tlsSecretName: pulumi.Input<string>;
    clusterId: pulumi.Input<string | undefined>;
    /** Addresses that the ActiveGate connects to. */
    communicationEndpoints: pulumi.Input<string>;
    revision?: pulumi.Input<string | undefined>;
}

/**
 * Decides a standalone ActiveGate.
 *
 * @throws InputError for arguments with which it could not start or not reach Dynatrace.
 */
export function planStandalone(check: Check, place: Place, sizing: SizingPlan, args: StandaloneInputs): StandalonePlan {
    const within = check.at("standalone");
    const platform = platformOf(within, args.platform);
    if (platform === ClusterPlatform.EksFargate && sizing.claim !== undefined && !sizing.claim.storageClassName) {
        const way =
            "set storage.ephemeral, or storage.storageClassName to a class of EFS volumes that you have created";
        check.at("storage").fail(`Fargate mounts no volumes of EBS and creates none of EFS; ${way}`);
    }
    const { modules = [], networkPolicy, maxUnavailablePods } = args;
    return {
        place,
        sizing,
        ...imageOf(within.at("image"), args.image, args.pemCertificate),
        modules: [...new Set([...MODULES, ...within.at("modules").list(modules, '["MSGrouter"]')])],
        plainHttp: args.plainHttp ?? false,
        platform,
        ipFamilies: ipFamiliesOf(within, args),
        fromNamespaces: namespaceNames(within.at("networkPolicy.fromNamespaces"), networkPolicy?.fromNamespaces),
        maxUnavailablePods:
            maxUnavailablePods === undefined
                ? undefined
                : within.at("maxUnavailablePods").wholeNumber(maxUnavailablePods),
        selector: { "app.kubernetes.io/name": "activegate", "app.kubernetes.io/instance": place.name },
    };
}

function imageOf(
    check: Check,
    image: StandaloneInputs["image"] | undefined,
    pemCertificate: boolean,
): Pick<StandalonePlan, "image" | "imagePullPolicy" | "pullSecretName"> {
    const {
        version,
        repository = DEFAULT_REPOSITORY,
        pullPolicy = PullPolicy.IfNotPresent,
        pullSecretName,
    } = image ?? {};
    const tag = imageVersion(check.at("version"), version, pemCertificate);
    return {
        image: `${imageRepository(check.at("repository"), repository)}:${tag}`,
        imagePullPolicy: check.at("pullPolicy").oneOf(pullPolicy, PullPolicy),
        pullSecretName:
            pullSecretName === undefined ? undefined : objectName(check.at("pullSecretName"), pullSecretName),
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
                ...(to.revision === undefined ? {} : { annotations: revisionAnnotation(to.revision) }),
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
                    ...idsOn(plan.platform, { runAsUser: USER, runAsGroup: USER, fsGroup: USER }),
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

function revisionAnnotation(revision: pulumi.Input<string | undefined>): pulumi.Output<Record<string, string>> {
    return pulumi
        .output(revision)
        .apply((plain): Record<string, string> => (plain === undefined ? {} : { [TOKENS_REVISION]: plain }));
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

/** An ActiveGate takes a minute or more to start. */
function probe(path: string): types.input.core.v1.Probe {
    return { httpGet: { path, port: "https", scheme: "HTTPS" }, initialDelaySeconds: 90 };
}

function claims(spec: NonNullable<SizingPlan["claim"]>): Partial<StatefulSetSpec> {
    return {
        volumeClaimTemplates: [{ metadata: { name: BUFFER }, spec }],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" },
    };
}

function imageVersion(check: Check, version: string | undefined, pemCertificate: boolean): string {
    const way = "write a tag of the registry, e.g. 1.337.36.20260526-135434, so that all pods run the same version";
    if (version === undefined) throw check.error(`is missing; ${way}`);
    const parsed = /^\d+\.\d+\.\d+/.test(version) ? semver.coerce(version) : null;
    if (parsed === null) throw check.error(`"${version}" is not a version; ${way}`);
    if (pemCertificate && semver.lt(parsed, PEM_SINCE)) {
        const problem = `${version} cannot read tls.certificatePem; use 1.307 or later, or tls.secretName with server.p12`;
        throw check.error(problem);
    }
    return version;
}

/**
 * TCP ports of the addresses that the ActiveGate connects to, each once.
 *
 * @param endpoints addresses with separators, as Dynatrace writes them.
 * @throws InputError if the text holds no address, or an address that is not https.
 */
export function communicationPorts(check: Check, endpoints: string | undefined): number[] {
    const at = check.at("standalone.communicationEndpoints");
    const way =
        "copy communicationEndpoints of the environment's connectivity information for ActiveGates, " +
        "e.g. https://abc12345.live.dynatrace.com:443";
    if (typeof endpoints !== "string") throw at.error(`is missing; ${way}`);
    const urls = endpoints.match(/[a-z]+:\/\/[^\s,;{}*]+/gi) ?? [];
    if (urls.length === 0 || !urls.every((url) => url.startsWith("https://") && URL.canParse(url))) {
        throw at.error(`holds no https address, or an invalid address; ${way}`);
    }
    return [...new Set(urls.map((url) => Number(new URL(url).port || "443")))].sort((a, b) => a - b);
}
