// Until the merge: the old path.
export { maskedPatterns } from "../features/redaction";
