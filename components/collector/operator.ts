import type * as pulumi from "@pulumi/pulumi";

import type { Check } from "../shared/check";
import type { CollectorOperatorArgs } from "./args/operator";

/** The custom resource of the Operator. @see https://github.com/open-telemetry/opentelemetry-operator/blob/main/docs/api/opentelemetrycollectors.md */
export const OPERATOR_API = { apiVersion: "opentelemetry.io/v1beta1", kind: "OpenTelemetryCollector" } as const;

/** The Operator arguments with defaults. */
export interface OperatorPlan {
    automaticUpgrade: boolean;
    networkPolicy: boolean;
}

/** The arguments with their defaults. */
export function planOperator(args: pulumi.Unwrap<CollectorOperatorArgs>): OperatorPlan {
    const { automaticUpgrade = false, networkPolicy = false } = args;
    return { automaticUpgrade, networkPolicy };
}

/** Name of the Service that the Operator creates. */
export function operatorService(name: string): string {
    return `${name}-collector`;
}

/**
 * Labels that select the pods of the Operator, for policies and spread constraints.
 *
 * @throws InputError if the Operator would shorten a label.
 */
export function operatorSelector(check: Check, namespace: string, name: string): Record<string, string> {
    const instance = `${namespace}.${name}`;
    if (instance.length > 63) {
        const problem = `"${instance}", with its namespace, is longer than 63 characters, the limit of a label; shorten it`;
        throw check.at("name").error(problem);
    }
    return {
        "app.kubernetes.io/component": "opentelemetry-collector",
        "app.kubernetes.io/instance": instance,
        "app.kubernetes.io/managed-by": "opentelemetry-operator",
        "app.kubernetes.io/part-of": "opentelemetry",
    };
}

/** Extension from which the Operator derives the probes. */
const HEALTH_CHECK = "health_check";

/** @throws InputError for a configuration that the Operator would silently change. */
export function checkOperatorConfig(check: Check, config: Record<string, unknown>): void {
    const { extensions } = config;
    if (typeof extensions !== "object" || extensions === null || !(HEALTH_CHECK in extensions)) {
        const problem = `removes ${HEALTH_CHECK}, without which the Operator creates no probes; keep the extension`;
        throw check.error(problem);
    }
    const empty = emptyPath(config);
    if (empty !== undefined) {
        const problem = `${empty} is null, which the API server drops; write {} instead`;
        throw check.error(problem);
    }
}

/** Path of the first null in a configuration, e.g. `processors.batch`. */
function emptyPath(value: unknown): string | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    for (const [key, child] of Object.entries(value)) {
        if (child === null) return key;
        const below = emptyPath(child);
        if (below !== undefined) return `${key}.${below}`;
    }
    return undefined;
}
