import { type Check, closeTo } from "../../shared/check";
import type { Plain } from "../plan-types";
import { type Build, checkHolds, COMPONENT_KINDS } from "../distributions";

/** Lists that the extra configuration adds to. It replaces all other lists. */
const ADDED_TO = /^service\.(extensions|pipelines\.[^.]+\.(receivers|processors|exporters))$/;

const SECTIONS = [...COMPONENT_KINDS, "service"];
const LIMITER = "memory_limiter";

/**
 * Merges the user's extra configuration into the rendered configuration. Maps are merged, `null` removes a key, a list replaces a list.
 * Items are appended to the lists of a pipeline and to the list of extensions, so a user's processor runs directly before the exporters.
 * A new pipeline gets the memory limiter first. New keys are sorted, so that the text is always the same.
 */
export function mergeConfig(rendered: Plain, extra: Plain): Plain {
    const merged = mergeMaps(rendered, extra, "");
    const pipelines = pipelinesOf(merged);
    const known = Object.keys(pipelinesOf(rendered));
    for (const [id, pipeline] of Object.entries(pipelines)) {
        const processors = strings(pipeline["processors"]);
        if (!known.includes(id) && !processors.includes(LIMITER)) pipeline["processors"] = [LIMITER, ...processors];
    }
    return merged;
}

/**
 * @param extra the user's configuration. `merged` is the resulting configuration.
 * @throws InputError for a section or component that the build does not have, for an undefined component in a pipeline, and for a
 * pipeline without receivers or exporters.
 */
export function checkExtraConfig(check: Check, build: Build, extra: Plain, merged: Plain): void {
    const unknown = Object.keys(extra).find((section) => !SECTIONS.includes(section));
    if (unknown !== undefined) {
        const likely = closeTo(unknown, SECTIONS);
        const way = likely === undefined ? `use ${SECTIONS.join(", ")}` : `did you mean ${likely}?`;
        check.fail(`"${unknown}" is not a section of a Collector's configuration; ${way}`);
    }
    for (const kind of COMPONENT_KINDS) {
        for (const [id, settings] of Object.entries(map(extra[kind]))) {
            if (settings !== null) checkHolds(check.at(kind), build, kind, id.split("/", 1)[0] ?? "");
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
        const likely = closeTo(missing, known);
        const way = likely === undefined ? "define it, or remove it here" : `define it, or did you mean ${likely}?`;
        check.at(path).fail(`"${missing}" is not defined; ${way}`);
    };
    for (const [id, pipeline] of Object.entries(pipelinesOf(merged))) {
        const open = (["receivers", "exporters"] as const).find((kind) => strings(pipeline[kind]).length === 0);
        if (open !== undefined) {
            const problem = `has no ${open}, without which the Collector does not start`;
            check.at(`service.pipelines.${id}`).fail(`${problem}; add one, or remove the pipeline with null`);
        }
        for (const kind of ["receivers", "processors", "exporters"] as const) {
            const known = [...defined(kind), ...(kind === "processors" ? [] : defined("connectors"))];
            defines(`service.pipelines.${id}.${kind}`, strings(pipeline[kind]), known);
        }
    }
    defines("service.extensions", strings(map(merged["service"])["extensions"]), defined("extensions"));
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
    const pipelines = map(map(config["service"])["pipelines"]);
    return Object.fromEntries(Object.entries(pipelines).map(([id, pipeline]) => [id, map(pipeline)]));
}

function isMap(value: unknown): value is Plain {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

const map = (value: unknown): Plain => (isMap(value) ? value : {});
const strings = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);
