import type { Check } from "../shared/check";
import type { types } from "@pulumi/kubernetes";

import type { Endpoint } from "../endpoint";
import type { Signal } from "../shared/signals";
import type { AuthorizationScheme } from "../shared/secrets";

/** A file, or a part of one, as YAML would be read. */
export type Plain = Record<string, unknown>;

/** A key in a Secret. */
export interface SecretKey {
    secretName: string;
    secretKey: string;
}

/** One field of a form, or one option in code. */
export interface AiGatewayField {
    name: string;
    /** `{token}` in it stands for what `secret` holds. */
    value: string;
    /** @default - the value is all there is */
    secret?: SecretKey;
}

/** The kind of a custom resource that a gateway reads. */
export interface GatewayResource {
    apiVersion: string;
    kind: string;
    /** What it has besides its metadata. */
    fields: string[];
    /** @default {} */
    labels?: Record<string, string>;
    /** @default {} */
    annotations?: Record<string, string>;
    /** Whether it belongs to the cluster and not to a namespace. @default false */
    clusterWide?: boolean;
}

/** All that a gateway has to be told. What does not apply is empty. */
export interface GatewaySettings {
    env: types.input.core.v1.EnvVar[];
    /** Values of the gateway's own chart. */
    helmValues: Plain;
    fields: AiGatewayField[];
    /** The gateway's file, `fileName` of its profile. */
    file?: Plain;
    /** The custom resource, `resource` of its profile, without its metadata. */
    resource?: Plain;
    /** What has to be done by hand, one sentence each. */
    notes: string[];
}

/** The word before a token, and where the token is. */
export interface HeaderPlan extends SecretKey {
    scheme: AuthorizationScheme;
}

/** Everything that a gateway's settings depend on. */
export interface GatewayPlan {
    /** As errors name it, e.g. `AiGatewayExporter("litellm")`. */
    check: Check;
    name: string;
    /** In which the gateway runs, if it is known. */
    namespace?: string;
    /** Straight to Dynatrace; else to a Collector. */
    endpoint?: Endpoint;
    /** Without `/v1/...`. */
    baseUrl: string;
    tracesUrl: string;
    metricsUrl: string;
    logsUrl: string;
    header?: HeaderPlan;
    signals: Signal[];
    /** Whether the gateway hands on prompts and answers. */
    capture: boolean;
    serviceName: string;
    resourceAttributes: Record<string, string>;
    /** Path of the CA certificates in the container. */
    caPath?: string;
    /** Of the Gateway API; empty for most. */
    gatewayName: string;
    /** Name of the ConfigMap with the gateway's file, if one is made. */
    configMapName?: string;
    ownConfig: Plain;
}

/** What is known of a gateway. */
export interface GatewayProfile {
    title: string;
    /** What the gateway's side of it was read in. */
    see: string[];
    /** Signals it sends; those that it sends in a form that Dynatrace takes. */
    signals: Signal[];
    directSignals: Signal[];
    /** Why it cannot send to Dynatrace itself. @default - it can */
    notDirect?: string;
    /** Its own switch that keeps prompts and answers out. @default - it has none */
    contentSwitch?: string;
    /** Runs elsewhere, and so reaches no Service of the cluster. @default false */
    hosted?: boolean;
    /** Told by a form alone, so that its token is in no Secret of the cluster. @default false */
    form?: boolean;
    /** Takes no header from a reference when it sends to a Collector. @default false */
    noCollectorToken?: boolean;
    /** As it calls itself. */
    serviceName: string;
    /** Its file, which `ownConfig` is merged with; `.json` decides how it is written. @default - it has none */
    fileName?: string;
    /** The list in `ownConfig` without which the file does nothing. @default - there is none */
    ownConfigNeeds?: { key: string; what: string };
    /** What it reads from the cluster. @default - nothing */
    resource?: GatewayResource;
    settings(plan: GatewayPlan): Partial<GatewaySettings>;
}
