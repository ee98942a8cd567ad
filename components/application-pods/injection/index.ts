import * as pulumi from "@pulumi/pulumi";

import { onto } from "../exporter-env/later";
import { InputError } from "../../shared/check";
import { type InjectExporterEnvArgs, type RegistrationArgs, type RegistrationResult, WorkloadKind } from "./args";
import { injectPod, type PodTemplate } from "./pod";
import { isSelected, TEMPLATE_PATH, workloadKind } from "./select";

const COMPONENT = "injectExporterEnv";

/**
 * A transform that gives an exporter's variables to the workloads that a program registers. A container with settings of
 * its own (`OTEL_EXPORTER_OTLP_…`) is left alone, with a warning; one that has the variables already stays as it is.
 *
 * It fits both options of a resource and of a stack: `transforms` reaches all resources, those of charts and of components
 * from other packages too; `transformations` reaches those of the program itself, and keeps their dependencies in full.
 *
 * @throws InputError for a selection that can select nothing.
 *
 * @example
 * ```ts
 * import { exporterEnv, injectExporterEnv, TelemetryPipeline } from "pulumi-dynatrace-otlp";
 *
 * const telemetry = new TelemetryPipeline("telemetry", { endpoint: { environment: "abc12345" } });
 * const exporter = exporterEnv({ via: "collector", collectorUrl: telemetry.otlpEndpoint });
 * new Shop("shop", args, { transforms: [injectExporterEnv({ exporter, namespaces: ["shop"] })] });
 * ```
 *
 * @see https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/
 */
export function injectExporterEnv(
    args: InjectExporterEnvArgs,
): (resource: RegistrationArgs) => RegistrationResult | undefined {
    checkSelection(args);
    const say = onceEach();
    return (resource) => {
        const kind = workloadKind(resource.type);
        if (kind === undefined) return undefined;
        const selected = isSelected(args, kind, resource);
        if (selected === false) return undefined;
        const injected = (): pulumi.Inputs => injectWorkload(args, kind, resource, say);
        if (selected === true) {
            const props = injected();
            return props === resource.props ? undefined : { props, opts: resource.opts };
        }
        // Not known yet whether it is meant: then it is not known yet what is in it.
        const changed = kind === WorkloadKind.Pod ? ["metadata", "spec"] : ["spec"];
        const either = onto(selected, (yes) => (yes ? injected() : resource.props)) as pulumi.Output<pulumi.Inputs>;
        const later = changed.map((key) => [key, either.apply((props) => props[key] as unknown)]);
        return { props: { ...resource.props, ...Object.fromEntries(later) }, opts: resource.opts };
    };
}

function injectWorkload(
    args: InjectExporterEnvArgs,
    kind: WorkloadKind,
    { name, props }: RegistrationArgs,
    say: Say,
): pulumi.Inputs {
    const metadata = props["metadata"] as pulumi.Input<{ name?: pulumi.Input<string> } | undefined>;
    const about = `${COMPONENT}: ${kind} "${name}": `;
    const injection = {
        exporter: args.exporter,
        kind,
        workloadName: onto(metadata, (it) => it?.name as pulumi.Input<string>),
        containers: args.containers,
        warn: (text: string) => say(pulumi.log.warn, about + text),
        note: (text: string) => say(pulumi.log.info, about + text),
    };
    const next = (template: PodTemplate): pulumi.Input<PodTemplate> => injectPod(template, injection);
    return change(props, TEMPLATE_PATH[kind], next as (value: unknown) => unknown) as pulumi.Inputs;
}

/** A copy with something else at a path; the value itself where there is nothing, or where nothing changes. */
function change(value: unknown, path: string[], next: (value: unknown) => unknown): unknown {
    const [key, ...rest] = path;
    return onto(value as pulumi.Input<Record<string, unknown> | undefined>, (it) => {
        if (it === undefined || key === undefined) return (it && next(it)) as pulumi.Input<unknown>;
        const inner = change(it[key], rest, next);
        return inner === it[key] ? it : { ...it, [key]: inner };
    });
}

type Say = (log: (text: string) => Promise<void>, text: string) => void;

/** A transform runs again for what it has seen, e.g. when it stands at a component and at the stack. */
function onceEach(): Say {
    const said = new Set<string>();
    return (log, text) => {
        if (!said.has(text)) void log(text);
        said.add(text);
    };
}

function checkSelection(args: InjectExporterEnvArgs): void {
    for (const field of ["kinds", "namespaces", "names", "containers"] as const) {
        if (args[field]?.length === 0) {
            throw new InputError(COMPONENT, field, "is empty and so selects nothing; leave it out for all");
        }
    }
    const known: string[] = Object.values(WorkloadKind);
    const unknown = args.kinds?.find((kind) => !known.includes(kind));
    if (unknown !== undefined) {
        throw new InputError(COMPONENT, "kinds", `"${unknown}" is not a kind of workload; use ${known.join(", ")}`);
    }
}
