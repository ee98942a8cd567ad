import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../application-pods/exporter-env/args";
import { derive } from "../application-pods/exporter-env/later";
import { lift, warnAll } from "../shared/outputs";
import { commonLabels, kubernetesNamespace } from "../shared/kubernetes";
import type { SentryExportArgs, SentryPodArgs } from "./args";
import { checkCollectorName, checkedPlace, checkPod, checkShape } from "./checks";
import { type SentryFragment, sentryFragment, SentryInput } from "./fragment";
import {
    type SentryDecision,
    planSentry,
    type SentryPlan,
    type SentryPlanInputs,
    sentryUrl,
    signalsFor,
    TOKEN_KEY,
} from "./plan";
import { applicationPods, collectorPods, collectorVariables, type SecretPlace } from "./pods";
import { standaloneConfig } from "./standalone";
import { Signal } from "../shared/signals";
import { Check } from "../shared/check";
import * as types from "../shared/types";
import type { CollectorVariableArgs } from "../collector/args/pods";

/** What an export knows and does not give out. A field would be an output to other languages, private or not. */
interface Inside {
    check: Check;
    plan: pulumi.Output<SentryPlan>;
    signals: Signal[];
    places: Record<string, SecretPlace>;
}
const INSIDE = new WeakMap<SentryExport, Inside>();

/**
 * Traces and logs to Sentry, beside Dynatrace or alone: the part of a Collector's configuration, the variables of application pods, and
 * a Secret with the keys.
 *
 * Throws an `InputError` where the arguments cannot work.
 *
 * @example
 * ```ts
 * import { OtlpCollector, SentryExport } from "pulumi-dynatrace-otlp";
 *
 * const sentry = new SentryExport("sentry", {
 *     projects: { checkout: { dsn: checkoutDsn }, cart: { dsn: cartDsn } },
 *     collectorName: "gateway",
 * });
 * const { ownConfig, collectorEnv: env } = sentry;
 * const token = { secretName: "dynatrace-token" };
 * new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token, ownConfig, env });
 * ```
 *
 * @see https://docs.sentry.io/concepts/otlp/
 */
export class SentryExport extends pulumi.ComponentResource {
    /** URL for traces of each project, with `/v1/traces`. */
    public readonly tracesUrls: pulumi.Output<Record<string, string>>;
    /** URL for logs of each project, with `/v1/logs`. */
    public readonly logsUrls: pulumi.Output<Record<string, string>>;
    /** A whole configuration, as YAML, of a Collector that sends to Sentry alone. It holds no secret. */
    public readonly standaloneConfig: pulumi.Output<string>;
    /** TCP ports at which Sentry is reached. */
    public readonly ports: pulumi.Output<number[]>;

    /** For `ownConfig` of an `OtlpCollector` that sends to Dynatrace, or to spread into one. It holds no secret. */
    public get ownConfig(): pulumi.Inputs {
        const part = <T>(pick: (fragment: SentryFragment) => T): pulumi.Output<T> =>
            insideOf(this).plan.apply((plan) => pick(sentryFragment(plan, SentryInput.Beside))) as pulumi.Output<T>;
        return {
            connectors: part(({ connectors }) => connectors),
            exporters: part(({ exporters }) => exporters),
            processors: part(({ processors }) => processors),
            service: part(({ service }) => service),
        };
    }

    /** For `env` of that `OtlpCollector`: the keys, by reference. */
    public get collectorEnv(): CollectorVariableArgs[] {
        return collectorVariables(insideOf(this).places);
    }

    /** For `podAnnotations` of that `OtlpCollector`: changes with a key in a Secret made elsewhere. */
    public get collectorAnnotations(): Record<string, pulumi.Input<string>> {
        return this.collectorPods.podAnnotations;
    }

    /** The same for pods of your own, e.g. with `standaloneConfig`. */
    public get collectorPods(): ExporterEnv {
        return collectorPods(insideOf(this).places);
    }

    constructor(name: string, args: SentryExportArgs, opts?: pulumi.ComponentResourceOptions) {
        // No arguments: Pulumi would write them to the state as they are, DSNs included.
        super(types.SentryExport, name, {}, opts);

        const check = Check.of("SentryExport", name, opts);
        checkShape(check, args);
        const given = givenPlaces(check, args);
        const selector =
            args.collectorName === undefined ? undefined : collectorSelector(check, args.collectorName, args);
        const signals = signalsFor(check, args.signals);
        const decision = lift(withoutPlaces(args), (plain) =>
            planSentry(check, plain),
        ) as unknown as pulumi.Output<SentryDecision>;
        // A DSN is a secret for the sake of its key; where it leads to is none.
        const plan = pulumi.unsecret(decision.apply((decided) => decided.plan));
        const secrets = pulumi.secret(decision.apply((decided) => decided.secrets));
        plan.apply(({ warnings }) => warnAll(warnings, this));

        // Pulumi does not hand a component's dependsOn down to its children.
        const child = { parent: this, dependsOn: opts?.dependsOn };
        const metadata = { namespace: args.namespace, labels: commonLabels(name, "sentry-export") };
        const own = ownSecrets(args);
        const secret =
            own.length === 0
                ? undefined
                : new k8s.core.v1.Secret(
                      `${name}-secret`,
                      { metadata, type: "Opaque", stringData: secrets },
                      { ...child, additionalSecretOutputs: ["data", "stringData"] },
                  );
        if (selector !== undefined) {
            const spec = egressSpec(selector, plan);
            new k8s.networking.v1.NetworkPolicy(`${name}-policy`, { metadata, spec }, child);
        }

        const places = { ...given, ...madePlaces(own, secret) };
        INSIDE.set(this, { check, plan, signals, places });
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
     * What an application's pods need to send to a project themselves. The Secret has to be in their namespace.
     *
     * @throws InputError for a project that is not there.
     */
    public exporterEnv(args: SentryPodArgs = {}): ExporterEnv {
        const { check, plan, signals, places } = insideOf(this);
        const { project, place } = checkPod(check, places, args.project);
        const url = (signal: Signal): pulumi.Output<string> =>
            plan.apply(({ projects }) => {
                const found = projects.find(({ name }) => name === project);
                return found === undefined ? "" : sentryUrl(found.target, signal);
            });
        return applicationPods(url, signals, place, args);
    }
}

function insideOf(component: SentryExport): Inside {
    return INSIDE.get(component) as Inside;
}

/** All but where secrets lie, which may be known later than what decides the configuration. */
function withoutPlaces(args: SentryExportArgs): pulumi.Input<SentryPlanInputs> {
    const elsewhere = { secretName: "", key: "" };
    const { collectorName, namespace, allowRenderedSecret, ...decisive } = args;
    void [collectorName, namespace, allowRenderedSecret];
    const projects = Object.entries(args.projects ?? {}).map(([project, it]) => [
        project,
        it?.keySecret === undefined ? it : { ...it, keySecret: elsewhere },
    ]);
    const { organization } = args;
    return {
        ...decisive,
        ...(args.projects === undefined ? {} : { projects: Object.fromEntries(projects) as object }),
        ...(organization?.tokenSecret === undefined
            ? {}
            : { organization: { ...organization, tokenSecret: elsewhere } }),
    } as pulumi.Input<SentryPlanInputs>;
}

/** Names of what goes into the Secret made here. */
function ownSecrets({ projects = {}, organization }: SentryExportArgs): string[] {
    const keys = Object.keys(projects).filter((project) => projects[project]?.keySecret === undefined);
    return organization?.token === undefined ? keys : [...keys, TOKEN_KEY];
}

function givenPlaces(check: Check, { projects = {}, organization }: SentryExportArgs): Record<string, SecretPlace> {
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

function madePlaces(names: string[], secret: k8s.core.v1.Secret | undefined): Record<string, SecretPlace> {
    if (secret === undefined) return {};
    return Object.fromEntries(names.map((key) => [key, { secretName: secret.metadata.name, key }]));
}

/** The pods of an `OtlpCollector`, both tiers; where the namespace is given, those that the Operator makes of it as well. */
function collectorSelector(
    check: Check,
    collectorName: string,
    { namespace }: SentryExportArgs,
): k8s.types.input.meta.v1.LabelSelector {
    const name = checkCollectorName(check, collectorName);
    const names = ["otlp-collector", "otlp-collector-second-tier", `${name}-collector`];
    const instances =
        namespace === undefined
            ? [name]
            : derive(namespace, (plain) =>
                  [name, `${kubernetesNamespace(check.at("namespace"), plain)}.${name}`].filter(fitsLabel),
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

/** Policies add up: this one lets the Collector's pods out to Sentry, besides what their own policy allows. */
function egressSpec(
    podSelector: k8s.types.input.meta.v1.LabelSelector,
    plan: pulumi.Output<SentryPlan>,
): k8s.types.input.networking.v1.NetworkPolicySpec {
    return {
        podSelector,
        policyTypes: ["Egress"],
        egress: [{ ports: plan.apply(({ ports }) => ports.map((port) => ({ port, protocol: "TCP" }))) }],
    };
}

function urlsOf({ projects, signals }: SentryPlan, signal: Signal): Record<string, string> {
    if (!signals.includes(signal)) return {};
    return Object.fromEntries(projects.map(({ name, target }) => [name, sentryUrl(target, signal)]));
}
