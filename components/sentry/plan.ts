import { COLLECTOR_IMAGES } from "../shared/versions";
import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import {
    type Build,
    checkHolds,
    checkVersion,
    CollectorDistribution,
    componentNames,
} from "../collector/distributions";
import { checkCertificate } from "../endpoint";
import { type Check } from "../shared/check";
import { plainUrl } from "../shared/url";
import { normalizeSignals, Signal } from "../shared/signals";
import { checkNoToken, checkTokenText } from "../shared/secrets";
import { type SentryExportArgs, SentryRouting, SentrySpanEvents } from "./args";
import { parseDsn, type SentryTarget } from "./dsn";

/** A project, with all that decides where its data goes; not its key. */
export interface SentryProjectPlan {
    name: string;
    target: SentryTarget;
    /** Values of the attribute; all data if undefined. */
    values?: string[];
    takesRest: boolean;
    caCertificatePem?: string;
}

/** The organization of the contrib exporter; not its token. */
export interface SentryOrganizationPlan {
    slug: string;
    url: string;
    projects: Record<string, string>;
    createsProjects: boolean;
}

/** All that decides a Collector's part for Sentry. It holds no secret. */
export interface SentryPlan {
    otlpHttpExporter: string;
    signals: Signal[];
    attribute: string;
    routing: SentryRouting;
    spanEvents: SentrySpanEvents;
    searchableArrays: boolean;
    /** Bytes that one queue holds. */
    queueBytes: number;
    projects: SentryProjectPlan[];
    organization?: SentryOrganizationPlan;
    /** TCP ports at which Sentry is reached, in rising order. */
    ports: number[];
    warnings: string[];
}

/** The plan, and apart from it what must not be in the clear: keys by project, and the token of an organization. */
export interface SentryDecision {
    plan: SentryPlan;
    secrets: Record<string, string>;
}

export type SentryPlanInputs = Omit<
    pulumi.Unwrap<SentryExportArgs>,
    "collectorName" | "namespace" | "allowRenderedSecret"
>;

/** Key of the organization's token in the Secret. */
export const TOKEN_KEY = "auth-token";
const MIB = 1024 * 1024;
/** What fits a request of any sender of the Collector twice over. */
const LEAST_QUEUE_MIB = 4;
/** First version whose `sentry` exporter sends OTLP. */
const SENTRY_EXPORTER_SINCE = "0.145.0";

/**
 * Decides all of an export to Sentry from its arguments.
 *
 * @throws InputError for whatever would not work once deployed. No key and no token is in the error.
 */
export function planSentry(check: Check, args: SentryPlanInputs): SentryDecision {
    for (const [field, value] of Object.entries(args)) checkNoToken(check.at(field), value);
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

/** URL of one signal, as it is: an SDK and a Collector append nothing to it. */
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
    if (given === undefined) throw check.at(field).error("is undefined; give it a dsn, or leave it out");
    if (!/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
        const rule = 'use at most 40 lower case letters, digits and "-", beginning with a letter';
        throw check.at(field).error(`"${name}" cannot be part of a component's name; ${rule}`);
    }
    const { target, publicKey, warnings } = parseDsn(check.at(`${field}.dsn`), given.dsn);
    if (publicKey === undefined && given.keySecret === undefined) {
        const way = "give the DSN with its key, or name the Secret that holds it in keySecret";
        throw check.at(`${field}.dsn`).error(`has no public key before the host; ${way}`);
    }
    if (publicKey !== undefined && given.keySecret !== undefined) {
        const way = "leave the key and the @ out of the DSN, or keySecret";
        throw check.at(`${field}.dsn`).error(`holds a key beside keySecret; ${way}`);
    }
    if (given.caCertificatePem !== undefined) {
        checkCertificate(check.at(`${field}.caCertificatePem`), given.caCertificatePem);
    }
    const only = Object.keys(all).length === 1;
    const values = given.values ?? (only ? undefined : [name]);
    return {
        project: {
            name,
            target,
            ...(values === undefined ? {} : { values: [...values].sort() }),
            takesRest: given.takesRest ?? false,
            ...(given.caCertificatePem === undefined ? {} : { caCertificatePem: given.caCertificatePem }),
        },
        publicKey,
        warnings,
    };
}

/** Data belongs to one project, or two would count it. */
function checkValues(check: Check, projects: SentryProjectPlan[]): void {
    const owner = new Map<string, string>();
    for (const { name, values = [], takesRest } of projects) {
        const field = `projects.${name}.values`;
        if (values.length === 0 && projects.length > 1 && !takesRest) {
            throw check.at(field).error("is empty, so the project gets nothing; name a value, or set takesRest");
        }
        for (const value of values) {
            const other = owner.get(value);
            if (value === "") throw check.at(field).error("holds an empty value; name what the attribute holds");
            if (other !== undefined) {
                throw check.at(field).error(`"${value}" belongs to ${other} already; give it to one of the two`);
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
        throw check.at("organization").error(`${problem}, whose sentry exporter sends no OTLP; raise image.version`);
    }
    const slugs: [string, string][] = [[field("slug"), args.slug]];
    for (const [value, slug] of Object.entries(args.projects ?? {})) slugs.push([field(`projects["${value}"]`), slug]);
    for (const [path, slug] of slugs) checkSlug(check.at(path), slug);
    const url = args.url ?? "https://sentry.io";
    if (plainUrl(check.at(field("url")), url, "https://sentry.example.com").protocol !== "https:") {
        const way = "leave it out for sentry.io, or write e.g. https://sentry.example.com";
        throw check.at(field("url")).error(`is not an https URL; ${way}`);
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

/** @throws InputError for metrics, an empty list, and a name that is no signal. */
export function signalsFor(check: Check, asked: string[] | undefined): Signal[] {
    if (asked?.includes(Signal.Metrics)) {
        throw check.at("signals").error("metrics cannot go to Sentry, which takes none over OTLP; leave them out");
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
