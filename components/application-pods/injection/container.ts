import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../exporter-env/args";
import { isDownwardVariable, mergeAttributes, RESOURCE_ATTRIBUTES } from "../exporter-env/attributes";
import { derive, onto, ontoOr } from "../exporter-env/later";
import { CREDENTIALS, NO_PROXY, TOKEN } from "../exporter-env/variables";

type Container = types.input.core.v1.Container;
type EnvVar = types.input.core.v1.EnvVar;
type NamedEnvVar = EnvVar & { name: string };

/** What is added to one container. */
export interface ContainerInjection {
    exporter: ExporterEnv;
    /** Attributes of the workload, encoded; attributes of the container or the exporter win. */
    workloadAttributes: pulumi.Input<string>;
    /** Logs a message about this container. */
    warn: (text: string) => void;
    note: (text: string) => void;
}

/** Variables with the hosts that bypass a proxy; programs read one or the other. */
const PROXY_LISTS = [NO_PROXY, NO_PROXY.toLowerCase()];

/** Variables that hold a secret. */
const SECRETS: string[] = [TOKEN, ...Object.values(CREDENTIALS).map(({ variable }) => variable)];

/**
 * A container with the exporter's variables: its own variables first, unchanged, then the exporter's, then the attributes. The same
 * container if it already has the exporter's variables, or its own settings.
 */
export function injectContainer(container: Container, injection: ContainerInjection): pulumi.Input<Container> {
    return onto(namedEnv(container.env), (env) => {
        if (isTaken(env, injection)) return container;
        if (container.envFrom !== undefined) {
            injection.note("envFrom cannot be read here: a variable in it is overridden by one of the same name here");
        }
        const { volumeMounts } = injection.exporter;
        const mounts = ontoOr(container.volumeMounts, [], (own) => appendNamed(own, volumeMounts));
        return {
            ...container,
            env: mergeEnv(env, container.name, injection),
            ...(volumeMounts.length === 0 ? {} : { volumeMounts: mounts }),
        };
    });
}

/** A list with the items of another list whose names it lacks. */
export function appendNamed<T>(own: pulumi.Input<T>[], more: T[]): pulumi.Input<T>[] {
    const nameOf = (item: pulumi.Input<T>): unknown => (item as { name?: unknown }).name;
    return [...own, ...more.filter((item) => !own.some((other) => nameOf(other) === nameOf(item)))];
}

/** The variables with known names; their values may be known later. */
function namedEnv(env: Container["env"]): pulumi.Input<NamedEnvVar[]> {
    return ontoOr(env, [], (list) =>
        list.every((variable) => typeof (variable as EnvVar).name === "string")
            ? (list as NamedEnvVar[])
            : (pulumi.output(list) as pulumi.Output<NamedEnvVar[]>),
    );
}

/** Whether a container does not change: it already has the exporter's variables, or its own settings. */
function isTaken(env: NamedEnvVar[], { exporter, warn }: ContainerInjection): boolean {
    const has = (name: string): boolean => env.some((variable) => variable.name === name);
    if (exporter.env.every(({ name }) => has(name))) return true;
    const own = env.map(({ name }) => name).filter((name) => name.startsWith("OTEL_EXPORTER_OTLP_"));
    // A header of the exporter would send the value of this variable.
    const secrets = exporter.env.map(({ name }) => name).filter((name) => SECRETS.includes(name) && has(name));
    if (own.length + secrets.length === 0) return false;
    warn(
        `has its own settings (${[...own, ...secrets].join(", ")}) and is skipped; ` +
            "remove these settings, or exclude the container from the selection",
    );
    return true;
}

function mergeEnv(env: NamedEnvVar[], containerName: pulumi.Input<string>, injection: ContainerInjection): EnvVar[] {
    const { exporter } = injection;
    const host = exporter.env.find(({ name }) => name === NO_PROXY)?.value as pulumi.Input<string> | undefined;
    const ownAttributes = env.find(({ name }) => name === RESOURCE_ATTRIBUTES);
    const own = env.filter((variable) => variable !== ownAttributes);
    const lacking = exporter.env.filter(({ name }) => !env.some((variable) => variable.name === name));
    return [
        ...own.map((variable) => withHost(variable, host, injection)),
        ...lacking.filter(({ name }) => name !== RESOURCE_ATTRIBUTES),
        attributesVariable(ownAttributes, containerName, injection),
    ];
}

/** Adds the host to a container's list of hosts that bypass the proxy. */
function withHost(variable: NamedEnvVar, host: pulumi.Input<string> | undefined, { warn }: ContainerInjection): EnvVar {
    if (host === undefined || !PROXY_LISTS.includes(variable.name)) return variable;
    if (variable.valueFrom !== undefined) {
        warn(`reads ${variable.name} from another object, so the host cannot be added; add the host there`);
        return variable;
    }
    const value = derive({ list: variable.value, added: host }, ({ list = "", added }) =>
        list.split(",").some((entry) => entry.trim() === added) ? list : [list, added].filter(Boolean).join(","),
    );
    return { ...variable, value };
}

function attributesVariable(
    own: EnvVar | undefined,
    containerName: pulumi.Input<string>,
    { exporter, workloadAttributes, warn }: ContainerInjection,
): EnvVar {
    if (own?.valueFrom !== undefined) {
        warn(`reads ${RESOURCE_ATTRIBUTES} from another object, so no attributes are added; add the attributes there`);
        return own;
    }
    const fromPod = exporter.env.some(({ name }) => isDownwardVariable(name));
    const texts = {
        own: own?.value,
        exporter: exporter.env.find(({ name }) => name === RESOURCE_ATTRIBUTES)?.value,
        container: onto(containerName, (name) => (fromPod ? `k8s.container.name=${name}` : "")),
        workload: workloadAttributes,
        lastResort: onto(containerName, (name) => `service.name=${name}`),
    };
    const value = derive(texts, (plain) =>
        mergeAttributes(plain.own ?? "", plain.exporter ?? "", plain.container, plain.workload, plain.lastResort),
    );
    return { name: RESOURCE_ATTRIBUTES, value };
}
