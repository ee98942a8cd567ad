import { closest, distance } from "fastest-levenshtein";

/** What a bootstrap token needs for ActiveGate tokens: to list, to create and delete, and to read whom an ActiveGate connects to. */
export const ACTIVEGATE_SCOPES = {
    read: "activeGateTokenManagement.read",
    write: "activeGateTokenManagement.write",
    connection: "InstallerDownload",
} as const;

/**
 * The scopes an access token can hold, as the API writes them.
 *
 * @see https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens/post-token (field `scopes`, read 2026-06)
 */
export const ACCESS_TOKEN_SCOPES: readonly string[] = [
    ...["ActiveGateCertManagement", "AdvancedSyntheticIntegration", "CaptureRequestData", "DTAQLAccess", "DataExport"],
    ...["DataImport", "DataPrivacy", "Davis", "DiagnosticExport", "DssFileManagement", "ExternalSyntheticIntegration"],
    ...["InstallerDownload", "LogExport", "MemoryDump", "Mobile", "PluginUpload", "ReadConfig", "ReadSyntheticData"],
    ...["RestRequestForwarding", "RumBrowserExtension", "RumJavaScriptTagManagement", "SupportAlert"],
    ...["TenantTokenManagement", "UserSessionAnonymization", "ViewDashboard", "ViewReport", "WriteConfig"],
    ...["WriteSyntheticData", "activeGateTokenManagement.create", "activeGateTokenManagement.read"],
    ...["activeGateTokenManagement.write", "activeGates.read", "activeGates.write", "adaptiveTrafficManagement.read"],
    ...["agentTokenManagement.read", "apiTokens.read", "apiTokens.write", "attacks.read", "attacks.write"],
    ...["auditLogs.read", "bizevents.ingest", "credentialVault.read", "credentialVault.write", "entities.read"],
    ...["entities.write", "events.ingest", "events.read", "extensionConfigurationActions.write"],
    ...["extensionConfigurations.read", "extensionConfigurations.write", "extensionDiscoveryJmx.read"],
    ...["extensionDiscoveryPmi.read", "extensionEnvironment.read", "extensionEnvironment.write", "extensions.read"],
    ...["extensions.write", "geographicRegions.read", "hub.install", "hub.read", "hub.write"],
    ...["javaScriptMappingFiles.read", "javaScriptMappingFiles.write", "logs.ingest", "logs.read", "metrics.ingest"],
    ...["metrics.read", "metrics.write", "networkZones.read", "networkZones.write", "oneAgents.read"],
    ...["oneAgents.write", "openTelemetryTrace.ingest", "openpipeline.events", "openpipeline.events.custom"],
    ...["openpipeline.events_sdlc", "openpipeline.events_sdlc.custom", "openpipeline.events_security"],
    ...["openpipeline.events_security.custom", "openpipeline.events_smartscape", "problems.read", "problems.write"],
    ...["releases.read", "rumCookieNames.read", "rumManualInsertionTags.read", "securityProblems.read"],
    ...["securityProblems.write", "settings.read", "settings.write", "slo.read", "slo.write"],
    ...["syntheticExecutions.read", "syntheticExecutions.write", "syntheticLocations.read"],
    ...["syntheticLocations.write", "tenantTokenRotation.write", "traces.lookup", "unifiedAnalysis.read"],
];

/** What people write for the traces scope, none of which is near it by spelling. */
const TRACES_BY_ANOTHER_NAME = /^(otlp|otel|open-?telemetry|traces?|spans?)(traces?|spans?)?[.:]ingest$/i;

/** Whether a token with the scope can send data. A personal access token cannot hold such a scope. */
export function isIngestScope(scope: string): boolean {
    return scope.endsWith(".ingest") || scope.startsWith("openpipeline.");
}

/** What is wrong with a scope and what to write instead; undefined if it is known. Case counts. */
export function scopeProblem(scope: string): string | undefined {
    if (ACCESS_TOKEN_SCOPES.includes(scope)) return undefined;
    const suggestion = suggest(scope);
    return `"${scope}" is not a scope of access tokens; ${
        suggestion ? `did you mean ${suggestion}?` : "see the list of scopes in Dynatrace under Access tokens"
    }`;
}

function suggest(scope: string): string | undefined {
    const lower = scope.toLowerCase();
    const sameLetters = ACCESS_TOKEN_SCOPES.find((known) => known.toLowerCase() === lower);
    if (sameLetters) return sameLetters;
    if (TRACES_BY_ANOTHER_NAME.test(scope)) return "openTelemetryTrace.ingest";
    // A platform token's scope: openpipeline:traces:ingest, openpipeline:logs:ingest.
    const platform = /^openpipeline:(traces|metrics|logs):ingest$/.exec(scope)?.[1];
    if (platform) return platform === "traces" ? "openTelemetryTrace.ingest" : `${platform}.ingest`;
    const nearest = closest(scope, ACCESS_TOKEN_SCOPES);
    return distance(scope, nearest) <= Math.max(2, Math.floor(scope.length / 3)) ? nearest : undefined;
}
