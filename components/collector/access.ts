// Until the merge: the old path.
export { clusterRules, electsPod, namespaceRules, readsCluster, readsNode } from "./features";
