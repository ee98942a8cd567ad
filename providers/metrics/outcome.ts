import type { IndexedLine } from "./batches";

/** A line that did not get through, and why. */
export interface ReturnedLine extends IndexedLine {
    reason: string;
}

/** A line that was accepted, with something said about it. */
export interface WarnedLine extends IndexedLine {
    warning: string;
}

/** What became of every line: `accepted`, and the lengths of the lists, add up to `sent`. */
export interface SendOutcome {
    /** Lines given, without blank ones. */
    sent: number;
    /** Lines that Dynatrace said it has accepted. */
    accepted: number;
    /** Lines that will never be accepted as they are. */
    invalid: ReturnedLine[];
    /** Lines that Dynatrace called invalid without saying which of a request they are. @default 0 */
    invalidUnnamed: number;
    /** Lines that may have been accepted or not: the reply was lost. Sending them again may count them twice. */
    inDoubt: ReturnedLine[];
    /** Lines that Dynatrace has not accepted, through no fault of theirs. Sending them again doubles nothing. */
    notAccepted: ReturnedLine[];
    /** What was said about accepted lines, e.g. metadata that exists already. */
    warnings: WarnedLine[];
}

/** The outcome of nothing, to add to. */
export function emptyOutcome(): SendOutcome {
    return { sent: 0, accepted: 0, invalid: [], invalidUnnamed: 0, inDoubt: [], notAccepted: [], warnings: [] };
}

/** Several outcomes as one; the lines in each list stand in their order. */
export function mergeOutcomes(outcomes: Partial<SendOutcome>[]): SendOutcome {
    const sum = (pick: "sent" | "accepted" | "invalidUnnamed"): number =>
        outcomes.reduce((total, outcome) => total + (outcome[pick] ?? 0), 0);
    const list = <Line extends IndexedLine>(pick: (outcome: Partial<SendOutcome>) => Line[] | undefined): Line[] =>
        outcomes.flatMap((outcome) => pick(outcome) ?? []).sort((a, b) => a.index - b.index);
    return {
        sent: sum("sent"),
        accepted: sum("accepted"),
        invalid: list((outcome) => outcome.invalid),
        invalidUnnamed: sum("invalidUnnamed"),
        inDoubt: list((outcome) => outcome.inDoubt),
        notAccepted: list((outcome) => outcome.notAccepted),
        warnings: list((outcome) => outcome.warnings),
    };
}

/** The same reason for all lines. */
export function returned(lines: IndexedLine[], reason: string): ReturnedLine[] {
    return lines.map((line) => ({ ...line, reason }));
}
