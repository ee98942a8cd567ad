import { InputError } from "./check";
import { checkNoToken } from "./secrets";

/**
 * A URL that holds nothing secret: it goes into pods, ConfigMaps and the state, in the clear.
 *
 * @param example what the URL looks like, for the error.
 * @throws InputError unless it is http or https, without a user, a password, a query, a fragment and a token. The text is not in the error.
 */
export function plainUrl(
    component: string,
    field: string,
    text: string | undefined,
    example = "https://example.com",
): URL {
    const fail = (problem: string): never => {
        throw new InputError(component, field, `${problem}; write e.g. ${example}`);
    };
    if (typeof text !== "string" || text === "") return fail("is missing");
    const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return fail("is not a URL with http:// or https://");
    if (url.username !== "" || url.password !== "") {
        return fail("holds a user or a password before the host, which whoever reads pods or the state could read");
    }
    if (/[?#]/.test(text))
        return fail("holds a query or a fragment, which does not belong there and could be a secret");
    checkNoToken(component, field, text);
    return url;
}
