import { describeErrorBody } from "../dynatrace/schemas";
import { explainConnection } from "./explain-connection";
import { type Context, fieldsOf, type Finding, isGate, isPlatformToken } from "./finding";
import type { Answer, NoAnswer } from "./post";
import { decodeReply } from "./records";
import type { CheckedSignal } from "./state";

/** The one scope that each signal needs, by kind of token. */
const SCOPES: Record<CheckedSignal, { access: string; platform: string }> = {
    traces: { access: "openTelemetryTrace.ingest", platform: "openpipeline:traces:ingest" },
    metrics: { access: "metrics.ingest", platform: "openpipeline:metrics:ingest" },
    logs: { access: "logs.ingest", platform: "openpipeline:logs:ingest" },
};

/** What an answer to a record means, and what to do; undefined if the record was taken. */
export function explain(signal: CheckedSignal, answer: Answer | NoAnswer, context: Context): Finding | undefined {
    if (answer.status === undefined) return explainConnection(answer, context);
    if (answer.status >= 200 && answer.status < 300) return explainSuccess(signal, answer, context);
    const { status, headers } = answer;
    const said = describeErrorBody(answer.body.toString("utf8"));
    const problem = `was answered ${status}${said ? ` (${said})` : ""}`;
    const { address, port } = fieldsOf(context);
    const about = (field: string, wayOut: string, retry = false): Finding => ({ field, problem, wayOut, retry });

    if (status === 401 || status === 403) return { problem, ...explainRefusedToken(signal, status, said, context) };
    if (status === 404 || status === 405) return about(address, wrongAddress(context));
    if (status === 407) {
        return about("HTTPS_PROXY", "the proxy wants a login; put it into HTTPS_PROXY, or the host into NO_PROXY");
    }
    if (status === 413) {
        return about(
            address,
            "the record has a few hundred bytes, so a proxy on the way refuses bodies; raise its limit",
        );
    }
    if (status === 415) {
        return about(address, `what answers takes no OTLP as binary protobuf over HTTP; ${wrongAddress(context)}`);
    }
    if (status === 429 || status === 503) {
        return about(
            address,
            "it is busy; nothing is wrong with token and address so far. Run `pulumi up` again later",
            true,
        );
    }
    if (status < 400) {
        const to = URL.canParse(headers.location ?? "") ? new URL(headers.location ?? "").host : "another address";
        return about(
            address,
            `it redirects to ${to}, which is not followed, as the token would go there; ${wrongAddress(context)}`,
        );
    }
    if (status === 502 || status === 504) {
        const between = isGate(context) ? "the ActiveGate does not reach Dynatrace, or is starting" : "a proxy answers";
        return about(port, `${between}; see its log, then run \`pulumi up\` again`, true);
    }
    if (status < 500) return about(address, "correct what it names and run `pulumi up` again");
    return about(address, "the fault is on the other side; run `pulumi up` again later", true);
}

function explainSuccess(
    signal: CheckedSignal,
    { status, headers, body }: Answer,
    context: Context,
): Finding | undefined {
    const { address } = fieldsOf(context);
    const isText = body.length > 0 && /html|json|text\//i.test(headers["content-type"] ?? "");
    const reply = isText ? undefined : decodeReply(signal, body);
    if (reply === undefined) {
        const said = describeErrorBody(body.toString("utf8"));
        const problem = `was answered ${status}, but not by an OTLP receiver${said ? ` (${said})` : ""}`;
        const wayOut = `a proxy, a sign-in page or another server stands there; put the host into NO_PROXY, or ${wrongAddress(context)}`;
        return { field: address, problem, wayOut, retry: false };
    }
    if (reply.rejected === 0) return undefined;
    return {
        field: "signals",
        problem: `was answered ${status}, but the record was refused (${oneLine(reply.message) || "without a reason"})`,
        wayOut: `token and address are right; do what the reason says, or take ${signal} out of signals`,
        retry: false,
    };
}

function explainRefusedToken(
    signal: CheckedSignal,
    status: 401 | 403,
    said: string,
    context: Context,
): Omit<Finding, "problem"> {
    const { token, tokenName, scheme } = context;
    if (token === undefined) {
        return { field: "token", wayOut: "it was sent without a token; give token", retry: false };
    }
    const fitting = isPlatformToken(context) ? "Bearer" : "Api-Token";
    if (status === 401 && scheme !== fitting && (isPlatformToken(context) || token.startsWith("dt0c01."))) {
        const kind = isPlatformToken(context) ? "a platform token" : "an access token";
        return {
            field: "scheme",
            wayOut: `${tokenName} is ${kind}; set scheme to ${fitting} or leave it out`,
            retry: false,
        };
    }
    // The documentation names 401 for a missing scope, tenants answer 403.
    if (status === 403 || /scope/i.test(said)) return { field: "token", ...missingScope(signal, said, context) };
    const kept = context.route === "collector" ? "is not the one that its receiver asks for" : "is unknown there";
    return {
        field: "token",
        wayOut: `${tokenName} ${kept}, disabled, expired or deleted; a change of rotationKey makes a new IngestToken`,
        retry: true,
    };
}

function missingScope(signal: CheckedSignal, said: string, context: Context): Omit<Finding, "problem" | "field"> {
    const { access, platform } = SCOPES[signal];
    if (!isPlatformToken(context)) {
        const wayOut = `${context.tokenName} needs the scope ${access}; add ${signal} to the signals of its IngestToken, or take it out of these`;
        return { wayOut, retry: false };
    }
    const wayOut = /expired/i.test(said)
        ? `${context.tokenName} is expired; make a new one`
        : `${context.tokenName} needs the scope ${platform}, and its user a policy with ALLOW ${platform}`;
    return { wayOut, retry: false };
}

function wrongAddress({ route }: Context): string {
    switch (route) {
        case "collector":
            return "url ends where /v1/traces would follow: http://localhost:4318, or https://{host}/api/v2/otlp of Dynatrace";
        case "saas":
            return "check the environment id: the host is {environment}.live.dynatrace.com, not .apps.";
        case "oneagent":
            return "switch the OpenTelemetry endpoint of the OneAgent on";
        case "managed":
            return "check host and environment id: the URL is https://{domain}/e/{environment}/api/v2/otlp";
        default:
            return (
                "check the environment id in https://{activegate}:9999/e/{environment}/api/v2/otlp, " +
                "and that the ActiveGate's module otlp_ingest is on"
            );
    }
}

function oneLine(text: string): string {
    return text.replace(/\s+/g, " ").trim().slice(0, 500);
}
