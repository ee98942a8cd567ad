/** What a signal's rules make of a request. */
export interface Verdict<T> {
    accepted: T[];
    /** Told to the client: as partial success, or with 400 when nothing was accepted and the signal wants that. */
    rejected: number;
    errorMessage: string;
    /** Dropped after the answer, without a word to the client, by reason. */
    dropped: Map<string, number>;
}

export function drop(dropped: Map<string, number>, reason: string): void {
    dropped.set(reason, (dropped.get(reason) ?? 0) + 1);
}
