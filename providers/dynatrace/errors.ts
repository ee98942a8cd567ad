import { redact } from "./redact";

/** Anything this package has to say about Dynatrace; the text never holds a token. */
export class DynatraceError extends Error {
    constructor(message: string, secrets: readonly string[] = []) {
        super(redact(message, secrets));
        this.name = new.target.name;
    }
}

/** What was asked of Dynatrace, for the reader of an error. */
export interface CallDescription {
    /** `POST /v2/apiTokens`, without host or query. */
    call: string;
    /** What the call was for, as `create token checkout-1a2b3c4d`. */
    purpose: string;
    /** The scope the bootstrap token needs for it. */
    scope?: string;
    /** Public id of the token it was about. */
    tokenId?: string;
}

/** Dynatrace refused a call, or answered with something else than its API would. */
export class DynatraceApiError extends DynatraceError implements CallDescription {
    readonly call: string;
    readonly purpose: string;
    readonly scope?: string;
    readonly tokenId?: string;

    constructor(
        what: CallDescription,
        /** HTTP status; undefined if no answer came. */
        readonly status: number | undefined,
        problem: string,
        nextStep: string,
        secrets: readonly string[] = [],
    ) {
        super(`could not ${what.purpose}: ${what.call} ${problem}; ${nextStep}`, secrets);
        this.call = what.call;
        this.purpose = what.purpose;
        this.scope = what.scope;
        this.tokenId = what.tokenId;
    }
}

/** 401 or 403: the bootstrap token is refused, or lacks a scope. */
export class DynatraceAuthError extends DynatraceApiError {}

/** 429 or 503 for longer than is worth waiting. */
export class DynatraceBusyError extends DynatraceApiError {}

/** No answer: name not found, refused, reset, timed out, certificate not trusted. */
export class DynatraceConnectionError extends DynatraceApiError {
    /** Node's code, as `ENOTFOUND`. */
    readonly code: string;

    constructor(
        what: CallDescription,
        code: string,
        problem: string,
        nextStep: string,
        secrets: readonly string[] = [],
    ) {
        super(what, undefined, problem, nextStep, secrets);
        this.code = code;
    }
}

/** A token may exist that could be neither kept nor deleted; `names` is what to look for. */
export class DynatraceOrphanError extends DynatraceError {
    constructor(
        /** Exact names of the tokens in doubt. */
        readonly names: readonly string[],
        why: string,
        /** Where a person finds these tokens in Dynatrace. */
        page = "Access tokens",
    ) {
        super(
            `a token may have been made in Dynatrace without its reply having arrived: ${why}; ` +
                `look under ${page} for ${names.join(", ")}, delete it if it is there, and run again`,
        );
    }
}

/** The bootstrap token or the address is missing or cannot work; nothing was sent. */
export class DynatraceSettingsError extends DynatraceError {}

/**
 * The token was made, but a later step failed. Pulumi reads `id`, `properties` and `reasons`, and records the token, so that
 * the next `up` finishes it and `destroy` deletes it.
 */
export class TokenIncompleteError extends DynatraceError {
    readonly reasons: string[];

    constructor(
        readonly id: string,
        /** Outputs as they are to be recorded; holds the token itself, which Pulumi encrypts. */
        readonly properties: Record<string, unknown>,
        reason: string,
    ) {
        super(reason);
        this.reasons = [this.message];
    }
}

/** A value for anybody to see: no secrets, and no stack where the text alone tells what to do. */
export function publicError(error: unknown, secrets: readonly string[]): Error {
    if (error instanceof DynatraceError) {
        error.message = redact(error.message, secrets);
        error.stack = "";
        return error;
    }
    const unexpected = new Error(redact(error instanceof Error ? error.message : String(error), secrets));
    unexpected.stack = redact((error instanceof Error && error.stack) || "", secrets);
    return unexpected;
}
