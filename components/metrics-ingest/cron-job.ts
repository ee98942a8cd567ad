import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint";
import { type Check } from "../shared/check";
import { commonLabels } from "../shared/kubernetes";
import { type AuthorizationScheme, checkNoToken, holdsToken } from "../shared/secrets";
import type { MetricsCronJobArgs } from "./args";
import { VARIABLES } from "./plan";
import { PUSH_SCRIPT } from "./push-script";

/** A CronJob's settings, checked, with their defaults. */
export interface CronJobPlan {
    /** Name of the CronJob. */
    name: string;
    schedule: string;
    image: string;
    env: types.output.core.v1.EnvVar[];
    egressPorts: number[];
    timeoutSeconds: number;
    labels: Record<string, string>;
    selector: Record<string, string>;
    /** What the ConfigMap holds. */
    files: Record<string, string>;
    /** Port of Dynatrace as a network policy sees it. */
    dynatracePort: number;
    ownCa: boolean;
}

const IMAGE = "docker.io/curlimages/curl:8.11.1";
const TIMEOUT_SECONDS = 600;
const FILES = { directory: "/etc/dynatrace-metrics", push: "push.sh", script: "script.sh", ca: "ca.crt" };
/** Variables of the script that sends, and of curl. */
const SCHEME = "DT_TOKEN_SCHEME";
const CA_BUNDLE = "CURL_CA_BUNDLE";
/** Any user that is not root: nothing in the image belongs to it. */
const USER = 10001;

/** @throws InputError for a schedule, script or number that cannot work. */
export function planCronJob(
    check: Check,
    name: string,
    endpoint: Endpoint,
    args: pulumi.Unwrap<MetricsCronJobArgs>,
): CronJobPlan {
    const fail = (field: string, problem: string): never => {
        throw check.at(`cronJob.${field}`).error(problem);
    };
    const { schedule, script, egressPorts = [], timeoutSeconds = TIMEOUT_SECONDS } = args;
    if (typeof schedule !== "string") {
        return fail("schedule", "is missing; write five fields, e.g. */5 * * * *, or @hourly");
    }
    if (!/^(@[a-z]+|\S+( \S+){4})$/.test(schedule.trim())) {
        fail("schedule", `"${schedule}" is not a schedule; write five fields, e.g. */5 * * * *, or @hourly`);
    }
    if (typeof script !== "string") {
        return fail("script", "is missing; give a shell script that prints metric lines, e.g. echo shop.load 1");
    }
    if (script.trim() === "") fail("script", "is empty; print one metric line at least, e.g. echo shop.load 1");
    if (holdsToken(script)) {
        fail("script", "holds a token, which whoever reads ConfigMaps could read; it is in the variable DT_API_TOKEN");
    }
    const wrong = egressPorts.find((port) => !Number.isInteger(port) || port < 1 || port > 65535);
    if (wrong !== undefined) fail("egressPorts", `${wrong} is not a TCP port; use 1 to 65535`);
    if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1) {
        fail("timeoutSeconds", `${timeoutSeconds} is not a time; use whole seconds from 1`);
    }
    checkNoToken(check.at("cronJob.image"), args.image);
    const ownCa = endpoint.caCertificatePem !== undefined;
    const env = (args.env ?? []) as types.output.core.v1.EnvVar[];
    checkVariables(check, env, [VARIABLES.url, VARIABLES.token, SCHEME, ...(ownCa ? [CA_BUNDLE] : [])]);
    const labels = commonLabels(name, "metrics-ingest");
    return {
        name,
        schedule: schedule.trim(),
        image: args.image ?? IMAGE,
        env,
        egressPorts: [...egressPorts],
        timeoutSeconds,
        labels,
        selector: {
            "app.kubernetes.io/name": "metrics-ingest",
            "app.kubernetes.io/instance": name,
        },
        files: {
            [FILES.push]: PUSH_SCRIPT,
            [FILES.script]: script,
            ...(endpoint.caCertificatePem === undefined ? {} : { [FILES.ca]: endpoint.caCertificatePem }),
        },
        dynatracePort: endpoint.podPort,
        ownCa,
    };
}

/** Of two variables with one name the last one counts, so each name stands once. @throws InputError for another, and for a token. */
function checkVariables(check: Check, env: types.output.core.v1.EnvVar[], taken: string[]): void {
    const seen = new Set<string>();
    env.forEach((variable, index) => {
        const fail = (field: string, problem: string): never => {
            throw check.at(`cronJob.env[${index}].${field}`).error(problem);
        };
        const { name, value } = (variable ?? {}) as Partial<typeof variable>;
        const way = 'use letters, digits and "_"';
        if (typeof name !== "string" || name === "") return fail("name", `is missing; ${way}`);
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) fail("name", `"${name}" is not the name of a variable; ${way}`);
        if (taken.includes(name)) fail("name", `${name} is set here already, and two would contradict; leave it out`);
        if (seen.has(name)) fail("name", `${name} stands twice in the list; keep one of the two`);
        seen.add(name);
        if (holdsToken(value)) fail("value", "holds a token, readable in the pod; give valueFrom.secretKeyRef");
        checkNoToken(check.at(`cronJob.env[${index}]`), variable);
    });
}

/** What the pods get besides the plan. */
export interface CronJobParts {
    configMapName: pulumi.Input<string>;
    /** The variables that name Dynatrace and hold the token. */
    env: pulumi.Input<types.input.core.v1.EnvVar[]>;
    scheme: pulumi.Input<AuthorizationScheme>;
}

/**
 * The CronJob. A run is never repeated: that would send its lines twice.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (the profile is `restricted`)
 */
export function cronJobSpec(plan: pulumi.Output<CronJobPlan>, parts: CronJobParts): types.input.batch.v1.CronJobSpec {
    return {
        schedule: plan.schedule,
        concurrencyPolicy: "Forbid",
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
            spec: {
                backoffLimit: 0,
                activeDeadlineSeconds: plan.timeoutSeconds,
                template: { metadata: { labels: plan.labels }, spec: podSpec(plan, parts) },
            },
        },
    };
}

function podSpec(plan: pulumi.Output<CronJobPlan>, parts: CronJobParts): types.input.core.v1.PodSpec {
    return {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
            {
                name: "push",
                image: plan.image,
                command: ["/bin/sh", `${FILES.directory}/${FILES.push}`, `${FILES.directory}/${FILES.script}`],
                env: pulumi
                    .all([plan, parts.env, parts.scheme])
                    .apply(([plain, env, scheme]) => containerEnv(plain, env, scheme)),
                resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
                securityContext: {
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ["ALL"] },
                    privileged: false,
                    readOnlyRootFilesystem: true,
                },
                volumeMounts: [
                    { name: "files", mountPath: FILES.directory, readOnly: true },
                    { name: "tmp", mountPath: "/tmp" },
                ],
            },
        ],
        volumes: [
            { name: "files", configMap: { name: parts.configMapName } },
            { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
        ],
    };
}

function containerEnv(
    plan: CronJobPlan,
    env: types.output.core.v1.EnvVar[] | pulumi.Unwrap<types.input.core.v1.EnvVar[]>,
    scheme: AuthorizationScheme,
): types.input.core.v1.EnvVar[] {
    return [
        ...env,
        { name: SCHEME, value: scheme },
        ...(plan.ownCa ? [{ name: CA_BUNDLE, value: `${FILES.directory}/${FILES.ca}` }] : []),
        ...plan.env,
    ];
}

/** Closes the pods' network but for DNS, Dynatrace, and the ports the script asks for. */
export function networkPolicySpec(plan: CronJobPlan): types.input.networking.v1.NetworkPolicySpec {
    const tcp = (port: number) => ({ port, protocol: "TCP" });
    return {
        podSelector: { matchLabels: plan.selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [],
        egress: [
            { ports: [{ port: 53, protocol: "UDP" }, tcp(53)] },
            { ports: [...new Set([plan.dynatracePort, ...plan.egressPorts])].map(tcp) },
        ],
    };
}
