import { closest } from "fastest-levenshtein";

import { type Check } from "../shared/check";
import { type Build, checkHolds, COMPONENT_KINDS } from "./components";
import type { Plain } from "./config-plan";
import { escapeDollar } from "./ottl";

/** Lists that a user's configuration adds to. All others it replaces. */
const ADDED_TO = /^service\.(extensions|pipelines\.[^.]+\.(receivers|processors|exporters))$/;

const SECTIONS = [...COMPONENT_KINDS, "service"];
const LIMITER = "memory_limiter";

/**
 * Lays a user's configuration over the rendered one: maps are merged, `null` removes a key, a list replaces a list. To the lists of a
 * pipeline, and to that of extensions, it adds at the end, so a user's processor runs right before the exporters. A pipeline that is not
 * among the rendered ones gets the memory limiter first. New keys come in the order of the alphabet, so that the text is always the same.
 */
export function mergeConfig(rendered: Plain, own: Plain): Plain {
    const merged = mergeMaps(rendered, own, "");
    const pipelines = pipelinesOf(merged);
    const known = Object.keys(pipelinesOf(rendered));
    for (const [id, pipeline] of Object.entries(pipelines)) {
        const processors = strings(pipeline["processors"]);
        if (!known.includes(id) && !processors.includes(LIMITER)) pipeline["processors"] = [LIMITER, ...processors];
    }
    return merged;
}

/**
 * @param own what the user gave, and `merged`, what becomes of it.
 * @throws InputError for a section or component that the build does not know, for one that a pipeline names and nobody defines, and for a
 * pipeline without start or end.
 */
export function checkOwnConfig(check: Check, build: Build, own: Plain, merged: Plain): void {
    for (const section of Object.keys(own)) {
        if (SECTIONS.includes(section)) continue;
        const problem = `"${section}" is not a section of a Collector's configuration`;
        throw check.error(`${problem}; did you mean ${closest(section, SECTIONS)}?`);
    }
    for (const kind of COMPONENT_KINDS) {
        for (const id of Object.keys(map(own[kind]))) {
            if (map(own[kind])[id] === null) continue;
            checkHolds(check.at(`${kind}`), build, kind, id.split("/", 1)[0] ?? "");
        }
    }
    checkReferences(check, merged);
}

/** A connector ends one pipeline and starts another. */
function checkReferences(check: Check, merged: Plain): void {
    const defined = (kind: string): string[] => Object.keys(map(merged[kind]));
    const defines = (path: string, ids: string[], known: string[]): void => {
        const missing = ids.find((id) => !known.includes(id));
        if (missing === undefined) return;
        const near = known.length === 0 ? "" : `, or did you mean ${closest(missing, known)}?`;
        throw check.at(path).error(`"${missing}" is not defined; define it${near}`);
    };
    for (const [id, pipeline] of Object.entries(pipelinesOf(merged))) {
        const open = (["receivers", "exporters"] as const).find((kind) => strings(pipeline[kind]).length === 0);
        if (open !== undefined) {
            const problem = `has no ${open}, without which the Collector does not start; name one, or take the pipeline away with null`;
            throw check.at(`service.pipelines.${id}`).error(problem);
        }
        for (const kind of ["receivers", "processors", "exporters"] as const) {
            const known = [...defined(kind), ...(kind === "processors" ? [] : defined("connectors"))];
            defines(`service.pipelines.${id}.${kind}`, strings(pipeline[kind]), known);
        }
    }
    defines("service.extensions", strings(map(merged["service"])["extensions"]), defined("extensions"));
}

/** Every text in it with its `$` kept from the Collector's expansion. */
export function escapeDollars<T>(value: T): T {
    if (typeof value === "string") return escapeDollar(value) as T;
    if (Array.isArray(value)) return value.map(escapeDollars) as T;
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeDollars(item)])) as T;
}

function mergeMaps(base: Plain, over: Plain, path: string): Plain {
    const added = Object.keys(over).filter((key) => !(key in base));
    const keys = [...Object.keys(base), ...added.sort()].filter((key) => over[key] !== null);
    return Object.fromEntries(
        keys.map((key) => [key, merge(base[key], over[key], path === "" ? key : `${path}.${key}`)]),
    );
}

function merge(base: unknown, over: unknown, path: string): unknown {
    if (over === undefined) return base;
    if (isMap(over)) return mergeMaps(map(base), over, path);
    if (!Array.isArray(over) || !ADDED_TO.test(path)) return over;
    const before = strings(base);
    return [...before, ...strings(over).filter((item) => !before.includes(item))];
}

function pipelinesOf(config: Plain): Record<string, Plain> {
    return map(map(config["service"])["pipelines"]) as Record<string, Plain>;
}

function isMap(value: unknown): value is Plain {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

const map = (value: unknown): Plain => (isMap(value) ? value : {});
const strings = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);
