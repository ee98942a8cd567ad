export { otlpEndpoint, type OtlpEndpointConfig } from "./endpoint";
export { collectorNetworkPolicy } from "./network-policy";
export { noTokenInClear, type NoTokenInClearConfig } from "./no-token-in-clear";
export { dynatraceOtlpPolicyPack, type DynatraceOtlpPolicyPackArgs, policies } from "./pack";
export { ExpiryRequired, tokenExpiry, type TokenExpiryConfig } from "./token-expiry";
export { tokenScopes, type TokenScopesConfig } from "./token-scopes";
export { tokenSecretOutput } from "./token-secret-output";
