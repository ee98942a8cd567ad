import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../shared/check";
import { Signal } from "../../shared/signals";
import type { CollectorRedactionArgs } from "../args/processing";
import { escapeDollar, quote, statementsFor } from "../config/ottl";
import { IBANS } from "./ibans";
import type { Feature } from "./feature";
import { checkPattern } from "./pattern";

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
const HEX = "[0-9A-Fa-f]{1,4}";

/**
 * Kind, public part and secret part of a token. An incomplete secret part matches too: a shortened text can still contain most of it.
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

/**
 * Masks attributes, log bodies, span names and span statuses before anything is sent. If masking fails, the data is rejected and the
 * sender gets an error.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/redactionprocessor
 */
export const redaction: Feature = {
    name: "redaction",
    argument: "processing.redaction",
    components: [
        ["processors", "redaction"],
        ["processors", "transform"],
    ],
    on: ({ masked }) => masked.length > 0,
    render({ masked, unmasked, signals }) {
        const values = {
            allow_all_keys: true,
            // Also searches lists and maps in attributes, as JSON.
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
    },
};

/** Regular expressions to mask, in order. @throws InputError for an invalid pattern, and for a pattern that masks everything. */
export function maskedPatterns(check: Check, args: pulumi.Unwrap<CollectorRedactionArgs> = {}): string[] {
    const own = args.patterns ?? [];
    own.forEach((pattern, index) => checkPattern(check.at(`patterns[${index}]`), pattern));
    return [
        ...((args.dynatraceTokens ?? true) ? [DYNATRACE_TOKEN] : []),
        ...(args.emails ? [EMAIL] : []),
        ...(args.paymentCards ? CARDS : []),
        ...(args.ibans ? IBANS : []),
        ...(args.ipAddresses ? ADDRESSES : []),
        ...own,
    ];
}
