/** The form of LifeTime's log streaming settings. */
export const LifeTimeForm = {
    /** Destination `Dynatrace`: LifeTime 11.22.0 and later. */
    Dynatrace: "Dynatrace",
    /** Destination `Other`: LifeTime before 11.22.0, and configurations that were created then. */
    Other: "Other",
} as const;
export type LifeTimeForm = (typeof LifeTimeForm)[keyof typeof LifeTimeForm];

/** Values of the form, by the names that LifeTime shows. */
export type LifeTimeFields = Record<string, string>;
