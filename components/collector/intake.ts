// Until the merge: the old path.
export { planIntake } from "./features/intake";
