import type { Check } from "../../shared/check";

/**
 * @param empty what a pattern that matches an empty string does.
 * @throws InputError for an invalid regular expression of Go (RE2), and for a pattern that matches an empty string.
 */
export function checkPattern(check: Check, pattern: string, empty = "would insert **** between all characters"): void {
    let found: RegExpExecArray | null;
    try {
        found = new RegExp(pattern).exec("");
    } catch {
        // Only Go supports forms like (?i), so the Collector checks them.
        if (/^\(\?[imsU]+\)/.test(pattern)) return;
        check.fail(`"${pattern}" is not a regular expression; use the syntax of Go's RE2`);
    }
    if (found !== null) {
        check.fail(`"${pattern}" matches an empty string, so it ${empty}; make it match at least one character`);
    }
    if (/\(\?<?[=!]/.test(pattern)) {
        check.fail(`"${pattern}" looks ahead or behind, which Go's RE2 cannot do; remove that part`);
    }
}
