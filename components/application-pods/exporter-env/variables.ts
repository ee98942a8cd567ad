import type { Endpoint } from "../../endpoint";
import { signalUrl } from "../../endpoint";
import { ALL_SIGNALS, Signal } from "../../shared/signals";
import { type AuthorizationScheme, DEFAULT_SECRET_KEY } from "../../shared/secrets";
import {
    type ExporterClientCertificateArgs,
    type ExporterEnv,
    type ExporterProtocol,
    type ExporterVariable,
    ExporterHeaderEncoding,
} from "./args";
import { onto } from "./later";
import type { CheckedCa, CheckedReference } from "./references";
import type * as pulumi from "@pulumi/pulumi";

/** Variable that holds the token; the same as in a Collector's pod. */
export const TOKEN = "DT_API_TOKEN";
/** Hosts that bypass a proxy. */
export const NO_PROXY = "NO_PROXY";
export const SERVICE_NAME = "OTEL_SERVICE_NAME";

/** Where a container finds the CA certificates, and the volume with them. */
const CA = { volume: "dynatrace-otlp-ca", directory: "/etc/dynatrace-otlp", file: "ca.crt" };
const CA_PATH = `${CA.directory}/${CA.file}`;

/** The same for the client certificate of the application, and the names of its parts in a Secret of the type `kubernetes.io/tls`. */
const OWN = { volume: "dynatrace-otlp-client", directory: "/etc/dynatrace-otlp-client" };
const OWN_FILES = { certificate: "tls.crt", key: "tls.key" };

/** Credentials that a Collector requires of senders, by scheme: the variable that holds the credential, and its key in a Secret. */
export const CREDENTIALS = {
    Bearer: { variable: "OTEL_COLLECTOR_TOKEN", defaultKey: DEFAULT_SECRET_KEY },
    Basic: { variable: "OTEL_COLLECTOR_CREDENTIALS", defaultKey: "credentials" },
} as const;

/** The credential that a sender sends to a Collector. */
export interface Credential {
    scheme: keyof typeof CREDENTIALS;
    secret: CheckedReference;
}

/** How a sender authenticates to a Collector. */
export interface SenderPlan {
    ownCertificate?: boolean;
    credential?: Credential;
    /** @default `raw` */
    headerEncoding?: ExporterHeaderEncoding;
}

/** The destination and the credential of a direct sender. */
export interface DirectPlan {
    endpoint: pulumi.Input<Endpoint>;
    token: CheckedReference;
    scheme: pulumi.Input<AuthorizationScheme>;
    signals: Signal[];
    headerEncoding: ExporterHeaderEncoding;
    ownCa: boolean;
    pastProxy: boolean;
}

/**
 * Variables of an application that sends to Dynatrace or an ActiveGate. There is a set for each signal, because SDKs append to or merge
 * the general variables in different ways.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
export function directVariables(plan: DirectPlan): ExporterVariable[] {
    const { endpoint, token, scheme, signals, headerEncoding } = plan;
    const header = onto(scheme, (plain) => authorizationHeader(plain, headerEncoding));
    const perSignal = signals.flatMap((signal): ExporterVariable[] => {
        const prefix = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
        return [
            { name: `${prefix}_ENDPOINT`, value: onto(endpoint, (plain) => signalUrl(plain, signal) ?? "") },
            { name: `${prefix}_PROTOCOL`, value: "http/protobuf" },
            { name: `${prefix}_HEADERS`, value: header },
            { name: `${prefix}_COMPRESSION`, value: "gzip" },
            ...(plan.ownCa ? [{ name: `${prefix}_CERTIFICATE`, value: CA_PATH }] : []),
        ];
    });
    return [
        // Kubernetes expands $(NAME) only after NAME.
        { name: TOKEN, valueFrom: { secretKeyRef: token } },
        ...perSignal,
        ...(signals.includes(Signal.Metrics) ? [DELTA] : []),
        ...exporterSwitches(signals),
        ...(plan.pastProxy ? [{ name: NO_PROXY, value: onto(endpoint, ({ host }) => host) }] : []),
    ];
}

/** Variables of an application that sends to a Collector. */
export function collectorVariables(
    url: pulumi.Input<string>,
    protocol: ExporterProtocol,
    signals: Signal[],
    ownCa: boolean,
    sender: SenderPlan = {},
): ExporterVariable[] {
    const { credential, ownCertificate, headerEncoding = ExporterHeaderEncoding.Raw } = sender;
    return [
        ...(credential === undefined ? [] : [credentialVariable(credential)]),
        { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: url },
        { name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: protocol },
        ...(credential === undefined ? [] : [credentialHeader(credential, headerEncoding)]),
        ...(ownCa ? [{ name: "OTEL_EXPORTER_OTLP_CERTIFICATE", value: CA_PATH }] : []),
        ...(ownCertificate ? OWN_VARIABLES : []),
        DELTA,
        ...exporterSwitches(signals),
    ];
}

/** Mounts the CA certificates where the variables point. The whole volume is mounted, so that a changed certificate arrives. */
export function caVolumes(ca: CheckedCa | undefined): Pick<ExporterEnv, "volumes" | "volumeMounts"> {
    const { secret, configMap } = ca ?? {};
    const reference = configMap ?? secret;
    if (reference === undefined) return { volumes: [], volumeMounts: [] };
    const items = [{ key: reference.key, path: CA.file }];
    const source =
        configMap === undefined
            ? { secret: { secretName: reference.name, items } }
            : { configMap: { name: reference.name, items } };
    return {
        volumes: [{ name: CA.volume, ...source }],
        volumeMounts: [{ name: CA.volume, mountPath: CA.directory, readOnly: true }],
    };
}

/** Mounts the client certificate where the variables point. Every user of the container can read it. */
export function ownCertificateVolumes(
    own: ExporterClientCertificateArgs | undefined,
): Pick<ExporterEnv, "volumes" | "volumeMounts"> {
    if (own === undefined) return { volumes: [], volumeMounts: [] };
    const items = Object.values(OWN_FILES).map((key) => ({ key, path: key }));
    return {
        volumes: [{ name: OWN.volume, secret: { secretName: own.secretName, items } }],
        volumeMounts: [{ name: OWN.volume, mountPath: OWN.directory, readOnly: true }],
    };
}

/** `Authorization=Api-Token $(DT_API_TOKEN)`: Kubernetes inserts the token, which is in no manifest and in no state. */
export function authorizationHeader(
    scheme: string,
    encoding: ExporterHeaderEncoding,
    variable: string = TOKEN,
): string {
    const blank = encoding === ExporterHeaderEncoding.Percent ? "%20" : " ";
    return `Authorization=${scheme}${blank}$(${variable})`;
}

/** Comes first, because Kubernetes expands $(NAME) only after NAME. */
function credentialVariable({ scheme, secret }: Credential): ExporterVariable {
    return { name: CREDENTIALS[scheme].variable, valueFrom: { secretKeyRef: secret } };
}

function credentialHeader({ scheme }: Credential, encoding: ExporterHeaderEncoding): ExporterVariable {
    const value = authorizationHeader(scheme, encoding, CREDENTIALS[scheme].variable);
    return { name: "OTEL_EXPORTER_OTLP_HEADERS", value };
}

const OWN_VARIABLES: ExporterVariable[] = [
    { name: "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", value: `${OWN.directory}/${OWN_FILES.certificate}` },
    { name: "OTEL_EXPORTER_OTLP_CLIENT_KEY", value: `${OWN.directory}/${OWN_FILES.key}` },
];

/** Dynatrace rejects cumulative counters and histograms. */
const DELTA = { name: "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value: "delta" };

function exporterSwitches(signals: Signal[]): { name: string; value: string }[] {
    return ALL_SIGNALS.map((signal) => ({
        name: `OTEL_${signal.toUpperCase()}_EXPORTER`,
        value: signals.includes(signal) ? "otlp" : "none",
    }));
}
