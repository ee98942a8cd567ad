import type * as pulumi from "@pulumi/pulumi";

import { Field, type Fields } from "../../shared/fields";
import type { ExporterEnv } from "../exporter-env/args";

/** Kinds of workloads whose pods can get variables. */
export const InjectionWorkloadKind = {
    Deployment: "Deployment",
    StatefulSet: "StatefulSet",
    DaemonSet: "DaemonSet",
    /** A Job cannot be changed: other variables, e.g. for a new token's Secret, replace the Job, which runs again. */
    Job: "Job",
    CronJob: "CronJob",
    /** The variables of a Pod cannot be changed: other variables replace the Pod. */
    Pod: "Pod",
} as const;
export type InjectionWorkloadKind = (typeof InjectionWorkloadKind)[keyof typeof InjectionWorkloadKind];

/** Which workloads get what. A workload is selected if it matches every given field. */
export interface InjectExporterEnvArgs {
    /** The result of `exporterEnv`. */
    exporter: ExporterEnv;
    /** Kinds of the workloads. @default - all kinds */
    kinds?: InjectionWorkloadKind[];
    /** Namespaces of the workloads. A workload without a namespace counts as `default`. @default - all namespaces */
    namespaces?: pulumi.Input<string>[];
    /** Labels that a workload or its pods must have, all of them. @default {} */
    labels?: Record<string, string>;
    /** Names of the workloads, in Kubernetes or in the Pulumi program. @default - all names */
    names?: string[];
    /** Names of the containers. Init containers never change. @default - all containers */
    containers?: string[];
}

export const INJECT_FIELDS: Fields<InjectExporterEnvArgs> = {
    exporter: Field.Any,
    kinds: Field.Any,
    namespaces: Field.NoFallback,
    labels: Field.Any,
    names: Field.Any,
    containers: Field.Any,
};

/** A resource before it is registered, in the form of both kinds of Pulumi's transforms. */
export interface InjectionRegistrationArgs {
    type: string;
    name: string;
    props: pulumi.Inputs;
    opts: pulumi.ResourceOptions;
}

/** The changed resource. */
export interface InjectionRegistrationResult {
    props: pulumi.Inputs;
    opts: pulumi.ResourceOptions;
}
