// Until the merge: the old path.
export { objectRules as objectRights } from "../features/kubernetes-objects";
