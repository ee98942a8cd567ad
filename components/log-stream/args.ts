/** The form of LifeTime's log streaming settings. */
export const OutSystemsLifeTimeForm = {
    /** Destination `Dynatrace`: LifeTime 11.22.0 and later. */
    Dynatrace: "Dynatrace",
    /** Destination `Other`: LifeTime before 11.22.0, and configurations that were created then. */
    Other: "Other",
} as const;
export type OutSystemsLifeTimeForm = (typeof OutSystemsLifeTimeForm)[keyof typeof OutSystemsLifeTimeForm];

/** Values of the form, by the names that LifeTime shows. */
export type OutSystemsLifeTimeFields = Record<string, string>;
