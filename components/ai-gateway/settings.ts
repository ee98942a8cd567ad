import type { Check } from "../shared/check";
import type { types } from "@pulumi/kubernetes";

import type { Endpoint } from "../endpoint";
import type { Signal } from "../shared/signals";
import type { KnownKeyRef } from "../shared/references";
import type { AuthorizationScheme } from "../shared/secrets";

/** A configuration file, or a part of it, as plain data. */
export type Plain = Record<string, unknown>;

/** One field of a form, or one option of an SDK. */
export interface AiGatewayField {
    name: string;
    /** `{token}` in it stands for the value in `secret`. */
    value: string;
    /** @default - no placeholder in the value */
    secret?: KnownKeyRef;
}

/** The kind of a custom resource that a gateway reads. */
export interface GatewayResource {
    apiVersion: string;
    kind: string;
    /** Top-level fields other than the metadata. */
    fields: string[];
    /** @default {} */
    labels?: Record<string, string>;
    /** @default {} */
    annotations?: Record<string, string>;
    /** Whether the resource is cluster-scoped. @default false */
    clusterWide?: boolean;
}

/** All settings of a gateway. Those that do not apply are empty. */
export interface GatewaySettings {
    env: types.input.core.v1.EnvVar[];
    /** Values of the gateway's own chart. */
    helmValues: Plain;
    fields: AiGatewayField[];
    /** The gateway's file, `fileName` of its profile. */
    file?: Plain;
    /** The custom resource, `resource` of its profile, without its metadata. */
    resource?: Plain;
    /** Manual steps, one sentence each. */
    notes: string[];
}

/** The word before a token, and the Secret that holds the token. */
export interface HeaderPlan {
    /** The name is empty only for a gateway that is configured in a form. */
    secret: KnownKeyRef;
    scheme: AuthorizationScheme;
}

/** All values that a gateway's settings depend on. */
export interface GatewayPlan {
    /** As errors name it, e.g. `AiGatewayExporter("litellm")`. */
    check: Check;
    name: string;
    /** Namespace of the gateway, if it is given. */
    namespace?: string;
    /** Dynatrace or an ActiveGate; undefined for the route to a Collector. */
    endpoint?: Endpoint;
    /** Without `/v1/...`. */
    baseUrl: string;
    tracesUrl: string;
    metricsUrl: string;
    logsUrl: string;
    header?: HeaderPlan;
    signals: Signal[];
    /** Whether the gateway sends prompts and answers. */
    capture: boolean;
    serviceName: string;
    resourceAttributes: Record<string, string>;
    /** Path of the CA certificates in the container. */
    caPath?: string;
    /** Name of a Gateway of the Gateway API; empty for most gateways. */
    gatewayName: string;
    /** Name of the ConfigMap with the gateway's file, if it is created. */
    configMapName?: string;
    extraConfig: Plain;
}

/** Facts about a gateway. */
export interface GatewayProfile {
    title: string;
    /** Sources of these facts. */
    see: string[];
    /** Signals that the gateway sends to a Collector. */
    signals: Signal[];
    /** Signals that it sends in a form that Dynatrace accepts. */
    directSignals: Signal[];
    /** Why it cannot send to Dynatrace directly. @default - it can */
    notDirect?: string;
    /** Its own switch that removes prompts and answers. @default - it has none */
    contentSwitch?: string;
    /** Runs outside the cluster, so it cannot reach Services of the cluster. @default false */
    hosted?: boolean;
    /** Configured only in a form, so its token is in no Secret of the cluster. @default false */
    form?: boolean;
    /** Cannot read a header from a Secret when it sends to a Collector. @default false */
    noCollectorToken?: boolean;
    /** Its default `service.name`. */
    serviceName: string;
    /** Name of its configuration file, into which `extraConfig` is merged; `.json` selects the format. @default - it has no file */
    fileName?: string;
    /** The list in `extraConfig` that the file needs. @default - none */
    extraConfigNeeds?: { key: string; what: string };
    /** The custom resource that it reads. @default - none */
    resource?: GatewayResource;
    settings(plan: GatewayPlan): Partial<GatewaySettings>;
}
