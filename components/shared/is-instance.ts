/**
 * Whether a value is a resource of this type, also one made by another copy of this package.
 *
 * @param type type token, e.g. `dynatrace-otlp:index:IngestToken`.
 */
export function isInstanceOf(value: unknown, type: string): boolean {
    return typeof value === "object" && value !== null && "__pulumiType" in value && value.__pulumiType === type;
}
