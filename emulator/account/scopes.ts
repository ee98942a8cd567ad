/**
 * Scopes of platform tokens the emulator knows: those of ingest, and some that people give beside them.
 * @see https://docs.dynatrace.com/docs/manage/identity-access-management/permission-management/manage-user-permissions-policies/advanced/iam-policystatements
 */
export const platformTokenScopes: ReadonlySet<string> = new Set([
    "openpipeline:traces:ingest",
    "openpipeline:metrics:ingest",
    "openpipeline:logs:ingest",
    "openpipeline:events:ingest",
    "openpipeline:bizevents:ingest",
    "openpipeline:security.events:ingest",
    "openpipeline:sdlc.events:ingest",
    "openpipeline:davis.events:ingest",
    "storage:metrics:write",
    "storage:logs:write",
    "storage:events:write",
    "storage:spans:read",
    "storage:logs:read",
    "storage:metrics:read",
    "storage:buckets:read",
    "settings:objects:read",
    "settings:objects:write",
    "settings:schemas:read",
]);
