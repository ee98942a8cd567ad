// Until the merge: the old path.
export { claimSpec, persistentQueue, planQueue, QUEUE_STORAGE } from "./features/persistent-queue";
export { fileStorage } from "./features/checkpoints";
