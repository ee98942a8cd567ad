import { closest, distance } from "fastest-levenshtein";

/**
 * Scopes of platform tokens that bring data in, and what Dynatrace's Kubernetes set gives beside them.
 *
 * @see https://docs.dynatrace.com/docs/ingest-from/setup-on-k8s/deployment/tokens-permissions/tokens-permissions
 */
export const PLATFORM_INGEST_SCOPES: readonly string[] = [
    ...["openpipeline:traces:ingest", "openpipeline:metrics:ingest", "openpipeline:logs:ingest"],
    ...["openpipeline:events:ingest", "openpipeline:bizevents:ingest", "storage:metrics:write"],
];

/** What an access token calls the same. */
const BY_ACCESS_SCOPE: Record<string, string> = {
    "opentelemetrytrace.ingest": "openpipeline:traces:ingest",
    "metrics.ingest": "openpipeline:metrics:ingest",
    "logs.ingest": "openpipeline:logs:ingest",
    "events.ingest": "openpipeline:events:ingest",
    "bizevents.ingest": "openpipeline:bizevents:ingest",
};

/** What is wrong with a scope and what to write instead; undefined if it is known. Case counts. */
export function platformScopeProblem(scope: string): string | undefined {
    if (PLATFORM_INGEST_SCOPES.includes(scope)) return undefined;
    const suggestion = suggest(scope);
    const way = suggestion
        ? `did you mean ${suggestion}?`
        : `use ${PLATFORM_INGEST_SCOPES.join(", ")}, or set allowUnknownScopes`;
    return `"${scope}" is not an ingest scope of platform tokens; ${way}`;
}

function suggest(scope: string): string | undefined {
    const lower = scope.toLowerCase();
    const same = BY_ACCESS_SCOPE[lower] ?? PLATFORM_INGEST_SCOPES.find((known) => known === lower);
    if (same) return same;
    const nearest = closest(lower, PLATFORM_INGEST_SCOPES);
    return distance(lower, nearest) <= Math.max(2, Math.floor(scope.length / 5)) ? nearest : undefined;
}
