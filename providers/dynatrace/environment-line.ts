import { bootstrapExcess, describeBootstrap, excessProblem } from "./bootstrap";
import { assertDone, callThrough, parsed, type Call, type Line } from "./caller";
import { DynatraceAuthError, type CallDescription, type DynatraceApiError } from "./errors";
import { errorFor } from "./explain";
import { systemClock, type Clock, type Gate } from "./limits";
import { publicTokenId } from "./redact";
import type { ApiTokenMetadata, ReplySchema } from "./replies";
import { apiTokenSchema, parseBody } from "./schemas";
import type { Setting } from "./settings";
import { isCertificateError, Transport, type Answer, type ApiRequest, type Failure } from "./transport";

export interface LineOptions {
    apiUrl: string;
    /** The bootstrap token. */
    token: Setting;
    /** Shared by all clients of one address. */
    gate: Gate;
    clock?: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
    /** Told once if the bootstrap token holds scopes that this package has no use for. */
    warn?: (line: string) => void;
    /** Whether the same bootstrap token signs calls to other addresses too. */
    isOneOfSeveral?: () => boolean;
}

/** What an API asks of the bootstrap token. */
export interface Needs {
    /** Why a token with this description cannot do it; undefined if nothing speaks against it. */
    problem(self: ApiTokenMetadata, now: number): string | undefined;
    /** What to do when it is refused. */
    remedy: string;
}

/** Milliseconds that a look at the bootstrap token may take. */
const PROBE_TIMEOUT = 10_000;
/** Scopes that an ActiveGateToken needs, which the same bootstrap token may make. */
const USED_BY_OTHER_KINDS = [
    ...["activeGateTokenManagement.create", "activeGateTokenManagement.read", "activeGateTokenManagement.write"],
    "InstallerDownload",
];

/** What to do about a refused bootstrap token that also signs calls to other addresses. */
const SEVERAL_ADDRESSES =
    ". This run also calls another address with this token: give the tokens of each environment a DynatraceProvider";

/** What the lines to one environment have in common. */
interface Shared {
    options: LineOptions;
    transport: Transport;
    lookup?: Promise<ApiTokenMetadata | undefined>;
    warned?: boolean;
}

/** The API of one environment, all calls signed with the bootstrap token. */
export class EnvironmentLine implements Line {
    readonly clock: Clock;
    readonly gate: Gate;

    private constructor(
        private readonly shared: Shared,
        private readonly needs: Needs,
    ) {
        this.clock = shared.options.clock ?? systemClock;
        this.gate = shared.options.gate;
    }

    static open(options: LineOptions, needs: Needs): EnvironmentLine {
        const { apiUrl, token, timeout } = options;
        const transport = new Transport(apiUrl, { Authorization: `Api-Token ${token.value}` }, timeout);
        return new EnvironmentLine({ options, transport }, needs);
    }

    /** The same line, for an API that asks something else of the bootstrap token. */
    for(needs: Needs): EnvironmentLine {
        return new EnvironmentLine(this.shared, needs);
    }

    get apiUrl(): string {
        return this.shared.options.apiUrl;
    }

    send(request: ApiRequest): Promise<Answer | Failure> {
        return this.shared.transport.send(request);
    }

    call(call: Call): Promise<Answer | Failure> {
        return callThrough(this, call);
    }

    parsed<T>(what: CallDescription, answer: Answer | Failure, schema: ReplySchema<T>): Promise<T> {
        return parsed(this, what, answer, schema);
    }

    /** Throws a DynatraceAuthError if Dynatrace's own description of the bootstrap token speaks against the call. */
    async assertAble(what: CallDescription): Promise<void> {
        const self = await this.self();
        const problem = self && this.needs.problem(self, this.clock.now());
        if (self) this.warnOfExcess(self);
        if (!problem) return;
        const token = describeBootstrap(this.shared.options.token);
        throw new DynatraceAuthError(what, undefined, `was not tried: ${token} ${problem}`, this.needs.remedy);
    }

    /**
     * Asks Dynatrace about the bootstrap token.
     *
     * @param patient whether to wait and to repeat the call, where Dynatrace does not answer at once.
     * @returns why nothing can be said, if Dynatrace did not answer; undefined if nothing speaks against address and bootstrap token.
     * @throws DynatraceApiError if the address is wrong or the bootstrap token cannot be used.
     */
    async probe(what: CallDescription, patient: boolean): Promise<string | undefined> {
        const { options, transport } = this.shared;
        const path = "/v2/apiTokens/lookup";
        const call = { ...what, call: `POST ${path}` };
        const request = { method: "POST" as const, path, body: { token: options.token.value } };
        const answer = patient
            ? await this.call({ ...request, what: call, repeatable: true })
            : await transport.send({ ...request, timeout: Math.min(PROBE_TIMEOUT, options.timeout ?? PROBE_TIMEOUT) });
        const { status } = answer;
        if (status === undefined && isCertificateError(answer.code)) throw this.errorOf(call, answer);
        if (status === undefined || status === 429 || status >= 500) return this.errorOf(call, answer).message;
        // A bootstrap token without apiTokens.read may be all that the tokens of another kind need.
        if (status === 403) return undefined;
        const self = status === 200 ? parseBody(apiTokenSchema, answer.text) : undefined;
        if (!self) throw this.errorOf(call, answer);
        this.shared.lookup ??= Promise.resolve(self);
        await this.assertAble(call);
        return undefined;
    }

    /** A 404 is believed only from an address that knows the bootstrap token: a wrong one would make live tokens look gone. */
    async assertGone(what: CallDescription, answer: Answer): Promise<undefined> {
        if (!(await this.self())) this.shared.lookup = undefined;
        if (!(await this.self())) throw await this.error(what, answer);
        return undefined;
    }

    /** False if what it was about is gone. */
    async done(what: CallDescription, answer: Answer | Failure): Promise<boolean> {
        if (answer.status === 404) {
            await this.assertGone(what, answer);
            return false;
        }
        await assertDone(this, what, answer);
        return true;
    }

    async error(what: CallDescription, answer: Answer | Failure): Promise<DynatraceApiError> {
        const refused = answer.status === 401 || answer.status === 403;
        return this.errorOf(what, answer, refused ? await this.self() : undefined);
    }

    private errorOf(what: CallDescription, answer: Answer | Failure, self?: ApiTokenMetadata): DynatraceApiError {
        const { apiUrl, token, isOneOfSeveral } = this.shared.options;
        const several = isOneOfSeveral?.() ? SEVERAL_ADDRESSES : "";
        return errorFor(what, answer, {
            apiUrl,
            bootstrap: describeBootstrap(token),
            bootstrapId: publicTokenId(token.value),
            bootstrapProblem: self && this.needs.problem(self, this.clock.now()),
            remedy: `${this.needs.remedy}${several}`,
            secrets: [token.value],
        });
    }

    private warnOfExcess(self: ApiTokenMetadata): void {
        const excess = excessProblem(bootstrapExcess(self, USED_BY_OTHER_KINDS));
        if (excess === undefined || this.shared.warned) return;
        this.shared.warned = true;
        this.shared.options.warn?.(`warning: ${describeBootstrap(this.shared.options.token)} ${excess}`);
    }

    /** What Dynatrace says about the bootstrap token, asked once; undefined if it does not say. Never throws. */
    private self(): Promise<ApiTokenMetadata | undefined> {
        this.shared.lookup ??= this.lookUpSelf();
        return this.shared.lookup;
    }

    private async lookUpSelf(): Promise<ApiTokenMetadata | undefined> {
        const path = "/v2/apiTokens/lookup";
        const what = { call: `POST ${path}`, purpose: "look up the bootstrap token" };
        const body = { token: this.shared.options.token.value };
        const answer = await this.call({ what, method: "POST", path, body, repeatable: true, tries: 2 });
        return answer.status === 200 ? parseBody(apiTokenSchema, answer.text) : undefined;
    }
}
