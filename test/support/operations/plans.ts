import { CHANGES } from "./plans-changes";
import type { Plan } from "./scenario";

export const PLANS: Plan[] = [...CHANGES];
