import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { ExporterEnv } from "../exporter-env/args";
import { isDownwardVariable } from "../exporter-env/attributes";
import { derive, onto, ontoOr } from "../exporter-env/later";
import { appendNamed, injectContainer } from "./container";

type Container = types.input.core.v1.Container;
type Metadata = types.input.meta.v1.ObjectMeta;
type PodSpec = types.input.core.v1.PodSpec;

/** A pod or the template of one. */
export interface PodTemplate {
    metadata?: pulumi.Input<Metadata>;
    spec?: pulumi.Input<PodSpec>;
}

/** What is added to the pods of one workload. */
export interface PodInjection {
    exporter: ExporterEnv;
    kind: string;
    /** Name in Kubernetes; undefined where Pulumi generates the name. */
    workloadName: pulumi.Input<string> | undefined;
    /** Names of the containers; undefined for all. */
    containers: string[] | undefined;
    /** Logs a message about a container. */
    warn: (text: string) => void;
    note: (text: string) => void;
}

/** A pod with the exporter's variables in its containers, and its volumes and annotations. Init containers do not change. */
export function injectPod(template: PodTemplate, injection: PodInjection): pulumi.Input<PodTemplate> {
    return onto(template.spec as pulumi.Input<PodSpec | undefined>, (spec) => {
        if (spec === undefined) return template;
        return ontoOr(spec.containers, [], (containers) => {
            const injected = containers.map((container) => injectOne(container, template, injection));
            if (injected.every((container, i) => container === containers[i])) return template;
            const { volumes } = injection.exporter;
            const merged = ontoOr(spec.volumes, [], (own) => appendNamed(own, volumes));
            return {
                ...template,
                ...annotated(template.metadata, injection.exporter.podAnnotations),
                spec: { ...spec, containers: injected, ...(volumes.length === 0 ? {} : { volumes: merged }) },
            };
        });
    });
}

function injectOne(
    container: pulumi.Input<Container>,
    template: PodTemplate,
    injection: PodInjection,
): pulumi.Input<Container> {
    return onto(container, (plain) =>
        onto(plain.name, (name) => {
            if (injection.containers !== undefined && !injection.containers.includes(name)) return plain;
            return injectContainer(plain, {
                exporter: injection.exporter,
                workloadAttributes: workloadAttributes(template, injection),
                warn: (text) => injection.warn(`container "${name}" ${text}`),
                note: (text) => injection.note(`container "${name}": ${text}`),
            });
        }),
    );
}

/**
 * Attributes that Dynatrace groups by. The service is named after the pods' label `app.kubernetes.io/name`, or after the workload.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/service/
 */
function workloadAttributes(template: PodTemplate, injection: PodInjection): pulumi.Input<string> {
    const label = onto(template.metadata as pulumi.Input<Metadata | undefined>, (metadata) =>
        ontoOr(
            metadata?.labels,
            {},
            (labels: Record<string, pulumi.Input<string>>) => labels["app.kubernetes.io/name"],
        ),
    );
    const fromPod = injection.exporter.env.some(({ name }) => isDownwardVariable(name));
    return derive({ label, name: injection.workloadName }, (plain) => {
        const { label: service, name } = plain as { label?: string; name?: string };
        const workload = { "k8s.workload.kind": injection.kind.toLowerCase(), "k8s.workload.name": name };
        const attributes = { ...(fromPod && name !== undefined ? workload : {}), "service.name": service ?? name };
        return Object.entries(attributes)
            .filter(([, value]) => value !== undefined)
            .map(([key, value]) => `${key}=${encodeURIComponent(value ?? "")}`)
            .join(",");
    });
}

function annotated(
    metadata: PodTemplate["metadata"],
    more: ExporterEnv["podAnnotations"],
): Pick<PodTemplate, "metadata"> {
    if (Object.keys(more).length === 0) return {};
    return {
        metadata: ontoOr(metadata, {}, (own: Metadata) => ({
            ...own,
            annotations: ontoOr(own.annotations, {}, (annotations) => ({ ...annotations, ...more })),
        })),
    };
}
