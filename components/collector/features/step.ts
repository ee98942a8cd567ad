import type { Signal } from "../../shared/signals";

/** A processor and its pipelines, or a connector. */
export interface Step {
    id: string;
    signals: Signal[];
    config: object;
    /** Signal of the pipeline that a connector feeds. @default - it is a processor */
    feeds?: Signal;
}
