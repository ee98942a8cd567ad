import { Refuse } from "../http/refuse";
import { badQuery } from "../http/reply";
import type { TokenRecord } from "../types";

type Test = (token: TokenRecord) => boolean;

const criterion = /([A-Za-z]+)\(((?:"(?:[^"~]|~.)*"|[^")])*)\)(?:,\s*|$)/y;
const quoted = /\s*"((?:[^"~]|~.)*)"\s*(?:,|$)/y;

/** `owner("x"),personalAccessToken(false),scope("a","b")`: all criteria must hold; of the scopes, one. */
export function parseSelector(text: string | null): Test {
    const tests: Test[] = [];
    let at = 0;
    while (text !== null && at < text.length) {
        criterion.lastIndex = at;
        const found = criterion.exec(text);
        if (!found) throw refused(`Unable to parse '${text.slice(at)}'.`);
        tests.push(testOf(found[1] as string, found[2] as string));
        at = criterion.lastIndex;
    }
    return (token) => tests.every((test) => test(token));
}

function testOf(name: string, args: string): Test {
    if (name === "owner") {
        const [owner, ...more] = strings(args);
        if (more.length === 0) return (token) => token.owner === owner;
    }
    if (name === "scope") {
        const scopes = strings(args);
        return (token) => scopes.some((scope) => token.scopes.includes(scope));
    }
    if (name === "personalAccessToken" && /^(true|false)$/.test(args.trim())) {
        return (token) => String(token.personalAccessToken) === args.trim();
    }
    throw refused(`Unknown criterion '${name}(${args})'. Use owner, personalAccessToken or scope.`);
}

function strings(args: string): string[] {
    const values: string[] = [];
    let at = 0;
    do {
        quoted.lastIndex = at;
        const found = quoted.exec(args);
        if (!found) throw refused(`'${args}' is not a list of texts in double quotes.`);
        values.push((found[1] as string).replace(/~(.)/g, "$1"));
        at = quoted.lastIndex;
    } while (at < args.length);
    return values;
}

function refused(message: string): Refuse {
    return new Refuse(badQuery("apiTokenSelector", message));
}
