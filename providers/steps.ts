import type { Properties } from "./properties";

/** What check tells the engine. */
export interface CheckResult {
    inputs: Properties;
    /** No property is named: the engine would print its value, which may be a password or token in the wrong place. */
    failures: { property: ""; reason: string }[];
}

/** What diff tells the engine. Never deleteBeforeReplace: the old token serves until all that depends on it has the new one. */
export interface DiffResult {
    changes: boolean;
    /** Inputs that only a new token can satisfy. */
    replaces: string[];
}

/** The steps of a resource's life, as the engine asks for them. All plain data; see `pulumi.dynamic.ResourceProvider`. */
export interface ResourceRuntime {
    configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
    check(olds: Properties, news: Properties): Promise<CheckResult>;
    diff(id: string, olds: Properties, news: Properties): Promise<DiffResult>;
    create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
    read(id: string, properties: Properties): Promise<{ id: string; props: Properties; inputs?: Properties }>;
    update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
    delete(id: string, properties: Properties): Promise<void>;
}

/** The steps of one kind, within a run. */
export type Steps = {
    [Step in Exclude<keyof ResourceRuntime, "configure">]: (
        ...args: Parameters<ResourceRuntime[Step]>
    ) => ReturnType<ResourceRuntime[Step]> | Awaited<ReturnType<ResourceRuntime[Step]>>;
};
