import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../application-pods/exporter-env/args";
import { derive } from "../application-pods/exporter-env/later";
import { checkArguments } from "../shared/arguments";
import { Check } from "../shared/check";
import { type Flow, type Peer, tcp } from "../shared/flows";
import { isInstanceOf } from "../shared/is-instance";
import { commonLabels, kubernetesNamespace } from "../shared/kubernetes";
import { egressRules } from "../shared/network-policy";
import { afterwards, type ChildOptions, childOptions, lift, warnAll } from "../shared/outputs";
import { Signal } from "../shared/signals";
import * as types from "../shared/types";
import { SENTRY_POD_FIELDS, type SentryExportArgs, sentryExportFields, type SentryPodArgs } from "./args";
import { checkCollectorName, checkedPlace, checkGiven, checkPod, refuseRenderedKeys } from "./checks";
import { sentryFragment, SentryInput } from "./fragment";
import { planSentry, type SentryPlan, type SentryPlanArgs, sentryUrl, signalsFor, TOKEN_KEY } from "./plan";
import { applicationPods, collectorPods, type SecretPlace } from "./pods";
import { standaloneConfig } from "./standalone";

/** Internal values of an export. A field of the class, even a private one, would be an output in other languages. */
interface Inside {
    check: Check;
    plan: pulumi.Output<SentryPlan>;
    signals: Signal[];
    places: Record<string, SecretPlace>;
}
const INSIDE = new WeakMap<SentryExport, Inside>();

/**
 * Sends traces and logs to Sentry, in addition to Dynatrace or alone: the part of a Collector's configuration, the variables of
 * application pods, and a Secret with the keys.
 *
 * Throws an `InputError` for arguments that cannot work.
 *
 * @example
 * ```ts
 * import { OtlpCollector, SentryExport } from "pulumi-dynatrace-otlp";
 *
 * const sentry = new SentryExport("sentry", {
 *     projects: { checkout: { dsn: checkoutDsn }, cart: { dsn: cartDsn } },
 *     collectorName: "gateway",
 * });
 * const { extraConfig, collectorEnv: env } = sentry;
 * const token = { secret: { name: "dynatrace-token" } };
 * new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token, extraConfig, pods: { env } });
 * ```
 *
 * @see https://docs.sentry.io/concepts/otlp/
 */
export class SentryExport extends pulumi.ComponentResource {
    /** URL for traces of each project, with `/v1/traces`. */
    public readonly tracesUrls: pulumi.Output<Record<string, string>>;
    /** URL for logs of each project, with `/v1/logs`. */
    public readonly logsUrls: pulumi.Output<Record<string, string>>;
    /** A complete configuration, as YAML, of a Collector that sends to Sentry only. It holds no secret. */
    public readonly standaloneConfig: pulumi.Output<string>;
    /** TCP ports of Sentry. */
    public readonly ports: pulumi.Output<number[]>;

    /** For `extraConfig` of an `OtlpCollector` that sends to Dynatrace. It holds no secret. */
    public get extraConfig(): pulumi.Inputs {
        const fragment = insideOf(this).plan.apply((plan) => sentryFragment(plan, SentryInput.Beside));
        return {
            connectors: fragment.apply(({ connectors }) => connectors),
            exporters: fragment.apply(({ exporters }) => exporters),
            processors: fragment.apply(({ processors }) => processors),
            service: fragment.apply(({ service }) => service),
        };
    }

    /** For `pods.env` of that `OtlpCollector`: references to the keys. */
    public get collectorEnv(): k8s.types.input.core.v1.EnvVar[] {
        return this.collectorPods.env;
    }

    /** For `pods.annotations` of that `OtlpCollector`: they change with the keys in existing Secrets. */
    public get collectorAnnotations(): Record<string, pulumi.Input<string>> {
        return this.collectorPods.podAnnotations;
    }

    /** The same settings for your own Collector pods, e.g. with `standaloneConfig`. */
    public get collectorPods(): ExporterEnv {
        return collectorPods(insideOf(this).places);
    }

    /** Whether a value is a `SentryExport`, also one of another copy of this package. */
    public static override isInstance(obj: unknown): obj is SentryExport {
        return isInstanceOf(obj, types.SentryExport);
    }

    constructor(name: string, args: SentryExportArgs, opts?: pulumi.ComponentResourceOptions) {
        // Without arguments: Pulumi would write them to the state unchanged, including DSNs.
        super(types.SentryExport, name, {}, opts);

        const check = Check.of("SentryExport", name, opts, sentryExportFields(args));
        const given = checkArguments(check, args);
        checkGiven(check, given);
        const allowed = refuseRenderedKeys(check, this, given);
        const existing = existingPlaces(check, given);
        const selector = collectorSelector(check, given);
        const signals = signalsFor(check, given.signals);
        const decision = lift(planArgs(given), (plain) => planSentry(check, plain));
        // The key makes a DSN secret; its address is not secret.
        const plan = pulumi.unsecret(decision.apply((decided) => decided.plan));
        plan.apply(({ warnings }) => warnAll(warnings, this));

        const child = childOptions(this, afterwards(opts, allowed));
        const secrets = pulumi.secret(decision.apply((decided) => decided.secrets));
        const created = createSecret(name, given, secrets, child);
        if (selector !== undefined) createPolicy(name, given, selector, plan, child);

        INSIDE.set(this, { check, plan, signals, places: { ...existing, ...created } });
        this.tracesUrls = plan.apply((plain) => urlsOf(plain, Signal.Traces));
        this.logsUrls = plan.apply((plain) => urlsOf(plain, Signal.Logs));
        this.standaloneConfig = plan.apply(standaloneConfig);
        this.ports = plan.apply(({ ports }) => ports);
        this.registerOutputs({
            tracesUrls: this.tracesUrls,
            logsUrls: this.logsUrls,
            standaloneConfig: this.standaloneConfig,
            ports: this.ports,
        });
    }

    /**
     * Settings of application pods that send to a project directly. The Secret must be in their namespace.
     *
     * @throws InputError for an unknown project.
     */
    public exporterEnv(args: SentryPodArgs = {}): ExporterEnv {
        const { check: within, plan, signals, places } = insideOf(this);
        const check = new Check(within.component, "exporterEnv", SENTRY_POD_FIELDS);
        const given = checkArguments(check, args);
        const { project, place } = checkPod(check, places, given.project);
        const url = (signal: Signal): pulumi.Output<string> =>
            plan.apply(({ projects }) => {
                const found = projects.find(({ name }) => name === project);
                return found === undefined ? "" : sentryUrl(found.target, signal);
            });
        return applicationPods(url, signals, place, given);
    }
}

function insideOf(component: SentryExport): Inside {
    const inside = INSIDE.get(component);
    if (inside === undefined) throw new Error("SentryExport was not created by its constructor");
    return inside;
}

/** Arguments that decide the configuration. References to Secrets are left out, because they may be known later. */
function planArgs(args: SentryExportArgs): SentryPlanArgs {
    const elsewhere = { name: "", key: "" };
    const { projects, organization, signals, attribute, routing, spanEvents, searchableArrays, queueMiB, image } = args;
    const tokenSecret = organization?.tokenSecret && elsewhere;
    return {
        ...{ signals, attribute, routing, spanEvents, searchableArrays, queueMiB, image },
        projects:
            projects &&
            Object.fromEntries(
                Object.entries(projects).map(([project, it]) => [
                    project,
                    it?.keySecret === undefined ? it : { ...it, keySecret: elsewhere },
                ]),
            ),
        organization: organization && { ...organization, ...(tokenSecret && { tokenSecret }) },
    };
}

/** Keys of the Secret that the component creates. */
function ownSecrets({ projects = {}, organization }: SentryExportArgs): string[] {
    const keys = Object.keys(projects).filter((project) => projects[project]?.keySecret === undefined);
    return organization?.token === undefined ? keys : [...keys, TOKEN_KEY];
}

/** Creates the Secret with the keys and tokens that were given as values, and returns references to them. */
function createSecret(
    name: string,
    args: SentryExportArgs,
    stringData: pulumi.Output<Record<string, string>>,
    child: ChildOptions,
): Record<string, SecretPlace> {
    const own = ownSecrets(args);
    if (own.length === 0) return {};
    const { metadata } = new k8s.core.v1.Secret(
        `${name}-secret`,
        { metadata: metadataOf(name, args), type: "Opaque", stringData },
        { ...child, additionalSecretOutputs: ["data", "stringData"] },
    );
    return Object.fromEntries(own.map((key) => [key, { name: metadata.name, key }]));
}

function sentryFlow(ports: number[]): Flow {
    const peer: Peer = { name: "Sentry", at: [{ kind: "host", inCluster: false }] };
    return { direction: "out", peer, ports: tcp(...ports), reason: "Sends data to Sentry." };
}

/** NetworkPolicies add up: this one allows the Collector's pods to connect to Sentry. */
function createPolicy(
    name: string,
    args: SentryExportArgs,
    podSelector: k8s.types.input.meta.v1.LabelSelector,
    plan: pulumi.Output<SentryPlan>,
    child: ChildOptions,
): void {
    const egress = plan.apply(({ ports }) => egressRules([sentryFlow(ports)]));
    const spec = { podSelector, policyTypes: ["Egress"], egress };
    new k8s.networking.v1.NetworkPolicy(`${name}-policy`, { metadata: metadataOf(name, args), spec }, child);
}

function metadataOf(name: string, { namespace }: SentryExportArgs): k8s.types.input.meta.v1.ObjectMeta {
    return { namespace, labels: commonLabels(name, "sentry-export") };
}

function existingPlaces(check: Check, { projects = {}, organization }: SentryExportArgs): Record<string, SecretPlace> {
    const keys = Object.entries(projects).flatMap(([project, it]): [string, SecretPlace][] =>
        it?.keySecret === undefined
            ? []
            : [[project, checkedPlace(check.at(`projects.${project}.keySecret`), it.keySecret)]],
    );
    const token = organization?.tokenSecret;
    return {
        ...Object.fromEntries(keys),
        ...(token === undefined ? {} : { [TOKEN_KEY]: checkedPlace(check.at("organization.tokenSecret"), token) }),
    };
}

/** The pods of both tiers of an `OtlpCollector`; with a namespace also those that the OpenTelemetry Operator creates. */
function collectorSelector(
    check: Check,
    { collectorName, namespace }: SentryExportArgs,
): k8s.types.input.meta.v1.LabelSelector | undefined {
    if (collectorName === undefined) return undefined;
    const name = checkCollectorName(check, collectorName);
    const names = ["otlp-collector", "otlp-collector-second-tier", `${name}-collector`];
    const instances =
        namespace === undefined
            ? [name]
            : derive(namespace, (plain) =>
                  plain === undefined
                      ? [name]
                      : [name, `${kubernetesNamespace(check.at("namespace"), plain)}.${name}`].filter(fitsLabel),
              );
    return {
        matchExpressions: [
            { key: "app.kubernetes.io/name", operator: "In", values: names },
            { key: "app.kubernetes.io/instance", operator: "In", values: instances },
        ],
    };
}

function fitsLabel(value: string): boolean {
    return value.length <= 63;
}

function urlsOf({ projects, signals }: SentryPlan, signal: Signal): Record<string, string> {
    if (!signals.includes(signal)) return {};
    return Object.fromEntries(projects.map(({ name, target }) => [name, sentryUrl(target, signal)]));
}
