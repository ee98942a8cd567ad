/**
 * Whether a value is a resource of this type. Also recognizes resources of another copy of this package.
 *
 * @param type type token, e.g. `dynatrace-otlp:index:IngestToken`.
 */
export function isInstanceOf(value: unknown, type: string): boolean {
    return typeof value === "object" && value !== null && "__pulumiType" in value && value.__pulumiType === type;
}
