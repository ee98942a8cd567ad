import * as pulumi from "@pulumi/pulumi";

import {
    CA_FILE_VARIABLE,
    caFileProblem,
    findBootstrapToken,
    type SettingsSources,
    TOKEN_WAY_OUT,
    tokenProblem,
} from "../../providers/dynatrace/settings";
import { Check } from "../shared/check";
import { type Computed, isPlain, warnAll } from "../shared/outputs";
import { createsToken, programSources, usableUrl } from "./api-url";
import type { IngestTokenSettingsArgs } from "./args";

/** Whether a warning was shown. One warning a run is enough. */
let warned = false;

/**
 * Checks the bootstrap token and the CA file before anything is created, without a call. A preview without a bootstrap token, e.g. of a
 * fork, shows one warning.
 *
 * @param component the component that creates the token, or the component around it.
 * @throws InputError for a text that is no token, for a CA file that Node.js ignores, and in `pulumi up` for a missing token.
 */
export function checkCredentials(check: Check, component: pulumi.Resource): void {
    const sources = programSources(component);
    if (sources === undefined) return;
    const warning = credentialsWarning(check, sources, pulumi.runtime.isDryRun());
    if (warning === undefined || warned) return;
    warned = true;
    warnAll([warning], component);
}

/**
 * Checks what a component needs to create a token, before it creates anything else.
 *
 * @param check check of the `IngestToken` in the component.
 * @param endpointUrl the URL that follows from the endpoint.
 * @throws InputError for a missing URL, and as above.
 */
export function checkBeforehand(
    check: Check,
    component: pulumi.Resource,
    settings: IngestTokenSettingsArgs,
    endpointUrl: Computed<string | undefined>,
): void {
    if (!createsToken(settings)) return;
    const { apiUrl = endpointUrl } = settings;
    if (isPlain(apiUrl)) usableUrl(check.at("apiUrl"), apiUrl, programSources(component));
    checkCredentials(check, component);
}

/** @returns a warning for a preview that cannot check the token. @throws InputError as above. */
export function credentialsWarning(check: Check, sources: SettingsSources, preview: boolean): string | undefined {
    const setting = (name: string): Check => new Check(check.component).at(name);
    const untrusted = caFileProblem(sources.env);
    if (untrusted !== undefined) setting(CA_FILE_VARIABLE).fail(untrusted);
    const token = findBootstrapToken(sources);
    if (token === undefined) {
        const missing = setting("bootstrap token");
        if (!preview) return missing.fail(`is missing; ${TOKEN_WAY_OUT}`);
        return missing.warning(
            `is missing, so this preview checks nothing with Dynatrace; for pulumi up ${TOKEN_WAY_OUT}`,
        );
    }
    const problem = tokenProblem(token.value);
    if (problem !== undefined) setting(token.source).fail(problem);
    return undefined;
}
