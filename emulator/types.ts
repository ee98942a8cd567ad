import type { AccountOptions, EmulatedAccount } from "./account/types";
import type { FaultRule } from "./faults";

/** The four kinds of telemetry the emulator takes in. */
export type Signal = "traces" | "metrics" | "logs" | "metricLines";

/** How a test or the CLI wants its Dynatrace. Everything has a default. */
export interface EmulatorOptions {
    /** Environment id. @default "abc12345" */
    environmentId?: string;
    /** `saas`: `/api/v2/…` at the root. `activegate`: https with an own CA at `/e/{environment}/api/v2/…`. @default "saas" */
    route?: "saas" | "activegate";
    /** Serve https with a certificate of an own CA. @default true for `activegate`, false for `saas` */
    tls?: boolean;
    /** Further host names the certificate is valid for, besides localhost, 127.0.0.1 and ::1. @default [] */
    tlsNames?: string[];
    /** TCP port; 0 takes any free one. @default 0 */
    port?: number;
    /** Address to listen on: loopback only. @default "127.0.0.1" */
    host?: string;
    /** Keep the tokens (public part and sha256 only) in this file, mode 0600. @default in memory */
    stateFile?: string;
    /** What the token which the emulator makes at start may do. @default scopes apiTokens.read and apiTokens.write */
    bootstrapToken?: BootstrapToken;
    /** Milliseconds every API call takes. @default 0 */
    latencyMs?: number;
    /** Answer 429 above this rate, over all tokens. @default no limit */
    rateLimit?: RateLimit;
    /** Answer 429 when more API calls than this are being worked on. @default no limit */
    maxInFlight?: number;
    /** Status for a token that lacks the scope: documented as 401, seen in the field as 403. @default 403 */
    missingScopeStatus?: 401 | 403;
    /** The account the environment belongs to, and its OAuth client. @default an account with one user */
    account?: AccountOptions;
    /** What a PUT with fields that cannot change does: not documented. @default "ignore" */
    putExpirationDate?: "ignore" | "reject";
    /** Clock in milliseconds since the epoch, for tests. @default Date.now */
    now?: () => number;
}

export interface BootstrapToken {
    /** @default ["apiTokens.read", "apiTokens.write"] */
    scopes?: string[];
    /** @default true */
    enabled?: boolean;
    /** Any form the API takes; may be in the past, to emulate an expired token. @default never */
    expirationDate?: string;
    /** @default false */
    personalAccessToken?: boolean;
}

export interface RateLimit {
    /** How many calls are let through in a window. */
    requests: number;
    /** Length of the window in seconds. */
    perSeconds: number;
    /** Unit of X-RateLimit-Reset; `none` sends no rate-limit headers. @default "us", as documented */
    resetUnit?: "s" | "ms" | "us" | "none";
    /** Send Retry-After (seconds) with a 429 as well. @default false */
    retryAfter?: boolean;
}

/** `access` dt0c01, `platform` dt0s16, `activeGate` dt0g02. */
export type TokenKind = "access" | "platform" | "activeGate";

/** A token as the API shows it: never the secret. */
export interface TokenRecord extends KindDetails {
    /** Prefix and public part, e.g. `dt0c01.ABC…`. */
    id: string;
    name: string;
    kind: TokenKind;
    enabled: boolean;
    owner: string;
    scopes: string[];
    personalAccessToken: boolean;
    /** ISO 8601, UTC, milliseconds; so all dates here. */
    creationDate: string;
    expirationDate?: string;
    modifiedDate?: string;
    lastUsedDate?: string;
    lastUsedIpAddress?: string;
}

/** What only some kinds have. */
export interface KindDetails {
    /** Platform tokens: the user whose permissions bound it. */
    userUuid?: string;
    /** Platform tokens: `urn:dtaccount:…` or `urn:dtenvironment:…`, where it works. @default everywhere */
    resource?: string[];
    /** Platform tokens. */
    tags?: string[];
    /** ActiveGate tokens. */
    activeGateType?: "ENVIRONMENT" | "CLUSTER";
    /** ActiveGate tokens. */
    seedToken?: boolean;
}

/** What `createToken` of the test helper takes; it skips the rules of the API, so it can make what the UI alone could make. */
export interface TokenSeed extends KindDetails {
    /** @default "seeded" */
    name?: string;
    /** @default [] */
    scopes?: string[];
    /** @default "access" */
    kind?: TokenKind;
    /** @default true */
    enabled?: boolean;
    /** Any form the API takes, also in the past. @default never */
    expirationDate?: string;
    /** @default false */
    personalAccessToken?: boolean;
    /** @default the bootstrap token's owner */
    owner?: string;
}

/** An attribute value as plain JSON; 64-bit integers beyond 2^53 stay text, bytes are base64. */
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };
export type Attributes = { [key: string]: Plain };

/** What every arrived thing says about the call that brought it. */
export interface ArrivalInfo {
    /** Id (public part) of the token that signed the call. */
    tokenId: string;
    /** Path with query, e.g. `/e/abc12345/api/v2/otlp/v1/traces`. */
    path: string;
    /** `gzip` or `identity`. */
    compression: string;
    contentType: string;
    userAgent: string;
    /** ISO 8601. */
    receivedAt: string;
}

export interface ArrivedSpan extends ArrivalInfo {
    name: string;
    traceId: string;
    spanId: string;
    parentSpanId: string;
    /** OTLP number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
    kind: number;
    startTimeUnixNano: string;
    endTimeUnixNano: string;
    status: { code: number; message: string };
    resource: Attributes;
    scope: { name: string; version: string };
    attributes: Attributes;
    events: { name: string; timeUnixNano: string; attributes: Attributes }[];
    links: { traceId: string; spanId: string; attributes: Attributes }[];
}

/** One data point of a metric. */
export interface ArrivedMetricPoint extends ArrivalInfo {
    name: string;
    type: "gauge" | "sum" | "histogram" | "exponentialHistogram";
    /** What Dynatrace makes of it: a cumulative UpDownCounter becomes a gauge, a delta sum a count. */
    storedAs: "gauge" | "count" | "histogram" | "summary";
    temporality: "delta" | "cumulative" | "none";
    monotonic: boolean;
    unit: string;
    description: string;
    /** Value of a gauge or sum. */
    value?: number;
    count?: number;
    sum?: number;
    min?: number;
    max?: number;
    bucketCounts?: number[];
    explicitBounds?: number[];
    startTimeUnixNano: string;
    timeUnixNano: string;
    resource: Attributes;
    scope: { name: string; version: string };
    attributes: Attributes;
    /** Attribute keys Dynatrace drops, for it takes only text, booleans and integers as dimensions. */
    droppedDimensions: string[];
}

export interface ArrivedLog extends ArrivalInfo {
    body: Plain;
    severityNumber: number;
    severityText: string;
    timeUnixNano: string;
    observedTimeUnixNano: string;
    traceId: string;
    spanId: string;
    eventName: string;
    resource: Attributes;
    scope: { name: string; version: string };
    attributes: Attributes;
    /** True when the record came from too far in the future and got the server's time. */
    timeCorrected: boolean;
}

export interface ArrivedLine extends ArrivalInfo {
    key: string;
    dimensions: { [key: string]: string };
    type: "gauge" | "count";
    value?: number;
    delta?: number;
    min?: number;
    max?: number;
    sum?: number;
    count?: number;
    timestampMs: number;
    /** The line as sent. */
    line: string;
}

/** Everything Dynatrace accepted since the start or the last `reset`. */
export interface Arrived {
    counts: { spans: number; metricDataPoints: number; logRecords: number; metricLines: number };
    spans: ArrivedSpan[];
    metrics: ArrivedMetricPoint[];
    logs: ArrivedLog[];
    lines: ArrivedLine[];
    /** Metadata lines that took effect, by metric key. */
    metricMetadata: { [key: string]: { [property: string]: string } };
}

/** Telemetry that was turned away. */
export interface Refusal {
    signal: Signal;
    /** HTTP status of the answer: 200 for a partial success or a silent drop. */
    status: number;
    /** `response`: the whole call; `partial-success`: told in a 2xx or in `invalidLines`; `silent`: Dynatrace says nothing. */
    told: "response" | "partial-success" | "silent";
    reason: string;
    /** How many spans, points, records or lines; 0 when the body was not read. */
    count: number;
    tokenId?: string;
    path: string;
    /** ISO 8601. */
    at: string;
}

/** One call to the API (calls to `/_emulator/` are not recorded). Holds no secret: tokens in a path are cut to the public part. */
export interface RequestRecord {
    /** ISO 8601. */
    at: string;
    method: string;
    /** Path without the query. */
    path: string;
    host: string;
    /** HTTP status; null when the connection was cut without an answer. */
    status: number | null;
    ms: number;
    signal?: Signal;
    tokenId?: string;
    /** Kind of the fault that shaped the answer. */
    fault?: string;
}

/** A running emulator. */
export interface Emulator {
    readonly environmentId: string;
    /** Base without `/api`, e.g. `https://127.0.0.1:9999/e/abc12345`. */
    readonly url: string;
    /** `url` + `/api`. */
    readonly apiUrl: string;
    /** `apiUrl` + `/v2/otlp`, without `/v1/…`. */
    readonly otlpUrl: string;
    readonly metricsIngestUrl: string;
    /** The page which shows what arrived. */
    readonly pageUrl: string;
    readonly port: number;
    /** Certificate of the CA, with TLS. */
    readonly caPem?: string;
    /** The same in a temporary file, removed by `stop`. */
    readonly caFile?: string;
    /** Secret of the token made at start. */
    readonly bootstrapToken: string;
    /** The account API, and what signs calls to it. */
    readonly account: EmulatedAccount;
    /** What an ActiveGate connects with, as `…/gateway/connectioninfo` answers. */
    readonly tenantToken: string;
    /** Tokens of all kinds that exist, newest last. */
    tokens(): TokenRecord[];
    /** Makes a token past the API. */
    createToken(seed?: TokenSeed): { id: string; token: string };
    /** Removes a token, as somebody in the UI would; false when there is none. */
    deleteToken(id: string): boolean;
    /** Enables or disables a token, as somebody in the UI would; false when there is none. */
    setEnabled(id: string, enabled: boolean): boolean;
    /** Notes a use of a token, as of an ActiveGate that connects with it. */
    useToken(id: string): void;
    arrived(): Arrived;
    refused(): Refusal[];
    requests(): RequestRecord[];
    /** Forgets what arrived, what was refused, the requests and the faults; tokens stay. */
    reset(): void;
    fault(rule: FaultRule): void;
    clearFaults(): void;
    stop(): Promise<void>;
}
