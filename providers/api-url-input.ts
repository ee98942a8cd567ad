import { parseApiUrl } from "./dynatrace/api-url";
import { ambientApiUrl, explicitProvider, isExplicit, URL_SOURCES, type SettingsSources } from "./dynatrace/settings";
import { isUnknown, type InputProblem, type Properties } from "./properties";

/**
 * Writes the base URL into the inputs, from the environment or the configuration where none is given, so that later steps use the
 * recorded one.
 *
 * @param say takes a warning about a URL that was repaired.
 * @returns what is wrong with the URL.
 */
export function resolveApiUrl(
    inputs: Properties,
    sources: SettingsSources,
    say: (line: string) => void = () => undefined,
): InputProblem[] {
    if (isUnknown(inputs.apiUrl)) return [];
    const field = "apiUrl";
    const ambient = inputs.apiUrl === undefined ? ambientApiUrl(sources) : undefined;
    const text = inputs.apiUrl ?? ambient?.value;
    if (typeof text !== "string") {
        const wayOut = isExplicit(sources)
            ? `give it to the ${explicitProvider(sources)}, which reads no other settings`
            : `give it, or set ${URL_SOURCES}`;
        return [{ field, problem: `is not set; ${wayOut}, as https://{environment}.live.dynatrace.com/api` }];
    }
    const { url, problem, warning } = parseApiUrl(text);
    const origin = ambient ? ` (from ${ambient.source})` : "";
    if (url !== undefined) inputs.apiUrl = url;
    if (warning !== undefined) say(`warning: ${field}: ${warning}${origin}`);
    return problem === undefined ? [] : [{ field, problem: `${problem}${origin}` }];
}
