import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint";
import { caPem } from "../shared/ca";
import { type Check } from "../shared/check";
import { DNS, type Flow, type FlowPort, type Peer, tcp } from "../shared/flows";
import { commonLabels } from "../shared/kubernetes";
import { policyOf } from "../shared/network-policy";
import { type ClusterPlatform, idsOn, platformOf } from "../shared/platform";
import { checkLimits, type ResourceLimits, withLimits } from "../shared/resources";
import type { AuthorizationScheme } from "../shared/secrets";
import type { MetricsCronJobArgs } from "./args";
import { VARIABLES } from "./plan";
import { PUSH_SCRIPT } from "./push-script";

type EnvVar = pulumi.Unwrap<types.input.core.v1.EnvVar>;

/** Checked settings of a CronJob, with defaults. */
export interface CronJobPlan {
    /** Name of the CronJob. */
    name: string;
    schedule: string;
    image: string;
    env: EnvVar[];
    egressPorts: number[];
    timeoutSeconds: number;
    labels: Record<string, string>;
    selector: Record<string, string>;
    /** Content of the ConfigMap. */
    files: Record<string, string>;
    /** Port of Dynatrace as a NetworkPolicy sees it. */
    dynatracePort: number;
    ownCa: boolean;
    platform: ClusterPlatform;
    limits: ResourceLimits;
}

const IMAGE = "docker.io/curlimages/curl:8.11.1";
const TIMEOUT_SECONDS = 600;
const FILES = { directory: "/etc/dynatrace-metrics", push: "push.sh", script: "script.sh", ca: "ca.crt" };
/** Variables of the script that sends lines, and of curl. */
const SCHEME = "DT_TOKEN_SCHEME";
const CA_BUNDLE = "CURL_CA_BUNDLE";
/** Any user other than root; the image contains no files of this user. */
const USER = 10001;
const CPU_MILLIS = 10;
const RESOURCES = { requests: { cpu: `${CPU_MILLIS}m`, memory: "32Mi" }, limits: { memory: "128Mi" } };

/** @throws InputError for a schedule, script or number that cannot work. */
export function planCronJob(
    check: Check,
    name: string,
    endpoint: Endpoint,
    args: pulumi.Unwrap<MetricsCronJobArgs>,
): CronJobPlan {
    const at = (field: string): Check => check.at(`cronJob.${field}`);
    const { image = IMAGE, egressPorts = [], timeoutSeconds = TIMEOUT_SECONDS } = args;
    const schedule = scheduleOf(at("schedule"), args.schedule);
    const script = scriptOf(at("script"), args.script);
    for (const port of at("egressPorts").list(egressPorts, "[443]")) {
        if (!Number.isInteger(port) || port < 1 || port > 65535) {
            at("egressPorts").fail(`${port} is not a TCP port; use 1 to 65535`);
        }
    }
    at("timeoutSeconds").wholeNumber(timeoutSeconds);
    const pem = caPem(check.at("endpoint.ca"), endpoint.ca, "the CronJob");
    const ownCa = pem !== undefined;
    const taken = [VARIABLES.url, VARIABLES.token, SCHEME, ...(ownCa ? [CA_BUNDLE] : [])];
    const env = checkedVariables(at("env"), args.env ?? [], taken);
    const labels = commonLabels(name, "metrics-ingest");
    return {
        name,
        schedule,
        image,
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
            ...(pem === undefined ? {} : { [FILES.ca]: pem }),
        },
        dynatracePort: endpoint.podPort,
        ownCa,
        platform: platformOf(check.at("cronJob"), args.platform),
        limits: checkLimits(check.at("cronJob"), args, CPU_MILLIS),
    };
}

function scheduleOf(check: Check, schedule: string | undefined): string {
    const way = "write five fields, e.g. */5 * * * *, or @hourly";
    if (typeof schedule !== "string") return check.fail(`is missing; ${way}`);
    if (/^(@[a-z]+|\S+( \S+){4})$/.test(schedule.trim())) return schedule.trim();
    return check.fail(`"${schedule}" is not a schedule; ${way}`);
}

function scriptOf(check: Check, script: string | undefined): string {
    if (typeof script !== "string") {
        return check.fail("is missing; give a shell script that prints metric lines, e.g. echo shop.load 1");
    }
    if (script.trim() === "") check.fail("is empty; print at least one metric line, e.g. echo shop.load 1");
    return script;
}

/** Only the last of two variables with the same name is used. @throws InputError for a duplicate and an invalid name. */
function checkedVariables(check: Check, env: EnvVar[], taken: string[]): EnvVar[] {
    const seen = new Set<string>();
    check.list(env, '[{ name: "STAGE", value: "test" }]').forEach((variable, index) => {
        const at = check.at(index).at("name");
        const { name }: Partial<EnvVar> = variable ?? {};
        const way = 'use letters, digits and "_"';
        if (typeof name !== "string" || name === "") return at.fail(`is missing; ${way}`);
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) at.fail(`"${name}" is not the name of a variable; ${way}`);
        if (taken.includes(name)) at.fail(`"${name}" is already set by the component; leave it out`);
        if (seen.has(name)) at.fail(`"${name}" is in the list twice; remove one of the two`);
        seen.add(name);
    });
    return env;
}

/** Values of other resources that the pods need. */
export interface CronJobParts {
    configMapName: pulumi.Input<string>;
    /** The variables with the URL and the token. */
    env: pulumi.Input<types.input.core.v1.EnvVar[]>;
    scheme: pulumi.Input<AuthorizationScheme>;
}

/**
 * The CronJob. It never repeats a run, because that would send lines twice.
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
        securityContext: plan.platform.apply((platform) => ({
            runAsNonRoot: true,
            ...idsOn(platform, { runAsUser: USER, runAsGroup: USER }),
            seccompProfile: { type: "RuntimeDefault" },
        })),
        containers: [
            {
                name: "push",
                image: plan.image,
                command: ["/bin/sh", `${FILES.directory}/${FILES.push}`, `${FILES.directory}/${FILES.script}`],
                env: pulumi
                    .all([plan, parts.env, parts.scheme])
                    .apply(([plain, env, scheme]) => containerEnv(plain, env, scheme)),
                resources: plan.limits.apply((limits) => withLimits(RESOURCES, limits)),
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

function containerEnv(plan: CronJobPlan, env: EnvVar[], scheme: AuthorizationScheme): types.input.core.v1.EnvVar[] {
    return [
        ...env,
        { name: SCHEME, value: scheme },
        ...(plan.ownCa ? [{ name: CA_BUNDLE, value: `${FILES.directory}/${FILES.ca}` }] : []),
        ...plan.env,
    ];
}

/** The fields of the plan that the policy depends on. */
type PolicyPlan = Pick<CronJobPlan, "selector" | "dynatracePort" | "egressPorts">;

/** The flows of the job's pods. A NetworkPolicy cannot name hosts, so the two kinds of destinations share a rule. */
export function cronJobFlows({ dynatracePort, egressPorts }: Omit<PolicyPlan, "selector">): Flow[] {
    const peer: Peer = { name: "Dynatrace, and what the script reads", at: [{ kind: "host", inCluster: false }] };
    const out = (ports: FlowPort[], reason: string): Flow => ({ direction: "out", peer, ports, reason });
    return [
        ...DNS,
        out(tcp(dynatracePort), "Sends the lines."),
        ...(egressPorts.length === 0 ? [] : [out(tcp(...egressPorts), "The script reads its data.")]),
    ];
}

/** Allows only connections to DNS, Dynatrace, and the ports that the script needs. */
export function networkPolicySpec(plan: PolicyPlan): types.input.networking.v1.NetworkPolicySpec {
    return policyOf(plan.selector, cronJobFlows(plan));
}
