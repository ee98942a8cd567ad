// Until the merge: the old path.
export * from "./distributions";
