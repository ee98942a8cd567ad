/**
 * Whether a value is a resource of this type. It also recognizes resources that another copy of this package created.
 *
 * @param type type token, e.g. `dynatrace-otlp:index:OtlpCollector`.
 */
export function isInstanceOf(value: unknown, type: string): boolean {
    return typeof value === "object" && value !== null && "__pulumiType" in value && value.__pulumiType === type;
}
