/**
 * What the provider text in every stack's state calls, by the name `pulumi-dynatrace-otlp/providers/runtime-v1`. The file, its
 * name, `runtimeFor`, the kinds it knows and their seven steps are kept for ever: a stack deployed years ago is destroyed through
 * them. A change that old states could not follow goes into a runtime-v2 beside it.
 */
import { createRuntimes, type Kind, type ResourceRuntime } from "./runtime";

const runtimes = createRuntimes();

/**
 * The steps of one kind of resource.
 *
 * @throws Error for a kind that only a newer version of this package knows.
 */
export function runtimeFor(kind: Kind): ResourceRuntime {
    const runtime: ResourceRuntime | undefined = runtimes[kind];
    if (runtime) return runtime;
    throw new Error(
        `the installed pulumi-dynatrace-otlp knows no ${kind}, which a newer version made; install that version`,
    );
}
