export { SecretsManagerToken, type SecretsManagerTokenArgs } from "./secrets-manager";
export { SsmParameterTier, SsmParameterToken, type SsmParameterTokenArgs } from "./ssm-parameter";
export type { StoredTokenArgs } from "./token";
