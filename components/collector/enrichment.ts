// Until the merge: the old path.
export { planEnrichment } from "./features/dynatrace-enrichment";
