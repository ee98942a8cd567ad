/**
 * A strict Dynatrace on loopback: access tokens, OTLP, metric lines, ActiveGate routes, and a page that shows what arrived.
 * An independent reading of the API documentation, for tests and for trying things out without a tenant.
 */
export type { AccountOptions, EmulatedAccount } from "./account/types";
export { startEmulator } from "./emulator";
export type { FaultRule } from "./faults";
export type {
    Arrived,
    ArrivedLine,
    ArrivedLog,
    ArrivedMetricPoint,
    ArrivedSpan,
    Attributes,
    BootstrapToken,
    Emulator,
    EmulatorOptions,
    KindDetails,
    Plain,
    RateLimit,
    Refusal,
    RequestRecord,
    Signal,
    TokenKind,
    TokenRecord,
    TokenSeed,
} from "./types";
