/**
 * Every number of the emulated API in one place.
 *
 * The documentation says "MB" and not which one; the emulator takes the smaller (10^6), so that what passes here passes there.
 * @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/otlp-api
 */
const megabyte = 1_000_000;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

export const limits = {
    /** Bodies of the REST API (tokens). */
    restBodyBytes: megabyte,
    /** Nothing larger than this is even kept in memory. */
    hardBodyBytes: 32 * megabyte,
    traces: {
        compressedBytes: 8 * megabyte,
        bytes: 8 * megabyte,
        spanEndMaxAgeMs: 60 * minute,
        spanEndMaxFutureMs: 10 * minute,
    },
    metrics: {
        compressedBytes: 4 * megabyte,
        bytes: 4 * megabyte,
        dataPoints: 15_000,
        attributesPerPoint: 50,
        keyMinLength: 2,
        keyMaxLength: 255,
        dimensionKeyLength: 100,
        dimensionValueLength: 255,
        unitLength: 63,
        descriptionLength: 1023,
    },
    logs: {
        compressedBytes: 10 * megabyte,
        bytes: 10 * megabyte,
        records: 50_000,
        maxAgeMs: 24 * hour,
        maxFutureMs: 10 * minute,
        attributes: 500,
        attributeKeyBytes: 100,
        attributeValueBytes: 32_000,
        attributeValues: 32,
        nesting: 5,
    },
    lines: {
        bytes: megabyte,
        keyMinLength: 3,
        keyMaxLength: 255,
        dimensions: 50,
        dimensionKeyLength: 100,
        dimensionValueLength: 255,
        maxAgeMs: hour,
        maxFutureMs: 10 * minute,
        reservedPrefix: "dt.",
        metaUnitLength: 63,
        metaDescriptionLength: 1023,
    },
    activeGateTokenList: { minPageSize: 100, maxPageSize: 3000, defaultPageSize: 100 },
    /** Longest life of an ActiveGate token. */
    activeGateTokenYears: 2,
    /** Platform tokens of the account API. Page sizes are not documented: small ones, so that clients have to turn pages. */
    platformTokens: { perUser: 10, nameLength: 255, defaultPageSize: 10, maxPageSize: 100 },
    tokenList: { minPageSize: 100, maxPageSize: 10_000, defaultPageSize: 200 },
    /** How much of what arrived the emulator remembers, a signal; the counters go on. */
    remembered: { itemsPerSignal: 100_000, requests: 20_000, refusals: 20_000 },
} as const;
