/** The form of LifeTime's log streaming settings. */
export const LifeTimeForm = {
    /** Destination `Dynatrace`: LifeTime 11.22.0 and later. */
    Dynatrace: "Dynatrace",
    /** Destination `Other`: LifeTime before 11.22.0, and what was set up then. */
    Other: "Other",
} as const;
export type LifeTimeForm = (typeof LifeTimeForm)[keyof typeof LifeTimeForm];

/** Headers and values, as LifeTime names the fields. */
export type LifeTimeFields = Record<string, string>;
