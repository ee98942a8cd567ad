import { AUTOMATION } from "./plans-automation";
import { CHANGES } from "./plans-changes";
import { FORCED } from "./plans-forced";
import { INTERRUPTED } from "./plans-interrupted";
import { KINDS } from "./plans-kinds";
import { NAMES } from "./plans-names";
import { PLACES } from "./plans-places";
import { STATE } from "./plans-state";
import { TARGETS } from "./plans-targets";
import type { Plan } from "./scenario";

/** The long ones first. */
export const PLANS: Plan[] = [
    ...AUTOMATION,
    ...TARGETS,
    ...STATE,
    ...CHANGES,
    ...FORCED,
    ...KINDS,
    ...NAMES,
    ...PLACES,
    ...INTERRUPTED,
];
