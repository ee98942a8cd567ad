import type { Signal } from "../../shared/signals";

/** A processor and its pipelines. */
export interface Step {
    id: string;
    signals: Signal[];
    config: object;
}
