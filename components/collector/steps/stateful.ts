// Until the merge: the old path.
export { planTailSampling } from "../features/tail-sampling";
