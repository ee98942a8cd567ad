import type { Check } from "../../shared/check";

/**
 * @param empty the effect of a pattern that matches an empty text.
 * @throws InputError for text that is not a regular expression of Go (RE2), or that matches an empty text.
 */
export function checkPattern(check: Check, pattern: string, empty = "would put **** between all letters"): void {
    let found: RegExpExecArray | null;
    try {
        found = new RegExp(pattern).exec("");
    } catch {
        // Only Go knows forms like (?i), so the Collector checks them.
        if (/^\(\?[imsU]+\)/.test(pattern)) return;
        check.fail(`"${pattern}" is not a regular expression; write it as Go's RE2 does`);
    }
    if (found !== null) {
        check.fail(`"${pattern}" matches an empty text, and so ${empty}; make it match at least one character`);
    }
    if (/\(\?<?[=!]/.test(pattern)) {
        check.fail(`"${pattern}" looks ahead or behind, which Go's RE2 cannot do; remove that part`);
    }
}
