import { quote } from "../collector/config/ottl";
import { keysPattern, LITELLM_RAW_SPAN, VECTORS } from "./vocabulary";

/** Contexts that have attributes. */
export const AttributeContext = { Span: "span", SpanEvent: "spanevent", Log: "log", DataPoint: "datapoint" } as const;
export type AttributeContext = (typeof AttributeContext)[keyof typeof AttributeContext];

/** Attributes that are selected, and those that are kept. */
export interface Selection {
    keys: string[];
    keepKeys: string[];
}

/** Prefix of the names of kept attributes while the others are processed. */
const KEPT = "kept!";

/** Names of events that hold a message or an answer. */
const MESSAGE = "^gen_ai[.]";

/** Attribute for the body of a log record that is hashed, and for the attribute `content` of an event. */
const EVENT_CONTENT = "gen_ai.event.content";

/** Attributes of a message's event that hold no part of the message. */
const ABOUT_MESSAGES = "^(.*[.].*|event_name|role|id|index|finish_reason|name)$";
const BARE_CONTENT = ["content", "message.content"];

/** Log records that are such an event. LiteLLM spells the name of the attribute differently. */
const IS_MESSAGE = [`log.event_name`, `log.attributes["event.name"]`, `log.attributes["event_name"]`]
    .map((name) => `IsMatch(${name}, ${quote(MESSAGE)})`)
    .join(" or ");

/** Log records about a call to a model. */
const TELLS_OF_MODEL = [
    IS_MESSAGE,
    ...["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.system"].map(
        (key) => `log.attributes["${key}"] != nil`,
    ),
].join(" or ");

/** Removes attributes. */
export function dropAttributes(context: AttributeContext, selection: Selection): string[] {
    const attributes = `${context}.attributes`;
    return keeping(attributes, selection, [
        `delete_matching_keys(${attributes}, ${quote(keysPattern(selection.keys))})`,
    ]);
}

/** Truncates attributes: each item of a list or map becomes an attribute and is truncated; vectors are removed. */
export function truncateAttributes(context: AttributeContext, selection: Selection, bytes: number): string[] {
    const [attributes, cache] = [`${context}.attributes`, `${context}.cache`];
    const pattern = quote(keysPattern(selection.keys));
    return keeping(attributes, selection, [
        `merge_maps(${cache}, ${attributes}, "upsert")`,
        `keep_matching_keys(${cache}, ${pattern})`,
        `delete_matching_keys(${cache}, ${quote(keysPattern(VECTORS))})`,
        `delete_matching_keys(${attributes}, ${pattern})`,
        `flatten(${cache})`,
        `truncate_all(${cache}, ${bytes})`,
        `merge_maps(${attributes}, ${cache}, "upsert")`,
    ]);
}

/** LiteLLM names the attributes of this span after the fields of a provider. The span before it holds the same data. */
export function dropRawSpan(): string[] {
    return [`delete_matching_keys(span.attributes, "^llm[.]") where span.name == ${quote(LITELLM_RAW_SPAN)}`];
}

/** Events with a message keep only attributes that hold no part of it; their attribute `content` gets the name that the vocabulary contains. */
export function messageEvents(): string[] {
    const isMessage = `IsMatch(spanevent.name, ${quote(MESSAGE)})`;
    return [
        ...moveContent("spanevent", isMessage),
        `keep_matching_keys(spanevent.attributes, ${quote(ABOUT_MESSAGES)}) where ${isMessage}`,
    ];
}

/** The same for log records. */
export function messageLogs(): string[] {
    return [
        ...moveContent("log", IS_MESSAGE),
        `keep_matching_keys(log.attributes, ${quote(ABOUT_MESSAGES)}) where ${IS_MESSAGE}`,
    ];
}

/** Replaces the bodies of log records about a call to a model. */
export function replaceBodies(text: string): string[] {
    return [`set(log.body, ${quote(text)}) where log.body != nil and (${TELLS_OF_MODEL})`];
}

/** Truncates the bodies of log records about a call to a model. */
export function truncateBodies(bytes: number): string[] {
    return [
        `set(log.cache["body"], String(log.body)) where log.body != nil and (${TELLS_OF_MODEL})`,
        `truncate_all(log.cache, ${bytes})`,
        `set(log.body, log.cache["body"]) where log.cache["body"] != nil`,
    ];
}

/** Moves the bodies of log records about a call to a model into an attribute, because `hash` selects by the names of attributes. */
export function moveBodies(): string[] {
    return [
        `set(log.attributes["${EVENT_CONTENT}"], String(log.body)) where log.body != nil and (${TELLS_OF_MODEL})`,
        ...replaceBodies(""),
    ];
}

/** Removes attributes from the body of a log record, if the body is a map. */
export function dropInBodies({ keys }: Selection): string[] {
    return [`delete_matching_keys(log.body, ${quote(keysPattern(keys))}) where IsMap(log.body)`];
}

function moveContent(context: "spanevent" | "log", condition: string): string[] {
    return BARE_CONTENT.flatMap((key) => {
        const attribute = `${context}.attributes["${key}"]`;
        return [
            `set(${context}.attributes["${EVENT_CONTENT}"], ${attribute}) where ${attribute} != nil and (${condition})`,
            `delete_key(${context}.attributes, "${key}") where ${condition}`,
        ];
    });
}

/** Go's regular expressions have no exclusion, so kept attributes are renamed temporarily. */
function keeping(attributes: string, { keepKeys }: Selection, statements: string[]): string[] {
    if (keepKeys.length === 0) return statements;
    const hide = keysPattern(keepKeys);
    return [
        `replace_all_patterns(${attributes}, "key", ${quote(hide)}, ${quote(`${KEPT}$1`)})`,
        ...statements,
        `replace_all_patterns(${attributes}, "key", ${quote(`^${KEPT}(.*)$`)}, ${quote("$1")})`,
    ];
}
