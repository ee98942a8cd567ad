import type * as pulumi from "@pulumi/pulumi";

import type { Step } from "../collector/features/step";
import { escapeDollar, type StatementGroup } from "../collector/config/ottl";
import { type Check } from "../shared/check";
import { type KnownKeyRef, secretKeyRef } from "../shared/references";
import { ALL_SIGNALS, Signal } from "../shared/signals";
import { type AiContentArgs, AiContentProtection } from "./args";
import {
    AttributeContext,
    dropAttributes,
    dropInBodies,
    dropRawSpan,
    messageEvents,
    messageLogs,
    moveBodies,
    replaceBodies,
    type Selection,
    truncateAttributes,
    truncateBodies,
} from "./statements";
import { keysPattern, termsOf } from "./vocabulary";

/** Variable of the Collector's container that holds the key of `hash`. */
export const HASH_KEY = "AI_CONTENT_HASH_KEY";
const DEFAULT_HASH_SECRET_KEY = "key";
/** Body of a log record whose content was removed. */
const DROPPED_BODY = "gen_ai";
const MASK = "****";

/** Settings of the protection of content, with defaults. */
export interface ContentPlan {
    protection: AiContentProtection;
    identity: AiContentProtection;
    truncateAtBytes: number;
    hashKey?: KnownKeyRef;
    content: Selection;
    who: Selection;
}

/**
 * Decides how content is protected.
 *
 * @param within path of these arguments in those of the component; empty if they are its own.
 * @param applied whether a Collector of the component applies the rules, which then needs the settings of `hash` and `truncate`.
 * @throws InputError for an unknown protection, a missing setting, and an invalid name of an attribute.
 */
export function planContent(
    check: Check,
    args: pulumi.Unwrap<AiContentArgs> = {},
    within = "content",
    applied = true,
): ContentPlan {
    const at = (field: string): Check => check.at(within).at(field);
    const protection = at("protection").oneOf(args.protection ?? AiContentProtection.Drop, AiContentProtection);
    const identity = at("identity").oneOf(args.identity ?? AiContentProtection.Drop, AiContentProtection);
    if (identity === AiContentProtection.Truncate) {
        at("identity").fail("truncate does not shorten short texts; use drop, mask or hash");
    }
    const { truncateAtBytes, hashKey } = args;
    const uses = (asked: AiContentProtection): boolean => protection === asked || identity === asked;
    checkSetting(
        at("truncateAtBytes"),
        truncateAtBytes,
        uses(AiContentProtection.Truncate),
        AiContentProtection.Truncate,
        applied,
    );
    checkSetting(at("hashKey"), hashKey, uses(AiContentProtection.Hash), AiContentProtection.Hash, applied);
    if (truncateAtBytes !== undefined) at("truncateAtBytes").wholeNumber(truncateAtBytes);
    const keepKeys = attributeNames(at("keepKeys"), args.keepKeys, /^[\w./-]+$/);
    const extraKeys = attributeNames(at("extraKeys"), args.extraKeys);
    const extraIdentityKeys = attributeNames(at("extraIdentityKeys"), args.extraIdentityKeys);
    return {
        protection,
        identity,
        truncateAtBytes: truncateAtBytes ?? 0,
        ...(hashKey === undefined ? {} : { hashKey: secretKeyRef(at("hashKey"), hashKey, DEFAULT_HASH_SECRET_KEY) }),
        content: { keys: [...termsOf("content"), ...extraKeys], keepKeys },
        who: { keys: [...termsOf("identity"), ...extraIdentityKeys], keepKeys },
    };
}

/**
 * Processors that protect content, in this order, before the Collector stores or exports data. If a statement fails, the Collector
 * rejects the data and does not send it.
 *
 * @param normalize maps other vocabularies to `gen_ai.*` first. It needs a distribution with `gen_ai_normalizer`.
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/transformprocessor
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/redactionprocessor
 */
export function contentSteps(plan: ContentPlan, signals: Signal[], normalize: boolean): Step[] {
    return [
        ...(normalize ? normalizers() : []),
        ...transform(plan),
        ...blocked("content", plan.protection, plan.content),
        ...blocked("identity", plan.identity, plan.who),
    ]
        .map((step) => ({ ...step, signals: step.signals.filter((signal) => signals.includes(signal)) }))
        .filter((step) => step.signals.length > 0);
}

/** Variable of the Collector's container from which `hash` reads its key. */
export function hashKeyVariable({ hashKey }: ContentPlan): { name: string; valueFrom: object }[] {
    if (hashKey === undefined) return [];
    return [{ name: HASH_KEY, valueFrom: { secretKeyRef: hashKey } }];
}

/** Sets the attributes that Dynatrace reads. It reads the model of the answer, which the normalizer does not set. */
function normalizers(): Step[] {
    const [answer, question] = ["gen_ai.response.model", "gen_ai.request.model"].map(
        (key) => `span.attributes["${key}"]`,
    );
    const statements = [`set(${answer}, ${question}) where ${answer} == nil and ${question} != nil`];
    const model = { error_mode: "propagate", trace_statements: [{ context: AttributeContext.Span, statements }] };
    const sources = [{ name: "openinference" }, { name: "openllmetry" }];
    return [
        { id: "gen_ai_normalizer", signals: [Signal.Traces], config: { sources } },
        { id: "transform/ai-model", signals: [Signal.Traces], config: model },
    ];
}

/** One processor for all signals; a signal without statements is not processed. */
function transform(plan: ContentPlan): Step[] {
    const points = attributes(plan, AttributeContext.DataPoint);
    const groups: Record<Signal, StatementGroup[]> = {
        traces: spanGroups(plan),
        metrics: [group(AttributeContext.DataPoint, points)],
        logs: logGroups(plan),
    };
    const keys: Record<Signal, string> = { traces: "trace", metrics: "metric", logs: "log" };
    const filled = ALL_SIGNALS.map((signal) => ({
        signal,
        list: groups[signal].filter(({ statements }) => statements.length > 0),
    })).filter(({ list }) => list.length > 0);
    if (filled.length === 0) return [];
    const statements = Object.fromEntries(filled.map(({ signal, list }) => [`${keys[signal]}_statements`, list]));
    const signals = filled.map(({ signal }) => signal);
    return [{ id: "transform/ai-content", signals, config: { error_mode: "propagate", ...statements } }];
}

function spanGroups(plan: ContentPlan): StatementGroup[] {
    const protects = plan.protection !== AiContentProtection.Off;
    return [
        group(AttributeContext.Span, [...(protects ? dropRawSpan() : []), ...attributes(plan, AttributeContext.Span)]),
        group(AttributeContext.SpanEvent, [
            ...(protects ? messageEvents() : []),
            ...attributes(plan, AttributeContext.SpanEvent),
        ]),
    ];
}

function logGroups(plan: ContentPlan): StatementGroup[] {
    const bodies: Record<AiContentProtection, () => string[]> = {
        off: () => [],
        drop: () => [...replaceBodies(DROPPED_BODY), ...dropInBodies(plan.content)],
        mask: () => replaceBodies(MASK),
        hash: () => moveBodies(),
        truncate: () => [...truncateBodies(plan.truncateAtBytes), ...dropInBodies(plan.content)],
    };
    const messages = plan.protection === AiContentProtection.Off ? [] : messageLogs();
    const inBodies = plan.identity === AiContentProtection.Drop ? dropInBodies(plan.who) : [];
    // Each group has its own cache.
    return [
        group(AttributeContext.Log, [...messages, ...bodies[plan.protection](), ...inBodies]),
        group(AttributeContext.Log, attributes(plan, AttributeContext.Log)),
    ];
}

/** Statements for drop and truncate; the redaction processor masks and hashes by the names of attributes. */
function attributes(plan: ContentPlan, context: AttributeContext): string[] {
    return [
        ...(plan.protection === AiContentProtection.Drop ? dropAttributes(context, plan.content) : []),
        ...(plan.protection === AiContentProtection.Truncate
            ? truncateAttributes(context, plan.content, plan.truncateAtBytes)
            : []),
        ...(plan.identity === AiContentProtection.Drop ? dropAttributes(context, plan.who) : []),
    ];
}

function blocked(name: string, protection: AiContentProtection, selection: Selection): Step[] {
    if (protection !== AiContentProtection.Mask && protection !== AiContentProtection.Hash) return [];
    const config = {
        allow_all_keys: true,
        blocked_key_patterns: [escapeDollar(keysPattern(selection.keys))],
        ...(selection.keepKeys.length === 0 ? {} : { ignored_keys: selection.keepKeys }),
        // Also lists and maps.
        redact_all_types: true,
        ...(protection === AiContentProtection.Hash
            ? { hash_function: "hmac-sha256", hmac_key: `\${env:${HASH_KEY}}` }
            : {}),
        summary: "info",
    };
    return [{ id: `redaction/ai-${name}`, signals: ALL_SIGNALS, config }];
}

function group(context: AttributeContext, list: string[]): StatementGroup {
    return { context, statements: list };
}

function checkSetting(
    check: Check,
    value: unknown,
    used: boolean,
    protection: AiContentProtection,
    applied: boolean,
): void {
    if (used && applied && value === undefined) check.fail(`is needed for ${protection}; give it`);
    if (!used && value !== undefined) check.fail(`has no effect without ${protection}; leave it out`);
}

function attributeNames(check: Check, names: string[] = [], allowed = /^[\w./*-]+$/): string[] {
    const wrong = check
        .list(names, '["gen_ai.input.messages"]')
        .find((name) => typeof name !== "string" || !allowed.test(name) || /^[.*]*$/.test(name));
    if (wrong === undefined) return names;
    return check.fail(`"${wrong}" is not the name of an attribute; write it as it arrives, e.g. gen_ai.input.messages`);
}
