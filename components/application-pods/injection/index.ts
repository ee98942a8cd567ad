import * as pulumi from "@pulumi/pulumi";

import { checkArguments } from "../../shared/arguments";
import { Check } from "../../shared/check";
import { onto } from "../exporter-env/later";
import {
    INJECT_FIELDS,
    type InjectExporterEnvArgs,
    type InjectionRegistrationArgs,
    type InjectionRegistrationResult,
    InjectionWorkloadKind,
} from "./args";
import { injectPod, type PodTemplate } from "./pod";
import { isSelected, TEMPLATE_PATH, workloadKind } from "./select";

const COMPONENT = "injectExporterEnv";

/**
 * A transform that adds an exporter's variables to the workloads that a program registers. A container with its own settings
 * (`OTEL_EXPORTER_OTLP_…`) is skipped, with a warning. A container that already has the variables does not change.
 *
 * It works with both options of a resource and of a stack: `transforms` reaches all resources, including those of charts and of
 * components from other packages; `transformations` reaches those of the program itself, and keeps all their dependencies.
 *
 * @throws InputError for a selection that cannot select anything.
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
): (resource: InjectionRegistrationArgs) => InjectionRegistrationResult | undefined {
    const given = checkedSelection(args);
    const say = onceEach();
    return (resource) => {
        const kind = workloadKind(resource.type);
        if (kind === undefined) return undefined;
        const selected = isSelected(given, kind, resource);
        if (selected === false) return undefined;
        const injected = (): pulumi.Inputs => injectWorkload(given, kind, resource, say);
        if (selected === true) {
            const props = injected();
            return props === resource.props ? undefined : { props, opts: resource.opts };
        }
        // The selection is not known yet, so the content of the resource is not known yet.
        const changed = kind === InjectionWorkloadKind.Pod ? ["metadata", "spec"] : ["spec"];
        const either = onto(selected, (yes) => (yes ? injected() : resource.props)) as pulumi.Output<pulumi.Inputs>;
        const later = changed.map((key): [string, unknown] => [key, either.apply((props): unknown => props[key])]);
        return { props: { ...resource.props, ...Object.fromEntries<unknown>(later) }, opts: resource.opts };
    };
}

function injectWorkload(
    args: InjectExporterEnvArgs,
    kind: InjectionWorkloadKind,
    { name, props }: InjectionRegistrationArgs,
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

/** A copy with a changed part at a path; the value itself where the part does not exist or does not change. */
function change(value: unknown, path: string[], next: (value: unknown) => unknown): unknown {
    const [key, ...rest] = path;
    return onto(value as pulumi.Input<Record<string, unknown> | undefined>, (it) => {
        if (it === undefined || key === undefined) return it && next(it);
        const inner = change(it[key], rest, next);
        return inner === it[key] ? it : { ...it, [key]: inner };
    });
}

type Say = (log: (text: string) => Promise<void>, text: string) => void;

/** Logs each text once: a transform runs twice for a resource when a component and the stack both have it. */
function onceEach(): Say {
    const said = new Set<string>();
    return (log, text) => {
        if (!said.has(text)) void log(text);
        said.add(text);
    };
}

function checkedSelection(args: InjectExporterEnvArgs): InjectExporterEnvArgs {
    const check = new Check(COMPONENT, "", INJECT_FIELDS);
    const { exporter, ...selection } = args ?? {};
    const given = { ...checkArguments<Partial<InjectExporterEnvArgs>>(check, selection), exporter };
    if (!Array.isArray(exporter?.env)) check.at("exporter").fail("is missing; give the result of exporterEnv");
    for (const field of ["kinds", "namespaces", "names", "containers"] as const) {
        const items: unknown[] | undefined = given[field];
        if (items === undefined) continue;
        check.at(field).list(items, EXAMPLES[field]);
        if (items.length === 0) check.at(field).fail(`is empty and selects nothing; remove ${field} to select all`);
    }
    given.kinds?.forEach((kind) => check.at("kinds").oneOf(kind, InjectionWorkloadKind));
    return given;
}

const EXAMPLES = { kinds: '["Deployment"]', namespaces: '["shop"]', names: '["checkout"]', containers: '["app"]' };
