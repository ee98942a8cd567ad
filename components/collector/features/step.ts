import type { Signal } from "../../shared/signals";

/** A processor and the pipelines that it is part of. */
export interface Step {
    id: string;
    signals: Signal[];
    config: object;
}
