/**
 * What the provider text in every stack's state calls, by the name `pulumi-dynatrace-otlp/providers/runtime-v1`. The file, its
 * name and these seven functions are kept for ever: a stack deployed years ago is destroyed through them. A change that old
 * states could not follow goes into a runtime-v2 beside it.
 */
import { createRuntime } from "./api-token-runtime";

const runtime = createRuntime();

export const configure = runtime.configure;
export const check = runtime.check;
export const diff = runtime.diff;
export const create = runtime.create;
export const read = runtime.read;
export const update = runtime.update;
const remove = runtime.delete;
export { remove as delete };
