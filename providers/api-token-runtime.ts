import { checkApiToken, type CheckResult } from "./api-token-check";
import { diffApiToken, type DiffResult } from "./api-token-diff";
import type { CrudContext } from "./api-token-crud";
import type { Properties, TokenOutputs } from "./api-token-state";
import { publicError } from "./dynatrace/errors";
import { systemClock, type Clock } from "./dynatrace/limits";

/** What a runtime may be given in place of the real thing, by a test. */
export interface RuntimeOptions {
    /** @default process.env */
    env?: Record<string, string | undefined>;
    clock?: Clock;
    /** Milliseconds for one request. @default 30000 */
    timeout?: number;
}

/** The steps of a resource's life, as the engine asks for them. All plain data; see `pulumi.dynamic.ResourceProvider`. */
export interface ApiTokenRuntime {
    configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
    check(olds: Properties, news: Properties): Promise<CheckResult>;
    diff(id: string, olds: Properties, news: Properties): Promise<DiffResult>;
    create(inputs: Properties): Promise<{ id: string; outs: TokenOutputs }>;
    read(id: string, properties: Properties): Promise<{ id: string; props: Properties; inputs?: Properties }>;
    update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
    delete(id: string, properties: Properties): Promise<void>;
}

/** axios and zod take a fifth of a second to load, and the engine asks check and diff of one resource after another. */
function crud(): typeof import("./api-token-crud") {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need a file ending that the tests lack
    return require("./api-token-crud") as typeof import("./api-token-crud");
}

/** A runtime; errors that leave it hold no secret. */
export function createRuntime(options: RuntimeOptions = {}): ApiTokenRuntime {
    const context: CrudContext = {
        sources: { env: options.env ?? process.env },
        clock: options.clock ?? systemClock,
        timeout: options.timeout,
    };
    const now = (): number => context.clock.now();
    const guarded = async <T>(step: () => T | Promise<T>): Promise<T> => {
        try {
            return await step();
        } catch (error) {
            const { env, config } = context.sources;
            const secrets = [env.DYNATRACE_API_TOKEN, env.DT_API_TOKEN, config?.get("dynatrace:apiToken")];
            throw publicError(
                error,
                secrets.filter((secret) => secret !== undefined),
            );
        }
    };

    return {
        // Takes effect before it yields: the host does not wait for it before it sends the next step.
        configure: async ({ config }) => {
            context.sources.config = config;
        },
        check: (_olds, news) => guarded(() => checkApiToken(news, context.sources, now())),
        diff: (_id, olds, news) => guarded(() => diffApiToken(olds, news, now())),
        create: (inputs) => guarded(() => crud().createApiToken(inputs, context)),
        read: (id, properties) => guarded(() => crud().readApiToken(id, properties, context)),
        update: (id, olds, news) => guarded(() => crud().updateApiToken(id, olds, news, context)),
        delete: (id, properties) => guarded(() => crud().deleteApiToken(id, properties, context)),
    };
}
