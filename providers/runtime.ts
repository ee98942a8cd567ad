import { checkActiveGateToken } from "./activegate-token/check";
import { diffActiveGateToken } from "./activegate-token/diff";
import { checkApiToken } from "./api-token/check";
import { diffApiToken } from "./api-token/diff";
import { accountSecrets } from "./dynatrace/account";
import { publicError } from "./dynatrace/errors";
import { ingestCheckSteps } from "./ingest-check/steps";
import { checkPlatformToken } from "./platform-token/check";
import { diffPlatformToken } from "./platform-token/diff";
import { Run, type RunOptions } from "./run";
import type { ResourceRuntime, Steps } from "./steps";
import type { Kind } from "./token-kinds";
import { tokenMarkSteps } from "./token-mark/steps";

export type { ResourceRuntime } from "./steps";
export type { Kind } from "./token-kinds";

/* eslint-disable @typescript-eslint/no-require-imports --
   axios and zod take a fifth of a second to load, and the engine asks check and diff of one resource after another; import()
   would need a file ending that the tests lack */
const apiTokenCrud = (): typeof import("./api-token/crud") =>
    require("./api-token/crud") as typeof import("./api-token/crud");
const platformTokenCrud = (): typeof import("./platform-token/crud") =>
    require("./platform-token/crud") as typeof import("./platform-token/crud");
const activeGateTokenCrud = (): typeof import("./activegate-token/crud") =>
    require("./activegate-token/crud") as typeof import("./activegate-token/crud");
/* eslint-enable @typescript-eslint/no-require-imports */

function apiTokenSteps(run: Run): Steps {
    return {
        check: (olds, news) => checkApiToken(olds, news, run),
        diff: (_id, olds, news) => diffApiToken(olds, news, run),
        create: (inputs) => apiTokenCrud().createApiToken(inputs, run),
        read: (id, properties) => apiTokenCrud().readApiToken(id, properties, run),
        update: (id, olds, news) => apiTokenCrud().updateApiToken(id, olds, news, run),
        delete: (id, properties) => apiTokenCrud().deleteApiToken(id, properties, run),
    };
}

function platformTokenSteps(run: Run): Steps {
    return {
        check: (olds, news) => checkPlatformToken(olds, news, run),
        diff: (_id, olds, news) => diffPlatformToken(olds, news, run),
        create: (inputs) => platformTokenCrud().createPlatformToken(inputs, run),
        read: (id, properties) => platformTokenCrud().readPlatformToken(id, properties, run),
        update: (id, olds, news) => platformTokenCrud().updatePlatformToken(id, olds, news, run),
        delete: (id, properties) => platformTokenCrud().deletePlatformToken(id, properties, run),
    };
}

function activeGateTokenSteps(run: Run): Steps {
    return {
        check: (olds, news) => checkActiveGateToken(olds, news, run),
        diff: (_id, olds, news) => diffActiveGateToken(olds, news, run),
        create: (inputs) => activeGateTokenCrud().createActiveGateToken(inputs, run),
        read: (id, properties) => activeGateTokenCrud().readActiveGateToken(id, properties, run),
        update: (id, olds, news) => activeGateTokenCrud().updateActiveGateToken(id, olds, news, run),
        delete: (id, properties) => activeGateTokenCrud().deleteActiveGateToken(id, properties, run),
    };
}

/** Runtimes of all kinds, which share one run; errors that leave them hold no secret. */
export function createRuntimes(options: RunOptions = {}): Record<Kind, ResourceRuntime> {
    const run = new Run(options);
    return {
        ApiToken: guarded(apiTokenSteps(run), run),
        TokenMark: guarded(tokenMarkSteps(run), run),
        PlatformToken: guarded(platformTokenSteps(run), run),
        ActiveGateToken: guarded(activeGateTokenSteps(run), run),
        IngestCheck: guarded(ingestCheckSteps(run), run),
    };
}

function guarded(steps: Steps, run: Run): ResourceRuntime {
    const guard =
        <Args extends unknown[], Result>(step: (...args: Args) => Result | Promise<Result>) =>
        async (...args: Args): Promise<Result> => {
            try {
                return await step(...args);
            } catch (error) {
                throw publicError(error, secretsOf(run));
            }
        };
    return {
        // Takes effect before it yields: the host does not wait for it before it sends the next step.
        configure: ({ config }) => {
            run.sources.config = config;
            return Promise.resolve();
        },
        check: guard(steps.check),
        diff: guard(steps.diff),
        create: guard(steps.create),
        read: guard(steps.read),
        update: guard(steps.update),
        delete: guard(steps.delete),
    };
}

function secretsOf({ sources }: Run): string[] {
    const { env, config } = sources;
    const secrets = [
        ...accountSecrets(sources),
        env.DYNATRACE_API_TOKEN,
        env.DT_API_TOKEN,
        config?.get("dynatrace:apiToken"),
    ];
    return secrets.filter((secret) => secret !== undefined);
}
