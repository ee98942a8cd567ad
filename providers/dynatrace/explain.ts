import {
    DynatraceApiError,
    DynatraceAuthError,
    DynatraceBusyError,
    DynatraceConnectionError,
    type CallDescription,
} from "./errors";
import { describeErrorBody } from "./schemas";
import { isCertificateError, type Answer, type Failure } from "./transport";

const ADDRESS_HINT =
    "check apiUrl: https://{environment}.live.dynatrace.com/api (not .apps.), https://{your-domain}/e/{environment}/api, " +
    "or https://{activegate}:9999/e/{environment}/api with the ActiveGate's REST API on";

const OWN_TOKEN =
    "this is the token that signs the call, which can neither delete nor disable itself; set DYNATRACE_API_TOKEN to another one";

/** What an error can say about the caller. */
export interface CallerDescription {
    /** Base URL, without secrets. */
    apiUrl: string;
    /** The bootstrap token in words, e.g. `the token in DYNATRACE_API_TOKEN (dt0c01.ABC)`. */
    bootstrap: string;
    /** Its public id, where it has one. */
    bootstrapId?: string;
    /** Why it is refused, if Dynatrace's own description of it tells. */
    bootstrapProblem?: string;
    /** How a right address looks. @default that of an environment's API */
    addressHint?: string;
    /** What to do about a refused bootstrap token. */
    remedy: string;
    /** Hidden from all texts. */
    secrets: readonly string[];
}

/** The error for an answer that is not what was asked for, or for none. */
export function errorFor(
    what: CallDescription,
    answer: Answer | Failure,
    caller: CallerDescription,
): DynatraceApiError {
    const { secrets } = caller;
    if (answer.status === undefined) {
        const problem = `got no answer from ${caller.apiUrl} (${answer.code}: ${answer.message})`;
        return new DynatraceConnectionError(
            what,
            answer.code,
            problem,
            connectionHint(answer.code, caller.addressHint),
            secrets,
        );
    }
    const { status } = answer;
    const said = describeErrorBody(answer.text);
    const refused = status === 401 || status === 403;
    const by = refused ? ` by ${caller.apiUrl}` : "";
    const problem = `was answered ${status}${by}${said ? `: ${said}` : ""}`;
    if (refused) {
        const why = caller.bootstrapProblem ?? `is refused${what.scope ? ` (this call needs ${what.scope})` : ""}`;
        return new DynatraceAuthError(what, status, problem, `${caller.bootstrap} ${why}; ${caller.remedy}`, secrets);
    }
    if (status === 429 || status === 503) {
        const step = "waited as long as is sensible; run again later, or with a smaller --parallel";
        return new DynatraceBusyError(what, status, problem, step, secrets);
    }
    const ownToken = status === 400 && what.tokenId !== undefined && what.tokenId === caller.bootstrapId;
    const step = ownToken ? OWN_TOKEN : nextStep(answer, caller);
    return new DynatraceApiError(what, status, problem, step, secrets);
}

function nextStep(answer: Answer, caller: CallerDescription): string {
    const { status } = answer;
    const hint = caller.addressHint ?? ADDRESS_HINT;
    if (status < 300) return `that is not what the API answers with; ${caller.apiUrl}: ${hint}`;
    if (status < 400) return `it redirects to ${hostOf(answer.headers.location)}, which is not followed; ${hint}`;
    if (status === 404 || status === 405) return `there is no such API at ${caller.apiUrl}; ${hint}`;
    if (status === 407) return "the proxy wants a login; set it in HTTPS_PROXY, or the host in NO_PROXY";
    if (status < 500) return "correct what it names and run again";
    return "the fault is on the other side; run again later";
}

function connectionHint(code: string, hint = ADDRESS_HINT): string {
    if (isCertificateError(code)) {
        return "its certificate is not trusted here; set NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed it";
    }
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the host name is not known; ${hint}`;
    if (code === "ECONNREFUSED") return "nothing listens there; check host and port of apiUrl, and the network";
    return "check the network, a proxy (HTTPS_PROXY, NO_PROXY) and the address, then run again";
}

function hostOf(location: string | undefined): string {
    try {
        return new URL(location ?? "").host;
    } catch {
        return "another address";
    }
}
