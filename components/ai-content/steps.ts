import type * as pulumi from "@pulumi/pulumi";

import type { Step } from "../collector/features/feature";
import { escapeDollar, type StatementGroup } from "../collector/config/ottl";
import { type Check } from "../shared/check";
import { ALL_SIGNALS, Signal } from "../shared/signals";
import { type AiContentArgs, Protection } from "./args";
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
/** What a body that was taken out leaves. */
const DROPPED_BODY = "gen_ai";
const MASK = "****";

/** Everything about content, with its defaults. */
export interface ContentPlan {
    protection: Protection;
    identity: Protection;
    truncateAtBytes: number;
    hashKey?: { secretName: string; secretKey: string };
    content: Selection;
    who: Selection;
}

/**
 * @param within where the arguments stand in those of the component, for the error text.
 * @throws InputError for what cannot work: a mode that is not known, or one without what it needs.
 */
export function planContent(check: Check, args: pulumi.Unwrap<AiContentArgs> = {}, within = "content"): ContentPlan {
    const fail = (field: string, problem: string): never => {
        throw check.at(`${within}.${field}`).error(problem);
    };
    const protection = mode(args.protection, (text) => fail("protection", text));
    const identity = mode(args.identity, (text) => fail("identity", text));
    const modes: string[] = [protection, identity];
    if (identity === Protection.Truncate) {
        fail("identity", "truncate leaves short texts as they are; use drop, mask or hash");
    }
    const { truncateAtBytes, hashKey, keepKeys = [], extraKeys = [], extraIdentityKeys = [] } = args;
    needed(truncateAtBytes, protection === Protection.Truncate, "truncate", (text) => fail("truncateAtBytes", text));
    needed(hashKey, modes.includes(Protection.Hash), "hash", (text) => fail("hashKey", text));
    if (truncateAtBytes !== undefined && !(Number.isInteger(truncateAtBytes) && truncateAtBytes > 0)) {
        fail("truncateAtBytes", `${truncateAtBytes} is not a whole number from 1 on; give one`);
    }
    for (const [field, keys] of Object.entries({ keepKeys, extraKeys, extraIdentityKeys }))
        checkKeys(field, keys, fail);
    return {
        protection,
        identity,
        truncateAtBytes: truncateAtBytes ?? 0,
        ...(hashKey === undefined
            ? {}
            : { hashKey: { secretName: hashKey.secretName, secretKey: hashKey.secretKey ?? DEFAULT_HASH_SECRET_KEY } }),
        content: { keys: [...termsOf("content"), ...extraKeys], keepKeys },
        who: { keys: [...termsOf("identity"), ...extraIdentityKeys], keepKeys },
    };
}

/**
 * What a Collector does to what arrives, in this order, before anything leaves it or is kept in it. If a statement fails, the data is
 * refused and not sent on.
 *
 * @param normalize maps other vocabularies to `gen_ai.*` first, which takes a distribution with `gen_ai_normalizer`.
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

/** The variable that `hash` reads its key from, for the Collector's container. */
export function hashKeyVariable({ hashKey }: ContentPlan): { name: string; valueFrom: object }[] {
    if (hashKey === undefined) return [];
    const secretKeyRef = { name: hashKey.secretName, key: hashKey.secretKey };
    return [{ name: HASH_KEY, valueFrom: { secretKeyRef } }];
}

/** Names that Dynatrace looks for. Its model is that of the answer, which the normalizer leaves out. */
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

/** In one processor, so that a signal that has no statements has no pass either. */
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
    const protects = plan.protection !== Protection.Off;
    return [
        group(AttributeContext.Span, [...(protects ? dropRawSpan() : []), ...attributes(plan, AttributeContext.Span)]),
        group(AttributeContext.SpanEvent, [
            ...(protects ? messageEvents() : []),
            ...attributes(plan, AttributeContext.SpanEvent),
        ]),
    ];
}

function logGroups(plan: ContentPlan): StatementGroup[] {
    const bodies: Record<Protection, () => string[]> = {
        off: () => [],
        drop: () => [...replaceBodies(DROPPED_BODY), ...dropInBodies(plan.content)],
        mask: () => replaceBodies(MASK),
        hash: () => moveBodies(),
        truncate: () => [...truncateBodies(plan.truncateAtBytes), ...dropInBodies(plan.content)],
    };
    const messages = plan.protection === Protection.Off ? [] : messageLogs();
    const inBodies = plan.identity === Protection.Drop ? dropInBodies(plan.who) : [];
    // Each group has a cache of its own.
    return [
        group(AttributeContext.Log, [...messages, ...bodies[plan.protection](), ...inBodies]),
        group(AttributeContext.Log, attributes(plan, AttributeContext.Log)),
    ];
}

/** What is done by statements; by the names of attributes alone the redaction processor can mask and hash. */
function attributes(plan: ContentPlan, context: AttributeContext): string[] {
    return [
        ...(plan.protection === Protection.Drop ? dropAttributes(context, plan.content) : []),
        ...(plan.protection === Protection.Truncate
            ? truncateAttributes(context, plan.content, plan.truncateAtBytes)
            : []),
        ...(plan.identity === Protection.Drop ? dropAttributes(context, plan.who) : []),
    ];
}

function blocked(name: string, protection: Protection, selection: Selection): Step[] {
    if (protection !== Protection.Mask && protection !== Protection.Hash) return [];
    const config = {
        allow_all_keys: true,
        blocked_key_patterns: [escapeDollar(keysPattern(selection.keys))],
        ...(selection.keepKeys.length === 0 ? {} : { ignored_keys: selection.keepKeys }),
        // Lists and maps as well.
        redact_all_types: true,
        ...(protection === Protection.Hash ? { hash_function: "hmac-sha256", hmac_key: `\${env:${HASH_KEY}}` } : {}),
        summary: "info",
    };
    return [{ id: `redaction/ai-${name}`, signals: ALL_SIGNALS, config }];
}

function group(context: AttributeContext, list: string[]): StatementGroup {
    return { context, statements: list };
}

function mode(given: string | undefined, fail: (problem: string) => never): Protection {
    const found = Object.values(Protection).find((it) => it === (given ?? Protection.Drop));
    return found ?? fail(`"${given}" is not known; use ${Object.values(Protection).join(", ")}`);
}

function needed(value: unknown, asked: boolean, name: string, fail: (problem: string) => never): void {
    if (asked && value === undefined) fail(`is needed for ${name}; give it`);
    if (!asked && value !== undefined) fail(`has no effect without ${name}; leave it out`);
}

function checkKeys(field: string, keys: string[], fail: (field: string, problem: string) => never): void {
    const allowed = field === "keepKeys" ? /^[\w./-]+$/ : /^[\w./*-]+$/;
    const wrong = keys.find((key) => !allowed.test(key) || /^[.*]*$/.test(key));
    if (wrong === undefined) return;
    fail(field, `"${wrong}" is not the name of an attribute; write it as it arrives, e.g. gen_ai.input.messages`);
}
