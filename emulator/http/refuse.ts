import type { Reply } from "./reply";

/** Thrown by what works on a call, to end it with this reply. */
export class Refuse extends Error {
    constructor(
        readonly reply: Reply,
        /** How many items the call would have brought, when that is known. */
        readonly count = 0,
    ) {
        super(`answered with ${reply.status}`);
    }
}
