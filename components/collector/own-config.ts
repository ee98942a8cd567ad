// Until the merge: the old path.
export { checkExtraConfig as checkOwnConfig, mergeConfig } from "./config/merge";
export { escapeDollars } from "./config/ottl";
