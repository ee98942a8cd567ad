// Until the merge: the old path.
export {
    type Egress,
    type FeatureParts as Fragment,
    fieldVariable,
    hostFolder,
    type Intake,
    type IntakePort,
    type MergedParts as Fragments,
    mergeParts as mergeFragments,
    type Step,
} from "./features/feature";
