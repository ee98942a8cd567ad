import { escapeDollar } from "../config/ottl";
import type { Feature } from "./feature";

/** Adds the resource attributes of the stack. Attributes that the sender sets take precedence. */
export const resourceAttributes: Feature = {
    name: "resource-attributes",
    argument: "processing.resourceAttributes",
    settings: ["environment", "owner", "securityContext", "costCenter", "costProduct", "commit"].map(
        (name) => `processing.enrichment.${name}`,
    ),
    components: [["processors", "resource"]],
    on: (plan) => Object.keys(plan.resourceAttributes).length > 0,
    render({ resourceAttributes: values, signals }) {
        const attributes = Object.keys(values)
            .sort()
            .map((key) => ({ key, value: escapeDollar(values[key] ?? ""), action: "insert" }));
        return { processors: [{ id: "resource", signals, config: { attributes } }] };
    },
};
