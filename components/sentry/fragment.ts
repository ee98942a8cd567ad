import type { Plain } from "../collector/plan-types";
import { quote, statementsFor } from "../collector/config/ottl";
import { variable } from "../collector/constants";
import { Signal } from "../shared/signals";
import { SentryRouting, SentrySpanEvents } from "./args";
import { type SentryPlan, type SentryProjectPlan, sentryUrl } from "./plan";

/** A part of a Collector's configuration that is merged into the rest. */
export interface SentryFragment {
    connectors: Plain;
    exporters: Plain;
    processors: Plain;
    service: { pipelines: Record<string, Plain> };
}

/** Source of a Collector's data. */
export const SentryInput = {
    /** The pipelines of a Collector that also sends to Dynatrace. */
    Beside: "beside",
    /** The OTLP receiver of a Collector that sends to Sentry only. */
    Alone: "alone",
} as const;
export type SentryInput = (typeof SentryInput)[keyof typeof SentryInput];

const FORWARD = "forward/sentry";
const TO_PROJECTS = "forward/sentry-projects";
const BUFFER = "batch/sentry";
const SHAPE = "transform/sentry";
const NO_EVENTS = "filter/sentry-span-events";
const ORGANIZATION = "sentry/organization";

/** Variable of the Collector's pods that holds a project's key. */
export function keyVariable(project: string): string {
    return `SENTRY_KEY_${project.toUpperCase().replaceAll("-", "_")}`;
}

/** Variable of the Collector's pods that holds the organization's token. */
export const TOKEN_VARIABLE = "SENTRY_AUTH_TOKEN";

/**
 * The part of a Collector that sends to Sentry: one pipeline for each signal that transforms data, then one exporter for each project with
 * its own queue. Keys are references to variables.
 *
 * @see https://docs.sentry.io/concepts/otlp/forwarding/pipelines/collector/
 */
export function sentryFragment(plan: SentryPlan, input: SentryInput): SentryFragment {
    const many = isRouted(plan);
    return {
        connectors: {
            ...(input === SentryInput.Beside ? { [FORWARD]: {} } : {}),
            ...(many ? connectors(plan) : {}),
        },
        exporters: exporters(plan),
        processors: { ...shaping(plan), ...buffer(plan, input), ...(many ? filters(plan) : {}) },
        service: { pipelines: Object.fromEntries(plan.signals.flatMap((signal) => pipelines(plan, signal, input))) },
    };
}

function pipelines(plan: SentryPlan, signal: Signal, input: SentryInput): [string, Plain][] {
    const beside = input === SentryInput.Beside;
    const shaped = Object.keys(shaping(plan)).filter((id) => id !== NO_EVENTS || signal === Signal.Traces);
    const buffered = Object.keys(buffer(plan, input));
    const limited = beside ? [...buffered, "memory_limiter"] : ["memory_limiter", ...buffered];
    const entry = { receivers: [beside ? FORWARD : "otlp"], processors: [...limited, ...shaped] };
    const own: [string, Plain] = [`${signal}/sentry`, { ...entry, exporters: [wayOut(plan, signal)] }];
    return [
        ...(beside ? [[signal, { exporters: [FORWARD] }] as [string, Plain]] : []),
        own,
        ...(isRouted(plan) ? plan.projects.map((project) => projectPipeline(plan, signal, project)) : []),
    ];
}

function projectPipeline(plan: SentryPlan, signal: Signal, project: SentryProjectPlan): [string, Plain] {
    const filtered = plan.routing === SentryRouting.Filter;
    return [
        pipelineId(signal, project),
        {
            receivers: [wayOut(plan, signal)],
            ...(filtered ? { processors: [filterId(project)] } : {}),
            exporters: [exporterId(plan, project)],
        },
    ];
}

/** Exporter of the pipeline of a signal: the only exporter, or the connector to the pipelines of the projects. */
function wayOut(plan: SentryPlan, signal: Signal): string {
    const [only] = plan.projects;
    if (only === undefined) return ORGANIZATION;
    if (!isRouted(plan)) return exporterId(plan, only);
    return plan.routing === SentryRouting.Connector ? routerId(signal) : TO_PROJECTS;
}

/** A single project that receives all data needs no routing. */
function isRouted({ projects }: SentryPlan): boolean {
    const [only, second] = projects;
    return second !== undefined || (only?.values !== undefined && !only.takesRest);
}

const exporterId = ({ otlpHttpExporter }: SentryPlan, { name }: SentryProjectPlan): string =>
    `${otlpHttpExporter}/sentry-${name}`;
const pipelineId = (signal: Signal, { name }: SentryProjectPlan): string => `${signal}/sentry-${name}`;
const filterId = ({ name }: SentryProjectPlan): string => `filter/sentry-${name}`;
const routerId = (signal: Signal): string => `routing/sentry-${signal}`;

function exporters(plan: SentryPlan): Plain {
    const { organization, projects, attribute, queueBytes } = plan;
    // No retry: a second request would arrive twice in the projects that accepted the first.
    const whole = organization && {
        url: organization.url,
        org_slug: organization.slug,
        auth_token: variable(TOKEN_VARIABLE),
        auto_create_projects: organization.createsProjects,
        routing: {
            project_from_attribute: attribute,
            ...(Object.keys(organization.projects).length === 0
                ? {}
                : { attribute_to_project_mapping: organization.projects }),
        },
        timeout: "30s",
        sending_queue: queue(queueBytes),
    };
    return {
        ...Object.fromEntries(projects.map((project) => [exporterId(plan, project), exporter(plan, project)])),
        ...(whole === undefined ? {} : { [ORGANIZATION]: whole }),
    };
}

function exporter({ signals, queueBytes }: SentryPlan, { name, target, caCertificatePem }: SentryProjectPlan): object {
    return {
        ...Object.fromEntries(signals.map((signal) => [`${signal}_endpoint`, sentryUrl(target, signal)])),
        headers: { "x-sentry-auth": `sentry sentry_key=${variable(keyVariable(name))}` },
        encoding: "proto",
        compression: "gzip",
        timeout: "30s",
        ...(caCertificatePem === undefined
            ? {}
            : { tls: { ca_pem: caCertificatePem, include_system_ca_certs_pool: true } }),
        retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "30s", max_elapsed_time: "1h" },
        sending_queue: queue(queueBytes),
    };
}

/** Each signal has its own queue, because a Collector runs an exporter once for each signal. */
function queue(bytes: number): object {
    return {
        enabled: true,
        sizer: "bytes",
        queue_size: bytes,
        batch: { sizer: "bytes", flush_timeout: "1s", min_size: 500_000, max_size: 2_000_000 },
    };
}

function connectors({ routing, signals, projects, attribute }: SentryPlan): Plain {
    if (routing === SentryRouting.Filter) return { [TO_PROJECTS]: {} };
    const rest = projects.find(({ takesRest }) => takesRest);
    return Object.fromEntries(
        signals.map((signal) => [
            routerId(signal),
            {
                error_mode: "ignore",
                ...(rest === undefined ? {} : { default_pipelines: [pipelineId(signal, rest)] }),
                table: projects.flatMap((project) =>
                    (project.values ?? []).map((value) => ({
                        context: "resource",
                        condition: `attributes["${attribute}"] == ${quote(value)}`,
                        pipelines: [pipelineId(signal, project)],
                    })),
                ),
            },
        ]),
    );
}

/** Each project's pipeline drops data that is not its own or, with takesRest, data of other projects. */
function filters({ routing, signals, projects, attribute }: SentryPlan): Plain {
    if (routing === SentryRouting.Connector) return {};
    const path = `resource.attributes["${attribute}"]`;
    const foreign = (project: SentryProjectPlan): string[] => {
        const others = projects.filter((other) => other !== project).flatMap(({ values }) => values ?? []);
        if (project.takesRest) return others.map((value) => `${path} == ${quote(value)}`);
        return [(project.values ?? []).map((value) => `${path} != ${quote(value)}`).join(" and ")];
    };
    return Object.fromEntries(
        projects.map((project) => [
            filterId(project),
            {
                error_mode: "ignore",
                ...(signals.includes(Signal.Traces) ? { traces: { span: foreign(project) } } : {}),
                ...(signals.includes(Signal.Logs) ? { logs: { log_record: foreign(project) } } : {}),
            },
        ]),
    );
}

/**
 * Accepts data at once, so that a full queue to Sentry does not reject it: the sender would then send data again that Dynatrace and the other
 * projects already have. A single project without Dynatrace needs no buffer, and lets the sender wait.
 */
function buffer(plan: SentryPlan, input: SentryInput): Plain {
    if (input === SentryInput.Alone && !isRouted(plan)) return {};
    return { [BUFFER]: { timeout: "0s", send_batch_size: 0 } };
}

function shaping({ signals, spanEvents, searchableArrays }: SentryPlan): Plain {
    const traces = signals.includes(Signal.Traces);
    const exceptions = traces && spanEvents === SentrySpanEvents.ExceptionsAsAttributes;
    const flatten = (context: string): { context: string; statements: string[] } => ({
        context,
        statements: [`flatten(${context}.attributes)`],
    });
    const groups = {
        traces: [
            ...(searchableArrays ? [flatten("resource"), flatten("span")] : []),
            ...(exceptions ? [{ context: "spanevent", statements: EXCEPTION_ATTRIBUTES.map(fromEvent) }] : []),
        ],
        logs: searchableArrays ? [flatten("resource"), flatten("log")] : [],
    };
    const statements = Object.fromEntries(
        ([Signal.Traces, Signal.Logs] as const)
            .filter((signal) => signals.includes(signal) && groups[signal].length > 0)
            .flatMap((signal): [string, unknown][] => Object.entries(statementsFor([signal], groups[signal]))),
    );
    return {
        ...(Object.keys(statements).length === 0 ? {} : { [SHAPE]: { error_mode: "ignore", ...statements } }),
        ...(traces && spanEvents !== SentrySpanEvents.Send
            ? { [NO_EVENTS]: { error_mode: "ignore", traces: { spanevent: ["true"] } } }
            : {}),
    };
}

/**
 * Only the first exception: when a span has a type or a message, further events add nothing to it.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
const EXCEPTION_ATTRIBUTES = ["exception.stacktrace", "exception.message", "exception.type"];

function fromEvent(attribute: string): string {
    const has = (name: string): string => `span.attributes["${name}"] == nil`;
    // The type is set last, after the message of the same event.
    const none = attribute === "exception.type" ? [] : [has("exception.message")];
    const conditions = ['spanevent.name == "exception"', has("exception.type"), ...none];
    return `set(span.attributes["${attribute}"], spanevent.attributes["${attribute}"]) where ${conditions.join(" and ")}`;
}
