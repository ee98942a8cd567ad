import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import {
    type Build,
    checkHolds,
    checkVersion,
    CollectorDistribution,
    componentNames,
} from "../collector/distributions";
import { caCertificate, caPem } from "../shared/ca";
import { type Check } from "../shared/check";
import { checkTokenText } from "../shared/secrets";
import { normalizeSignals, Signal } from "../shared/signals";
import { plainUrl } from "../shared/url";
import { COLLECTOR_IMAGES } from "../shared/versions";
import { type SentryExportArgs, SentryRouting, SentrySpanEvents } from "./args";
import { parseDsn, type SentryTarget } from "./dsn";

/** A project and the rules for its data, without its key. */
export interface SentryProjectPlan {
    name: string;
    target: SentryTarget;
    /** Values of the attribute that select the project; undefined selects all data. */
    values?: string[];
    takesRest: boolean;
    caCertificatePem?: string;
}

/** The organization of the contrib exporter, without its token. */
export interface SentryOrganizationPlan {
    slug: string;
    url: string;
    projects: Record<string, string>;
    createsProjects: boolean;
}

/** All decisions about the part of a Collector that sends to Sentry. It holds no secret. */
export interface SentryPlan {
    otlpHttpExporter: string;
    signals: Signal[];
    attribute: string;
    routing: SentryRouting;
    spanEvents: SentrySpanEvents;
    searchableArrays: boolean;
    /** Size of one queue in bytes. */
    queueBytes: number;
    projects: SentryProjectPlan[];
    organization?: SentryOrganizationPlan;
    /** TCP ports of Sentry in ascending order. */
    ports: number[];
    warnings: string[];
}

/** The plan, and separate from it the secrets: keys by project, and the token of an organization. */
export interface SentryDecision {
    plan: SentryPlan;
    secrets: Record<string, string>;
}

/** Arguments that decide the configuration. */
export type SentryPlanArgs = Omit<SentryExportArgs, "collectorName" | "namespace" | "allowRenderedSecret">;

export type SentryPlanInputs = pulumi.Unwrap<SentryPlanArgs>;

/** Key of the organization's token in the Secret. */
export const TOKEN_KEY = "auth-token";
const MIB = 1024 * 1024;
/** Room for two requests of any sender of the Collector. */
const LEAST_QUEUE_MIB = 4;
/** First version whose `sentry` exporter sends OTLP. */
const SENTRY_EXPORTER_SINCE = "0.145.0";

/**
 * Decides an export to Sentry from its arguments.
 *
 * @throws InputError for arguments that cannot work. The error contains neither keys nor tokens.
 */
export function planSentry(check: Check, args: SentryPlanInputs): SentryDecision {
    const build = buildOf(check, args.image);
    const names = componentNames(check, build.distribution, build.version);
    const signals = signalsFor(check, args.signals);
    const parsed = Object.keys(args.projects ?? {})
        .sort()
        .map((name) => planProject(check, name, args));
    const projects = parsed.map(({ project }) => project);
    checkValues(check, projects);
    const { organization, token } = planOrganization(check, args, build);
    const queues = Math.max(projects.length, 1) * signals.length;
    const plan: SentryPlan = {
        otlpHttpExporter: names.otlpHttpExporter,
        signals,
        attribute: attributeOf(check, args.attribute),
        routing: routingOf(check, args.routing, build),
        spanEvents: check
            .at("spanEvents")
            .oneOf(args.spanEvents ?? SentrySpanEvents.ExceptionsAsAttributes, SentrySpanEvents),
        searchableArrays: args.searchableArrays ?? false,
        queueBytes: queueBytes(check, args.queueMiB, queues),
        projects,
        ...(organization === undefined ? {} : { organization }),
        ports: portsOf(projects, organization),
        warnings: parsed.flatMap(({ warnings }) => warnings),
    };
    const keys = parsed.flatMap(({ project, publicKey }): [string, string][] =>
        publicKey === undefined ? [] : [[project.name, publicKey]],
    );
    return { plan, secrets: { ...Object.fromEntries(keys), ...(token === undefined ? {} : { [TOKEN_KEY]: token }) } };
}

/** Full URL of one signal; SDKs and Collectors append nothing to it. */
export function sentryUrl({ otlpUrl }: SentryTarget, signal: Signal): string {
    return `${otlpUrl}/v1/${signal}`;
}

function planProject(
    check: Check,
    name: string,
    args: SentryPlanInputs,
): { project: SentryProjectPlan; publicKey?: string; warnings: string[] } {
    const field = `projects.${name}`;
    const all = args.projects ?? {};
    const given = all[name];
    if (given === undefined) throw check.at(field).error("is missing; give it a dsn, or leave it out");
    if (!/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
        const rule = 'use at most 40 lower case letters, digits and "-", beginning with a letter';
        throw check.at(field).error(`"${name}" cannot be part of the name of a Collector component; ${rule}`);
    }
    const { target, publicKey, warnings } = parseDsn(check.at(`${field}.dsn`), given.dsn);
    if (publicKey === undefined && given.keySecret === undefined) {
        const way = "give the DSN with its key, or name the Secret that holds the key in keySecret";
        throw check.at(`${field}.dsn`).error(`has no public key before the host; ${way}`);
    }
    if (publicKey !== undefined && given.keySecret !== undefined) {
        const way = "remove the key and the @ from the DSN, or leave keySecret out";
        throw check.at(`${field}.dsn`).error(`holds a key and cannot be combined with keySecret; ${way}`);
    }
    const caAt = check.at(`${field}.ca`);
    const caCertificatePem = caPem(caAt, caCertificate(caAt, given.ca), "the configuration of the Collector");
    const only = Object.keys(all).length === 1;
    const values = given.values ?? (only ? undefined : [name]);
    return {
        project: {
            name,
            target,
            ...(values === undefined
                ? {}
                : { values: [...check.at(`${field}.values`).list(values, `["${name}"]`)].sort() }),
            takesRest: given.takesRest ?? false,
            ...(caCertificatePem === undefined ? {} : { caCertificatePem }),
        },
        publicKey,
        warnings,
    };
}

/** Data belongs to one project only, because otherwise two projects would count it. */
function checkValues(check: Check, projects: SentryProjectPlan[]): void {
    const owner = new Map<string, string>();
    for (const { name, values, takesRest } of projects) {
        const field = `projects.${name}.values`;
        if (values?.length === 0 && !takesRest) {
            throw check.at(field).error("is empty, so the project receives nothing; name a value, or set takesRest");
        }
        for (const value of values ?? []) {
            const other = owner.get(value);
            if (value === "") throw check.at(field).error("holds an empty value; name a value of the attribute");
            if (other !== undefined) {
                throw check.at(field).error(`"${value}" already belongs to ${other}; keep it in one of the two`);
            }
            owner.set(value, name);
        }
    }
    const [, second] = projects.filter(({ takesRest }) => takesRest);
    if (second !== undefined) {
        throw check.at(`projects.${second.name}.takesRest`).error("is set for two projects; set it for one");
    }
}

function planOrganization(
    check: Check,
    { organization: args }: SentryPlanInputs,
    build: Build,
): { organization?: SentryOrganizationPlan; token?: string } {
    if (args === undefined) return {};
    const field = (key: string): string => `organization.${key}`;
    checkHolds(check.at("organization"), build, "exporters", "sentry");
    if (semver.lt(checkVersion(check, build.distribution, build.version), SENTRY_EXPORTER_SINCE)) {
        const problem = `needs ${SENTRY_EXPORTER_SINCE} or later, but image.version is ${build.version}`;
        throw check
            .at("organization")
            .error(`${problem}, whose sentry exporter does not send OTLP; raise image.version`);
    }
    if (args.projects !== undefined && Object.keys(args.projects).length === 0) {
        const way = "name a project, or leave it out, so that the value of the attribute is the slug";
        throw check.at(field("projects")).error(`is empty; ${way}`);
    }
    const slugs: [string, string][] = [[field("slug"), args.slug]];
    for (const [value, slug] of Object.entries(args.projects ?? {})) slugs.push([field(`projects["${value}"]`), slug]);
    for (const [path, slug] of slugs) checkSlug(check.at(path), slug);
    const url = args.url ?? "https://sentry.io";
    if (plainUrl(check.at(field("url")), url, "https://sentry.example.com").protocol !== "https:") {
        const way = "leave it out for sentry.io, or write e.g. https://sentry.example.com";
        throw check.at(field("url")).error(`must be an https URL; ${way}`);
    }
    const token = args.token === undefined ? undefined : checkTokenText(check.at(field("token")), args.token);
    const projects = Object.fromEntries(Object.entries(args.projects ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
    return { organization: { slug: args.slug, url, projects, createsProjects: args.createsProjects ?? false }, token };
}

function checkSlug(check: Check, slug: string | undefined): void {
    const way = "copy it from the address of a page of Sentry";
    if (typeof slug !== "string") throw check.error(`is missing; ${way}`);
    if (!/^[A-Za-z0-9_-]{1,50}$/.test(slug)) throw check.error(`is not a slug; ${way}`);
}

/** @throws InputError for metrics, an empty list, and an unknown signal. */
export function signalsFor(check: Check, asked: string[] | undefined): Signal[] {
    if (Array.isArray(asked) && asked.includes(Signal.Metrics)) {
        throw check
            .at("signals")
            .error("metrics cannot be sent to Sentry, which does not accept them over OTLP; leave them out");
    }
    return normalizeSignals(check, asked ?? [Signal.Traces, Signal.Logs]);
}

function attributeOf(check: Check, attribute = "service.name"): string {
    if (/^[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}$/.test(attribute)) return attribute;
    throw check.at("attribute").error(`"${attribute}" is not the name of an attribute; e.g. service.name`);
}

function routingOf(check: Check, asked: string | undefined, build: Build): SentryRouting {
    const contrib = build.distribution === CollectorDistribution.Contrib;
    const routing = check
        .at("routing")
        .oneOf(asked ?? (contrib ? SentryRouting.Connector : SentryRouting.Filter), SentryRouting);
    if (routing === SentryRouting.Connector) checkHolds(check.at("routing"), build, "connectors", "routing");
    return routing;
}

function queueBytes(check: Check, queueMiB: number | undefined, queues: number): number {
    const least = LEAST_QUEUE_MIB * queues;
    return Math.floor((check.at("queueMiB").wholeNumber(queueMiB ?? Math.max(64, least), least) * MIB) / queues);
}

function portsOf(projects: SentryProjectPlan[], organization: SentryOrganizationPlan | undefined): number[] {
    const ports = projects.map(({ target }) => target.port);
    const own = organization === undefined ? [] : [Number(new URL(organization.url).port || 443)];
    return [...new Set([...ports, ...own])].sort((a, b) => a - b);
}

function buildOf(check: Check, image: SentryPlanInputs["image"] = {}): Build {
    const distribution = image.distribution ?? CollectorDistribution.Dynatrace;
    const knownVersions: Record<string, string | undefined> = {
        dynatrace: COLLECTOR_IMAGES.dynatrace.version,
        contrib: COLLECTOR_IMAGES.contrib.version,
    };
    const version = image.version ?? knownVersions[distribution] ?? "";
    componentNames(check, distribution, version);
    return { distribution, version };
}
