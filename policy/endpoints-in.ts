import { parse } from "yaml";

import { ALL_SIGNALS, type Signal } from "../components/shared/signals";
import { type Bag, isBag, type Path, pathText, walk } from "./plain";

/** An OTLP endpoint that was found in a resource. */
export interface FoundEndpoint {
    /** Its path in the resource, for a message. */
    field: string;
    /** Its text. */
    url: string;
    /** Signal whose full URL it is; undefined for a base URL that `/v1/...` is appended to. */
    signal?: Signal;
    /** Whether an exporter for gRPC would use it. */
    grpc: boolean;
    /** Whether both a base URL and a full URL work. */
    lenient: boolean;
}

/** Variables that SDKs read, and one more that LiteLLM reads. */
const VARIABLE = /^OTEL_(?:EXPORTER_OTLP_(?:(TRACES|METRICS|LOGS)_)?)?ENDPOINT$/;
/** Such a variable in a script or an env file. */
const ASSIGNMENT = /\b(OTEL_(?:EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?)?ENDPOINT)["']?\s*[=:]\s*["']?([^\s"',;]+)/g;
const HTTP_EXPORTER = /^otlp_?http(\/|$)/;
const GRPC_EXPORTER = /^otlp(_grpc)?(\/|$)/;
const EXPORTER_FIELD = /^(?:(traces|metrics|logs)_)?endpoint$/;

/** All OTLP endpoints in environment variables and in configurations of Collectors, also in configurations that are text. */
export function endpointsIn(properties: unknown, outer: Path = []): FoundEndpoint[] {
    const found: FoundEndpoint[] = [];
    walk(properties, (value, inner) => {
        const path = [...outer, ...inner];
        if (typeof value === "string") found.push(...inText(value, path));
        if (!isBag(value)) return;
        found.push(...inVariables(value, path));
        if (isBag(value.exporters)) found.push(...inExporters(value.exporters, [...path, "exporters"]));
    });
    return found;
}

/** `{ name, value }` as in Kubernetes, `{ [name]: value }` as in a ConfigMap or a function of a cloud. */
function inVariables(bag: Bag, path: Path): FoundEndpoint[] {
    const pairs = [[bag.name, bag.value, "value"], ...Object.entries(bag).map(([key, value]) => [key, value, key])];
    return pairs.flatMap(([name, value, field]) =>
        typeof name === "string" && typeof value === "string"
            ? variable(name, value, `${pathText([...path, String(field)])}${field === "value" ? ` (${name})` : ""}`)
            : [],
    );
}

function variable(name: string, url: string, field: string): FoundEndpoint[] {
    const match = VARIABLE.exec(name);
    if (match === null) return [];
    const signal = signalOf(match[1]?.toLowerCase());
    return [{ field, url, signal, grpc: false, lenient: name === "OTEL_ENDPOINT" }];
}

function signalOf(word: string | undefined): Signal | undefined {
    return ALL_SIGNALS.find((signal) => signal === word);
}

function inExporters(exporters: Bag, path: Path): FoundEndpoint[] {
    return Object.entries(exporters).flatMap(([id, exporter]) => {
        const grpc = GRPC_EXPORTER.test(id);
        if (!isBag(exporter) || !(grpc || HTTP_EXPORTER.test(id))) return [];
        return Object.entries(exporter).flatMap(([key, url]) => {
            const match = EXPORTER_FIELD.exec(key);
            if (match === null || typeof url !== "string") return [];
            const field = pathText([...path, id, key]);
            return [{ field, url, signal: signalOf(match[1]), grpc, lenient: false }];
        });
    });
}

/** A Collector's configuration in a ConfigMap, a task definition in JSON, a script. */
function inText(text: string, path: Path): FoundEndpoint[] {
    if (!/exporters|OTEL_/.test(text)) return [];
    const content = parsed(text);
    if (isBag(content) || Array.isArray(content)) return endpointsIn(content, path);
    return [...text.matchAll(ASSIGNMENT)].flatMap(([, name = "", url = ""]) =>
        variable(name, url, `${pathText(path)} (${name})`),
    );
}

/** Content of YAML or JSON; undefined for other text. */
function parsed(text: string): unknown {
    try {
        return parse(text, { logLevel: "error" });
    } catch {
        return undefined;
    }
}
