import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../exporter-env/args";
import { isDownwardVariable, mergeAttributes, RESOURCE_ATTRIBUTES } from "../exporter-env/attributes";
import { derive, onto, ontoOr } from "../exporter-env/later";
import { CREDENTIALS, NO_PROXY, TOKEN } from "../exporter-env/variables";

type Container = types.input.core.v1.Container;
type EnvVar = types.input.core.v1.EnvVar;
type NamedEnvVar = EnvVar & { name: string };

/** What decides about one container. */
export interface ContainerInjection {
    exporter: ExporterEnv;
    /** Attributes of the workload, encoded; what the container or the exporter says wins. */
    workloadAttributes: pulumi.Input<string>;
    /** Says something about this container to who runs Pulumi. */
    warn: (text: string) => void;
    note: (text: string) => void;
}

/** Lists of hosts that are reached past a proxy; some programs read the one, some the other. */
const PROXY_LISTS = [NO_PROXY, NO_PROXY.toLowerCase()];

/** Variables that hold a secret. */
const SECRETS: string[] = [TOKEN, ...Object.values(CREDENTIALS).map(({ variable }) => variable)];

/**
 * A container with the exporter's variables: its own first, as they were, the exporter's behind them, the attributes last.
 * The same container if it has them already, or settings of its own.
 */
export function injectContainer(container: Container, injection: ContainerInjection): pulumi.Input<Container> {
    return onto(namedEnv(container.env), (env) => {
        if (isTaken(env, injection)) return container;
        if (container.envFrom !== undefined) {
            injection.note("envFrom cannot be seen from here: a variable in it loses to one of the same name here");
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

/** A list with what it lacks, told by name. */
export function appendNamed<T>(own: pulumi.Input<T>[], more: T[]): pulumi.Input<T>[] {
    const nameOf = (item: pulumi.Input<T>): unknown => (item as { name?: unknown }).name;
    return [...own, ...more.filter((item) => !own.some((other) => nameOf(other) === nameOf(item)))];
}

/** The variables with their names at hand; what they hold may be known later. */
function namedEnv(env: Container["env"]): pulumi.Input<NamedEnvVar[]> {
    return ontoOr(env, [], (list) =>
        list.every((variable) => typeof (variable as EnvVar).name === "string")
            ? (list as NamedEnvVar[])
            : (pulumi.output(list) as pulumi.Output<NamedEnvVar[]>),
    );
}

/** Whether a container is left as it is: it has the exporter's variables already, or settings of its own. */
function isTaken(env: NamedEnvVar[], { exporter, warn }: ContainerInjection): boolean {
    const has = (name: string): boolean => env.some((variable) => variable.name === name);
    if (exporter.env.every(({ name }) => has(name))) return true;
    const own = env.map(({ name }) => name).filter((name) => name.startsWith("OTEL_EXPORTER_OTLP_"));
    // A header of the exporter's would send what stands there.
    const secrets = exporter.env.map(({ name }) => name).filter((name) => SECRETS.includes(name) && has(name));
    if (own.length + secrets.length === 0) return false;
    warn(
        `has settings of its own (${[...own, ...secrets].join(", ")}) and is left alone; ` +
            "remove them, or leave the container out of the selection",
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

/** A container that has a list of hosts to reach past the proxy gets one more in it. */
function withHost(variable: NamedEnvVar, host: pulumi.Input<string> | undefined, { warn }: ContainerInjection): EnvVar {
    if (host === undefined || !PROXY_LISTS.includes(variable.name)) return variable;
    if (variable.valueFrom !== undefined) {
        warn(`takes ${variable.name} from elsewhere, so the host cannot be added; add it there`);
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
        warn(`takes ${RESOURCE_ATTRIBUTES} from elsewhere, so no attributes are added; add them there`);
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
