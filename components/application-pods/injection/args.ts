import type * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../exporter-env/args";

/** Kinds of workloads whose pods can be given variables. */
export const WorkloadKind = {
    Deployment: "Deployment",
    StatefulSet: "StatefulSet",
    DaemonSet: "DaemonSet",
    /** Kubernetes does not change a Job: other variables, a new token's Secret among them, make a new one that runs again. */
    Job: "Job",
    CronJob: "CronJob",
    /** Kubernetes does not change a Pod's variables: it is replaced. */
    Pod: "Pod",
} as const;
export type WorkloadKind = (typeof WorkloadKind)[keyof typeof WorkloadKind];

/** What is given to which workloads. A workload is taken if all that is given here fits. */
export interface InjectExporterEnvArgs {
    /** What `exporterEnv` made. */
    exporter: ExporterEnv;
    /** @default - all kinds */
    kinds?: WorkloadKind[];
    /** Namespaces of the workloads; one that names none is taken for `default`. @default - all namespaces */
    namespaces?: pulumi.Input<string>[];
    /** Labels that a workload or its pods must have, all of them. @default {} */
    labels?: Record<string, string>;
    /** Names of the workloads, in Kubernetes or in the Pulumi program. @default - all names */
    names?: string[];
    /** Names of the containers; init containers are never touched. @default - all containers */
    containers?: string[];
}

/** A resource before it is registered, as both kinds of Pulumi's transforms show it. */
export interface RegistrationArgs {
    type: string;
    name: string;
    props: pulumi.Inputs;
    opts: pulumi.ResourceOptions;
}

/** The same with what was changed. */
export interface RegistrationResult {
    props: pulumi.Inputs;
    opts: pulumi.ResourceOptions;
}
