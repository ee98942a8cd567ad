import { parseApiUrl } from "./dynatrace/api-url";
import { ambientApiUrl, URL_SOURCES, type SettingsSources } from "./dynatrace/settings";
import { isUnknown, type InputProblem, type Properties } from "./properties";

/**
 * Writes the base URL into the inputs, from the surroundings where none is given, so that later steps use the recorded one.
 *
 * @returns what is wrong with it.
 */
export function resolveApiUrl(inputs: Properties, sources: SettingsSources): InputProblem[] {
    if (isUnknown(inputs.apiUrl)) return [];
    const field = "apiUrl";
    const ambient = inputs.apiUrl === undefined ? ambientApiUrl(sources) : undefined;
    const text = inputs.apiUrl ?? ambient?.value;
    if (typeof text !== "string") {
        return [
            {
                field,
                problem: `is not set; give it, or set ${URL_SOURCES}, as https://{environment}.live.dynatrace.com/api`,
            },
        ];
    }
    const { url, problem } = parseApiUrl(text);
    if (url !== undefined) inputs.apiUrl = url;
    return problem === undefined ? [] : [{ field, problem: ambient ? `${problem} (from ${ambient.source})` : problem }];
}
