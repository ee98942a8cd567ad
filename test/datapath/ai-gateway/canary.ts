/** What each vocabulary looks like on the wire, written down from its own documents and not from this package. */

/** Where in a signal a text can be. */
export const PLACES = ["span", "span event", "log attribute", "log body", "log body map"] as const;
export type Place = (typeof PLACES)[number];

/** A text that must not be read, and a number that must. */
export interface Sample {
    vocabulary: string;
    /** Attributes with content; `@` stands for the canary, a list for a list. */
    content: Record<string, string | string[]>;
    /** Attributes that say who it was. */
    identity: Record<string, string>;
    /** What is of use without either. */
    kept: Record<string, string | number>;
    /** Name of a message's event. */
    event: string;
}

export const SAMPLES: Sample[] = [
    {
        vocabulary: "otel",
        content: {
            "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"@"}]}]',
            "gen_ai.output.messages": '[{"role":"assistant","parts":[{"content":"@"}]}]',
            "gen_ai.system_instructions": '[{"type":"text","content":"@"}]',
            "gen_ai.tool.definitions": '[{"description":"@"}]',
            "gen_ai.tool.call.arguments": '{"query":"@"}',
            "gen_ai.tool.call.result": "@",
            "gen_ai.retrieval.documents": ["@", "second @"],
            "gen_ai.retrieval.query.text": "@",
            "gen_ai.memory.records": "@",
            "gen_ai.memory.query.text": "@",
            "gen_ai.evaluation.explanation": "@",
        },
        identity: { "user.id": "@", "user.email": "@", "client.address": "@", "enduser.id": "@" },
        kept: {
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o-mini",
            "gen_ai.response.model": "gpt-4o-mini-2024",
            "gen_ai.usage.input_tokens": 10,
            "gen_ai.usage.output_tokens": 20,
            "gen_ai.tool.name": "search",
            "gen_ai.prompt.name": "greeting",
        },
        event: "gen_ai.client.inference.operation.details",
    },
    {
        vocabulary: "openllmetry",
        content: {
            "gen_ai.prompt": "@",
            "gen_ai.prompt.0.content": "@",
            "gen_ai.prompt.12.tool_calls.0.arguments": "@",
            "gen_ai.completion": "@",
            "gen_ai.completion.0.content": "@",
            "llm.prompts": "@",
            "llm.completions": "@",
            "llm.request.functions.0.parameters": "@",
            "llm.headers": "@",
            "traceloop.entity.input": "@",
            "traceloop.entity.output": "@",
            "traceloop.prompt.template": "@",
            "traceloop.prompt.template_variables.name": "@",
            "gen_ai.task.input": "@",
        },
        identity: { "llm.user": "@", "traceloop.association.properties.user_id": "@" },
        kept: {
            "gen_ai.system": "openai",
            "llm.request.type": "chat",
            "llm.usage.total_tokens": 30,
            "gen_ai.usage.prompt_tokens": 10,
            "gen_ai.cost.total_cost": 0.25,
        },
        event: "gen_ai.user.message",
    },
    {
        vocabulary: "openinference",
        content: {
            "input.value": "@",
            "output.value": "@",
            "llm.input_messages.0.message.content": "@",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "@",
            "llm.prompts.0.prompt.text": "@",
            "llm.choices.0.completion.text": "@",
            "llm.tools.0.tool.json_schema": "@",
            "llm.invocation_parameters": "@",
            "llm.prompt_template.template": "@",
            "llm.prompt_template.variables": "@",
            "retrieval.documents.0.document.content": "@",
            "embedding.embeddings.0.embedding.text": "@",
            "embedding.text": "@",
            "reranker.query": "@",
            "reranker.input_documents.0.document.content": "@",
        },
        identity: { "user.id": "@" },
        kept: {
            "llm.model_name": "gpt-4o-mini",
            "llm.token_count.prompt": 10,
            "llm.token_count.completion": 20,
            "llm.token_count.prompt_details.cache_read": 4,
            "llm.cost.input": 0.25,
            "llm.cost.prompt": 0.25,
            "llm.cost.total": 0.5,
            "openinference.span.kind": "LLM",
            "embedding.model_name": "small",
        },
        event: "gen_ai.assistant.message",
    },
    {
        vocabulary: "vercel",
        content: {
            "ai.prompt": "@",
            "ai.prompt.messages": "@",
            "ai.prompt.tools": ["@", '{"name":"@"}'],
            "ai.response.text": "@",
            "ai.response.object": "@",
            "ai.response.toolCalls": "@",
            "ai.response.reasoning": "@",
            "ai.response.providerMetadata": "@",
            "ai.toolCall.args": "@",
            "ai.toolCall.result": "@",
            "ai.value": "@",
            "ai.values": ["@"],
            "ai.documents": ["@"],
            "ai.schema": "@",
        },
        identity: { "ai.telemetry.metadata.userId": "@", "ai.request.headers.authorization": "@" },
        kept: {
            "ai.model.id": "gpt-4o-mini",
            "ai.usage.promptTokens": 10,
            "ai.usage.completionTokens": 20,
            "ai.response.finishReason": "stop",
            "ai.toolCall.name": "search",
        },
        event: "gen_ai.choice",
    },
    {
        vocabulary: "truefoundry",
        content: {
            "tfy.input": '{"messages":[{"role":"user","content":"@"}]}',
            "tfy.output": "@",
            "tfy.input_short_hand": "@",
            "tfy.prompt_variables": "@",
        },
        identity: { "tfy.request.created_by_subject": "@", "tfy.request.metadata": "@" },
        kept: { "tfy.span_type": "ChatCompletion", "tfy.model.id": "openai/gpt-4o-mini", "tfy.cost": 0.25 },
        event: "gen_ai.system.message",
    },
    {
        vocabulary: "litellm",
        content: {
            "llm.openai.messages": "@",
            "llm.openai.input": "@",
            "llm.azure.prompt": "@",
            "llm.vertex_ai.contents": "@",
            "llm.openai.stringified_raw_response": "@",
            "llm.openai.extra_body": "@",
            "metadata.spend_logs_metadata": "@",
            "litellm.guardrail.response": "@",
        },
        identity: {
            "litellm.metadata.user_api_key_end_user_id": "@",
            "litellm.api_key.hash": "@",
            "metadata.requester_metadata": "{'headers': {'x-user': '@'}}",
            "metadata.requester_ip_address": "@",
            "metadata.user_api_key_alias": "@",
            "metadata.user_api_key_user_email": "@",
            hidden_params: "@",
        },
        kept: {
            "litellm.model_group": "gpt-4o-mini",
            "litellm.call_id": "1234",
            "llm.is_streaming": "False",
            "gen_ai.cost.total_cost": 0.25,
        },
        event: "gen_ai.content.prompt",
    },
    {
        vocabulary: "bifrost",
        content: {
            "gen_ai.input.messages": "@",
            "gen_ai.input.text": "@",
            "gen_ai.request.instructions": "@",
            "gen_ai.responses.reasoning": "@",
        },
        identity: {
            "gen_ai.virtual_key_name": "@",
            "gen_ai.request.user": "@",
            "gen_ai.request.extra_header.x-user": "@",
        },
        kept: {
            "gen_ai.request.model": "gpt-4o-mini",
            "gen_ai.usage.cost": 0.25,
            "gen_ai.responses.reasoning_effort": "low",
            "gen_ai.usage.prompt_token_details.cached_read_tokens": 4,
        },
        event: "gen_ai.tool.message",
    },
];

/** How content and identity are told apart in what arrives. */
export const CONTENT = "canaryContent";
export const IDENTITY = "canaryIdentity";

interface AnyValue {
    [kind: string]: unknown;
}

/** One OTLP request a signal, in JSON, which a Collector takes. All of it is of the vocabulary's own service. */
export function requestsFor(sample: Sample, filler: string): { traces: object; logs: object } {
    const attributes = attributesOf(sample, filler);
    const now = `${Date.now()}000000`;
    const content = `${filler}${CONTENT}`;
    const log = (place: Place, fields: object): object => ({
        timeUnixNano: now,
        severityNumber: 9,
        severityText: "INFO",
        ...fields,
        attributes: [...((fields as { attributes?: object[] }).attributes ?? []), attribute("test.place", place)],
    });
    const resource = { attributes: [attribute("service.name", sample.vocabulary)] };
    const span = {
        traceId: "0af7651916cd43dd8448eb211c80319c",
        spanId: "b7ad6b7169203331",
        name: "chat",
        kind: 3,
        startTimeUnixNano: now,
        endTimeUnixNano: now,
    };
    return {
        traces: {
            resourceSpans: [
                {
                    resource,
                    scopeSpans: [
                        {
                            spans: [
                                { ...span, attributes },
                                {
                                    ...span,
                                    spanId: "b7ad6b7169203332",
                                    name: "with events",
                                    events: [
                                        { name: "log", timeUnixNano: now, attributes },
                                        {
                                            name: sample.event,
                                            timeUnixNano: now,
                                            attributes: [...attributes, attribute("content", content)],
                                        },
                                    ],
                                },
                            ],
                        },
                    ],
                },
            ],
        },
        logs: {
            resourceLogs: [
                {
                    resource,
                    scopeLogs: [
                        {
                            logRecords: [
                                log("log attribute", { attributes, body: { stringValue: "a call" } }),
                                log("log body", { eventName: sample.event, body: { stringValue: content } }),
                                log("log body map", {
                                    attributes: [attribute("event_name", sample.event)],
                                    body: value({ role: "user", content, tool_calls: [content] }),
                                }),
                            ],
                        },
                    ],
                },
            ],
        },
    };
}

function attributesOf(sample: Sample, filler: string): object[] {
    const filled = (text: string, canary: string): string => text.replaceAll("@", `${filler}${canary}`);
    return [
        ...Object.entries(sample.content).map(([key, text]) =>
            attribute(key, Array.isArray(text) ? text.map((it) => filled(it, CONTENT)) : filled(text, CONTENT)),
        ),
        ...Object.entries(sample.identity).map(([key, text]) => attribute(key, filled(text, IDENTITY))),
        ...Object.entries(sample.kept).map(([key, text]) => attribute(key, text)),
    ];
}

function attribute(key: string, plain: unknown): object {
    return { key, value: value(plain) };
}

function value(plain: unknown): AnyValue {
    if (Array.isArray(plain)) return { arrayValue: { values: plain.map(value) } };
    if (typeof plain === "object" && plain !== null) {
        return { kvlistValue: { values: Object.entries(plain).map(([key, item]) => attribute(key, item)) } };
    }
    if (typeof plain === "number") return Number.isInteger(plain) ? { intValue: plain } : { doubleValue: plain };
    return { stringValue: String(plain) };
}
