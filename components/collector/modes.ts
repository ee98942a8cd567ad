// Until the merge: the old path.
export { checkMode } from "./validate";
