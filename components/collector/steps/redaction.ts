import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { RedactionArgs } from "../args-data";
import type { ConfigPlan } from "../config-plan";
import type { Fragment } from "../fragment";
import { escapeDollar, quote, statementsFor } from "../ottl";

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
const HEX = "[0-9A-Fa-f]{1,4}";

/**
 * Kind, public part and secret part of a token. A prefix of the secret is masked as well: a cut text still holds most of it.
 *
 * @see https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens#token-format
 */
const DYNATRACE_TOKEN = "dt0[A-Za-z][0-9]{2}[.][A-Za-z0-9]{6,}[.][A-Za-z0-9]{6,}";
const EMAIL = "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)*[.][A-Za-z]{2,}";
const CARDS = [
    String.raw`\b(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6011|65[0-9]{2})(?:[ -]?[0-9]{4}){3}\b`,
    String.raw`\b3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}\b`,
];
const ADDRESSES = [
    String.raw`\b(?:${OCTET}[.]){3}${OCTET}\b`,
    String.raw`\b(?:${HEX}:){7}${HEX}\b`,
    String.raw`\b(?:${HEX}:){2,6}(?::${HEX}){1,5}\b`,
    String.raw`\b(?:[Ff][CcDdEe][0-9A-Fa-f]{2}):(?::${HEX}){1,7}\b`,
];

/** What is masked, in the order in which it is looked for. @throws InputError for a pattern that masks everything. */
export function maskedPatterns(check: Check, args: pulumi.Unwrap<RedactionArgs> = {}): string[] {
    const own = args.patterns ?? [];
    own.forEach((pattern, index) => checkPattern(check.at(`redaction.patterns[${index}]`), pattern));
    return [
        ...((args.dynatraceTokens ?? true) ? [DYNATRACE_TOKEN] : []),
        ...(args.emails ? [EMAIL] : []),
        ...(args.paymentCards ? CARDS : []),
        ...(args.ipAddresses ? ADDRESSES : []),
        ...own,
    ];
}

/**
 * Masks before anything leaves: attributes, log bodies, names and statuses of spans. What cannot be masked is refused, so the sender
 * hears of it.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/redactionprocessor
 */
export function redaction({ masked, unmasked, signals }: ConfigPlan): Fragment {
    if (masked.length === 0) return {};
    const values = {
        allow_all_keys: true,
        // Lists and maps in attributes as well, which are looked through as JSON.
        redact_all_types: true,
        blocked_values: masked.map(escapeDollar),
        ...(unmasked.length === 0 ? {} : { ignored_keys: unmasked }),
        summary: "info",
    };
    const processors = [{ id: "redaction", signals, config: values }];
    if (!signals.includes(Signal.Traces)) return { processors };
    const mask = (path: string): string[] =>
        masked.map((pattern) => `replace_pattern(${path}, ${quote(pattern)}, "****")`);
    const names = {
        error_mode: "propagate",
        ...statementsFor(
            [Signal.Traces],
            [
                { context: "span", statements: [...mask("span.name"), ...mask("span.status.message")] },
                { context: "spanevent", statements: mask("spanevent.name") },
            ],
        ),
    };
    return { processors: [...processors, { id: "transform/redaction", signals: [Signal.Traces], config: names }] };
}

/**
 * @param empty what would become of a pattern that matches an empty text.
 * @throws InputError for what is no regular expression, or matches an empty text.
 */
export function checkPattern(check: Check, pattern: string, empty = "would put **** between all letters"): void {
    let found: RegExpExecArray | null;
    try {
        found = new RegExp(pattern).exec("");
    } catch {
        // Forms that only Go knows, like (?i), are left to the Collector.
        if (/^\(\?[imsU]+\)/.test(pattern)) return;
        throw check.error(`"${pattern}" is not a regular expression; write it as Go's RE2 does`);
    }
    if (found !== null) {
        const problem = `"${pattern}" matches an empty text, and so ${empty}`;
        throw check.error(`${problem}; make it match one character at least`);
    }
    if (/\(\?<?[=!]/.test(pattern)) {
        throw check.error(`"${pattern}" looks ahead or behind, which Go's RE2 cannot; leave that out`);
    }
}
