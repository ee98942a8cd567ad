import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../exporter-env/args";
import { onto, ontoOr } from "../exporter-env/later";
import type { RegistrationArgs, RegistrationResult } from "../workload-injection/args";

type Container = types.input.core.v1.Container;
type Template = types.input.core.v1.PodTemplateSpec;

const WORKLOAD = /^kubernetes:apps\/v1:(Deployment|StatefulSet|DaemonSet)$/;
/** Name of the container of an `OtlpCollector`. */
const COLLECTOR = "collector";

/**
 * Gives variables to the containers of an `OtlpCollector`, and annotations to its pods. Whatever is known stays known, so that a preview
 * shows it.
 */
export function collectorTransform(pods: ExporterEnv): (resource: RegistrationArgs) => RegistrationResult | undefined {
    return ({ type, props, opts }) => {
        if (!WORKLOAD.test(type)) return undefined;
        const spec = at(props["spec"], (workload: { template?: pulumi.Input<Template> }) => ({
            ...workload,
            template: at(workload.template, (template: Template) => withPods(template, pods)),
        }));
        return { props: { ...props, spec }, opts };
    };
}

function withPods(template: Template, { env, podAnnotations }: ExporterEnv): Template {
    const spec = at(template.spec, (pod: types.input.core.v1.PodSpec) => ({
        ...pod,
        containers: at(pod.containers, (containers: pulumi.Input<Container>[]) =>
            containers.map((container) => onto(container, (plain) => withEnv(plain, env))),
        ),
    }));
    if (Object.keys(podAnnotations).length === 0) return { ...template, spec } as Template;
    const metadata = ontoOr(template.metadata, {}, (own: types.input.meta.v1.ObjectMeta) => ({
        ...own,
        annotations: ontoOr(own.annotations, {}, (annotations) => ({ ...annotations, ...podAnnotations })),
    }));
    return { ...template, metadata, spec } as Template;
}

/** A transform may run again for what it has changed. */
function withEnv(container: Container, more: ExporterEnv["env"]): pulumi.Input<Container> {
    return onto(container.name, (name) => {
        if (name !== COLLECTOR) return container;
        const added = more.map((variable) => variable.name);
        const env = ontoOr(container.env, [], (own: pulumi.Input<types.input.core.v1.EnvVar>[]) => [
            ...own.filter((variable) => !added.includes((variable as { name: string }).name)),
            ...more,
        ]);
        return { ...container, env } as Container;
    });
}

/** Goes on with a part that is there, now or later. */
function at<T, R>(part: unknown, next: (value: T) => pulumi.Input<R>): pulumi.Input<R> | undefined {
    return part === undefined ? undefined : onto(part as pulumi.Input<T>, next);
}
