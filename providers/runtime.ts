import { accountSecrets } from "./dynatrace/account";
import { publicError } from "./dynatrace/errors";
import { ingestCheckSteps } from "./ingest-check/steps";
import { Run, type RunOptions } from "./run";
import type { ResourceRuntime, Steps } from "./steps";
import { accessTokens } from "./tokens/kinds/access";
import { activeGateTokens } from "./tokens/kinds/activegate";
import { platformTokens } from "./tokens/kinds/platform";
import { tokenOwnerSteps } from "./tokens/owner-steps";
import type { Kind } from "./tokens/registry";
import { tokenSteps } from "./tokens/resource";

export type { ResourceRuntime } from "./steps";
export type { Kind } from "./tokens/registry";

/** Runtimes of all kinds, which share one run; errors that leave them hold no secret. */
export function createRuntimes(options: RunOptions = {}): Record<Kind, ResourceRuntime> {
    return runtimesOf(new Run(options));
}

/** Runtimes of all kinds within a run. */
export function runtimesOf(run: Run): Record<Kind, ResourceRuntime> {
    return {
        TokenOwner: guarded(tokenOwnerSteps(run), run),
        ApiToken: guarded(tokenSteps(accessTokens, run), run),
        PlatformToken: guarded(tokenSteps(platformTokens, run), run),
        ActiveGateToken: guarded(tokenSteps(activeGateTokens, run), run),
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
    return secrets.map((secret = "") => secret.trim()).filter((secret) => secret !== "");
}
