import { type Bag, isBag, isKnown } from "./plain";

/**
 * Whether a Kubernetes label selector selects labels: every entry of `matchLabels` and of `matchExpressions` has to hold, and an empty
 * selector selects everything. What a preview does not know yet counts as a match, because only the `up` can tell.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selectsLabels(selector: unknown, labels: unknown): boolean {
    if (isUnknown(selector) || isUnknown(labels)) return true;
    const own = isBag(labels) ? labels : {};
    const { matchLabels, matchExpressions } = isBag(selector) ? selector : {};
    const pairs = isBag(matchLabels) ? Object.entries(matchLabels) : [];
    const expressions: unknown[] = Array.isArray(matchExpressions) ? matchExpressions : [];
    return (
        pairs.every(([key, value]) => isUnknown(value) || isUnknown(own[key]) || own[key] === value) &&
        expressions.every((expression) => holds(expression, own))
    );
}

/** Whether one entry of `matchExpressions` holds. The API server refuses any other operator, so such an entry selects nothing. */
function holds(expression: unknown, labels: Bag): boolean {
    if (isUnknown(expression)) return true;
    const { key, operator, values } = isBag(expression) ? expression : {};
    if (isUnknown(key) || isUnknown(operator) || isUnknown(values)) return true;
    if (typeof key !== "string") return false;
    const label = labels[key];
    const listed: unknown[] = Array.isArray(values) ? values : [];
    const unsure = isUnknown(label) || listed.some(isUnknown);
    switch (operator) {
        case "In":
            return listed.includes(label) || (unsure && label !== undefined);
        case "NotIn":
            return unsure || !listed.includes(label);
        case "Exists":
            return label !== undefined;
        case "DoesNotExist":
            return label === undefined;
        default:
            return false;
    }
}

/** Label by which Cilium knows the namespace of a pod. */
export const CILIUM_NAMESPACE = "io.kubernetes.pod.namespace";

/**
 * The same selector without the source of a label, which Cilium writes in front of its key: `k8s:app` and `any:app` are the label `app`
 * of a pod.
 *
 * @see https://docs.cilium.io/en/stable/gettingstarted/terminology/#label-source
 */
export function withoutSources(selector: unknown): unknown {
    if (!isBag(selector)) return selector;
    const { matchLabels, matchExpressions } = selector;
    return {
        matchLabels: isBag(matchLabels)
            ? Object.fromEntries(Object.entries(matchLabels).map(([key, value]) => [withoutSource(key), value]))
            : matchLabels,
        matchExpressions: Array.isArray(matchExpressions)
            ? matchExpressions.map((each: unknown) =>
                  isBag(each) && typeof each.key === "string" ? { ...each, key: withoutSource(each.key) } : each,
              )
            : matchExpressions,
    };
}

function withoutSource(key: string): string {
    return key.replace(/^(k8s|any):/, "");
}

/** A value that a preview does not know yet. */
export function isUnknown(value: unknown): boolean {
    return value !== undefined && value !== null && !isKnown(value);
}
