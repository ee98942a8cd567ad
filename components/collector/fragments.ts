// Until the merge: the old path.
export { featureParts as fragmentsOf } from "./features";
