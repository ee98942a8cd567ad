// Until the merge: the old path.
export { telemetrySettings, usesToken } from "../features/self-telemetry";
